"""What is open in the page, saved as one HTML file, and that file opened from the disk without a network."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from pydicom.data import get_testdata_file
from viewer_page import ViewerPage, opened

from loadstone_build.phantom_volume import phantom_nifti
from loadstone_build.pictures import zone_plate_png

PROGRAM = """
import numpy as np

async def ramp(image_id, options):
    return np.add.outer(np.arange(40), np.arange(60)).astype(np.int16)

session.register_image_loader("ramp", ramp)
"""
IMAGES = {  # the ids in the page, and those in the saved file
    "ramp:1": "ramp:1",
    "dicomfile:2": "wadouri:files/CT_small.dcm",
    "dicomfile:1/0": "wadouri:files/MR_small_RLE.dcm",
    "web:local:3": "web:files/plate.png",
    "nifti:local:4?frame=12": "nifti:files/volume.nii.gz?frame=12",
}


def file_of_tests(name: str) -> bytes:
    path = get_testdata_file(name, download=False)
    assert isinstance(path, str)
    return Path(path).read_bytes()


def dropped(name: str, content: bytes) -> dict[str, str]:
    return {"name": name, "type": "", "base64": base64.b64encode(content).decode()}


def archive(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr(f"DOE_JOHN/{name}", content)
    return buffer.getvalue()


def start(viewer: ViewerPage) -> Locator:
    """The dialog's own button; the panel for programs has one of the same name."""
    button: Locator = viewer.page.locator("#saving-start")
    return button


def save(viewer: ViewerPage, folder: Path) -> Path:
    with viewer.page.expect_download(timeout=60_000) as waiting:
        start(viewer).click()
    path: Path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def members(path: Path) -> list[str]:
    """What a page of one file says that it holds."""
    text = path.read_bytes()[:200_000].decode("utf-16-le", "ignore")
    listed = re.search(r'id="members">(.*?)</script>', text)
    assert listed
    return [member["path"] for member in json.loads(listed[1])]


def show(viewer: ViewerPage, image_id: str) -> str:
    viewer.ask_for(image_id)
    # the first picture of a kind waits for its packages
    expect(viewer.canvas).to_have_attribute("data-image-id", image_id, timeout=40_000)
    picture: str = viewer.picture()
    return picture


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[ViewerPage]:
    """A page with files of every kind open, and a loader of the user's."""
    with opened(browser, site) as viewer:
        viewer.drop(
            dropped("CT_small.dcm", file_of_tests("CT_small.dcm")),
            dropped("a.zip", archive("MR_small_RLE.dcm", file_of_tests("MR_small_RLE.dcm"))),
            dropped("plate.png", zone_plate_png()),
            dropped("volume.nii.gz", phantom_nifti()),
        )
        expect(viewer.page.locator("#readings")).to_contain_text("in 4 series", timeout=20_000)
        viewer.run_python(PROGRAM, shows="ramp:1")
        expect(viewer.canvas).to_have_attribute("data-image-id", "ramp:1", timeout=20_000)
        yield viewer


@pytest.fixture(scope="module")
def saved(page: ViewerPage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of it, saved though it names persons."""
    page.button("Save…").click()
    page.page.get_by_label("Title").fill("A case: 1/2")
    start(page).click()
    problem = page.page.locator("#saving-problem")
    expect(problem).to_contain_text("(0010,0010) Patient's Name: Compr… in 2 files", timeout=20_000)
    expect(start(page)).to_have_text("Save anyway")
    return save(page, tmp_path_factory.mktemp("saved"))


@pytest.fixture(scope="module")
def requests() -> list[str]:
    return []


@pytest.fixture(scope="module")
def again(browser: Browser, saved: Path, requests: list[str]) -> Iterator[ViewerPage]:
    """The saved page, opened from the disk at one of its images."""
    address = f"{saved.as_uri()}#id=wadouri%3Afiles%2FCT_small.dcm"
    with opened(browser, address, requests=requests, offline=True) as viewer:
        yield viewer


def test_the_file_is_called_by_its_title(saved: Path) -> None:
    assert saved.name == "A case 1 2.html"


@pytest.mark.parametrize(("image_id", "in_file"), IMAGES.items())
def test_a_saved_image_is_the_same_to_the_last_bit(
    page: ViewerPage, again: ViewerPage, image_id: str, in_file: str
) -> None:
    before = show(page, image_id)
    assert show(again, in_file) == before


def test_a_codec_that_no_image_needs_is_not_in_it(saved: Path) -> None:
    # RLE takes 0.3 MB of imagecodecs, all of which is 4 MB
    assert saved.stat().st_size < 15_000_000


def test_the_saved_page_asks_for_nothing(again: ViewerPage, saved: Path, requests: list[str]) -> None:
    expect(again.page).to_have_title(re.compile("A case: 1/2"))
    expect(again.page.locator("#samples canvas[data-state=painted]")).to_have_count(len(IMAGES), timeout=40_000)
    asked = [url.partition("#")[0] for url in requests if not url.startswith(("blob:", "data:"))]
    assert asked == [saved.as_uri()]


def test_what_is_left_out_is_not_in_the_file_that_a_saved_page_saves(
    browser: Browser, again: ViewerPage, tmp_path: Path
) -> None:
    again.button("Save…").click()
    for title in ("CT · Series 1", "MR · Series 1", "volume.nii.gz"):
        again.page.get_by_role("checkbox", name=title).uncheck()
    path = save(again, tmp_path)
    held = members(path)
    assert [name for name in held if name.startswith(("files/", "loaders/"))] == [
        "files/plate.png",
        "loaders/gradient.py",
    ]
    assert [name for name in held if "nibabel" in name or "imagecodecs" in name] == []
    before = show(again, "web:files/plate.png")
    with opened(browser, path.as_uri(), offline=True) as viewer:
        assert show(viewer, "web:files/plate.png") == before


def test_a_save_can_be_cancelled(page: ViewerPage) -> None:
    page.button("Save…").click()
    page.page.get_by_role("checkbox", name="MR · Series 1").uncheck()
    start(page).click()
    page.page.locator("#saving-cancel").click()
    expect(page.page.locator("#saving")).to_be_hidden()
    page.button("Save…").click()
    expect(start(page)).to_have_text("Save")
    page.page.keyboard.press("Escape")
