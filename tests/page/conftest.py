"""The built site on a static server under a sub-path, and a page that notes what it asks for and complains of."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from loadstone_build.paths import DIST
from loadstone_build.server import serving


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of dist/, with a trailing slash."""
    with serving(DIST, sub_path="/some/where/") as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page in a context of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
    yield context.new_page()
    context.close()


@pytest.fixture
def requests(page: Page) -> list[str]:
    """The addresses of all requests that the page has made so far, workers included."""
    seen: list[str] = []
    page.context.on("request", lambda request: seen.append(request.url))
    return seen


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """Console errors and uncaught errors of the page so far."""
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.append(str(error)))
    return seen


@pytest.fixture(scope="module")
def api_page(browser: Browser, site: str) -> Iterator[Page]:
    """A page of the same origin with nothing but the API, as ``loadstone``; the steps of its start in ``steps``."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}loadstone.js")
    page.evaluate(f"""async () => {{
        const {{ createLoadstone }} = await import("{site}loadstone.js");
        globalThis.steps = [];
        globalThis.createLoadstone = createLoadstone;
        globalThis.loadstone = await createLoadstone({{ onProgress: ({{ step }}) => steps.push(step) }});
    }}""")
    yield page
    context.close()
