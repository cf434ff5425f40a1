"""Pages that ``loadstone build`` makes of files and a user's loader: what they show equals ``loadstone render``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
from made_wheel import made_wheel
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pydicom.data import get_testdata_file
from pydicom.uid import UID
from viewer_page import ViewerPage, opened

from loadstone_build.case import Case, CaseStack, write_case
from loadstone_build.paths import DIST
from loadstone_build.server import serving

LOADER = """
import numpy as np
import made_for_case

def register(session):
    async def load(image_id, options):
        data = await session.fetch(image_id.partition(":")[2])
        return made_for_case.shaped(np.frombuffer(data, "<u2"))

    session.register_image_loader("mine", load)
"""
NOTES = "# A made case\n\nSeen in [the second slice](#id=wadouri:files/series/2.dcm) and **nowhere else**.\n"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a user has: a series, other images, raw values with a loader for them, and a wheel that it imports."""
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "series").mkdir()
    slice_ = pydicom.dcmread(str(get_testdata_file("CT_small.dcm")))
    pixels = slice_.pixel_array
    for number in (1, 2, 3):
        slice_.InstanceNumber = number
        slice_.SOPInstanceUID = slice_.file_meta.MediaStorageSOPInstanceUID = UID(f"1.2.3.{number}")
        slice_.PixelData = (pixels + 50 * number).astype("<i2").tobytes()
        slice_.save_as(folder / f"series/{4 - number}.dcm")
    (folder / "j2k.dcm").write_bytes(Path(str(get_testdata_file("693_J2KI.dcm"))).read_bytes())
    Image.fromarray(np.arange(6 * 8 * 3, dtype="u1").reshape(6, 8, 3)).save(folder / "photo é#1.png")
    voxels = np.arange(5 * 6 * 7, dtype="i2").reshape(5, 6, 7)
    nibabel.save(nibabel.Nifti1Image(voxels, np.eye(4)), folder / "volume.nii.gz")
    (folder / "run.raw").write_bytes(np.arange(20 * 30, dtype="<u2").tobytes())
    (folder / "mine.py").write_text(LOADER)
    (folder / "notes.md").write_text(NOTES)
    index = folder / "index"
    index.mkdir()
    source = "import made_beside\n\ndef shaped(values):\n    return values.reshape(made_beside.SHAPE)\n"
    wheels = {
        "made_for_case": made_wheel("made_for_case", "1.0", source, requires=["made_beside", "numpy"]),
        "made_beside": made_wheel("made_beside", "1.0", "SHAPE = (20, 30)\n"),
    }
    for name, wheel in wheels.items():
        (index / f"{name}-1.0-py3-none-any.whl").write_bytes(wheel)
    return folder


def loadstone(inputs: Path, *arguments: str, wheels: tuple[str, ...] = ()) -> bytes:
    """What the command writes to its standard output."""
    paths = [str(Path(__file__).parents[2] / "py"), *(str(inputs / "index" / name) for name in wheels)]
    settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(inputs / "index"), "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", "loadstone_build.commands", *arguments]
    run = subprocess.run(command, cwd=inputs, env={**os.environ, **settings}, capture_output=True, timeout=300)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout


def build(inputs: Path, *output: str) -> None:
    images = ["series", "j2k.dcm", "photo é#1.png", "volume.nii.gz"]
    loader = ["--loader", "mine.py", "--file", "run.raw", "--requires", "made_for_case==1.0"]
    shared = ["--notes", "notes.md", "--allow-phi", "--quiet"]
    loadstone(inputs, "build", *images, "--stack", "Run=mine:files/run.raw", *loader, *shared, *output)


@pytest.fixture(scope="module")
def case(browser: Browser, inputs: Path) -> Iterator[ViewerPage]:
    """The site of the case, served under a sub-path."""
    build(inputs, "-o", "site")
    with serving(inputs / "site", sub_path="/a/case/") as address, opened(browser, address) as viewer:
        yield viewer


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """The addresses of all that the single file has asked for."""
    return []


@pytest.fixture(scope="module")
def case_in_one_file(browser: Browser, inputs: Path, requests: list[str]) -> Iterator[ViewerPage]:
    build(inputs, "--single-file", "a case.html")
    path = inputs / "a case.html"
    with opened(browser, path.as_uri(), requests=requests, offline=True) as viewer:
        yield viewer


@cache
def rendered(inputs: Path, size: str, given: str, *options: str) -> bytes:
    """The RGBA that ``loadstone render`` writes in this size."""
    wheels = tuple(path.name for path in (inputs / "index").iterdir())
    png = loadstone(inputs, "render", given, "--size", size, "-o", "-", *options, wheels=wheels)
    return np.asarray(Image.open(BytesIO(png)).convert("RGBA")).tobytes()


def check_pictures(viewer: ViewerPage, inputs: Path) -> None:
    """Every stack, opened as a reader does, shows what the command renders of the user's file."""
    stacks = {
        "Run": ("mine:files/run.raw", "mine:run.raw", "--loader", "mine.py"),
        "photo é#1.png": ("web:files/photo%20%C3%A9%231.png", "photo é#1.png"),
        "volume.nii.gz": ("nifti:files/volume.nii.gz?frame=0", "volume.nii.gz", "--frame", "0"),
        "5/5mm Plain": ("wadouri:files/j2k.dcm", "j2k.dcm"),
        "3 images": ("wadouri:files/series/3.dcm", "series/3.dcm"),
    }
    rows = viewer.page.locator("#samples button")
    expect(rows).to_have_count(len(stacks))
    for title, (image_id, given, *options) in stacks.items():
        rows.filter(has_text=title).click()
        # the first compressed image starts a decoder
        expect(viewer.canvas).to_have_attribute("data-image-id", image_id, timeout=60_000)
        expect(rows.filter(has_text=title)).to_have_attribute("aria-current", "true")
        view = viewer.view()
        assert viewer.pixels() == rendered(inputs, f"{view['width']}x{view['height']}", given, *options), title


def test_a_site_shows_what_the_command_renders_of_the_users_files(case: ViewerPage, inputs: Path) -> None:
    check_pictures(case, inputs)


def test_a_single_file_shows_the_same_and_asks_for_nothing(
    case_in_one_file: ViewerPage, inputs: Path, requests: list[str]
) -> None:
    check_pictures(case_in_one_file, inputs)
    assert [url for url in requests if not url.startswith(("file:", "blob:", "data:"))] == []


def test_the_page_is_called_as_its_notes_and_shows_them(case: ViewerPage) -> None:
    expect(case.page.locator("h1")).to_have_text("A made case")
    expect(case.page.locator("#notes strong")).to_have_text("nowhere else")
    case.page.get_by_role("link", name="the second slice").click()
    case.wait_for_image("wadouri:files/series/2.dcm")
    expect(case.page).to_have_title(re.compile("CT Series 1 – A made case$"))


def test_a_loader_that_fails_is_told_and_the_other_images_go_on(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def register(session):\n    session.nothing()\n")
    stacks = (CaseStack("Of the loader", ("broken:1",)), CaseStack("Of a sample", ("example:ct",)))
    write_case(Case("Broken", stacks, loaders=(tmp_path / "broken.py",)), tmp_path / "site", stock=DIST)
    with serving(tmp_path / "site") as address, opened(browser, address) as viewer:
        viewer.wait_for_image("example:ct")
        expect(viewer.error).to_contain_text("broken.py")
        expect(viewer.error.locator("pre")).to_contain_text("line 2, in register")
        viewer.page.locator("#samples button").filter(has_text="Of the loader").click()
        expect(viewer.error).to_contain_text("broken:1: no loader")


def test_a_case_of_which_nothing_can_be_shown_still_lists_it(browser: Browser, page: Page, tmp_path: Path) -> None:
    write_case(Case("Nothing", (CaseStack("Gone", ("wadouri:files/gone.dcm",)),)), tmp_path / "site", stock=DIST)
    with serving(tmp_path / "site") as address:
        page.goto(address)
        expect(page.locator("#error")).to_contain_text("files/gone.dcm", timeout=60_000)
        expect(page.locator("#boot")).to_be_hidden()
        expect(page.locator("#samples button")).to_have_text("Gone")
