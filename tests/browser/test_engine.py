"""The engine as the worker uses it: calls in plain data, one answer each, nothing left behind."""

import pytest

BEGIN = """
    const { start } = pyodide.pyimport("loadstone._browser.engine");
    self.heard = [];
    // in place of the decoder workers: a black frame of the ultrasound sample's size
    const decode = () => ({
      promise: Promise.resolve({ data: new Uint8Array(240 * 320 * 3), dtype: "|u1", shape: [240, 320, 3],
        photometricInterpretation: "RGB", warnings: [] }),
      cancel() {},
    });
    self.engine = start({
      emit: (name, detail) => heard.push([name, detail]),
      ask: async () => null,
      loadPackages: (names) => pyodide.loadPackage(names),
      decode,
      readHeads: async () => new Uint8Array(),
      readSlice: undefined,
      refusal: undefined,
      pageUrl: location.href,
    });
    self.ask = (method, params = {}) =>
      new Promise((resolve, reject) => { self.lastKey = engine.call(method, params, resolve, reject); });
"""

LISTEN = """
    const names = ["LOADED", "LOAD_FAILED", "LOAD_PROGRESS", "CACHE_IMAGE_ADDED", "CACHE_IMAGE_REMOVED", "CACHE_FULL"];
    await ask("listen", { events: names.map((name) => `CORNERSTONE_IMAGE_${name}`) });
"""


@pytest.fixture(scope="module")
def engine(selenium_module_scope):
    runner = selenium_module_scope
    runner.load_package(["loadstone", "pydicom", "pillow"])
    runner.run_js(BEGIN)
    runner.run_js(LISTEN)
    return runner


def test_every_sample_loads_in_cornerstones_shape(engine):
    images = engine.run_js("""
        const images = [];
        for (const { imageId } of await ask("samples")) {
          const image = await ask("loadImage", { imageId });
          images.push([imageId, image.rows, image.columns, image.pixelData.constructor.name, image.dataType,
            image.pixelData.length / (image.rows * image.columns), image.numberOfFrames]);
        }
        return images;
    """)
    assert images[0] == ["example:ct", 128, 128, "Int16Array", "Int16Array", 1, 1]
    assert ["example:us-cine", 240, 320, "Uint8Array", "Uint8Array", 3, 30] in images
    assert ["example:nifti", 96, 96, "Int16Array", "Int16Array", 1, 24] in images
    assert len(images) == 9


def test_loading_renders_probes_and_answers_for_metadata(engine):
    answers = engine.run_js("""
        const view = { width: 128, height: 128 };
        const picture = await ask("render", { imageId: "example:ct", view });
        const probe = await ask("probe", { imageId: "example:ct", view, x: 0.5, y: 0.5 });
        const series = await ask("metaData", { type: "generalSeriesModule", imageId: "example:ct" });
        const unknown = await ask("metaData", { type: "noSuchModule", imageId: "example:ct" });
        return [picture.data.length, picture.data.constructor.name, picture.view.scale, probe, series.modality,
          unknown === null];
    """)
    # the first stored value of pydicom's CT_small.dcm is 175, its rescale intercept -1024
    probe = {"column": 0, "row": 0, "stored": 175, "modality": -849, "unit": "HU", "inside": True}
    assert answers == [128 * 128 * 4, "Uint8ClampedArray", 1, probe, "CT", True]


def test_every_metadata_module_of_a_dicom_image_crosses_as_plain_data(engine):
    found = engine.run_js("""
        await ask("loadAndCacheImage", { imageId: "example:ct" });
        const get = (type) => ask("metaData", { type, imageId: "example:ct" });
        const pixel = await get("imagePixelModule");
        const plane = await get("imagePlaneModule");
        const said = await get("dataset");
        const instance = await get("instance");
        const missing = await get("petSeriesModule");
        return [pixel.bitsStored, pixel.redPaletteColorLookupTableData === null, plane.rowCosines,
          said["00100020"], instance.PatientID, missing === null];
    """)
    assert found == [16, True, [1, 0, 0], {"vr": "LO", "Value": ["1CT1"]}, "1CT1", True]


def test_frames_and_thumbnails(engine):
    frames, size = engine.run_js("""
        const thumbnail = await ask("thumbnail", { imageId: "example:us", size: 64 });
        return [await ask("frames", { imageId: "example:us-cine" }), [thumbnail.width, thumbnail.height]];
    """)
    assert frames == [f"example:us-cine?frame={n}" for n in range(1, 31)]
    assert size == [64, 48]


def test_an_error_arrives_as_plain_data_with_id_and_traceback(engine):
    error = engine.run_js('return await ask("loadImage", { imageId: "nope:1" }).then(() => null, (error) => error);')
    assert error["name"] == "UnknownSchemeError"
    assert error["imageId"] == "nope:1"
    assert "there are loaders for blob, data, dicomfile, dicomweb, example" in error["message"]
    assert "Traceback" in error["traceback"]


def test_a_method_that_there_is_not_is_named(engine):
    error = engine.run_js('return await ask("fly").then(() => null, (error) => error);')
    assert "the engine has no method 'fly'; it has addFiles, cacheInfo, cancelLoadImage" in error["message"]


BAD_CALLS = [
    ('ask("loadImage")', "loadImage needs the parameter imageId; give the text of an image id"),
    ('ask("loadImage", { imageId: null })', "loadImage needs the parameter imageId"),
    ('ask("loadAndCacheImage", { imageId: 5 })', "loadAndCacheImage: imageId=5; give the text of an image id"),
    ('ask("render", { imageId: "example:ct" })', "render needs the parameter view"),
    ('ask("render", { imageId: "example:ct", view: { width: NaN, height: 1 } })', "a view of nan x 1 pixels"),
    ('ask("render", { imageId: "example:ct", view: { width: 1, height: 1, scale: "1" } })', "scale='1'; give canvas"),
    ('ask("render", { imageId: "example:ct", view: { width: 1, height: 1, pan: 5 } })', "pan=5; give an object"),
    ('ask("probe", { imageId: "example:ct", view: { width: 1, height: 1 }, x: 0 })', "probe needs the parameter y"),
    ('ask("thumbnail", { imageId: "example:ct", size: NaN })', "thumbnail: size=nan; give a number"),
    ('ask("loadImage", { imageId: "example:us-cine?frame=7", requestType: "urgent" })', "'urgent'"),
    ('ask("loadImage", { imageId: "example:us-cine?frame=8", priority: "high" })', "priority='high' is no number"),
    ('ask("prefetch", { imageIds: "example:ct", index: 0 })', "prefetch: imageIds='example:ct'; give an array"),
    ('ask("setHeaders", { headers: "A: b" })', "setHeaders: headers='A: b'; give an object"),
]


@pytest.mark.parametrize(("call", "message"), BAD_CALLS)
def test_an_argument_that_can_not_be_used_is_told_with_its_name_and_value(engine, call, message):
    error = engine.run_js(f"return await {call}.then(() => null, (error) => error);")
    assert error["name"] == "InvalidArgumentError"
    assert message in error["message"]


def test_a_whole_number_is_whole_however_it_is_written(engine):
    assert (
        engine.run_js("""
        const view = { width: 100.0, height: 1e2 };
        return (await ask("render", { imageId: "example:ct", view })).data.length;
    """)
        == 40000
    )


def test_whole_numbers_beyond_two_to_the_53rd_arrive_as_numbers(engine):
    types = engine.run_js("""
        await ask("runPython", { source: `
import numpy as np
async def wide(image_id, options):
    return np.array([[-2**60, 2**60]])
session.register_image_loader("wide", wide)
` });
        const image = await ask("loadImage", { imageId: "wide:1" });
        const probe = await ask("probe", { imageId: "wide:1", view: { width: 2, height: 1 }, x: 1.5, y: 0.5 });
        return [image.minPixelValue, image.maxPixelValue, probe.stored, probe.modality].map((value) => typeof value);
    """)
    assert types == ["number"] * 4


def test_the_value_of_the_users_python_is_null_where_it_is_no_plain_data(engine):
    assert (
        engine.run_js("""
        const values = [];
        for (const source of ["None", "session", "lambda: 1", "[1, None]", "import numpy; numpy.arange(3).mean()"]) {
          values.push(await ask("runPython", { source }));
        }
        return JSON.stringify(values);
    """)
        == "[null,null,null,[1,null],1]"
    )


def test_python_defines_a_loader_live_and_its_images_load(engine):
    pixels = engine.run_js("""
        await ask("runPython", { source: `
import numpy as np
async def ramp(image_id, options):
    return np.arange(4, dtype=np.uint16).reshape(2, 2)
session.register_image_loader("ramp", ramp)
` });
        const image = await ask("loadAndCacheImage", { imageId: "ramp:1" });
        return [Array.from(image.pixelData), await ask("runPython", { source: "1 + 1" })];
    """)
    assert pixels == [[0, 1, 2, 3], 2]


def test_an_error_in_the_users_python_is_told_with_its_traceback(engine):
    error = engine.run_js('return await ask("runPython", { source: "1/0" }).then(() => null, (error) => error);')
    assert (error["name"], error["message"]) == ("ZeroDivisionError", "division by zero")
    assert "<page>" in error["traceback"]
    assert (error["program"], error["line"]) == ("<page>", 1)


LATER = """
import numpy as np

async def flawed(image_id, options):
    number = int(image_id.split(":")[1])
    return np.full((2, 2), 6 // number)

session.register_image_loader("flawed", flawed)
"""


def test_a_loader_that_fails_later_tells_the_line_and_shows_it_under_the_programs_name(engine):
    error, told, fine = engine.run_js(f"""
        heard.length = 0;
        await ask("runPython", {{ source: `{LATER}`, name: "flawed.py" }});
        const error = await ask("loadAndCacheImage", {{ imageId: "flawed:0" }}).then(() => null, (error) => error);
        const [[, {{ error: told }}]] = heard.filter(([name]) => name === "CORNERSTONE_IMAGE_LOAD_FAILED");
        return [error, told, (await ask("loadImage", {{ imageId: "flawed:2" }})).pixelData[0]];
    """)
    assert (error["name"], error["program"], error["line"], error["imageId"]) == (
        "LoaderError",
        "flawed.py",
        6,
        "flawed:0",
    )
    assert 'File "flawed.py", line 6, in flawed\n    return np.full((2, 2), 6 // number)' in error["traceback"]
    assert (told["program"], told["line"]) == ("flawed.py", 6)
    assert fine == 3


def test_errors_that_no_program_made_have_no_line(engine):
    error = engine.run_js('return await ask("loadImage", { imageId: "example:no" }).then(() => 0, (error) => error);')
    assert (error["program"], error["line"]) == (None, None)


def test_what_a_program_prints_is_heard_before_its_end_and_what_a_loader_prints_too(engine):
    heard = engine.run_js("""
        heard.length = 0;
        const printed = () => heard.filter(([name]) => name === "LOADSTONE_OUTPUT").map(([, detail]) => detail);
        await ask("runPython", { source: `
import sys
import numpy as np
def talking(image_id, options):
    print("loading", image_id)
    return np.zeros((2, 2))
session.register_image_loader("talking", talking)
print("hello", end="")
print("trouble", file=sys.stderr)
` });
        const first = printed();
        await ask("loadImage", { imageId: "talking:1" });
        return [first, printed().slice(first.length)];
    """)
    assert sorted((piece["stream"], piece["text"]) for piece in heard[0]) == [
        ("stderr", "trouble\n"),
        ("stdout", "hello"),
    ]
    assert heard[1] == [{"stream": "stdout", "text": "loading talking:1\n"}]


def test_a_scheme_that_gets_another_loader_is_told_with_the_images_that_left_the_cache(engine):
    heard = engine.run_js("""
        const source = `
import numpy as np
session.register_image_loader("twice", lambda image_id, options: np.zeros((2, 2)))`;
        await ask("runPython", { source });
        await ask("loadAndCacheImage", { imageId: "twice:1" });
        heard.length = 0;
        await ask("runPython", { source });
        return heard;
    """)
    assert heard == [
        ["CORNERSTONE_IMAGE_CACHE_IMAGE_REMOVED", {"imageId": "twice:1"}],
        ["LOADSTONE_LOADER_REGISTERED", {"scheme": "twice", "imageIds": ["twice:1"]}],
    ]


def test_a_cancelled_call_is_rejected_and_cancels_the_load(engine):
    error = engine.run_js("""
        await ask("runPython", { source: `
import asyncio
stopped = []
async def never(image_id, options):
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        stopped.append(image_id)
        raise
session.register_image_loader("never", never)
` });
        const load = ask("loadImage", { imageId: "never:1" });
        const ended = load.then(() => null, (error) => error.name);
        await new Promise((resolve) => setTimeout(resolve, 30));
        engine.cancel(lastKey);
        return [await ended, await ask("runPython", { source: "await asyncio.sleep(0.05); stopped" })];
    """)
    assert error == ["LoadCancelledError", ["never:1"]]


def test_events_arrive_under_cornerstones_names(engine):
    heard = engine.run_js("""
        heard.length = 0;
        await ask("purgeCache");
        heard.length = 0;
        await ask("loadAndCacheImage", { imageId: "example:mr-small" });
        await ask("loadImage", { imageId: "example:nothing" }).catch(() => {});
        return heard;
    """)
    assert [name for name, _ in heard] == [
        "CORNERSTONE_IMAGE_LOAD_PROGRESS",
        "CORNERSTONE_IMAGE_LOADED",
        "CORNERSTONE_IMAGE_CACHE_IMAGE_ADDED",
        "CORNERSTONE_IMAGE_LOAD_FAILED",
    ]
    assert heard[0][1]["percentComplete"] == 100
    image = heard[1][1]["image"]
    assert (image["imageId"], image["rows"], image["dataType"], "pixelData" in image) == (
        "example:mr-small",
        64,
        "Int16Array",
        False,
    )
    kept = {"imageId": "example:mr-small", "loaded": True, "sizeInBytes": 64 * 64 * 2}
    assert heard[2][1] == {"imageId": "example:mr-small", "image": kept}
    assert "there is no sample 'nothing'; there are ct, mr" in heard[3][1]["error"]["message"]


def test_no_proxy_outlives_its_call(engine):
    calls = """
        for (let n = 0; n < %d; n++) {
          await ask("loadImage", { imageId: "example:mr-small" });
          await ask("render", { imageId: "example:mr-small", view: { width: 32, height: 32 } });
          await ask("loadImage", { imageId: "nope:1" }).catch(() => {});
          const load = ask("loadImage", { imageId: "never:2" }).catch(() => {});
          engine.cancel(lastKey);
          await load;
        }
    """
    engine.run_js(calls % 5)
    engine.enable_pyproxy_tracing()
    try:
        before = engine.get_num_proxies()
        engine.run_js(calls % 100)
        assert engine.get_num_proxies() - before <= 2
    finally:
        engine.disable_pyproxy_tracing()


def test_the_heap_stays_flat_over_three_hundred_rounds_of_load_and_purge(engine):
    before, after = engine.run_js("""
        const rounds = async (count) => {
          for (let n = 0; n < count; n++) {
            const image = await ask("loadAndCacheImage", { imageId: "example:mr" });
            await ask("render", { imageId: image.imageId, view: { width: 64, height: 64 } });
            await ask("purgeCache");
          }
        };
        const heap = () => pyodide._module.HEAPU8.length;
        await rounds(50);
        const before = heap();
        await rounds(300);
        return [before, heap()];
    """)
    # each round holds an image of 290,400 bytes and a file of 321,700: leaked, they would be 180 MB, more than the heap
    # has free
    assert after == before
