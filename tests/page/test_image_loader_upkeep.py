"""What the page and Python keep for loaders written in JavaScript, over many loads and when Python ends."""

from collections.abc import Iterator

import pytest
from loader_page import prepare, run
from playwright.sync_api import Browser, Page

# the sizes of all maps that are made from here on
COUNT_MAPS = """
const made = [];
const Native = Map;
globalThis.Map = class extends Native {
    constructor(...given) {
        super(...given);
        made.push(new WeakRef(this));
    }
};
globalThis.mapSizes = () => made.map((ref) => ref.deref()?.size ?? 0).reduce((sum, size) => sum + size, 0);
"""


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page with an engine of its own, whose maps are counted."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}loadstone.js")
    run(
        page,
        f"""{COUNT_MAPS}
        const {{ createLoadstone }} = await import("{site}loadstone.js");
        globalThis.loadstone = await createLoadstone();""",
    )
    prepare(page)
    yield page
    context.close()


def test_a_thousand_loads_leave_nothing_behind_in_page_and_worker(page: Page) -> None:
    source = """
import gc, weakref
gc.collect()
[sum(type(thing).__name__ in ("_PageLoad", "_PageLoader", "_InFlight", "JsProxy", "PyodideFuture")
     for thing in gc.get_objects()), len(weakref.finalize._registry), len(session._loads._in_flight)]
"""
    before, after, in_page, count = run(
        page,
        """let count = 0;
        const decache = () => { count += 1; };
        await register((imageId) => {
            const number = Number(imageId.slice(3)) % 4;
            if (number === 1) throw new Error("no slice");
            if (number === 2) return { promise: new Promise(() => {}), cancelFn() {} };
            return { promise: Promise.resolve(row(number)), decache };
        });
        const rounds = async (first, end) => {
            for (let n = first; n < end; n += 20) {
                const loads = Array.from({ length: 20 }, (_, k) =>
                    loadstone[k % 8 < 4 ? "loadImage" : "loadAndCacheImage"](`js:${n + k}`));
                const ended = Promise.allSettled(loads.map(({ promise }) => promise));
                await loadstone.schemes();
                loads.forEach(({ cancelFn }, k) => k % 4 === 2 && cancelFn());
                await ended;
            }
            await loadstone.cache.purgeCache();
            await soon();
            return python(argument);
        };
        const before = await rounds(0, 100), mapsBefore = mapSizes();
        const after = await rounds(100, 1100);
        return [before, after, mapSizes() - mapsBefore, count];""",
        source,
    )
    # of 20 loads 10 bring an image, of which 4 are cached: those with k % 8 in 4, 7
    assert count == 1100 // 20 * 4
    assert after == before
    assert in_page == 0


def test_loaders_are_there_again_after_a_restart_in_their_place_among_the_programs(page: Page) -> None:
    assert run(
        page,
        """const ofPython = (scheme) => loadstone.runPython(`
import numpy as np
session.register_image_loader("${scheme}", lambda image_id, options: np.array([[200]]))
`);
        await ofPython("first");
        await register(() => row(1), "first");
        await register(() => row(2), "second");
        await ofPython("second");
        const gone = await register(() => row(3), "gone");
        await register(() => row(4), "replaced");
        await register(() => row(5), "replaced");
        await loadstone.registerUnknownImageLoader(() => row(6));
        await gone.unregister();
        const ids = ["first:1", "second:1", "gone:1", "replaced:1", "sphinx:1"];
        const before = await Promise.all(ids.map((id) => pixels(id)));
        await loadstone.restart();
        return [before, await Promise.all(ids.map((id) => pixels(id)))];""",
    ) == 2 * [[[1], [200], [6], [5], [6]]]


def test_a_loader_that_was_replaced_under_another_spelling_of_its_scheme_does_not_come_back(page: Page) -> None:
    assert (
        run(
            page,
            """await register(() => row(1), "Lab:");
        const second = await register(() => row(2), "lab");
        await second.unregister();
        await loadstone.restart();
        return (await loadstone.schemes()).includes("lab");""",
        )
        is False
    )


def test_when_python_ends_loads_are_cancelled_cached_images_let_go_and_asked_again_by_those_who_wait(
    page: Page,
) -> None:
    assert run(
        page,
        """await register((imageId) => {
            const [cancelFn, decache] = ["cancelFn", "decache"].map((name) => () => noted.push(name + imageId));
            const isSlow = imageId === "js:slow" && !noted.includes("begun");
            noted.push("begun");
            return { promise: isSlow ? new Promise(() => {}) : Promise.resolve(row(1)), cancelFn, decache };
        });
        const slow = failure(loadstone.loadImage("js:slow").promise);
        await begun();
        await loadstone.loadAndCacheImage("js:kept").promise;
        await loadstone.restart();
        const [name] = await slow;
        const after = await pixels("js:slow");
        return [name, after, noted.filter((note) => note !== "begun")];""",
    ) == ["EngineRestartedError", [1], ["cancelFnjs:slow", "decachejs:kept"]]
    assert run(
        page,
        """noted.length = 0;
        const cancelFn = () => noted.push("cancelFn");
        await register(() => ({ promise: new Promise(() => noted.push("begun")), cancelFn }));
        const waiting = failure(loadstone.loadImage("js:waiting").promise);
        await begun();
        loadstone.destroy();
        return [(await waiting)[1], noted];""",
    ) == ["Loadstone was destroyed; call createLoadstone() for a new one", ["begun", "cancelFn"]]


def test_the_page_lets_go_of_loaders_that_were_replaced_or_unregistered(page: Page) -> None:
    assert run(
        page,
        """await register(() => row(0), "js");
        const before = mapSizes();
        for (let n = 1; n <= 30; n++) {
            await register(() => row(n), "js");
            await loadstone.registerUnknownImageLoader(() => row(n)).then(({ unregister }) => unregister());
            await register(() => row(n), "passing").then(({ unregister }) => unregister());
            await pixels(`js:${n}`);
        }
        await soon();
        return [mapSizes() - before, await pixels("js:1")];""",
    ) == [0, [30]]
