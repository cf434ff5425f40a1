"""Files of the user's own, dropped or picked."""

import base64
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from part10 import BUNDLED, SIXTEEN_BITS, bundled, part10
from PIL import Image
from playwright.sync_api import Browser, expect
from viewer_page import ViewerPage, opened


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


def file(name: str, data: bytes, kind: str = "") -> dict[str, str]:
    return {"name": name, "type": kind, "base64": base64.b64encode(data).decode()}


def slice_of(value: int) -> bytes:
    """A DICOM file of 2 rows and 3 columns, all of one value."""
    data: bytes = part10(SIXTEEN_BITS, np.full(6, value, "<u2").tobytes())
    return data


def test_a_dropped_dicom_file_is_shown_under_its_name(viewer: ViewerPage) -> None:
    viewer.drop(file("head.dcm", bundled("CT_small.dcm")))
    expect(viewer.page.locator("#caption")).to_have_text("head.dcm")
    viewer.point_at()
    viewer.wait_for_status("value", "904 HU")


def test_a_dropped_picture_is_shown(viewer: ViewerPage) -> None:
    png = BytesIO()
    Image.fromarray(np.full((4, 4), 31000, "uint16")).save(png, "PNG")
    viewer.drop(file("grey.png", png.getvalue(), "image/png"))
    expect(viewer.page.locator("#caption")).to_have_text("grey.png")
    viewer.point_at()
    viewer.wait_for_status("stored", "31000")


def test_several_files_make_a_stack_in_the_order_of_their_names(viewer: ViewerPage) -> None:
    viewer.drop(*(file(f"slice{number}.dcm", slice_of(number)) for number in (10, 9, 2)))
    expect(viewer.page.locator("#caption")).to_have_text("slice2.dcm")
    viewer.wait_for_status("index", "1 / 3")
    viewer.canvas.focus()
    viewer.point_at()
    for number in (9, 10):
        viewer.page.keyboard.press("ArrowDown")
        expect(viewer.page.locator("#caption")).to_have_text(f"slice{number}.dcm")
        viewer.wait_for_status("stored", str(number))


def test_a_file_of_many_frames_is_a_stack(viewer: ViewerPage) -> None:
    viewer.drop(file("cine.dcm", bundled("examples_ybr_color.dcm")))
    expect(viewer.page.locator("#caption")).to_have_text("cine.dcm")
    viewer.wait_for_status("index", "1 / 30")


def test_the_picker_takes_files_too(viewer: ViewerPage) -> None:
    viewer.page.locator("#files").set_input_files(BUNDLED / "MR_small.dcm")
    expect(viewer.page.locator("#caption")).to_have_text("MR_small.dcm")


def test_the_drop_target_is_seen_only_while_files_are_over_the_page(viewer: ViewerPage) -> None:
    target = viewer.page.locator("#drop")
    expect(target).to_be_hidden()
    over = "(name) => { const dataTransfer = new DataTransfer(); dataTransfer.items.add(new File(['x'], 'x'));"
    over += "document.body.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true })); }"
    viewer.page.evaluate(over, "dragenter")
    expect(target).to_be_visible()
    viewer.page.evaluate(over, "dragleave")
    expect(target).to_be_hidden()


def test_files_are_let_go_when_others_take_their_place(viewer: ViewerPage, tmp_path: Path) -> None:
    viewer.drop(file("one.dcm", slice_of(1)))
    expect(viewer.page.locator("#caption")).to_have_text("one.dcm")
    address = (viewer.canvas.get_attribute("data-image-id") or "").removeprefix("wadouri:")
    reachable = "(address) => fetch(address).then(() => true, () => false)"
    assert viewer.page.evaluate(reachable, address)
    viewer.drop(file("broken.dcm", b"x"))
    expect(viewer.error).to_contain_text("broken.dcm")
    # what failed takes nobody's place
    assert viewer.page.evaluate(reachable, address)
    viewer.open("example:ct")
    assert not viewer.page.evaluate(reachable, address)
