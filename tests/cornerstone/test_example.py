"""The example pages and the README's code, run as they stand."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pydicom.data import get_testdata_file
from tests.cornerstone.bundles import BUNDLE, bundle_page

from loadstone_build.paths import ROOT, WEB

EXAMPLES = WEB / "examples"
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = re.search("## Use it from Cornerstone\n(.*?)\n## ", README, re.DOTALL)
assert SECTION is not None
CORNERSTONE_3D, LEGACY, LOADERS = re.findall("```js\n(.*?)```", SECTION[1], re.DOTALL)
# where Cornerstone's DICOM image loader looks for it: beside the script
WORKER = "decodeImageFrameWorker.js"

# grey levels of a canvas, and how many of its pixels are not black
LOOK = """
(canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const levels = data.filter((_, place) => place % 4 === 0);
    return [new Set(levels).size, levels.filter((level) => level > 0).length / levels.length];
}
"""


@pytest.fixture
def page(gl_browser: Browser) -> Iterator[Page]:
    """A page that must have nothing to complain of."""
    page = gl_browser.new_page(viewport={"width": 1280, "height": 500})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert complaints == []


@pytest.fixture(scope="module")
def examples(cornerstone_folder: Path) -> Path:
    """The folder ``examples/`` of the site: the pages, their scripts bundled where they need it, and two files."""
    folder = cornerstone_folder / "examples"
    for name in ("cornerstone3d", "legacy_cornerstone", "javascript_loaders"):
        bundle_page(EXAMPLES / f"{name}.js", folder)
    (folder / "plain_page.js").symlink_to(EXAMPLES / "plain_page.js")
    for path in EXAMPLES.glob("*.html"):
        (folder / path.name).symlink_to(path)
    (folder / WORKER).symlink_to(BUNDLE / WORKER)
    (folder / "ct.dcm").symlink_to(str(get_testdata_file("CT_small.dcm")))
    Image.radial_gradient("L").save(folder / "picture.png")
    return folder


def wait_for_pictures(page: Page, *names: str) -> None:
    """Until each of these viewports or canvases shows something with several greys."""
    for name in names:
        canvas = page.locator(f"#{name} canvas, canvas#{name}")
        expect(canvas).to_be_visible(timeout=30_000)
        for _ in range(100):
            levels, bright = canvas.evaluate(LOOK)
            if levels > 20 and bright > 0.05:
                break
            page.wait_for_timeout(100)
        else:
            raise AssertionError(f"{name} shows {levels} grey levels, {bright:.0%} of it is not black")


def wait_for_another_picture(page: Page, name: str, before: object) -> None:
    canvas = page.locator(f"#{name} canvas")
    for _ in range(100):
        if canvas.evaluate(LOOK) != before:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{name} still shows what it did")


def test_the_cornerstone3d_page_shows_a_stack_and_a_volume(page: Page, examples: Path, cornerstone_site: str) -> None:
    page.goto(f"{cornerstone_site}examples/cornerstone3d.html")
    wait_for_pictures(page, "stack", "axial", "sagittal")
    before = page.locator("#stack canvas").evaluate(LOOK)
    page.locator("#stack").hover()
    page.mouse.wheel(0, 100)
    wait_for_another_picture(page, "stack", before)


def test_the_legacy_page_shows_images_and_their_window_is_dragged(
    page: Page, examples: Path, cornerstone_site: str
) -> None:
    page.goto(f"{cornerstone_site}examples/legacy_cornerstone.html")
    wait_for_pictures(page, "ct", "colour", "waves")
    before = page.locator("#ct canvas").evaluate(LOOK)
    page.mouse.move(200, 200)
    page.mouse.down()
    page.mouse.move(260, 260, steps=3)
    page.mouse.up()
    wait_for_another_picture(page, "ct", before)


def test_the_page_of_javascript_loaders_shows_what_they_load(page: Page, examples: Path, cornerstone_site: str) -> None:
    page.goto(f"{cornerstone_site}examples/javascript_loaders.html")
    wait_for_pictures(page, "dicom", "web", "edges")


def test_the_plain_page_shows_a_picture_and_its_values(page: Page, examples: Path, cornerstone_site: str) -> None:
    page.goto(f"{cornerstone_site}examples/plain_page.html")
    caption = page.locator("figcaption")
    expect(caption).to_have_text("Point at a pixel.", timeout=30_000)
    levels, bright = page.locator("canvas").evaluate(LOOK)
    assert (levels > 100, bright > 0.9) == (True, True)
    page.locator("canvas").hover(position={"x": 200, "y": 200})
    # the middle of 256 columns on 400 pixels; cos(0) is 1
    expect(caption).to_contain_text("column 128, row 128: 0.99")


README_PAGE = """<!doctype html><meta charset=utf-8><link rel=icon href=data:,><title>README</title>
<style>div { width: 300px; height: 300px; }</style>
<div id=stack></div><div id=volume></div><div id=image></div><canvas id=painted width=300 height=300></canvas>
<script type=module src=readme.js></script>
"""


@pytest.mark.parametrize(
    ("code", "shown"), [(CORNERSTONE_3D, ["stack", "volume"]), (LEGACY, ["image"]), (LOADERS, ["painted"])]
)
def test_the_readmes_code_shows_its_images(
    page: Page, examples: Path, cornerstone_site: str, tmp_path: Path, code: str, shown: list[str]
) -> None:
    script = tmp_path / "readme.js"
    # in examples/, one folder below Loadstone
    script.write_text(code.replace('"./loadstone.js"', '"../loadstone.js"'), encoding="utf-8")
    bundle_page(script, examples)
    (examples / "readme.html").write_text(README_PAGE, encoding="utf-8")
    page.goto(f"{cornerstone_site}examples/readme.html")
    wait_for_pictures(page, *shown)
