"""What Cornerstone asks of an image loader: options, cancelling, letting go, and metadata ahead of pixels."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page
from servers import OddServer, odd_server

# an address of its own for each time: what one test holds on to is nothing to the others
CT = "const imageId = `py:wadouri:${location.origin}/made/ct.dcm?${performance.now()}`;"


def run(page: Page, body: str) -> Any:
    return page.evaluate(f"async () => {{ const {{ cache, imageLoader }} = viewports; {CT} {body} }}")


@pytest.fixture(autouse=True)
def _nothing_loaded(viewports: Page) -> None:
    run(viewports, "cache.purgeCache(); await loadstone.cache.purgeCache();")


@pytest.fixture
def slow_server() -> Iterator[OddServer]:
    with odd_server(cors=True) as server:
        yield server


def test_values_come_in_modality_units_unless_they_are_wanted_as_stored(viewports: Page) -> None:
    scaled, stored = run(
        viewports,
        """return Promise.all([{}, { preScale: { enabled: false } }].map(async (options) => {
            const image = await loadstone.cornerstoneImageLoader(imageId, options).promise;
            const { minPixelValue, maxPixelValue, slope, intercept, preScale, dataType } = image;
            const pixels = image.getPixelData();
            return { minPixelValue, maxPixelValue, slope, intercept, preScale, dataType, first: pixels[0], last:
                pixels.at(-1), imageId: image.imageId.slice(0, 10), kind: pixels.constructor.name };
        }));""",
    )
    # the picture's ramp goes from 0 on the left to 3000 / 4 on the right
    assert (scaled["first"], scaled["last"], scaled["kind"]) == (-1024, -274, "Int16Array")
    assert (stored["first"], stored["last"], stored["kind"]) == (0, 750, "Uint16Array")
    assert (scaled["slope"], scaled["intercept"], stored["slope"], stored["intercept"]) == (1, 0, 1, -1024)
    parameters = {"rescaleSlope": 1, "rescaleIntercept": -1024, "modality": "CT"}
    assert scaled["preScale"] == {"enabled": True, "scaled": True, "scalingParameters": parameters}
    assert "preScale" not in stored or stored["preScale"] is None
    assert (scaled["minPixelValue"], stored["minPixelValue"]) == (-1024, 0)
    assert scaled["dataType"] == scaled["kind"]
    assert scaled["imageId"] == "py:wadouri"


def test_a_volume_gets_its_type_and_colour_its_alpha(viewports: Page) -> None:
    assert run(
        viewports,
        """const floats = { targetBuffer: { type: "Float32Array" } };
        const volume = await loadstone.cornerstoneImageLoader(imageId, floats).promise;
        const rgb = imageId.replace("ct.dcm", "rgb.dcm");
        const color = await loadstone.cornerstoneImageLoader(rgb, {}).promise;
        const withAlpha = await loadstone.cornerstoneImageLoader(rgb, { useRGBA: true }).promise;
        return [volume.getPixelData().constructor.name, ...[color, withAlpha].flatMap((image) =>
            [image.getPixelData().length, image.numberOfComponents, image.rgba, image.windowWidth])];""",
    ) == ["Float32Array", 48 * 64 * 3, 3, False, 256, 48 * 64 * 4, 4, True, 256]


def test_urgency_and_kind_of_request_reach_the_python_loader(viewports: Page) -> None:
    viewports.evaluate(
        """() => loadstone.runPython(`
import numpy as np
urgencies = []
def noting(image_id, options):
    urgencies.append([options.request_type, options.priority])
    return np.eye(4)
session.register_image_loader("noting", noting)
`)"""
    )
    assert run(
        viewports,
        """imageLoader.registerImageLoader("noting", loadstone.cornerstoneImageLoader);
        await imageLoader.loadAndCacheImage("noting:1", { requestType: "thumbnail", priority: 3 });
        await imageLoader.loadAndCacheImage("py:noting:2");
        return loadstone.runPython("urgencies", { replay: false });""",
    ) == [["thumbnail", 3], ["prefetch", 0]]


def test_an_array_from_a_python_loader_is_shown(viewports: Page) -> None:
    viewports.evaluate(
        """() => loadstone.runPython(`
import numpy as np
def ramp(image_id, options):
    return np.linspace(-1, 1, 64 * 64).reshape(64, 64)
session.register_image_loader("ramp", ramp)
`)"""
    )
    greys = run(
        viewports,
        """const [picture] = await viewports.stackPictures(["py:ramp:1"]);
        return [32, 96, 160, 224].map((row) => picture.data[(row * picture.width + 128) * 4]);""",
    )
    # the ramp runs down the picture, from black to white
    assert greys == pytest.approx([32, 96, 160, 224], abs=3)


@pytest.mark.parametrize("cancel", ["cancelLoadImage(imageId)", "cancelLoadImages([imageId])"])
def test_cancelling_closes_the_connection(viewports: Page, slow_server: OddServer, cancel: str) -> None:
    begun = f"py:wadouri:{slow_server.url}/slow"
    viewports.evaluate(
        """(imageId) => {
            const { eventTarget, imageLoader } = viewports;
            globalThis.failed = new Promise((resolve) => {
                const tell = ({ detail }) => resolve(detail);
                eventTarget.addEventListener("CORNERSTONE_IMAGE_LOAD_FAILED", tell, { once: true });
            });
            imageLoader.loadAndCacheImage(imageId).catch(() => {});
            return new Promise((resolve) => {
                loadstone.events.addEventListener("CORNERSTONE_IMAGE_LOAD_PROGRESS", resolve, { once: true });
            });
        }""",
        begun,
    )
    assert slow_server.requests == ["/slow"]
    assert not slow_server.broken_off.is_set()
    failed = viewports.evaluate(f"(imageId) => {{ viewports.imageLoader.{cancel}; return failed; }}", begun)
    assert slow_server.broken_off.wait(5)
    assert failed["imageId"] == begun


def test_a_failure_is_told_and_the_image_can_be_loaded_again(viewports: Page) -> None:
    assert run(
        viewports,
        r"""const missing = imageId.replace("ct.dcm", "missing.dcm");
        const failure = ({ name, message }) => [name, /made\/missing\.dcm\?.*: .*status 404/.test(message)];
        const first = await imageLoader.loadAndCacheImage(missing).catch(failure);
        const kept = Boolean(cache.getImageLoadObject(missing));
        return [first, kept, await imageLoader.loadAndCacheImage(missing).catch(failure)];""",
    ) == [["HttpStatusError", True], False, ["HttpStatusError", True]]


def test_an_image_is_in_cornerstones_cache_only_and_gone_when_that_lets_go_of_it(viewports: Page) -> None:
    assert run(
        viewports,
        """const knows = () => loadstone.metaDataProvider("imagePlaneModule", imageId) !== undefined;
        await imageLoader.loadAndCacheImage(imageId);
        const told = [(await loadstone.cache.getCacheInfo()).numberOfImagesCached, knows()];
        cache.removeImageLoadObject(imageId);
        return [...told, knows()];""",
    ) == [0, True, False]


def test_an_image_that_was_loaded_again_keeps_its_metadata_when_the_first_one_goes(viewports: Page) -> None:
    assert run(
        viewports,
        """const first = loadstone.cornerstoneImageLoader(imageId);
        const second = loadstone.cornerstoneImageLoader(imageId);
        await Promise.all([first.promise, second.promise]);
        const knows = () => loadstone.metaDataProvider("imagePlaneModule", imageId) !== undefined;
        first.decache();
        const told = [knows()];
        second.decache();
        return [...told, knows()];""",
    ) == [True, False]


COUNT_IMAGES = """
import gc
from loadstone import Image
gc.collect()
sum(isinstance(one, Image) for one in gc.get_objects())
"""


def test_what_cornerstone_evicts_takes_no_memory_any_more_neither_in_the_page_nor_in_python(viewports: Page) -> None:
    count = "loadstone.runPython(countImages, { replay: false })"
    viewports.evaluate("(source) => { globalThis.countImages = source; }", COUNT_IMAGES)
    before = run(viewports, f"return {count};")
    loaded, in_python = run(
        viewports,
        f"""globalThis.images = [];
        for (let turn = 0; turn < 50; turn += 1) {{
            const image = await imageLoader.loadAndCacheImage(`${{imageId}}?turn=${{turn}}`);
            images.push(new WeakRef(image), new WeakRef(image.getPixelData()));
        }}
        return [cache.getCacheSize(), await {count}];""",
    )
    assert (loaded, in_python) == (50 * 48 * 64 * 2, before)
    run(viewports, "cache.purgeCache();")
    page_memory = viewports.context.new_cdp_session(viewports)
    page_memory.send("HeapProfiler.collectGarbage")
    assert run(viewports, "return images.filter((image) => image.deref() !== undefined).length;") == 0


def test_metadata_are_there_ahead_of_pixels_and_nothing_is_fetched_twice(viewports: Page) -> None:
    requests: list[str] = []
    viewports.context.on("request", lambda request: requests.append(request.url))
    told = run(
        viewports,
        """const imageIds = [0, 1, 2].map((turn) => `${imageId}&ahead=${turn}`);
        await loadstone.loadMetaData(imageIds);
        const rows = imageIds.map((one) => loadstone.metaDataProvider("imagePlaneModule", one).rows);
        const ahead = (await loadstone.cache.getCacheInfo()).numberOfImagesCached;
        await Promise.all(imageLoader.loadAndCacheImages(imageIds));
        return [rows, ahead, (await loadstone.cache.getCacheInfo()).numberOfImagesCached];""",
    )
    assert told == [[48, 48, 48], 3, 0]
    assert len([url for url in requests if "ahead=" in url]) == 3


def test_an_image_whose_load_was_given_up_is_kept_ahead_until_cornerstone_has_it(viewports: Page) -> None:
    assert run(
        viewports,
        """const ahead = `${imageId}&givenUp=1`;
        await loadstone.loadMetaData([ahead]);
        const { promise, cancelFn } = loadstone.cornerstoneImageLoader(ahead, {});
        cancelFn();
        const first = await promise.catch(({ name }) => name);
        await imageLoader.loadAndCacheImage(ahead);
        return [first, (await loadstone.cache.getCacheInfo()).numberOfImagesCached];""",
    ) == ["LoadCancelledError", 0]


@pytest.mark.parametrize(("ids", "told"), [("'py:example:ct'", "py:example:ct"), ("", "undefined"), ("[7]", "7")])
def test_what_are_no_image_ids_is_refused(viewports: Page, ids: str, told: str) -> None:
    assert run(viewports, f"return loadstone.loadMetaData({ids}).catch(({{ name, message }}) => [name, message]);") == [
        "TypeError",
        f"loadMetaData: imageIds={told}; give an array of image ids",
    ]


def test_metadata_that_can_not_be_had_are_told(viewports: Page) -> None:
    assert run(
        viewports,
        """const missing = imageId.replace("ct.dcm", "missing.dcm");
        const given = { signal: AbortSignal.abort(new Error("no more")) };
        const failure = ({ name, message }) => `${name}: ${message.split(":").at(-1)}`;
        return Promise.all([[missing], [imageId, given]].map(([one, options]) =>
            loadstone.loadMetaData([one], options).catch(failure)));""",
    ) == [
        "HttpStatusError:  the server answered with status 404; there is nothing at this address; check its spelling",
        "Error: no more",
    ]
