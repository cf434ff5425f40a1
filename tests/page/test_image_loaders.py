"""Loaders written in JavaScript serve Python's registry: what they give, how they are cancelled, what is let go."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from loader_page import prepare, run, tidy
from playwright.sync_api import Page


@pytest.fixture
def page(api_page: Page) -> Iterator[Page]:
    prepare(api_page)
    yield api_page
    tidy(api_page)


# what a loader can give back for an image of the pixels 1, 2, 3
FORMS = {
    "{promise}": "() => ({ promise: Promise.resolve(row(1, 2, 3)) })",
    "a promise": "async () => row(1, 2, 3)",
    "an image": "() => row(1, 2, 3)",
    "a thenable": "() => ({ then(resolve) { setTimeout(() => resolve(row(1, 2, 3)), 5); } })",
    "a thenable in {promise}": "() => ({ promise: { then(resolve) { resolve(row(1, 2, 3)); } } })",
    "a thenable that settles twice": """() => ({ then(resolve, reject) {
        resolve(row(1, 2, 3)); resolve(row(4)); reject("again"); } })""",
    "a thenable that throws after resolving": "() => ({ then(resolve) { resolve(row(1, 2, 3)); throw 1; } })",
    "a thenable with a method promise, as jQuery's": """() => ({
        promise() { return this; }, then(resolve) { resolve(row(1, 2, 3)); } })""",
    "getPixelData": "() => ({ rows: 1, columns: 3, getPixelData: () => Uint8Array.of(1, 2, 3) })",
    "getPixelData that needs its object": """() => ({ rows: 1, columns: 3, kept: Uint8Array.of(1, 2, 3),
        getPixelData() { return this.kept; } })""",
}


@pytest.mark.parametrize("loader", FORMS.values(), ids=FORMS)
def test_each_form_of_a_loaders_result_brings_its_pixels(page: Page, loader: str) -> None:
    assert run(page, f"await register({loader}); return pixels('js:1');") == [1, 2, 3]


def test_a_loader_is_told_the_id_the_request_type_the_priority_and_a_signal(page: Page) -> None:
    assert run(
        page,
        """await register((imageId, { requestType, priority, signal, ...others }) => {
            noted.push([imageId, requestType, priority, signal.aborted, Object.keys(others)]);
            return row(1);
        });
        await pixels("js:a?b=c#d", { requestType: "prefetch", priority: -3 });
        await pixels("js:2");
        return noted;""",
    ) == [["js:a?b=c#d", "prefetch", -3, False, []], ["js:2", "interaction", 0, False, []]]


def test_python_loads_what_a_loader_of_the_page_gives(page: Page) -> None:
    run(page, "await register(() => ({ ...row(-5, 0, 5), slope: 2, intercept: -1, windowCenter: 4, windowWidth: 8 }));")
    source = """
image = await session.load_and_cache_image("js:1")
[image.pixels.tolist(), str(image.pixels.dtype), image.rescale_slope, image.rescale_intercept,
 image.windows[0].center, image.image_id, "js" in session.schemes, len(session.cache)]
"""
    found = run(page, "return python(argument);", source)
    assert found == [[[-5, 0, 5]], "int16", 2, -1, 4, "js:1", True, 1]


def test_the_owner_keeps_its_array_and_a_part_of_a_volume_travels_alone(page: Page) -> None:
    assert run(
        page,
        """const volume = Int16Array.from({ length: 12 }, (_, n) => n);
        await register((imageId) => ({ rows: 2, columns: 2, pixelData: volume.subarray(4, 8) }));
        return [await pixels("js:1"), await pixels("js:2"), volume.length, volume[11]];""",
    ) == [[4, 5, 6, 7], [4, 5, 6, 7], 12, 11]


def test_a_derived_image_may_spread_the_one_it_comes_from(page: Page) -> None:
    assert run(
        page,
        """await register(async (imageId) => {
            const image = await loadstone.loadImage("example:ct").promise;
            return { ...image, pixelData: image.getPixelData().map((value) => 2 * value) };
        });
        const derived = await loadstone.loadImage("js:double").promise;
        const at = derived.getPixelData()[64 * 128 + 64];
        return [at, derived.imageId, derived.intercept, derived.rows, derived.unit];""",
    ) == [2 * 1928, "js:double", -1024, 128, "HU"]


def test_more_derived_images_than_the_pools_hold_do_not_wait_for_each_other_for_ever(page: Page) -> None:
    # 40 loads of the page, each of which asks for two more by the same pool, one of them another loader of the page
    assert run(
        page,
        """await register((imageId) => row(Number(imageId.slice(6))), "inner");
        await python(`
import numpy as np
async def of_python(image_id, options):
    return np.array([[int(image_id.split(":")[1])]])
session.register_image_loader("ofpython", of_python)
`);
        await register(async (imageId, { requestType }) => {
            const number = imageId.slice(3);
            const [one] = await pixels(`inner:${number}`, { requestType });
            const [other] = await pixels(`ofpython:${number}`, { requestType });
            return row(one + other);
        });
        const load = (number, requestType) => pixels(`js:${number}`, { requestType });
        const numbers = Array.from({ length: 40 }, (_, n) => n);
        const both = await Promise.all(["interaction", "compute"].map((type, place) =>
            Promise.all(numbers.map((n) => load(100 * place + n, type)))));
        return both.map((values) => values.flat().every((value, n) => value % 200 === 2 * n % 200));""",
    ) == [True, True]


def test_a_loader_of_python_may_derive_from_one_of_the_page(page: Page) -> None:
    assert run(
        page,
        """await register((imageId) => row(7, 8));
        await python(`
async def twice(image_id, options):
    image = await session.load_image("js:" + image_id.split(":")[1])
    return image.pixels * 2
session.register_image_loader("twice", twice)
`);
        return Promise.all(Array.from({ length: 20 }, (_, n) => pixels("twice:" + n)));""",
    ) == 20 * [[14, 16]]


@pytest.mark.parametrize("how", ["load.cancelFn()", "control.abort()", "python(`session.cancel_load_image('js:1')`)"])
def test_cancelling_calls_cancel_fn_once_and_aborts_the_signal(page: Page, how: str) -> None:
    assert run(
        page,
        """await register((imageId, { signal }) => {
            noted.push("begun");
            signal.addEventListener("abort", () => noted.push("aborted"));
            return { promise: new Promise(() => {}), cancelFn: () => noted.push("cancelFn") };
        });
        const control = new AbortController();
        const load = loadstone.loadImage("js:1", { signal: control.signal });
        const ended = load.promise.then(() => "loaded", ({ name }) => name);
        await begun();"""
        f"await {how}; await {how};"
        """const name = await ended;
        await soon();
        return [name, noted];""",
    ) == ["AbortError" if "control" in how else "LoadCancelledError", ["begun", "aborted", "cancelFn"]]


def test_cancelling_one_of_two_who_wait_leaves_the_load_alone(page: Page) -> None:
    assert run(
        page,
        """let finish;
        await register(() => {
            noted.push("begun");
            return { promise: new Promise((resolve) => { finish = resolve; }), cancelFn: () => noted.push("cancelFn") };
        });
        const [one, other] = [1, 2].map(() => loadstone.loadImage("js:1"));
        one.promise.catch(() => {});
        await begun();
        one.cancelFn();
        await soon();
        finish(row(9));
        return [(await other.promise).getPixelData()[0], noted];""",
    ) == [9, ["begun"]]


def test_a_cancel_fn_that_fails_is_harmless_and_told_in_the_console(page: Page, complaints: list[str]) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    assert run(
        page,
        """await register((imageId) => {
            noted.push(imageId);
            return { promise: new Promise(() => {}),
                cancelFn: imageId === "js:1" ? () => { throw new Error("no way") } : async () => { throw "nor here" } };
        });
        const loads = ["js:1", "js:2"].map((imageId) => loadstone.loadImage(imageId));
        const ended = Promise.all(loads.map(({ promise }) => failure(promise)));
        while (noted.length < 2) await soon();
        loads.forEach(({ cancelFn }) => cancelFn());
        const names = (await ended).map(([name]) => name);
        await soon();
        await register(() => row(3));
        return [names, await pixels("js:1")];""",
    ) == [["LoadCancelledError", "LoadCancelledError"], [3]]
    assert any("js:1: the cancelFn of its loader failed: Error: no way" in text for text in said)
    assert any("js:2: the cancelFn of its loader failed: nor here" in text for text in said)


@pytest.mark.parametrize("settle", ["settling.resolve(row(1))", "settling.reject(new Error('late'))"])
def test_what_comes_after_the_cancellation_counts_for_nothing(page: Page, settle: str) -> None:
    assert run(
        page,
        """const settling = Promise.withResolvers();
        await register(() => {
            noted.push("begun");
            const [cancelFn, decache] = ["cancelFn", "decache"].map((name) => () => noted.push(name));
            return { promise: settling.promise, cancelFn, decache };
        });
        const load = loadstone.loadAndCacheImage("js:1");
        const ended = failure(load.promise);
        await begun();
        load.cancelFn();
        await ended;
        await soon();"""
        f"{settle};"
        """await soon();
        return [noted, (await loadstone.cache.getCacheInfo()).numberOfImagesCached];""",
    ) == [["begun", "cancelFn"], 0]


def test_a_load_that_has_ended_is_not_cancelled(page: Page) -> None:
    assert (
        run(
            page,
            """await register(() => ({ promise: row(1), cancelFn: () => noted.push("cancelFn") }));
        const load = loadstone.loadImage("js:1");
        await load.promise;
        load.cancelFn();
        await python("session.cancel_load_image('js:1')");
        await soon();
        return noted;""",
        )
        == []
    )


def test_decache_is_called_once_when_the_image_leaves_the_cache(page: Page) -> None:
    assert run(
        page,
        """await register((imageId) => ({ promise: row(1), decache: () => noted.push(imageId) }));
        for (const number of [1, 2, 3]) await loadstone.loadAndCacheImage(`js:${number}`).promise;
        await soon();
        const before = [...noted];
        await python("session.cache.remove('js:2')");
        await soon();
        const one = [...noted];
        await loadstone.cache.purgeCache();
        await loadstone.cache.purgeCache();
        await soon();
        return [before, one, noted];""",
    ) == [[], ["js:2"], ["js:2", "js:1", "js:3"]]


def test_decache_is_not_called_of_what_was_never_cached(page: Page) -> None:
    assert (
        run(
            page,
            """await register((imageId) => ({ promise: row(1), decache: () => noted.push(imageId) }));
        await pixels("js:1");
        await loadstone.cache.purgeCache();
        await soon();
        return noted;""",
        )
        == []
    )


def test_a_decache_that_throws_is_harmless(page: Page) -> None:
    assert run(
        page,
        """await register(() => ({ promise: row(1), decache: () => { throw new Error("stuck"); } }));
        await loadstone.loadAndCacheImage("js:1").promise;
        await loadstone.cache.purgeCache();
        return pixels("js:2");""",
    ) == [1]


def test_a_scheme_is_served_until_its_loader_is_unregistered(page: Page) -> None:
    loaded, first, again, (name, message, image_id), schemes = run(
        page,
        """const registration = await register(() => row(5), "passing");
        const loaded = await pixels("passing:1");
        return [loaded, await registration.unregister(), await registration.unregister(),
            await failure(loadstone.loadImage("passing:1").promise), await loadstone.schemes()];""",
    )
    assert (loaded, first, again) == ([5], True, False)
    assert (name, image_id) == ("UnknownSchemeError", "passing:1")
    assert "passing:1: no loader is registered for the scheme 'passing'" in message
    assert "passing" not in schemes


def test_a_loader_that_was_replaced_is_not_unregistered_and_its_images_leave_the_cache(page: Page) -> None:
    assert run(
        page,
        """const old = await register(() => ({ promise: row(1), decache: () => noted.push("decache") }));
        const before = (await loadstone.loadAndCacheImage("js:1").promise).getPixelData()[0];
        await register(() => row(2));
        const after = (await loadstone.loadAndCacheImage("js:1").promise).getPixelData()[0];
        await soon();
        return [before, after, await old.unregister(), await pixels("js:2"), noted];""",
    ) == [1, 2, False, [2], ["decache"]]


def test_a_load_under_way_by_a_loader_that_is_replaced_ends_for_those_who_wait(page: Page) -> None:
    assert run(
        page,
        """let finish;
        await register(() => { noted.push("begun"); return new Promise((resolve) => { finish = resolve; }); });
        const old = pixels("js:1");
        await begun();
        await register(() => row(2));
        const present = await pixels("js:1");
        finish(row(1));
        return [await old, present];""",
    ) == [[1], [2]]


def test_loaders_of_the_page_and_of_python_replace_each_other(page: Page) -> None:
    assert run(
        page,
        """await register(() => row(1));
        await python(`
import numpy as np
session.register_image_loader("js", lambda image_id, options: np.array([[2]]))
`);
        const ofPython = await pixels("js:1");
        await register(() => row(3));
        return [ofPython, await pixels("js:1")];""",
    ) == [[2], [3]]


def test_the_unknown_image_loader_serves_schemes_that_have_none(page: Page) -> None:
    loaded, first, again, (name, *_) = run(
        page,
        """const registration = await loadstone.registerUnknownImageLoader((imageId) => row(imageId.length));
        return [await pixels("sphinx:12"), await registration.unregister(), await registration.unregister(),
            await failure(loadstone.loadImage("sphinx:12").promise)];""",
    )
    assert (loaded, first, again, name) == ([9], True, False, "UnknownSchemeError")


def test_an_unknown_image_loader_that_was_replaced_leaves_the_new_one_alone(page: Page) -> None:
    assert run(
        page,
        """const old = await loadstone.registerUnknownImageLoader(() => row(1));
        const present = await loadstone.registerUnknownImageLoader(() => row(2));
        const answers = [await old.unregister(), await pixels("sphinx:1"), await present.unregister()];
        return answers;""",
    ) == [False, [2], True]


def test_what_can_be_no_scheme_and_no_loader_is_refused(page: Page) -> None:
    (name, message, _), others = run(
        page,
        """const refused = [register("js:", "js"), loadstone.registerUnknownImageLoader(null)];
        return [await failure(register(() => row(1), "2 schemes")), await Promise.all(refused.map(failure))];""",
    )
    assert name == "InvalidImageIdError"
    assert "'2 schemes' can be no scheme" in message
    assert [other[:2] for other in others] == [
        ["TypeError", "an image loader must be a function (imageId, options), not js:"],
        ["TypeError", "an image loader must be a function (imageId, options), not null"],
    ]


def test_the_readmes_loader_does_what_it_says(page: Page) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"## Loaders in JavaScript\n\n```js\n(.*?)```", readme, re.DOTALL)
    loading, unregistering = code.split("await registration.unregister();\n")[0], "await registration.unregister();"
    # stored values of CT_small.dcm by pydicom: 1928 in the middle, 2191 at most
    assert run(
        page,
        f"""{loading}
        const [value] = (await pixels("negative:example:ct")).slice(64 * 128 + 64);
        const known = await loadstone.metaData.get("lab", "negative:example:ct");
        {unregistering}
        return [value, known, (await loadstone.schemes()).includes("negative")];""",
    ) == [2191 - 1928, {"source": "negative:example:ct"}, False]
