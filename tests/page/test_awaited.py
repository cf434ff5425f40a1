"""What runPython's programs come to, and what is at the root of their errors, on the page's side of the worker."""

from typing import Any

import pytest
from playwright.sync_api import Page


def run(page: Page, body: str) -> Any:
    return page.evaluate(f"async () => {{ {body} }}")


AWAITABLES = ["later()", "asyncio.ensure_future(later())", "run_js('Promise.resolve([3, 4])')", "thenable"]


@pytest.mark.parametrize("awaitable", AWAITABLES)
def test_a_program_that_ends_in_an_awaitable_gives_what_that_comes_to(api_page: Page, awaitable: str) -> None:
    assert run(
        api_page,
        f"""return await loadstone.runPython(`
import asyncio
from pyodide.code import run_js

async def later():
    await asyncio.sleep(0)
    return [3, 4]

thenable = run_js("({{ it: {{ then(resolve) {{ resolve([3, 4]); }} }} }})").it
{awaitable}`);""",
    ) == [3, 4]


def test_an_awaitable_at_a_programs_end_that_fails_rejects(api_page: Page) -> None:
    assert run(
        api_page,
        """return loadstone.runPython(`
async def failing():
    raise ValueError("no slice")
failing()`).catch(({ name, message, line }) => [name, message, line]);""",
    ) == ["ValueError", "no slice", 3]


LOADER = """
await loadstone.runPython(`
from pyodide.code import run_js
session.register_image_loader("js", run_js("(imageId) => Promise.reject(%s)"))
`);
const error = await loadstone.loadImage("js:1").promise.catch((error) => error);
"""

CAUSES = {
    "new RangeError('no slice')": "error.cause instanceof RangeError && error.cause.message === 'no slice'",
    "'no slice'": "error.cause === 'no slice'",
    "({ error: 'no slice' })": "error.cause.error === 'no slice'",
    "undefined": "'cause' in error && error.cause === undefined",
    "null": "error.cause === null",
}


@pytest.mark.parametrize("reason", CAUSES)
def test_what_javascript_rejected_with_in_the_worker_is_the_cause_in_the_page(api_page: Page, reason: str) -> None:
    told = run(api_page, LOADER % reason + f"return [error.name, error.imageId, {CAUSES[reason]}];")
    assert told == ["LoaderError", "js:1", True]


def test_of_a_reason_that_can_not_cross_threads_arrives_what_can(api_page: Page) -> None:
    told = run(api_page, LOADER % "({ error: 'no slice', retry() {} })" + "return [error.name, error.cause];")
    assert told == ["LoaderError", {"error": "no slice"}]


def test_errors_of_python_alone_have_no_cause(api_page: Page) -> None:
    assert not run(api_page, "return loadstone.loadImage('nope:1').promise.catch((error) => 'cause' in error);")


def test_javascript_that_a_program_calls_is_given_promises(api_page: Page) -> None:
    assert run(
        api_page,
        """return loadstone.runPython(`
from pyodide.code import run_js
from pyodide.ffi import create_proxy

load = create_proxy(lambda image_id: to_promise(session.load_image(image_id).promise))
count = run_js("async (load) => { const p = load('example:ct'); return [p instanceof Promise, (await p).rows]; }")
count(load)`);""",
    ) == [True, 128]
