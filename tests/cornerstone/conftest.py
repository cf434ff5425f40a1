"""Cornerstone3D in a page of its own, with software GL, beside Loadstone."""

from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from playwright.sync_api import Browser, Page, Playwright
from tests.cornerstone.bundles import BUNDLE, bundle_cornerstone
from tests.cornerstone.made_files import FILES, SLICES, series_file
from tests.cornerstone.software_gl import SOFTWARE_GL

from loadstone_build.chromium import ensure_chromium
from loadstone_build.paths import DIST
from loadstone_build.server import serving


@pytest.fixture(scope="session")
def gl_browser(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium that draws WebGL."""
    started = playwright.chromium.launch(executable_path=ensure_chromium(), args=list(SOFTWARE_GL))
    yield started
    started.close()


@pytest.fixture(scope="session")
def cornerstone_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site, and beside it Cornerstone in ``bundles/``, made files in ``made/``, pydicom's in ``pydicom/``."""
    bundle_cornerstone()
    folder = tmp_path_factory.mktemp("cornerstone")
    for path in DIST.iterdir():
        (folder / path.name).symlink_to(path)
    (folder / "bundles").symlink_to(BUNDLE)
    (folder / "pydicom").symlink_to(Path(pydicom.__file__).parent / "data" / "test_files")
    (folder / "empty.html").write_text("<!doctype html><meta charset=utf-8><link rel=icon href=data:,><title>x</title>")
    (folder / "made" / "series").mkdir(parents=True)
    for name, data in FILES.items():
        (folder / "made" / f"{name}.dcm").write_bytes(data)
    for number in range(SLICES):
        (folder / "made" / "series" / f"{number}.dcm").write_bytes(series_file(number))
    return folder


@pytest.fixture(scope="session")
def cornerstone_site(cornerstone_folder: Path) -> Iterator[str]:
    """The address of the folder above, with a trailing slash."""
    with serving(cornerstone_folder) as address:
        yield address


@pytest.fixture(scope="module")
def viewports(gl_browser: Browser, cornerstone_site: str) -> Iterator[Page]:
    """A page with both started: ``loadstone``, and viewports.js as ``viewports``."""
    page = gl_browser.new_page()
    page.goto(f"{cornerstone_site}empty.html")
    page.evaluate(
        """async (site) => {
            const { createLoadstone } = await import(`${site}loadstone.js`);
            globalThis.loadstone = await createLoadstone();
            globalThis.viewports = await import(`${site}bundles/viewports.js`);
            await viewports.start(loadstone);
        }""",
        cornerstone_site,
    )
    yield page
    page.close()


@pytest.fixture(scope="module")
def legacy(gl_browser: Browser, cornerstone_site: str) -> Iterator[Page]:
    """A page with both: ``loadstone``, and legacy.js as ``legacy``; the one line is all that joins them."""
    page = gl_browser.new_page()
    page.goto(f"{cornerstone_site}empty.html")
    page.evaluate(
        """async (site) => {
            const { createLoadstone } = await import(`${site}loadstone.js`);
            globalThis.loadstone = await createLoadstone();
            globalThis.legacy = await import(`${site}bundles/legacy.js`);
            globalThis.cornerstone = legacy.cornerstone;
            cornerstone.registerImageLoader("py", loadstone.cornerstoneImageLoader);
        }""",
        cornerstone_site,
    )
    yield page
    page.close()
