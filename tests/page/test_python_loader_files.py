"""``loadPythonLoader``: a Python file at an address, which registers loaders."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

LOADER = """
from __future__ import annotations
from dataclasses import dataclass
import numpy as np

@dataclass
class Flat:
    value: int

    def load(self, image_id, options):
        if image_id == "flat:wrong":
            raise ValueError("no such flat image")
        return np.full((2, 3), self.value, "int16")

def register(session):
    session.register_image_loader("flat", Flat(VALUE).load)

if __name__ == "__main__":
    raise SystemExit("meant for a script")
"""


@pytest.fixture(scope="module")
def page(api_page: Page) -> Page:
    return api_page


Serve = Callable[..., list[str]]


@pytest.fixture
def serve(page: Page) -> Serve:
    """Lets what is given stand at ``/some/where/name``; gives the addresses that will be asked for."""

    def route(name: str, body: str | bytes, content_type: str = "text/x-python") -> list[str]:
        asked: list[str] = []

        def answer(route: Any) -> None:
            asked.append(route.request.url)
            route.fulfill(body=body, content_type=content_type)

        page.context.unroute(f"**/some/where/{name}*")
        page.context.route(f"**/some/where/{name}*", answer)
        return asked

    return route


def run(page: Page, body: str) -> Any:
    return page.evaluate(f"async () => {{ {body} }}")


FAILURE = "({ name, message, program, line }) => ({ name, message, program, line })"


def test_it_runs_the_file_and_its_register_function(page: Page, serve: Serve) -> None:
    serve("flat.py", LOADER.replace("VALUE", "7"))
    schemes, pixel, size = run(
        page,
        """const schemes = await loadstone.loadPythonLoader("flat.py?version=1");
        const image = await loadstone.loadImage("flat:1").promise;
        return [schemes, image.getPixelData()[5], [image.rows, image.columns]];""",
    )
    assert (schemes, pixel, size) == (["flat"], 7, [2, 3])


def test_files_do_not_see_each_others_names_nor_those_of_programs(page: Page, serve: Serve) -> None:
    serve("one.py", "name = 'one'\ndef register(session):\n    session.one = name\n")
    serve("two.py", "name = 'two'\nseen = 'register' in globals()\nsession.two = (name, seen)\n")
    assert run(
        page,
        """await loadstone.runPython("name = 'program'");
        const schemes = [await loadstone.loadPythonLoader("one.py"), await loadstone.loadPythonLoader("two.py")];
        return [schemes, await loadstone.runPython("[session.one, list(session.two), name]", { replay: false })];""",
    ) == [[[], []], ["one", ["two", False], "program"]]


def test_register_may_be_a_coroutine_function(page: Page, serve: Serve) -> None:
    serve(
        "later.py",
        "import asyncio\nasync def register(session):\n    await asyncio.sleep(0)\n"
        "    session.register_image_loader('later', lambda image_id, options: None)\n",
    )
    assert run(page, 'return loadstone.loadPythonLoader("later.py")') == ["later"]


def test_its_errors_tell_its_name_and_the_line(page: Page, serve: Serve) -> None:
    serve("flat.py", LOADER.replace("VALUE", "7"))
    serve("broken.py", "a = 1\nb = a / 0\n")
    load, later = run(
        page,
        f"""const load = await loadstone.loadPythonLoader("broken.py").catch({FAILURE});
        await loadstone.loadPythonLoader("flat.py");
        return [load, await loadstone.loadImage("flat:wrong").promise.catch({FAILURE})];""",
    )
    assert load == {"name": "ZeroDivisionError", "message": "division by zero", "program": "broken.py", "line": 2}
    # the raise is the file's twelfth line
    assert (later["name"], later["program"], later["line"]) == ("LoaderError", "flat.py", 12)


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        ("<!doctype html>", "text/html", "what.py: the server gave an HTML page in the place of a Python file"),
        (b"a = '\xff'", "text/x-python", "what.py is no Python file in UTF-8"),
    ],
)
def test_what_is_no_python_file_is_told(
    page: Page, serve: Serve, body: str | bytes, content_type: str, message: str
) -> None:
    serve("what.py", body, content_type)
    failure = run(page, f'return loadstone.loadPythonLoader("what.py").catch({FAILURE})')
    assert failure["name"] == "InvalidArgumentError"
    assert message in failure["message"]


def test_a_file_that_is_not_there_is_told(page: Page) -> None:
    failure = run(page, f'return loadstone.loadPythonLoader("gone.py").catch({FAILURE})')
    assert failure["name"] == "HttpStatusError"
    assert "gone.py" in failure["message"]
    assert failure["message"].endswith("status 404; there is nothing at this address; check its spelling")


def test_what_is_no_address_is_refused(page: Page) -> None:
    assert run(page, "return loadstone.loadPythonLoader().catch(({ name, message }) => [name, message])") == [
        "TypeError",
        "loadPythonLoader: url=undefined; give the address of a Python file",
    ]


def test_where_python_starts_again_the_newest_text_of_each_file_runs_and_nothing_is_fetched(
    page: Page, serve: Serve
) -> None:
    for value in ("8", "9"):
        asked = serve("flat.py", LOADER.replace("VALUE", value))
        run(page, 'await loadstone.loadPythonLoader("flat.py")')
    pixel = run(
        page,
        """await loadstone.restart();
        return (await loadstone.loadImage("flat:1").promise).getPixelData()[0];""",
    )
    assert pixel == 9
    assert len(asked) == 1
