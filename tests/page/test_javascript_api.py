"""loadstone.js as another page uses it."""

from typing import Any

import pytest
from playwright.sync_api import Page


@pytest.fixture(scope="module")
def page(api_page: Page) -> Page:
    return api_page


def run(page: Page, body: str) -> Any:
    return page.evaluate(f"async () => {{ {body} }}")


ERROR = "(error) => [error instanceof Error, error.name, error.message, error.imageId]"


def test_the_start_is_told_step_by_step(page: Page) -> None:
    assert list(dict.fromkeys(page.evaluate("steps"))) == ["runtime", "packages", "import", "ready"]


def test_load_image_gives_an_image_in_cornerstones_shape(page: Page) -> None:
    image = run(
        page,
        """const image = await loadstone.loadImage("example:ct").promise;
        const pixels = image.getPixelData();
        return { ...image, pixelData: null, kind: pixels.constructor.name, at: pixels[64 * 128 + 64],
            same: pixels === image.getPixelData() };""",
    )
    # CT_small.dcm, read with pydicom
    assert (image["rows"], image["columns"], image["slope"], image["intercept"]) == (128, 128, 1, -1024)
    assert (image["minPixelValue"], image["maxPixelValue"]) == (128, 2191)
    assert (image["kind"], image["at"], image["same"]) == ("Int16Array", 1928, True)


def test_describe_tells_all_but_the_pixels(page: Page) -> None:
    loaded, described = run(
        page,
        """const { pixelData, getPixelData, ...loaded } = await loadstone.loadAndCacheImage("example:ct").promise;
        return [loaded, await loadstone.describe("example:ct")];""",
    )
    assert described == loaded
    assert described["rows"] == 128


def test_what_files_say_of_persons_is_told_once_for_each_file(page: Page) -> None:
    found = run(
        page, 'return loadstone.identifiers(["example:mr-small", "example:mr-small?frame=1", "example:png", "my:1"]);'
    )
    # MR_small.dcm, by dcmdump
    named = {
        "(0008,0080) Institution Name": "TOSHI…",
        "(0010,0010) Patient's Name": "Compr…",
        "(0010,0020) Patient ID": "4MR1",
        "(0020,0010) Study ID": "4MR1",
    }
    findings = [{"where": where, "value": value} for where, value in named.items()]
    assert found == [{"imageId": "example:mr-small", "file": "example:mr-small", "findings": findings}]


ANNOTATED = """
import numpy as np
from loadstone import Image, LookupTable, Overlay, Shutter, Window

def annotated(image_id, options):
    bits = np.zeros((2, 3), np.bool_)
    bits[1, 2] = True
    return Image(image_id, np.arange(6, dtype="uint8").reshape(2, 3), padding=(5, 5), pixel_aspect_ratio=1.5,
        windows=(Window(3, 6, "SOFT"),), voi_luts=(LookupTable(np.arange(4), 1, 12, "HARD"),),
        overlays=(Overlay(bits, (0, 2), "R", "lesion", "by hand"),),
        shutter=Shutter(circle=(1, 2, 3), polygon=((1, 1), (1, 3), (2, 2)), color=(9, 8, 7)))

session.register_image_loader("annotated", annotated)
"""


def test_describe_tells_what_there_is_to_choose_and_to_switch(page: Page) -> None:
    page.evaluate("async (source) => { await loadstone.runPython(source); }", ANNOTATED)
    image = run(page, 'return loadstone.describe("annotated:1");')
    assert image["windows"] == [{"center": 3, "width": 6, "explanation": "SOFT"}]
    assert image["voiLUTs"] == [{"explanation": "HARD", "firstValueMapped": 1, "numBitsPerEntry": 12}]
    overlay = {"rows": 2, "columns": 3, "origin": [0, 2], "kind": "R", "label": "lesion", "description": "by hand"}
    assert image["overlays"] == [overlay]
    shapes = {"rectangle": None, "circle": [1, 2, 3], "polygon": [[1, 1], [1, 3], [2, 2]], "bitmap": False}
    assert image["shutter"] == shapes | {"color": [9, 8, 7]}
    assert (image["pixelPadding"], image["pixelAspectRatio"]) == ([5, 5], 1.5)


def test_a_view_chooses_a_window_and_switches_overlays_and_shutter(page: Page) -> None:
    page.evaluate("async (source) => { await loadstone.runPython(source); }", ANNOTATED)
    view = run(
        page,
        """const wanted = { width: 3, height: 2, window: 0, overlays: false, shutter: false };
        return (await loadstone.render("annotated:1", wanted)).view;""",
    )
    assert (view["window"], view["voiLUT"], view["overlays"], view["shutter"]) == (0, None, False, False)
    assert (view["windowCenter"], view["windowWidth"]) == (3, 6)


def test_load_image_leaves_the_cache_as_it_is_and_load_and_cache_image_fills_it(page: Page) -> None:
    sizes = run(
        page,
        """await loadstone.cache.purgeCache();
        const sizes = [];
        await loadstone.loadImage("example:ct").promise;
        sizes.push((await loadstone.cache.getCacheInfo()).numberOfImagesCached);
        await loadstone.loadAndCacheImage("example:ct").promise;
        sizes.push((await loadstone.cache.getCacheInfo()).numberOfImagesCached);
        return sizes;""",
    )
    assert sizes == [0, 1]


def test_metadata_comes_by_cornerstones_module_names(page: Page) -> None:
    found = run(
        page,
        """await loadstone.loadAndCacheImage("example:ct").promise;
        return [await loadstone.metaData.get("generalSeriesModule", "example:ct"),
            await loadstone.metaData.get("imagePlaneModule", "example:ct"),
            await loadstone.metaData.get("noSuchModule", "example:ct")];""",
    )
    assert found[0]["modality"] == "CT"
    assert found[1]["rows"] == 128
    assert found[2] is None


def test_render_gives_exactly_the_pixels_that_were_asked_for(page: Page) -> None:
    assert run(
        page,
        """const { width, height, data, view } = await loadstone.render("example:ct", { width: 50, height: 40 });
        return [width, height, data.length, data.constructor.name, view.scale];""",
    ) == [50, 40, 8000, "Uint8ClampedArray", 40 / 128]


def test_render_gives_an_image_bitmap_of_the_same_pixels(page: Page) -> None:
    same, size, data, kind, scale = run(
        page,
        """const view = { width: 50, height: 40, colormap: "hot-iron" };
        const { bitmap, data, ...picture } = await loadstone.render("example:ct", view, { as: "ImageBitmap" });
        const context = new OffscreenCanvas(50, 40).getContext("2d");
        context.drawImage(bitmap, 0, 0);
        const drawn = context.getImageData(0, 0, 50, 40).data;
        const rgba = await loadstone.render("example:ct", view, { as: "RGBA" });
        return [drawn.every((value, index) => value === rgba.data[index]), [picture.width, picture.height],
            data === undefined, bitmap.constructor.name, picture.view.scale];""",
    )
    assert (same, size, data, kind, scale) == (True, [50, 40], True, "ImageBitmap", 40 / 128)


def test_a_form_that_no_picture_has_is_told(page: Page) -> None:
    render = "loadstone.render('example:ct', { width: 5, height: 4 }, { as: 'PNG' })"
    message = run(page, f"return {render}.catch(({{ message }}) => message)")
    assert message == 'render: as="PNG"; give "RGBA" or "ImageBitmap"'


def test_pixels_are_moved_from_the_worker_not_copied(page: Page) -> None:
    worker = page.workers[0]
    worker.evaluate("""() => {
        const post = postMessage;
        globalThis.left = [];
        globalThis.postMessage = (message, options) => {
            post(message, options);
            const { data, pixelData } = message.value ?? {};
            left.push(...[data, pixelData].filter(Boolean).map((array) => array.byteLength));
        };
    }""")
    run(
        page,
        """await loadstone.render("example:ct", { width: 50, height: 40 });
        await loadstone.loadImage("example:ct").promise;""",
    )
    assert worker.evaluate("left") == [0, 0]


def test_an_error_is_an_error_with_pythons_name_the_image_id_and_a_traceback(page: Page) -> None:
    is_error, name, message, image_id = run(page, f"return loadstone.loadImage('sphinx:1').promise.catch({ERROR})")
    assert (is_error, name, image_id) == (True, "UnknownSchemeError", "sphinx:1")
    assert "sphinx" in message
    assert "wadouri" in message


def test_a_cancelled_load_rejects_at_once_and_stops_the_loader(page: Page) -> None:
    run(
        page,
        """await loadstone.runPython(`
import asyncio
ended = []
async def slow(image_id, options):
    try:
        await asyncio.sleep(3600)
    finally:
        ended.append(image_id)
session.register_image_loader("slow", slow)
`);""",
    )
    assert run(
        page,
        f"""const load = loadstone.loadImage("slow:1");
        await loadstone.schemes();
        load.cancelFn();
        return load.promise.catch({ERROR});""",
    )[1:] == ["LoadCancelledError", "slow:1: the load was cancelled; ask again to load it", "slow:1"]
    reason = run(
        page,
        """const control = new AbortController();
        const load = loadstone.loadImage("slow:2", { signal: control.signal });
        await loadstone.schemes();
        control.abort(new Error("enough"));
        return load.promise.catch((error) => error.message);""",
    )
    assert reason == "enough"
    assert run(page, "return loadstone.runPython('ended')") == ["slow:1", "slow:2"]


def test_a_signal_that_was_aborted_before_asks_for_nothing(page: Page) -> None:
    reason = run(
        page,
        """const load = loadstone.loadImage("example:ct", { signal: AbortSignal.abort(new Error("before")) });
        load.cancelFn();
        return load.promise.catch((error) => error.message);""",
    )
    assert reason == "before"


def test_events_have_cornerstones_names_and_a_detail(page: Page) -> None:
    assert run(
        page,
        """await loadstone.cache.purgeCache();
        const heard = [];
        const names = ["CORNERSTONE_IMAGE_LOADED", "CORNERSTONE_IMAGE_CACHE_IMAGE_ADDED"];
        for (const name of names) {
            loadstone.events.addEventListener(name, ({ type, detail }) => heard.push([type, detail.imageId]));
        }
        await loadstone.loadAndCacheImage("example:ct").promise;
        return heard.sort();""",
    ) == [["CORNERSTONE_IMAGE_CACHE_IMAGE_ADDED", "example:ct"], ["CORNERSTONE_IMAGE_LOADED", "example:ct"]]


def test_events_have_cornerstones_details(page: Page) -> None:
    heard = run(
        page,
        """await loadstone.cache.purgeCache();
        const heard = {};
        const listening = new AbortController();
        for (const name of ["LOADED", "LOAD_FAILED", "CACHE_IMAGE_ADDED", "CACHE_IMAGE_REMOVED"]) {
            loadstone.events.addEventListener(`CORNERSTONE_IMAGE_${name}`,
                ({ detail }) => { heard[name] = detail; }, { signal: listening.signal });
        }
        await loadstone.loadAndCacheImage("example:ct").promise;
        await loadstone.loadImage("example:nothing").promise.catch(() => {});
        await loadstone.cache.removeImageLoadObject("example:ct");
        listening.abort();
        const { error } = heard.LOAD_FAILED;
        heard.LOAD_FAILED.error = [error instanceof Error, error.name, error.imageId];
        return heard;""",
    )
    # CT_small.dcm, read with pydicom
    image = heard["LOADED"]["image"]
    assert (image["imageId"], image["rows"], image["intercept"], image["minPixelValue"]) == (
        "example:ct",
        128,
        -1024,
        128,
    )
    assert "pixelData" not in image
    failure = {"imageId": "example:nothing", "error": [True, "LoadstoneError", "example:nothing"]}
    assert heard["LOAD_FAILED"] == failure
    assert heard["CACHE_IMAGE_ADDED"]["image"] == {
        "imageId": "example:ct",
        "loaded": True,
        "sizeInBytes": 2 * 128 * 128,
    }
    assert heard["CACHE_IMAGE_REMOVED"] == {"imageId": "example:ct"}


def test_events_that_nobody_listens_to_are_not_even_sent(page: Page) -> None:
    names = run(
        page,
        """const other = await createLoadstone();
        const told = [];
        const tell = other.events.tell.bind(other.events);
        other.events.tell = (name, detail) => { told.push(name); tell(name, detail); };
        await other.loadAndCacheImage("example:ct").promise;
        other.events.addEventListener("CORNERSTONE_IMAGE_CACHE_IMAGE_ADDED", () => {});
        await other.loadAndCacheImage("example:mr").promise;
        await other.restart();
        await other.loadAndCacheImage("example:us").promise;
        other.destroy();
        return told;""",
    )
    added, restart = "CORNERSTONE_IMAGE_CACHE_IMAGE_ADDED", ["LOADSTONE_ENGINE_STOPPED", "LOADSTONE_ENGINE_RESTARTED"]
    assert [name for name in names if name != "LOADSTONE_LOADER_REGISTERED"] == [added, *restart, added]


def test_calls_made_in_one_go_are_all_answered(page: Page) -> None:
    assert run(
        page,
        """const ids = ["example:ct", "example:mr", "example:mr-small", "example:us", "example:phantom"];
        const images = await Promise.all([...ids, ...ids].map((id) => loadstone.loadImage(id).promise));
        return images.map(({ imageId }) => imageId);""",
    ) == 2 * ["example:ct", "example:mr", "example:mr-small", "example:us", "example:phantom"]


def test_a_destroyed_loadstone_rejects_what_waits_and_what_comes(page: Page) -> None:
    messages = run(
        page,
        """const other = await createLoadstone();
        const waiting = other.runPython("import asyncio; await asyncio.sleep(3600)");
        other.destroy();
        return Promise.all([waiting, other.schemes()].map((call) => call.catch((error) => error.message)));""",
    )
    assert messages == 2 * ["Loadstone was destroyed; call createLoadstone() for a new one"]
