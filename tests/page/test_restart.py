"""Where Python dies in the page it is started again, told again what it knew, and only the culprit fails."""

import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from part10 import GREY, part10
from playwright.sync_api import Browser, Page, expect
from pydicom.uid import DeflatedExplicitVRLittleEndian
from viewer_page import ViewerPage, opened

# the engine starts in about a second, on a busy machine in many
BOOT_MS = 30_000

# "deadly:" really aborts the WebAssembly instance; "stack:" exhausts its stack in a repr, which no Python can catch
LOADERS = """
import asyncio, os
import numpy as np

async def flat(image_id, options):
    await asyncio.sleep(0.2)
    return np.full((9, 9), int(image_id.split(":")[1]), "int16")

async def deadly(image_id, options):
    await asyncio.sleep(0.1)
    os.abort()

async def stack(image_id, options):
    nested = []
    for _ in range(1_000_000):
        nested = [nested]
    repr(nested)

session.register_image_loader("flat", flat)
session.register_image_loader("deadly", deadly)
session.register_image_loader("stack", stack)
"""

HELPERS = """
globalThis.outcome = (promise) => promise.then(
    (value) => value?.getPixelData ? value.getPixelData()[0] : value,
    ({ name, message, imageId }) => [name, message, imageId]);
globalThis.pixel = (imageId) => outcome(loadstone.loadImage(imageId).promise);
globalThis.stopped = () => new Promise((resolve) =>
    loadstone.events.addEventListener("LOADSTONE_ENGINE_STOPPED", ({ detail }) => resolve(detail), { once: true }));
globalThis.restarted = () => new Promise((resolve) =>
    loadstone.events.addEventListener("LOADSTONE_ENGINE_RESTARTED", ({ detail }) => resolve(detail), { once: true }));
globalThis.begin = async () => {
    globalThis.loadstone = await createLoadstone();
    globalThis.heard = [];
    for (const name of ["LOADSTONE_ENGINE_STOPPED", "LOADSTONE_ENGINE_RESTARTED"]) {
        loadstone.events.addEventListener(name, () => heard.push(name.slice(17)));
    }
};
"""


@pytest.fixture(scope="module")
def prepared(api_page: Page) -> Page:
    api_page.evaluate(f"async () => {{ loadstone.destroy(); {HELPERS} }}")
    return api_page


@pytest.fixture
def page(prepared: Page) -> Iterator[Page]:
    """A page with an engine of its own, which knows LOADERS; the names of its restart events are in ``heard``."""
    prepared.evaluate("async (loaders) => { await begin(); await loadstone.runPython(loaders); }", LOADERS)
    yield prepared
    prepared.evaluate("loadstone.destroy()")


def run(page: Page, body: str, argument: object = None) -> Any:
    return page.evaluate(f"async (argument) => {{ {body} }}", argument)


@pytest.mark.parametrize(("image_id", "reason"), [("deadly:1", "unreachable"), ("stack:1", "Maximum call stack")])
def test_the_image_that_crashes_the_engine_rejects_and_the_next_one_loads(
    page: Page, image_id: str, reason: str
) -> None:
    (name, message, told_id), after = run(page, "return [await pixel(argument), await pixel('flat:7')]", image_id)
    assert (name, told_id) == ("EngineRestartedError", image_id)
    assert message.startswith(f"{image_id}: Python stopped during loadImage ({reason}")
    assert "ask again" in message
    assert after == 7
    # the call is sent once more, since something that nobody waits for could have been the cause
    assert page.evaluate("heard") == ["STOPPED", "RESTARTED"] * 2


def test_of_several_calls_under_way_only_the_culprit_rejects(page: Page) -> None:
    outcomes = run(page, "return Promise.all(['flat:1', 'deadly:1', 'flat:2', 'flat:3'].map(pixel))")
    assert outcomes[1][0::2] == ["EngineRestartedError", "deadly:1"]
    assert [outcomes[0], *outcomes[2:]] == [1, 2, 3]
    # once with all of them, once with the culprit alone
    assert page.evaluate("heard") == ["STOPPED", "RESTARTED"] * 2


def test_headers_cache_size_and_programs_are_told_again_in_their_order(page: Page) -> None:
    seen = run(
        page,
        """await loadstone.setHeaders({ "X-Old": "1" });
        await loadstone.setHeaders({ Authorization: "Bearer t" });
        await loadstone.cache.setMaxCacheSize(12345678);
        await loadstone.setSampleLimit(4321);
        await loadstone.runPython("order = ['first']");
        await loadstone.runPython("order.append('second')");
        await loadstone.runPython("order.append('a question')", { replay: false });
        await loadstone.runPython("order.append('second')");
        await pixel("deadly:1");
        return [await loadstone.runPython("[order, session.headers(''), session.sample_limit]"),
            await loadstone.cache.getMaxCacheSize()];""",
    )
    assert seen == [[["first", "second"], {"Authorization": "Bearer t"}, 4321], 12345678]


def test_calls_made_while_the_engine_starts_again_wait_for_it_and_cancelled_ones_never_run(page: Page) -> None:
    answers = run(
        page,
        """const culprit = pixel("deadly:1");
        await stopped();
        const given_up = loadstone.loadImage("flat:5");
        given_up.cancelFn();
        return [await pixel("flat:4"), (await outcome(given_up.promise))[0], (await culprit)[0]];""",
    )
    assert answers == [4, "LoadCancelledError", "EngineRestartedError"]


def test_a_program_that_stops_the_engine_rejects_and_is_not_run_again(page: Page) -> None:
    (name, message, _), after = run(
        page, "return [await outcome(loadstone.runPython('import os; os.abort()')), await pixel('flat:7')]"
    )
    assert name == "EngineRestartedError"
    assert "during runPython (unreachable)" in message
    assert after == 7
    assert page.evaluate("heard") == ["STOPPED", "RESTARTED"]


# works as long as the page keeps the address, then does what `else_` says
DEPENDS_ON_ADDRESS = """
const address = URL.createObjectURL(new Blob(["here"]));
await loadstone.runPython(`
import os
from pyodide.http import pyfetch
try:
    await pyfetch("${address}")
except OSError:
    %s
`);
await loadstone.runPython("later = 'there'");
URL.revokeObjectURL(address);
const restart = restarted();
await loadstone.restart();
const { failed } = await restart;
return [failed.map(({ method, error }) => [method, error.name, error.message]), await loadstone.runPython("later"),
    [...heard], await (loadstone.restart().then(() => loadstone.runPython("later")))];
"""


def test_a_program_that_fails_when_it_runs_again_is_told_and_the_others_go_on(page: Page) -> None:
    failed, later, heard, once_more = run(page, DEPENDS_ON_ADDRESS % "raise ValueError('the address is gone')")
    assert failed == [["runPython", "ValueError", "the address is gone"]]
    assert later == once_more == "there"
    assert heard == ["STOPPED", "RESTARTED"]


def test_a_program_that_crashes_the_engine_when_it_runs_again_is_left_out(page: Page) -> None:
    failed, later, heard, once_more = run(page, DEPENDS_ON_ADDRESS % "os.abort()")
    assert [(method, name) for method, name, _ in failed] == [("runPython", "EngineRestartedError")]
    assert later == once_more == "there"
    assert heard == ["STOPPED", "STOPPED", "RESTARTED"]


def test_restart_ends_a_program_without_an_end(page: Page) -> None:
    (name, message, _), after = run(
        page,
        """const endless = outcome(loadstone.runPython("while True: pass"));
        setTimeout(() => loadstone.restart(), 200);
        return [await endless, await pixel("flat:3")];""",
    )
    assert name == "EngineRestartedError"
    assert "runPython (restart() was called)" in message
    assert after == 3


def test_a_worker_that_closes_itself_is_started_again(page: Page) -> None:
    (name, message, _), after = run(
        page, "return [await outcome(loadstone.runPython('import js; js.close()')), await pixel('flat:6')]"
    )
    assert name == "EngineRestartedError"
    assert "during runPython (its worker has ended)" in message
    assert after == 6


@pytest.mark.parametrize(
    "source",
    [
        "1 / 0",
        "raise SystemExit(4)",
        "def deeper(n): return deeper(n + 1)\ndeeper(0)",
        "kept = []\nwhile True: kept.append(bytearray(256 << 20))",
        "import asyncio, js\njs.setTimeout(js.Function.new('throw new Error(1)'), 0)\nawait asyncio.sleep(0.1)",
        "import asyncio, js\njs.Promise.reject('loose')\nawait asyncio.sleep(0.1)",
    ],
)
def test_what_python_survives_restarts_nothing(page: Page, source: str) -> None:
    run(page, "await loadstone.runPython('kept = []; mark = 5')")
    run(page, "await outcome(loadstone.runPython(argument))", source)
    assert run(page, "return [await loadstone.runPython('kept = []; mark'), heard]") == [5, []]


def test_a_destroyed_loadstone_does_not_come_back(page: Page) -> None:
    outcomes = run(
        page,
        """const waiting = [pixel("deadly:1"), pixel("flat:1"), pixel("flat:2")];
        await stopped();
        loadstone.destroy();
        const said = await Promise.all([...waiting, outcome(loadstone.schemes()), outcome(loadstone.restart())]);
        await new Promise((resolve) => setTimeout(resolve, 3000));
        return [said.map(([name, message]) => message), heard];""",
    )
    assert outcomes == [5 * ["Loadstone was destroyed; call createLoadstone() for a new one"], ["STOPPED"]]


def test_python_that_can_not_be_started_again_is_given_up_with_the_reason(page: Page) -> None:
    page.context.route("**/numpy*.whl", lambda route: route.abort())
    culprit, later, heard = run(
        page,
        """const culprit = pixel("deadly:1");
        await stopped();
        return [(await culprit)[1], (await pixel("flat:1"))[1], heard];""",
    )
    page.context.unroute_all()
    assert culprit == later
    assert later.startswith("Python stopped 3 times in a row, at last for this reason: ")
    assert "numpy" in later
    assert later.endswith("; reload the page")
    assert heard == 4 * ["STOPPED"]
    assert run(page, "return outcome(loadstone.schemes())")[1] == later


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


def test_the_viewer_names_the_image_keeps_its_picture_and_works_on(viewer: ViewerPage) -> None:
    viewer.run_python(LOADERS)
    expect(viewer.python_output).to_have_text("Done.")
    viewer.open("example:ct")
    before = viewer.picture()
    field = viewer.page.get_by_label("Image id, or several as a stack")
    field.fill("deadly:1")
    field.press("Enter")
    expect(viewer.error).to_contain_text("Python had to be started again", timeout=BOOT_MS)
    expect(viewer.error).to_contain_text("deadly:1")
    expect(viewer.page.locator("#engine:visible")).to_contain_text("Python was started again", timeout=BOOT_MS)
    assert viewer.picture() == before
    viewer.canvas.focus()
    viewer.page.keyboard.press("i")
    viewer.wait_for_another_picture(before)
    # the loaders are there again, and what Python said of its restart goes with the next image
    viewer.open("flat:3")
    expect(viewer.page.locator("#engine")).to_be_hidden()


def test_a_stack_with_a_deadly_neighbour_can_be_looked_through(viewer: ViewerPage) -> None:
    viewer.run_python(LOADERS)
    expect(viewer.python_output).to_have_text("Done.")
    # the neighbours are loaded ahead, so the crash comes while the first image is on display
    viewer.open("flat:1", "flat:2", "deadly:1", "flat:3")
    expect(viewer.page.locator("#engine:visible")).to_contain_text("Python was started again", timeout=BOOT_MS)
    viewer.page.keyboard.press("End")
    expect(viewer.canvas).to_have_attribute("data-image-id", "flat:3", timeout=BOOT_MS)
    expect(viewer.page.locator("#engine")).to_be_hidden()
    viewer.page.keyboard.press("Home")
    viewer.wait_for_image("flat:1")
    viewer.page.wait_for_timeout(500)
    expect(viewer.page.locator("#engine")).to_be_hidden()


def test_a_program_without_an_end_can_be_stopped_in_the_panel(viewer: ViewerPage) -> None:
    viewer.run_python("while True:\n    pass")
    viewer.button("Stop Python").click()
    expect(viewer.python_output).to_contain_text("Python stopped during runPython", timeout=BOOT_MS)
    expect(viewer.page.locator("#engine:visible")).to_contain_text("Python was started again", timeout=BOOT_MS)
    viewer.open("example:ct")


def test_a_file_that_unpacks_to_more_than_pythons_memory_is_told_and_stops_nothing(page: Page, site: str) -> None:
    whole = part10(GREY, bytes(6), syntax=DeflatedExplicitVRLittleEndian)
    # the file's own deflated part is replaced by 4 GB of zeros, deflated to 4 MB
    pack = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    zeros = pack.compress(bytes(1 << 26)) + pack.flush(zlib.Z_FULL_FLUSH)
    meta = whole[: 132 + 12 + int.from_bytes(whole[140:144], "little")]
    page.route("**/bomb.dcm", lambda route: route.fulfill(body=meta + 64 * zeros))
    (name, message, _), after, heard = run(
        page, "return [await pixel(argument), await pixel('flat:7'), heard]", f"wadouri:{site}bomb.dcm"
    )
    assert name == "ImageTooLargeError"
    assert "unpacks to more than there is memory for" in message
    assert (after, heard) == (7, [])
