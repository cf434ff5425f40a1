"""createLoadstone({ worker: false }): Python in the thread of the page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest
from playwright.sync_api import Browser, Page, Route
from pydicom.data import get_testdata_file

JPEG_2000 = get_testdata_file("JPEG2000.dcm", download=False)

OUTCOME = "(error) => [error instanceof Error, error.name, error.message, error.imageId]"


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page with nothing but an engine in its own thread, as ``loadstone``; its uncaught errors are in ``loose``."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}loadstone.js")
    page.evaluate(f"""async () => {{
        Object.assign(globalThis, await import("{site}loadstone.js"));
        globalThis.steps = [];
        globalThis.before = [globalThis.fetch, WebAssembly.instantiateStreaming];
        globalThis.loadstone = await createLoadstone({{ worker: false, onProgress: ({{ step }}) => steps.push(step) }});
    }}""")
    yield page
    context.close()


def run(page: Page, body: str, argument: object = None) -> Any:
    return page.evaluate(f"async (argument) => {{ {body} }}", argument)


def test_python_starts_step_by_step_in_the_thread_of_the_page(page: Page) -> None:
    assert list(dict.fromkeys(page.evaluate("steps"))) == ["runtime", "packages", "import", "ready"]
    assert run(page, "return loadstone.runPython('import js; js.document.visibilityState')") == "visible"
    assert page.workers == []


def test_the_pages_own_fetch_and_webassembly_stay_as_they_are(page: Page) -> None:
    assert page.evaluate("before[0] === fetch && before[1] === WebAssembly.instantiateStreaming")


def test_images_load_and_are_painted(page: Page) -> None:
    image = run(
        page,
        """const image = await loadstone.loadImage("example:ct").promise;
        const picture = await loadstone.render("example:ct", { width: 32, height: 16 });
        return [image.rows, image.pixelData.constructor.name, image.getPixelData()[64 * 128 + 64], picture.data.length];
        """,
    )
    # CT_small.dcm, read with pydicom
    assert image == [128, "Int16Array", 1928, 32 * 16 * 4]


def test_compressed_frames_go_to_decoder_workers(page: Page, site: str) -> None:
    page.route("**/compressed.dcm", lambda route: route.fulfill(path=str(JPEG_2000)))
    # relative to the page, which lies beside loadstone.js
    first = run(page, "return (await loadstone.loadImage('wadouri:compressed.dcm').promise).getPixelData()[108431]")
    assert first == pydicom.dcmread(str(JPEG_2000)).pixel_array.reshape(-1)[108431]
    assert [worker.url.rsplit("/", 1)[1] for worker in page.workers] == ["decoder.js"]


def test_errors_arrive_with_their_id(page: Page) -> None:
    error = run(page, f"return loadstone.loadImage('nope:1').promise.catch({OUTCOME})")
    assert error[:2] + error[3:] == [True, "UnknownSchemeError", "nope:1"]


def test_local_files_are_read_in_slices_at_once(page: Page) -> None:
    path = get_testdata_file("CT_small.dcm", download=False)
    opened, value, bytes_read = run(
        page,
        """const file = new File([Uint8Array.from(argument)], "ct.dcm");
        const { studies, skipped } = await loadstone.openFiles([file]);
        const [imageId] = studies[0].series[0].stacks[0].imageIds;
        const image = await loadstone.loadImage(imageId).promise;
        const all = new File([Uint8Array.from({ length: 256 }, (_, index) => index)], "all.bin");
        const { readSlice } = await import(new URL("slices_in_page.js", location.href));
        return [skipped, image.getPixelData()[64 * 128 + 64], [...readSlice(all, 100, 256)]];""",
        list(Path(str(path)).read_bytes()),
    )
    assert (opened, value) == ([], 1928)
    assert bytes_read == list(range(100, 256))


def test_a_file_that_is_gone_is_told(page: Page) -> None:
    path = get_testdata_file("CT_small.dcm", download=False)
    message = run(
        page,
        """const root = await navigator.storage.getDirectory();
        const handle = await root.getFileHandle("gone.dcm", { create: true });
        const writable = await handle.createWritable();
        await writable.write(Uint8Array.from(argument));
        await writable.close();
        const { studies } = await loadstone.openFiles([handle]);
        await root.removeEntry("gone.dcm");
        const [imageId] = studies[0].series[0].stacks[0].imageIds;
        return loadstone.loadImage(imageId).promise.catch((error) => error.message);""",
        list(Path(str(path)).read_bytes()),
    )
    assert "gone.dcm can not be read (NotFoundError): was it moved, changed or removed since it was opened?" in message


def test_a_token_is_asked_of_the_page(page: Page) -> None:
    asked: list[str | None] = []

    def serve(route: Route) -> None:
        asked.append(route.request.headers.get("authorization"))
        route.fulfill(json=[], headers={"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"})

    page.route("http://pacs.test/**", serve)
    found = run(
        page,
        """const server = loadstone.dicomweb("http://pacs.test/dicom-web", { token: () => Promise.resolve("abc") });
        return server.searchStudies();""",
    )
    assert (found, asked[-1]) == ([], "Bearer abc")


def test_a_cancelled_program_is_cancelled_in_python(page: Page) -> None:
    name, ended = run(
        page,
        """await loadstone.runPython(`
import asyncio
ended = []
async def slow(image_id, options):
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        ended.append(image_id)
        raise
session.register_image_loader("slow", slow)
`);
        const load = loadstone.loadImage("slow:1");
        setTimeout(load.cancelFn, 100);
        const { name } = await load.promise.catch((error) => error);
        return [name, await loadstone.runPython("await asyncio.sleep(0.05); ended")];""",
    )
    assert (name, ended) == ("LoadCancelledError", ["slow:1"])


def test_restart_starts_python_again_with_what_it_was_told(page: Page) -> None:
    outcome, kept, fresh = run(
        page,
        """await loadstone.setSampleLimit(54321);
        await loadstone.runPython("told = 5");
        await loadstone.runPython("told = 6", { replay: false });
        const waiting = loadstone.runPython("import asyncio; await asyncio.sleep(3600)").catch(({ name }) => name);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await loadstone.restart();
        const [limit, told] = await loadstone.runPython("[session.sample_limit, told]");
        return [await waiting, limit, told];""",
    )
    assert (outcome, kept, fresh) == ("EngineRestartedError", 54321, 5)


def test_python_that_dies_is_started_again(page: Page) -> None:
    (name, message), value = run(
        page,
        """const died = loadstone.runPython("import os; os.abort()");
        const said = await died.catch(({ name, message }) => [name, message]);
        return [said, (await loadstone.loadImage("example:ct").promise).rows];""",
    )
    assert name == "EngineRestartedError"
    assert "Python stopped during runPython (unreachable" in message
    assert value == 128


def test_destroy_ends_what_python_is_at_and_the_decoders(page: Page, site: str) -> None:
    page.route("**/compressed.dcm", lambda route: route.fulfill(path=str(JPEG_2000)))
    said, ticks = run(
        page,
        """const other = await createLoadstone({ worker: false });
        await other.loadImage("wadouri:compressed.dcm").promise;
        globalThis.ticks = 0;
        const endless = other.runPython(`
import asyncio, js
while True:
    js.ticks += 1
    await asyncio.sleep(0.02)
`);
        await new Promise((resolve) => setTimeout(resolve, 200));
        other.destroy();
        const calls = [endless, other.schemes(), other.restart()];
        const said = await Promise.all(calls.map((call) => call.catch(({ message }) => message)));
        await new Promise((resolve) => setTimeout(resolve, 100));
        const before = ticks;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return [said, [before > 0, ticks - before]];""",
    )
    assert said == 3 * ["Loadstone was destroyed; call createLoadstone() for a new one"]
    assert ticks == [True, 0]


MISSING = [
    ("engine.js", "engine_in_page.js, or engine.js or pyodide/pyodide.mjs beside it, could not be loaded"),
    ("pyodide.asm.wasm", "pyodide.asm.wasm could not be loaded: the server answered 404"),
    ("python_stdlib.zip", "python_stdlib.zip could not be loaded: the server answered 404"),
]


@pytest.mark.parametrize(("name", "message"), MISSING)
def test_a_missing_file_of_the_runtime_is_an_error_not_a_wait_for_ever(
    browser: Browser, site: str, name: str, message: str
) -> None:
    page = browser.new_page()
    page.goto(f"{site}loadstone.js")
    page.route(f"**/{name}", lambda route: route.fulfill(status=404))
    said = page.evaluate(f"""async () => {{
        const {{ createLoadstone }} = await import("{site}loadstone.js");
        return createLoadstone({{ worker: false }}).catch((error) => error.message);
    }}""")
    page.close()
    assert message in said


def test_a_type_of_wasm_files_that_browsers_refuse_is_named(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}loadstone.js")
    page.route("**/pyodide.asm.wasm", lambda route: route.fulfill(body="", content_type="text/plain"))
    said = page.evaluate(f"""async () => {{
        const {{ createLoadstone }} = await import("{site}loadstone.js");
        return createLoadstone({{ worker: false }}).catch((error) => error.message);
    }}""")
    page.close()
    assert "is served as text/plain; the server must send it as application/wasm" in said


def test_loaders_of_the_page_serve_python_in_the_same_thread(page: Page) -> None:
    loaded, kept, (name, message, image_id), noted = run(
        page,
        """const noted = [], values = Int16Array.of(-1, 5);
        await loadstone.registerImageLoader("here", (imageId) => {
            if (imageId === "here:wrong") throw new RangeError("no slice");
            noted.push(imageId);
            return {
                promise: imageId === "here:never" ? new Promise(() => {})
                    : Promise.resolve({ rows: 1, columns: 2, pixelData: values }),
                cancelFn: () => noted.push("cancelFn"),
                decache: () => noted.push("decache"),
            };
        });
        const image = await loadstone.loadAndCacheImage("here:1").promise;
        const never = loadstone.loadImage("here:never");
        const ended = never.promise.catch(() => {});
        while (!noted.includes("here:never")) await new Promise((resolve) => setTimeout(resolve, 10));
        never.cancelFn();
        await ended;
        const failed = await loadstone.loadImage("here:wrong").promise.catch(
            ({ name, message, imageId }) => [name, message, imageId]);
        await loadstone.cache.removeImageLoadObject("here:1");
        await new Promise((resolve) => setTimeout(resolve, 100));
        return [Array.from(image.getPixelData()), Array.from(values), failed, noted];""",
    )
    assert loaded == kept == [-1, 5]
    assert (name, message, image_id) == (
        "LoaderError",
        "here:wrong: its JavaScript loader failed: RangeError: no slice",
        "here:wrong",
    )
    assert noted == ["here:1", "here:never", "cancelFn", "decache"]
