"""Cornerstone's own image loaders serve Python's registry: what they resolve is rendered by Python."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from part10 import bundled
from PIL import Image
from playwright.sync_api import Page
from pydicom import dcmread
from pydicom.pixels.processing import apply_modality_lut
from tests.cornerstone.made_files import COLUMNS, FILES, ROWS

# its ids are those of Cornerstone's wadouri loader, behind another scheme, since Loadstone has a loader of that name
REGISTER = """
async () => {
    const { metaData, wadouri } = viewports;
    const own = (imageId) => imageId.replace("dicom:", "wadouri:");
    loadstone.metaData.addProvider((type, imageId) => metaData.get(type, own(imageId)));
    await loadstone.registerImageLoader(
        "dicom", (imageId, options) => wadouri.loadImageFromNaturalizedMetadata(own(imageId), options));
}
"""

LOADED = """
async (name) => {
    const image = await loadstone.loadImage(`dicom:${location.origin}/${name}`).promise;
    const { color, rows, columns, slope, intercept, dataType, rowPixelSpacing, photometricInterpretation } = image;
    return { values: [...image.getPixelData()], color, rows, columns, slope, intercept, dataType, rowPixelSpacing,
        photometricInterpretation };
}
"""

COMPARED = """
async ([name, view]) => {
    const [theirs, own] = await Promise.all(["dicom", "wadouri"].map((scheme) =>
        loadstone.render(`${scheme}:${location.origin}/${name}`, { width: 200, height: 180, ...view })));
    return viewports.compare(theirs, own);
}
"""


@pytest.fixture(scope="module")
def page(viewports: Page) -> Page:
    viewports.evaluate(REGISTER)
    return viewports


def modality_values(name: str) -> NDArray[Any]:
    kind, file = name.split("/")
    data_set = dcmread(BytesIO(bundled(file) if kind == "pydicom" else FILES[file.removesuffix(".dcm")]))
    return np.asarray(apply_modality_lut(data_set.pixel_array, data_set), np.float64)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("made/ct.dcm", "Int16Array"),
        ("made/signed.dcm", "Uint16Array"),
        ("made/8-bit.dcm", "Uint8Array"),
        ("made/monochrome1.dcm", "Uint16Array"),
        ("made/float.dcm", "Float32Array"),
        ("made/fractional slope.dcm", "Float32Array"),
        ("pydicom/CT_small.dcm", "Int16Array"),
        ("pydicom/MR_small_RLE.dcm", "Uint16Array"),
        ("pydicom/JPEG2000.dcm", "Int16Array"),
    ],
)
def test_scaled_values_are_pydicoms_in_modality_units(page: Page, name: str, kind: str) -> None:
    image = page.evaluate(LOADED, name)
    values = np.array(image["values"], np.float64) * image["slope"] + image["intercept"]
    assert np.abs(values - modality_values(name).ravel()).max() <= 1e-3
    # they are scaled already: scaling them twice is the mistake to make here
    assert (image["slope"], image["intercept"], image["dataType"]) == (1, 0, kind)


def test_colours_are_pydicoms(page: Page) -> None:
    image = page.evaluate(LOADED, "made/rgb.dcm")
    assert (image["color"], image["rows"], image["columns"]) == (True, ROWS, COLUMNS)
    assert image["values"] == dcmread(BytesIO(FILES["rgb"])).pixel_array.ravel().tolist()


VIEWS: list[dict[str, Any]] = [{}, {"windowCenter": 350, "windowWidth": 700, "invert": True}]


@pytest.mark.parametrize(
    "name",
    [
        "made/ct.dcm",
        "made/signed.dcm",
        "made/8-bit.dcm",
        "made/monochrome1.dcm",
        "made/float.dcm",
        "made/oblong pixels.dcm",
        "made/no spacing.dcm",
        "pydicom/MR_small.dcm",
    ],
)
def test_pythons_picture_is_that_of_its_own_loader(page: Page, name: str) -> None:
    for view in VIEWS:
        found = page.evaluate(COMPARED, [name, view])
        assert (found["different"], found["most"], found["levels"] > 20) == (0, 0, True), view


@pytest.mark.parametrize(
    "name",
    [
        "made/no window.dcm",
        "made/rgb.dcm",
        "pydicom/CT_small.dcm",
        "pydicom/JPEG2000.dcm",
        "pydicom/examples_rgb_color.dcm",
    ],
)
def test_where_a_file_has_no_window_another_is_off_by_a_level(page: Page, name: str) -> None:
    # the window that Cornerstone's loader makes up shows the same; but with one, others go by LINEAR, not LINEAR_EXACT
    made_up, another = (page.evaluate(COMPARED, [name, view]) for view in VIEWS)
    assert (made_up["different"], made_up["levels"] > 20) == (0, True)
    assert another["most"] == 1


def test_values_scaled_to_floats_of_32_bits_round_apart_by_a_level_here_and_there(page: Page) -> None:
    found = page.evaluate(COMPARED, ["made/fractional slope.dcm", {}])
    assert found["most"] <= 1
    assert found["different"] < 0.001 * 200 * 180


def test_python_knows_the_metadata_that_cornerstones_providers_have(page: Page) -> None:
    page.evaluate("() => loadstone.loadAndCacheImage(`dicom:${location.origin}/made/ct.dcm`).promise")
    assert page.evaluate(
        """() => loadstone.runPython(`
from js import location
plane = session.metadata.get("imagePlaneModule", f"dicom:{location.origin}/made/ct.dcm")
[list(plane.pixel_spacing), list(plane.image_position_patient), plane.frame_of_reference_uid]
`, { replay: false })"""
    ) == [[1.5, 1.5], [-10, -20, 30], "1.2.3.5"]


def test_a_python_loader_derives_from_an_image_of_cornerstones_loader(page: Page) -> None:
    found = page.evaluate(
        """async () => {
            await loadstone.runPython(`
async def half(image_id, options):
    source = await session.load_image(image_id.removeprefix("half:"))
    return source.pixels[::2, ::2]
session.register_image_loader("half", half)
`);
            const image = await loadstone.loadImage(`half:dicom:${location.origin}/made/ct.dcm`).promise;
            return [...image.getPixelData()];
        }"""
    )
    assert found == modality_values("made/ct.dcm")[::2, ::2].ravel().tolist()


def test_its_failure_tells_what_its_loader_said(page: Page) -> None:
    message = page.evaluate(
        """() => loadstone.loadImage(`dicom:${location.origin}/nothing.dcm`).promise.catch((error) => error.message)"""
    )
    assert message.startswith("dicom:http://127.0.0.1")
    assert "/nothing.dcm: its JavaScript loader failed: " in message
    assert "404" in message


# the web image loader


PALETTE = np.random.default_rng(5).integers(0, 256, (60, 80, 3), np.uint8)


@pytest.fixture(scope="module")
def web_page(legacy: Page, cornerstone_folder: Path) -> Page:
    Image.fromarray(PALETTE).save(cornerstone_folder / "made" / "noise.png")
    smooth = Image.fromarray(PALETTE[::20, ::20]).resize((80, 60), Image.Resampling.BICUBIC)
    # without subsampling: Chromium makes the colours in between otherwise than libjpeg
    smooth.save(cornerstone_folder / "made" / "smooth.jpg", quality=95, subsampling=0)
    Image.fromarray(PALETTE[..., 0]).save(cornerstone_folder / "made" / "grey.png")
    half = Image.fromarray(PALETTE)
    half.putalpha(Image.linear_gradient("L").resize((80, 60)))
    half.save(cornerstone_folder / "made" / "see-through.png")
    legacy.evaluate(
        """async () => {
            legacy.webImageLoader.external.cornerstone = cornerstone;
            // in the place of Loadstone's own, which "web:" still names
            await loadstone.registerImageLoader("http", legacy.webImageLoader.loadImage);
        }"""
    )
    return legacy


WEB_LOADED = """
async (name) => {
    const image = await loadstone.loadImage(`${location.origin}/made/${name}`).promise;
    return { values: [...image.getPixelData()], components: image.numberOfComponents };
}
"""


@pytest.mark.parametrize("name", ["noise.png", "grey.png"])
def test_a_web_images_colours_are_pillows(web_page: Page, cornerstone_folder: Path, name: str) -> None:
    image = web_page.evaluate(WEB_LOADED, name)
    expected = np.asarray(Image.open(cornerstone_folder / "made" / name).convert("RGB"))
    assert (image["values"], image["components"]) == (expected.ravel().tolist(), 3)


def test_a_web_images_transparency_stays(web_page: Page, cornerstone_folder: Path) -> None:
    image = web_page.evaluate(WEB_LOADED, "see-through.png")
    expected = np.asarray(Image.open(cornerstone_folder / "made" / "see-through.png")).reshape(-1, 4)
    found = np.array(image["values"]).reshape(-1, 4)
    assert image["components"] == 4
    assert (found[:, 3] == expected[:, 3]).all()
    # the loader reads a canvas, which keeps colours multiplied by their alpha: off by what these 8 bits lose
    lost = 0.5 * 255 / np.maximum(expected[:, 3:], 1) + 1
    assert (np.abs(found[:, :3] - expected[:, :3]) <= lost)[expected[:, 3] > 0].all()


def test_a_jpegs_picture_is_that_of_loadstones_own_loader_but_for_the_decoders_rounding(web_page: Page) -> None:
    theirs, own = web_page.evaluate(
        """() => Promise.all(["", "web:"].map(async (scheme) => {
            const imageId = `${scheme}${location.origin}/made/smooth.jpg`;
            const { data } = await loadstone.render(imageId, { width: 80, height: 60 });
            return [...data];
        }))"""
    )
    distance = np.abs(np.array(theirs) - np.array(own))
    assert distance.max() <= 2
    assert len(np.unique(theirs)) > 100


# promises that are jQuery's


@pytest.mark.parametrize("given", ["{ promise: deferred.promise() }", "deferred.promise()", "deferred"])
def test_a_loader_of_jquerys_time_answers_python(legacy: Page, given: str) -> None:
    found = legacy.evaluate(
        f"""async () => {{
            const registration = await loadstone.registerImageLoader("deferred", (imageId) => {{
                const deferred = legacy.$.Deferred();
                setTimeout(() => imageId.endsWith("bad")
                    ? deferred.reject({{ error: "no such slice" }})
                    : deferred.resolve({{ rows: 1, columns: 2, getPixelData: () => new Int16Array([-5, 7]) }}));
                return {given};
            }});
            const image = await loadstone.loadImage("deferred:1").promise;
            const error = await loadstone.loadImage("deferred:bad").promise.catch((reason) => reason);
            await registration.unregister();
            return [[...image.getPixelData()], error.name, error.message];
        }}"""
    )
    assert found[:2] == [[-5, 7], "LoaderError"]
    assert "no such slice" in found[2]


def test_all_of_cornerstones_registry_answers_python(legacy: Page) -> None:
    found = legacy.evaluate(
        """async () => {
            cornerstone.registerImageLoader("old", (imageId) => {
                const image = { imageId, rows: 1, columns: 3, sizeInBytes: 6, slope: 2, intercept: -1, color: false,
                    getPixelData: () => new Int16Array([1, 2, 3]) };
                return { promise: legacy.$.Deferred().resolve(image).promise() };
            });
            await loadstone.registerImageLoader("old", (imageId) => cornerstone.loadAndCacheImage(imageId));
            return loadstone.runPython(`
from loadstone.grey import modality_values
image = await session.load_image("old:1")
modality_values(image, image.pixels).ravel().tolist()
`, { replay: false });
        }"""
    )
    assert found == [1, 3, 5]
