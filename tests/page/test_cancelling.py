"""A load that is given up ends on the wire: a slow server sees its connection close."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page
from servers import OddServer, odd_server


def run(page: Page, body: str, argument: object = None) -> Any:
    return page.evaluate(f"async (argument) => {{ {body} }}", argument)


@pytest.fixture
def server() -> Iterator[OddServer]:
    with odd_server(cors=True) as running:
        yield running


# after `load` has begun, and `control`'s signal with it; `id` is its image id
FROM_THE_PAGE = {
    "cancelFn": "load.cancelFn();",
    "AbortSignal": "control.abort();",
    "cancelLoadImage": "await loadstone.cancelLoadImage(id);",
    "cancel_load_image in Python": 'await python(`session.cancel_load_image("${id}")`);',
}

BEGUN = """
const id = argument;
const python = (source) => loadstone.runPython(source, { replay: false });
const progress = new Promise((resolve) => {
  loadstone.events.addEventListener("CORNERSTONE_IMAGE_LOAD_PROGRESS", resolve, { once: true });
});
"""


@pytest.mark.parametrize("cancel", FROM_THE_PAGE)
@pytest.mark.parametrize("method", ["loadImage", "loadAndCacheImage"])
def test_a_load_that_the_page_gives_up_closes_the_connection(
    api_page: Page, server: OddServer, method: str, cancel: str
) -> None:
    name = run(
        api_page,
        BEGUN
        + f"""
        const control = new AbortController();
        const load = loadstone.{method}(id, {{ signal: control.signal }});
        const ended = load.promise.catch(({{ name }}) => name);
        await progress;
        {FROM_THE_PAGE[cancel]}
        return ended;""",
        f"wadouri:{server.url}/slow",
    )
    assert name == ("AbortError" if cancel == "AbortSignal" else "LoadCancelledError")
    assert server.broken_off.wait(5)
    assert server.requests == ["/slow"]


@pytest.mark.parametrize("is_small", [False, True])
def test_a_picture_that_the_page_gives_up_closes_the_connection(
    api_page: Page, server: OddServer, is_small: bool
) -> None:
    name = run(
        api_page,
        """
        const control = new AbortController();
        const picture = loadstone.render(argument, { width: 8, height: 8 }, { signal: control.signal });
        setTimeout(() => control.abort(), 300);
        return picture.catch(({ name }) => name);""",
        f"wadouri:{server.url}/slow{'-short' if is_small else ''}",
    )
    assert name == "AbortError"
    assert server.broken_off.wait(5)


# in Python, where `load` is the session's
FROM_PYTHON = {
    "the task that awaits it": "task = asyncio.ensure_future(wait()); await begun(); task.cancel()",
    "its cancel()": "load = session.load_image(image_id); await begun(); load.cancel()",
    "cancel_load_image()": "load = session.load_image(image_id); await begun(); session.cancel_load_image(image_id)",
    "asyncio's timeout": "await timed_out()",
}


@pytest.mark.parametrize("how", FROM_PYTHON)
def test_a_load_that_python_gives_up_closes_the_connection(api_page: Page, server: OddServer, how: str) -> None:
    steps = FROM_PYTHON[how]
    run(
        api_page,
        f"""await loadstone.runPython(`
import asyncio

image_id = "wadouri:{server.url}/slow"

async def wait():
    await session.load_image(image_id)

async def begun():
    await asyncio.sleep(0.3)

async def timed_out():
    try:
        await asyncio.wait_for(wait(), 0.3)
    except TimeoutError:
        pass

{steps}
`, {{ replay: false }});""",
    )
    assert server.broken_off.wait(5)
    assert server.requests == ["/slow"]


def test_the_connection_stays_as_long_as_one_of_two_waits(api_page: Page, server: OddServer) -> None:
    image_id = f"wadouri:{server.url}/slow"
    run(
        api_page,
        BEGUN
        + """
        globalThis.loads = [loadstone.loadImage(id), loadstone.loadAndCacheImage(id)];
        loads.forEach(({ promise }) => promise.catch(() => {}));
        await progress;
        loads[0].cancelFn();""",
        image_id,
    )
    assert not server.broken_off.wait(0.5)
    run(api_page, "loads[1].cancelFn();")
    assert server.broken_off.wait(5)


# each cancels the load of "js:1" in Python, `load` being the session's
@pytest.mark.parametrize("how", ["load.cancel()", "session.cancel_load_image('js:1')", "task.cancel()"])
@pytest.mark.parametrize("realm", ["page", "engine"])
def test_cancelling_in_python_calls_a_javascript_loaders_cancel_fn_once(api_page: Page, realm: str, how: str) -> None:
    loader = "() => ({ promise: new Promise(() => {}), cancelFn() { globalThis.cancels += 1; } })"
    told = run(
        api_page,
        f"""
        const python = (source) => loadstone.runPython(source, {{ replay: false }});
        globalThis.cancels = 0;
        let registration;
        if ({"true" if realm == "page" else "false"}) {{
          registration = await loadstone.registerImageLoader("js", {loader});
        }} else {{
          await python(`
from pyodide.code import run_js
run_js("globalThis.cancels = 0")
registration = session.register_image_loader("js", run_js("{loader}"))`);
        }}
        const name = await python(`
import asyncio
async def wait(load):
    return await load

load = session.load_image("js:1")
task = asyncio.ensure_future(wait(load))
await asyncio.sleep(0.1)
{how}
try:
    await task
except BaseException as error:
    name = type(error).__name__
name`);
        await new Promise((resolve) => setTimeout(resolve, 100));
        const inEngine = await python("from pyodide.code import run_js\\nrun_js('globalThis.cancels ?? 0')");
        await (registration ? registration.unregister() : python("registration.unregister()"));
        return [name, {"cancels" if realm == "page" else "inEngine"}];""",
    )
    assert told == ["CancelledError" if how.startswith("task") else "LoadCancelledError", 1]
