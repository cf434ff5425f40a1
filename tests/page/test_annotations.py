"""Overlays, display shutters, VOI choices, pixel aspect and warnings of an image on the page."""

import base64
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from part10 import SIXTEEN_BITS, data_set, part10
from playwright.sync_api import Browser, expect
from pydicom import Dataset, dcmread
from viewer_page import ViewerPage, opened

from loadstone.dicom.file import read_file
from loadstone.dicom.to_image import frame_to_image
from loadstone.rendering import render
from loadstone.view import View

SIZE = 256
OVERLAY_COLOR = (255, 127, 127, 255)


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


def disc() -> bytes:
    """A bright disc, brighter to the right."""
    y, x = np.mgrid[:SIZE, :SIZE]
    inside = (x - 128) ** 2 + (y - 128) ** 2 < 110**2
    return np.where(inside, 400 + 2 * x, 100).astype("<u2").tobytes()


def voi_lut(explanation: str, entries: list[int]) -> Dataset:
    item: Dataset = data_set({"LUTExplanation": explanation, "LUTDescriptor": [len(entries), 0, 8], "LUTData": entries})
    item["LUTData"].VR = item["LUTDescriptor"].VR = "US"
    return item


LAYOUT = SIXTEEN_BITS | {"Rows": SIZE, "Columns": SIZE}
WINDOWS = {
    "WindowCenter": [500, 650],
    "WindowWidth": [1000, 300],
    "WindowCenterWidthExplanation": ["WIDE", "BRIGHT PART"],
}
SHUTTER = {
    "ShutterShape": "CIRCULAR",
    "CenterOfCircularShutter": [129, 129],
    "RadiusOfCircularShutter": 100,
    "ShutterPresentationValue": 0x2020,
}


def with_overlay(data: bytes, bits: np.ndarray, **elements: object) -> bytes:
    """The file with one overlay plane."""
    read = dcmread(BytesIO(data))
    rows, columns = bits.shape
    packed = np.packbits(bits, bitorder="little").tobytes()
    for element, vr, value in (
        (0x0010, "US", rows),
        (0x0011, "US", columns),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x1500, "LO", "Ruler"),
        (0x3000, "OW", packed + b"\0" * (len(packed) % 2)),
    ):
        read.add_new((0x6000, element), vr, elements.get(f"{element:04x}", value))
    written = BytesIO()
    read.save_as(written)
    return written.getvalue()


def ruler() -> np.ndarray:
    """Lines of one bit: a ruler along the left and the bottom, and a frame."""
    bits = np.zeros((SIZE, SIZE), np.bool_)
    bits[20:236, 30] = bits[225, 20:236] = True
    bits[20:236:8, 30:36] = bits[219:225, 20:236:8] = True
    bits[80, 150:200] = bits[120, 150:200] = bits[80:121, 150] = bits[80:121, 199] = True
    return bits


def plain_file(number: int = 1) -> bytes:
    return bytes(part10(LAYOUT | instance(number), disc()))


def file_with_everything(number: int = 1) -> bytes:
    return with_overlay(part10(LAYOUT | WINDOWS | SHUTTER | instance(number), disc()), ruler())


def instance(number: int) -> dict[str, object]:
    """Two files of one instance would be one image."""
    return {"SOPInstanceUID": f"1.2.{number}", "InstanceNumber": number}


def show(viewer: ViewerPage, *files: tuple[str, bytes]) -> None:
    """Drop files, and wait for the first and for what is known about it."""
    viewer.drop(*({"name": name, "type": "", "base64": base64.b64encode(data).decode()} for name, data in files))
    expect(viewer.page.locator("#caption")).to_have_text(files[0][0] if len(files) == 1 else "Unnamed series")
    viewer.wait_for_status("index", f"1 / {len(files)}")
    expect(viewer.page.locator("#facts")).to_contain_text("dicomfile:")
    viewer.canvas.focus()


def rendered_here(data: bytes, view: dict[str, object]) -> bytes:
    """What this Python paints at the canvas's size with the image's defaults, but for the switches."""
    image = frame_to_image(read_file(data), 0, "x:1")
    options = {name: view[name] for name in ("overlays", "shutter", "window")}
    return render(image, View(int(view["width"]), int(view["height"]), **options)).tobytes()  # type: ignore[call-overload, arg-type]


def test_overlays_and_shutter_are_drawn_as_this_python_draws_them_and_switched_off_by_button_and_key(
    viewer: ViewerPage,
) -> None:
    data = file_with_everything()
    show(viewer, ("everything.dcm", data))
    overlays, shutter = viewer.button("Overlays"), viewer.button("Shutter")
    expect(overlays).to_have_attribute("aria-pressed", "true")
    pixels = viewer.pixels()
    assert pixels == rendered_here(data, viewer.view())
    assert bytes(OVERLAY_COLOR) in pixels
    assert bytes((32, 32, 32, 255)) in pixels
    overlays.click()
    view = viewer.wait_for_view(overlays=False, shutter=True)
    expect(overlays).to_have_attribute("aria-pressed", "false")
    pixels = viewer.pixels()
    assert bytes(OVERLAY_COLOR) not in pixels
    assert pixels == rendered_here(data, view)
    viewer.page.keyboard.press("d")
    view = viewer.wait_for_view(overlays=False, shutter=False)
    expect(shutter).to_have_attribute("aria-pressed", "false")
    assert viewer.pixels() == rendered_here(data, view)
    viewer.page.keyboard.press("l")
    viewer.wait_for_view(overlays=True)
    viewer.page.keyboard.press("0")
    viewer.wait_for_view(overlays=True, shutter=True)


def test_the_switches_are_there_only_where_the_image_has_something_for_them(viewer: ViewerPage) -> None:
    show(viewer, ("plain.dcm", plain_file()))
    expect(viewer.button("Overlays")).to_be_hidden()
    expect(viewer.button("Shutter")).to_be_hidden()
    show(viewer, ("ruler.dcm", with_overlay(plain_file(), ruler())))
    expect(viewer.button("Overlays")).to_be_visible()
    expect(viewer.button("Shutter")).to_be_hidden()


def test_an_image_with_overlays_that_are_off_opens_the_next_one_with_its_overlays(viewer: ViewerPage) -> None:
    show(viewer, ("one.dcm", file_with_everything()))
    viewer.page.keyboard.press("l")
    viewer.wait_for_view(overlays=False)
    show(viewer, ("other.dcm", file_with_everything()))
    viewer.wait_for_view(overlays=True)


def test_the_windows_of_the_image_are_offered_with_their_explanations(viewer: ViewerPage) -> None:
    show(viewer, ("windows.dcm", file_with_everything()))
    choice = viewer.page.get_by_label("Window preset")
    own = choice.locator("optgroup[label='Of this image'] option")
    expect(own).to_have_text(["WIDE  500 / 1000", "BRIGHT PART  650 / 300"])
    expect(choice).to_have_value("1")
    choice.select_option("BRIGHT PART  650 / 300")
    view = viewer.wait_for_view(window=1, windowCenter=650, windowWidth=300)
    assert viewer.pixels() == rendered_here(file_with_everything(), view)
    viewer.wait_for_status("window", "C 650  W 300")
    expect(choice).to_have_value("3")
    # a drag goes on from the chosen window, and leaves it
    viewer.drag(20, 0)
    viewer.wait_for_view(window=None, windowCenter=650, windowWidth=pytest.approx(300 * 2.718281828459045**0.1))
    expect(choice).to_have_value("")
    viewer.page.keyboard.press("2")
    viewer.wait_for_view(window=0, windowCenter=500, windowWidth=1000)


def test_the_voi_luts_of_the_image_are_offered_with_their_explanations(viewer: ViewerPage) -> None:
    entries = [min(255, value // 4) for value in range(1024)]
    luts = {"VOILUTSequence": [voi_lut("NORMAL", entries), voi_lut("REVERSED", entries[::-1])]}
    show(viewer, ("luts.dcm", part10(LAYOUT | WINDOWS | luts, disc())))
    choice = viewer.page.get_by_label("Window preset")
    expect(choice.locator("optgroup option")).to_have_text(
        [
            "WIDE  500 / 1000",
            "BRIGHT PART  650 / 300",
            "NORMAL  LUT",
            "REVERSED  LUT",
        ]
    )
    viewer.wait_for_status("window", "VOI LUT 1")
    choice.select_option("REVERSED  LUT")
    view = viewer.wait_for_view(voiLUT=1)
    viewer.wait_for_status("window", "VOI LUT 2")
    # the background is stored as 100; the reversed table has 1023 - 100 there, a quarter of it is 230
    width, height = int(view["width"]), int(view["height"])
    left = (width - round(SIZE * view["scale"])) // 2
    background = ((height // 2) * width + left + 3) * 4
    assert viewer.pixels()[background : background + 4] == bytes((230, 230, 230, 255))
    choice.select_option("WIDE  500 / 1000")
    viewer.wait_for_view(voiLUT=None, window=0)
    viewer.wait_for_status("window", "C 500  W 1000")
    expect(viewer.page.locator("#facts")).to_contain_text("NORMAL, REVERSED")


def test_an_image_of_the_stack_without_the_chosen_window_has_its_default(viewer: ViewerPage) -> None:
    show(viewer, ("1.dcm", file_with_everything(1)), ("2.dcm", plain_file(2)), ("3.dcm", file_with_everything(3)))
    choice = viewer.page.get_by_label("Window preset")
    choice.select_option("BRIGHT PART  650 / 300")
    viewer.wait_for_view(window=1)
    viewer.canvas.focus()
    viewer.page.keyboard.press("ArrowDown")
    # 100 to 400 + 2 * 237, the rightmost column of the disc
    viewer.wait_for_view(window=None, windowCenter=487, windowWidth=774)
    expect(choice).to_have_value("1")
    viewer.page.keyboard.press("ArrowDown")
    viewer.wait_for_view(window=1, windowCenter=650)
    expect(choice).to_have_value("3")


def test_what_the_file_says_of_the_display_is_told(viewer: ViewerPage) -> None:
    told = {"VOILUTFunction": "SIGMOID", "PixelAspectRatio": [2, 1], "PixelPaddingValue": 100}
    show(viewer, ("told.dcm", with_overlay(part10(LAYOUT | WINDOWS | SHUTTER | told, disc()), ruler())))
    facts = viewer.page.locator("#facts")
    for text in ("SIGMOID", "Ruler, 256 × 256", "circle", "2 high to 1 wide", "100"):
        expect(facts).to_contain_text(text)
    expect(facts).not_to_contain_text("mm")
    # twice as high as wide: the height of the canvas bounds it
    view = viewer.view()
    assert view["scale"] == pytest.approx(view["height"] / (2 * SIZE))


def test_a_warning_about_the_image_is_seen_until_it_is_dismissed_or_another_image_comes(viewer: ViewerPage) -> None:
    broken = with_overlay(plain_file(), ruler(), **{"3000": b"\1\2"})
    warnings = viewer.page.locator("#warnings")
    for leave in ("dismiss", "another image"):
        show(viewer, (f"{leave}.dcm", broken))
        expect(warnings).to_have_text(
            "Overlay 6000 is left out: its OverlayData has 2 bytes, 256 rows x 256 columns need 8192"
        )
        if leave == "dismiss":
            viewer.button("Dismiss the warnings").click()
        else:
            show(viewer, ("plain.dcm", plain_file()))
        expect(warnings).to_be_hidden()
