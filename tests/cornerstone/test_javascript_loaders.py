"""Cornerstone's DICOM image loader serves Python's registry: what it resolves is rendered by Python."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from part10 import bundled
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
        "made/fractional slope.dcm",
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
