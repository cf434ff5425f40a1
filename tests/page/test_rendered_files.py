"""``loadstone render`` writes what the page shows: the pixels of its PNG are those of the canvas, byte for byte."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from part10 import GREY, SIXTEEN_BITS, part10
from PIL import Image
from playwright.sync_api import Browser
from viewer_page import ViewerPage, opened

from loadstone_build.commands import cli

RAMP = np.arange(2400).reshape(40, 60)
# the lowest of 12 bits is white, pixels are twice as high as wide
MONOCHROME1 = part10(
    SIXTEEN_BITS
    | {
        "Rows": 40,
        "Columns": 60,
        "PhotometricInterpretation": "MONOCHROME1",
        "BitsStored": 12,
        "HighBit": 11,
        "WindowCenter": 1000,
        "WindowWidth": 1500,
        "PixelSpacing": [2, 1],
    },
    RAMP.astype("<u2").tobytes(),
)
_LUT = [256, 0, 8]
PALETTE = part10(
    GREY
    | {
        "Rows": 40,
        "Columns": 60,
        "PhotometricInterpretation": "PALETTE COLOR",
        "RedPaletteColorLookupTableDescriptor": _LUT,
        "GreenPaletteColorLookupTableDescriptor": _LUT,
        "BluePaletteColorLookupTableDescriptor": _LUT,
        "RedPaletteColorLookupTableData": bytes(range(256)),
        "GreenPaletteColorLookupTableData": bytes(reversed(range(256))),
        "BluePaletteColorLookupTableData": bytes(128) + bytes([200]) * 128,
    },
    RAMP.astype("u1").tobytes(),
)


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


def rendered(viewer: ViewerPage, given: str, *options: str) -> NDArray[Any]:
    """The RGBA of the PNG that the command writes in the size of the canvas."""
    view = viewer.view()
    arguments = ["render", given, "--size", f"{view['width']}x{view['height']}", "-o", "-", *options]
    # Playwright's event loop runs in this thread, so another one is needed
    with ThreadPoolExecutor(1) as elsewhere:
        result = elsewhere.submit(CliRunner().invoke, cli, arguments).result()
    assert result.exit_code == 0, result.output
    return np.asarray(Image.open(BytesIO(result.stdout_bytes)).convert("RGBA"))


def shown(viewer: ViewerPage) -> NDArray[Any]:
    """The RGBA of the canvas."""
    view = viewer.view()
    return np.frombuffer(viewer.pixels(), np.uint8).reshape(view["height"], view["width"], 4)


@pytest.mark.parametrize("image_id", ["example:us", "example:nifti?frame=20", "example:mr"])
def test_a_sample_as_it_opens(viewer: ViewerPage, image_id: str) -> None:
    viewer.open(image_id)
    assert np.array_equal(rendered(viewer, image_id), shown(viewer))


@pytest.mark.parametrize("data", [MONOCHROME1, PALETTE], ids=["MONOCHROME1", "PALETTE COLOR"])
def test_a_file_as_it_opens(viewer: ViewerPage, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "image.dcm").write_bytes(data)
    viewer.open(f"wadouri:data:application/dicom;base64,{base64.b64encode(data).decode()}")
    assert np.array_equal(rendered(viewer, str(tmp_path / "image.dcm")), shown(viewer))


def test_a_ct_in_a_window_and_a_colour_map_of_ones_own(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    as_it_opened = viewer.picture()
    viewer.page.get_by_label("Colour map").select_option("hot-iron")
    viewer.drag(37, -21)
    viewer.page.keyboard.press("i")
    viewer.page.keyboard.press("n")
    viewer.wait_for_view(colormap="hot-iron", invert=True, interpolation="linear")
    viewer.page.wait_for_timeout(300)
    view = viewer.view()
    window = f"--window={view['windowCenter']},{view['windowWidth']}"
    picture = rendered(viewer, "example:ct", window, "--colormap", "hot-iron", "--invert", "--smooth")
    assert np.array_equal(picture, shown(viewer))
    assert viewer.picture() != as_it_opened
