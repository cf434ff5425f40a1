"""Images that JavaScript gives to Python in the engine's own realm."""

import pytest
from pytest_pyodide import run_in_pyodide

# JavaScript expressions of a loader, for an image of the pixels -1, 2 and the slope 0.5
LOADERS = {
    "an image": "() => ({ rows: 1, columns: 2, slope: 0.5, getPixelData: () => Int16Array.of(-1, 2) })",
    "an image with its values": "() => ({ rows: 1, columns: 2, slope: 0.5, pixelData: Int16Array.of(-1, 2) })",
    "a promise": "async () => ({ rows: 1, columns: 2, slope: 0.5, pixelData: Int16Array.of(-1, 2) })",
    "{promise}": """() => ({ cancelFn() {}, promise: Promise.resolve(
        { rows: 1, columns: 2, slope: 0.5, getPixelData() { return Int16Array.of(-1, 2); } }) })""",
    "part of a volume": """() => ({ rows: 1, columns: 2, slope: 0.5,
        pixelData: Int16Array.of(7, 8, -1, 2, 9).subarray(2, 4) })""",
}


@run_in_pyodide(packages=["loadstone"])
async def load_by(selenium, loader_source):
    from pyodide.code import run_js

    from loadstone._browser.promises import from_javascript, let_every_rejection_arrive
    from loadstone.errors import LoadstoneError
    from loadstone.session import Session

    let_every_rejection_arrive()
    loader = run_js(loader_source)
    session = Session(foreign=from_javascript)
    session.register_image_loader("lab", lambda image_id, options: loader())
    try:
        image = await session.load_image("lab:1")
    except LoadstoneError as error:
        return [type(error).__name__, str(error), error.image_id]
    return [image.image_id, image.pixels.tolist(), str(image.pixels.dtype), image.rescale_slope]


@pytest.mark.parametrize("source", LOADERS.values(), ids=LOADERS)
def test_an_image_in_cornerstones_shape_becomes_an_image(selenium, source):
    assert load_by(selenium, source) == ["lab:1", [[-1, 2]], "int16", 0.5]


WRONGS = {
    "() => ({})": "lab:1: the image of its JavaScript loader has no pixels; give rows, columns, and pixelData",
    "async () => ({ rows: 2, columns: 2, pixelData: Int16Array.of(1, 2) })": "lab:1: the image of its JavaScript "
    "loader has 2 values for 2 rows x 2 columns; give 4, or 12 for RGB, 16 for RGBA",
    "async () => ({ rows: 1, columns: 1, getPixelData: () => [1] })": "lab:1: the pixels of the image of its "
    "JavaScript loader are of the kind Array; give a typed array, such as Int16Array",
    "() => ({ rows: 1, columns: 1, getPixelData() { throw new Error('no canvas'); } })": "lab:1: its loader raised "
    "JsException: Error: no canvas",
}


@pytest.mark.parametrize("source", WRONGS)
def test_what_is_wrong_with_it_is_named(selenium, source):
    name, message, image_id = load_by(selenium, source)
    assert (name, image_id) == ("LoaderError", "lab:1")
    assert message.startswith(WRONGS[source])
