"""The planes of a volume (MPR) in the page: one cross-hair for three panes and the stack beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from desktop import rendered_here, sha256
from playwright.sync_api import Browser, Locator, Page, expect
from viewer_page import CANVAS_SHA256, ViewerPage, opened

from loadstone import phantom
from loadstone.phantom import EllipsoidsTruth

ELLIPSOIDS = "phantom:ellipsoids"
NUMBER = r"-?[\d.]+"
NAMES = ("axial", "coronal", "sagittal")


SLOW_PICTURES = """
import asyncio
painted, running, at_once = [], [], []
paint = session.paint

async def slow(image, view):
    plane = image.image_id.partition("/")[0].removeprefix("mpr:")
    running.append(plane)
    at_once.append(running.count("axial"))
    await asyncio.sleep(0.05)
    running.remove(plane)
    painted.append(plane)
    return await paint(image, view)

session.paint = slow
"ready"
"""


class Planes:
    """The page while its planes are open."""

    def __init__(self, viewer: ViewerPage) -> None:
        self.viewer = viewer
        self.page: Page = viewer.page
        self.button: Locator = viewer.button("MPR")

    def open(self, image_id: str) -> None:
        self.close()
        self.viewer.open(image_id)
        expect(self.button).to_have_attribute("aria-disabled", "false")
        self.button.click()
        for name in NAMES:
            expect(self.canvas(name)).to_have_attribute("data-image-id", re.compile(f"^mpr:{name}/"), timeout=20_000)
        self.settle()

    def close(self) -> None:
        if self.button.get_attribute("aria-pressed") == "true":
            self.button.click()

    def canvas(self, name: str) -> Locator:
        selector = "#canvas" if name == "source" else f'.pane[data-plane="{name}"] canvas'
        return self.page.locator(selector)

    def image_id(self, name: str) -> str:
        return self.canvas(name).get_attribute("data-image-id") or ""

    def view(self, name: str) -> dict[str, Any]:
        view: dict[str, Any] = json.loads(self.canvas(name).get_attribute("data-view") or "{}")
        return view

    def index(self, name: str) -> int:
        return int(re.findall(r"\d+", self.image_id(name))[0])

    def expect_indices(self, axial: int, coronal: int, sagittal: int) -> None:
        for name, index in zip(NAMES, (axial, coronal, sagittal), strict=True):
            expect(self.canvas(name)).to_have_attribute("data-image-id", re.compile(f"^mpr:{name}/{index}\\?"))

    def settle(self) -> None:
        """Wait until every canvas has the size that it is seen in."""
        for name in (*NAMES, "source"):
            for _ in range(200):
                size = self.canvas(name).evaluate("(c) => [c.width, c.height, c.clientWidth, c.clientHeight]")
                if size[:2] == size[2:]:
                    break
                self.page.wait_for_timeout(25)
            else:
                raise AssertionError(f"the {name} canvas has {size[:2]} pixels in {size[2:]}")

    def place(self, name: str, column: float, row: float, columns: int, rows: int) -> tuple[float, float]:
        """Where the centre of a pixel is seen, in a view that is not turned, of an image with square pixels."""
        view, box = self.view(name), self.canvas(name).bounding_box()
        assert box is not None
        x = view["width"] / 2 + view["pan"]["x"] + (column + 0.5 - columns / 2) * view["scale"]
        y = view["height"] / 2 + view["pan"]["y"] + (row + 0.5 - rows / 2) * view["scale"]
        return box["x"] + x, box["y"] + y

    def slide(self, name: str, number: int) -> None:
        self.page.get_by_label(f"{name} plane").and_(self.page.get_by_role("slider")).fill(str(number))

    def expect_values(self, value: str) -> None:
        expect(self.page.locator(".pane-value")).to_have_text([value] * 4)


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


@pytest.fixture(scope="module")
def planes(viewer: ViewerPage) -> Planes:
    return Planes(viewer)


@pytest.mark.parametrize("image_id", [ELLIPSOIDS, "example:nifti"])
def test_every_pane_shows_the_pixels_that_the_desktop_renders(planes: Planes, image_id: str) -> None:
    planes.open(image_id)
    for name in NAMES:
        # the key is of the same images that the id stands for
        there = re.sub("volume=[0-9a-f]+", f"volume={image_id.replace(':', '%3A')}", planes.image_id(name))
        digest = planes.canvas(name).evaluate(CANVAS_SHA256)
        assert digest == sha256(rendered_here(there, planes.view(name)))


def test_a_click_on_an_ellipsoid_shows_its_value_everywhere(planes: Planes) -> None:
    truth = phantom.truth(ELLIPSOIDS)
    assert isinstance(truth, EllipsoidsTruth)
    ball = truth.ellipsoids[5]
    assert (ball.x, ball.y, ball.z, ball.value) == (30, 26, -48, 300)
    planes.open(ELLIPSOIDS)
    # slices lie 3 mm apart around z = 0: slice 8 of 0 to 47 at (8 - 23.5) * 3 = -46.5
    planes.slide("Axial", 9)
    planes.expect_indices(8, 64, 64)
    # pixels of 1.5 mm around (0, 0): column 84 lies at (84 - 63.5) * 1.5 = 30.75, row 81 at 26.25
    planes.page.mouse.click(*planes.place("axial", 84, 81, 128, 128))
    planes.expect_indices(8, 81, 84)
    planes.viewer.wait_for_image(f"{ELLIPSOIDS}?frame=9")
    planes.expect_values("300 HU")
    # the head is on top of the coronal plane: slice 15 is in row 47 - 15 of 48, each 3 mm, two pixels, high
    x, _ = planes.place("coronal", 84, 0, 128, 1)
    y = planes.place("coronal", 0, (32 + 0.5 - 24) * 2 - 0.5, 128, 0)[1]
    planes.page.mouse.click(x, y)
    planes.expect_indices(15, 81, 84)


def test_the_cross_hair_can_be_dragged_by_its_centre_and_by_a_line(planes: Planes) -> None:
    planes.open(ELLIPSOIDS)
    mouse = planes.page.mouse
    mouse.move(*planes.place("axial", 64, 64, 128, 128))
    mouse.down()
    mouse.move(*planes.place("axial", 50, 60, 128, 128))
    mouse.move(*planes.place("axial", 40, 30, 128, 128))
    mouse.up()
    planes.expect_indices(24, 30, 40)
    # the vertical line is the sagittal plane, and moves to the side only
    mouse.move(*planes.place("axial", 40, 100, 128, 128))
    mouse.down()
    mouse.move(*planes.place("axial", 70, 120, 128, 128), steps=3)
    mouse.up()
    planes.expect_indices(24, 30, 70)
    planes.canvas("axial").focus()
    planes.page.keyboard.press("Shift+ArrowLeft")
    planes.page.keyboard.press("Shift+ArrowDown")
    planes.expect_indices(24, 31, 69)


def test_the_stack_and_the_panes_follow_each_other(planes: Planes) -> None:
    planes.open(ELLIPSOIDS)
    planes.viewer.wait_for_image(f"{ELLIPSOIDS}?frame=25")
    planes.viewer.point_at()
    planes.page.mouse.wheel(0, 100)
    planes.expect_indices(25, 64, 64)
    planes.viewer.canvas.focus()
    planes.page.keyboard.press("PageUp")
    planes.expect_indices(15, 64, 64)
    planes.canvas("axial").hover()
    planes.page.mouse.wheel(0, -100)
    planes.viewer.wait_for_image(f"{ELLIPSOIDS}?frame=15")
    planes.canvas("coronal").focus()
    planes.page.keyboard.press("ArrowDown")
    planes.expect_indices(14, 65, 64)
    planes.viewer.wait_for_status("index", "66 / 128")


def test_an_oblique_stack_is_drawn_where_it_goes_through_the_axial_plane(planes: Planes) -> None:
    planes.open(f"{ELLIPSOIDS}?orientation=0.8,0.6,0,0,0,-1")
    line = planes.page.locator('.pane[data-plane="axial"] .lines .source')
    expect(line).to_have_count(1)
    numbers = [float(number) for number in re.findall(NUMBER, line.get_attribute("d") or "")]
    view = planes.view("axial")
    # slice 24 lies 1.5 mm along the normal (-0.6, 0.8) from the middle, and 64 pixels of 1.5 mm reach to each side
    ends = [(-0.9 + side * 96 * 0.8, 1.2 + side * 96 * 0.6) for side in (-1, 1)]
    # voxels reach to 63.5 * 1.5 * 0.6 + 23.5 * 3 * 0.8 = 113.55 mm to front and back; 76 rows of 3 mm begin at -113.55,
    # so their middle is at -113.55 + 75 * 1.5 = -1.05. Columns are 1.5 mm, and as many to each side
    scale = view["scale"] / 1.5
    expected = [(view["width"] / 2 + x * scale, view["height"] / 2 + (y + 1.05) * scale) for x, y in ends]
    found = sorted([(numbers[0], numbers[1]), (numbers[-2], numbers[-1])])
    assert found == [pytest.approx(end, abs=0.1) for end in expected]
    # coronal plane 38 lies at -113.55 + 38 * 3 = 0.45; there the slice is at x = -0.9 + 0.8 * (0.45 - 1.2) / 0.6 = -1.9
    line = planes.page.locator('.pane[data-plane="coronal"] .lines .source')
    numbers = [float(number) for number in re.findall(NUMBER, line.get_attribute("d") or "")]
    view = planes.view("coronal")
    assert numbers[0] == numbers[-2] == pytest.approx(view["width"] / 2 - 1.9 * view["scale"] / 1.5, abs=0.1)
    # a coronal plane is parallel to none of its slices, an axial one is shown in the stack as a level line
    assert planes.page.locator("#stage .lines .axial").count() == 1
    assert planes.page.locator("#stage .letter.left").inner_text() == "RA"


def test_a_slab_shows_the_highest_value_within_it(planes: Planes) -> None:
    planes.open(ELLIPSOIDS)
    # 4.5 mm above the end of the bone at z = 60, whose axis is x = 0, y = 42
    planes.slide("Axial", 46)
    planes.page.mouse.click(*planes.place("axial", 64, 92, 128, 128))
    planes.expect_indices(45, 92, 64)
    planes.expect_values("-1000 HU")
    planes.page.get_by_label("Slab").fill("21")
    expect(planes.canvas("axial")).to_have_attribute("data-image-id", re.compile("&slab=21&mode=max$"))
    expect(planes.page.locator('.pane[data-plane="axial"] .pane-value')).to_have_text("700 HU")
    # its borders in the coronal plane, 21 mm apart
    borders = planes.page.locator('.pane[data-plane="coronal"] .lines .axial.border')
    expect(borders).to_have_count(2)
    heights = [float(re.findall(NUMBER, border.get_attribute("d") or "")[1]) for border in borders.all()]
    assert abs(heights[0] - heights[1]) == pytest.approx(21 * planes.view("coronal")["scale"] / 1.5, abs=0.1)
    planes.page.get_by_label("Projection").select_option("mean")
    # six slices from 55.5 to 70.5 mm, twice bone, once water, three times air: (2 * 700 - 3 * 1000) / 6 = -266.7
    expect(planes.page.locator('.pane[data-plane="axial"] .pane-value')).to_have_text("-267 HU")
    planes.viewer.button("Reset the planes").click()
    expect(planes.canvas("axial")).to_have_attribute("data-image-id", re.compile("^mpr:axial/24.volume=[0-9a-f]+$"))


def test_a_window_is_shared_and_a_zoom_is_not(planes: Planes) -> None:
    planes.open(ELLIPSOIDS)
    before = {name: planes.view(name)["scale"] for name in NAMES}
    # beside the lines, which would be dragged
    x, y = planes.place("coronal", 20, 20, 128, 1)
    planes.page.mouse.move(x, y)
    planes.page.mouse.down()
    planes.page.mouse.move(x + 60, y)
    planes.page.mouse.up()
    planes.page.keyboard.press("i")
    planes.page.keyboard.press("+")
    # the phantom's window is 1700 wide, and 200 pixels to the right widen it e-fold
    width = 1700 * 2.718281828459045**0.3
    for name in (*NAMES, "source"):
        for _ in range(100):
            view = planes.view(name)
            if view["invert"] and view["windowWidth"] == pytest.approx(width):
                break
            planes.page.wait_for_timeout(25)
        else:
            raise AssertionError(f"the {name} pane has {view}")
    planes.settle()
    scales = {name: planes.view(name)["scale"] for name in NAMES}
    assert scales == {**before, "coronal": pytest.approx(before["coronal"] * 1.25)}


def test_escape_gives_the_plain_view_back_as_it_was(planes: Planes) -> None:
    planes.close()
    planes.viewer.open(ELLIPSOIDS)
    planes.viewer.wait_for_status("index", "1 / 48")
    planes.page.keyboard.press("PageDown")
    planes.page.keyboard.press("+")
    planes.page.keyboard.press("h")
    planes.viewer.wait_for_image(f"{ELLIPSOIDS}?frame=11")
    view = planes.viewer.wait_for_view(hflip=True)
    planes.button.click()
    planes.viewer.wait_for_image(f"{ELLIPSOIDS}?frame=25")
    planes.canvas("sagittal").dblclick()
    expect(planes.canvas("axial")).to_be_hidden()
    planes.page.keyboard.press("i")
    planes.page.keyboard.press("Escape")
    expect(planes.canvas("axial")).to_be_visible()
    planes.page.keyboard.press("Escape")
    expect(planes.canvas("axial")).to_have_count(0)
    planes.viewer.wait_for_image(f"{ELLIPSOIDS}?frame=11")
    assert planes.viewer.wait_for_view(**view)
    expect(planes.button).to_be_focused()
    expect(planes.button).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(
    ("image_id", "why"), [("example:us-cine", "colour"), ("example:ct", "is one image, and a volume needs two slices")]
)
def test_what_makes_no_volume_is_told_by_the_button(planes: Planes, image_id: str, why: str) -> None:
    planes.close()
    planes.viewer.open(image_id)
    expect(planes.button).to_have_attribute("aria-disabled", "true")
    # it can be pressed all the same, else nobody would learn why
    planes.button.click(force=True)
    expect(planes.viewer.error).to_contain_text(why)
    expect(planes.page.locator(".pane")).to_have_count(0)


def test_the_active_pane_tells_what_it_was_computed_from(planes: Planes) -> None:
    planes.open("example:nifti")
    facts = planes.page.get_by_label("Active pane")
    expect(facts.locator("li")).to_have_text(["24 images", "mpr(axial, 12)"])
    planes.canvas("sagittal").focus()
    expect(facts).to_contain_text("mpr(sagittal, 48)")


def test_while_pictures_are_slow_only_the_newest_plane_is_asked_for(planes: Planes) -> None:
    planes.open(ELLIPSOIDS)
    planes.viewer.run_python(SLOW_PICTURES)
    expect(planes.viewer.python_output).to_have_text("ready")
    planes.canvas("axial").hover()
    for _ in range(15):
        planes.page.mouse.wheel(0, 100)
    planes.expect_indices(39, 64, 64)
    planes.viewer.run_python("session.paint = paint\n[painted.count('axial'), max(at_once)]")
    expect(planes.viewer.python_output).to_contain_text("]")
    count, most = json.loads(planes.viewer.python_output.inner_text())
    assert count < 15
    # the newest begins before the one that it overtakes is called off, so that what both wait for goes on
    assert most <= 2


def test_a_phone_shows_one_pane_and_fingers_move_the_cross_hair(browser: Browser, site: str) -> None:
    address = f"{site}#id=phantom%3Aellipsoids"
    with opened(browser, address, has_touch=True, viewport={"width": 390, "height": 844}) as viewer:
        planes = Planes(viewer)
        viewer.wait_for_status("index", "1 / 48")
        planes.button.tap()
        expect(planes.canvas("axial")).to_have_attribute("data-image-id", re.compile("^mpr:axial/24"))
        assert [planes.canvas(name).is_visible() for name in (*NAMES, "source")] == [True, False, False, False]
        assert viewer.page.evaluate("document.documentElement.scrollWidth") <= 390
        session = viewer.page.context.new_cdp_session(viewer.page)
        places = [planes.place("axial", *place, 128, 128) for place in ((64, 64), (70, 60), (84, 50))]
        for kind, points in (("Start", places[:1]), ("Move", places[1:2]), ("Move", places[2:]), ("End", [])):
            touches = [{"x": x, "y": y} for x, y in points]
            session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touches})
        # browsers take a tap so soon after a drag to stop its fling
        viewer.page.wait_for_timeout(500)
        viewer.button("Sagittal").tap()
        expect(planes.canvas("sagittal")).to_have_attribute("data-image-id", re.compile("^mpr:sagittal/84"))
        viewer.button("Coronal").tap()
        expect(planes.canvas("coronal")).to_have_attribute("data-image-id", re.compile("^mpr:coronal/50"))
        viewer.button("Stack").tap()
        expect(viewer.canvas).to_be_visible()
        viewer.wait_for_image(f"{ELLIPSOIDS}?frame=25")
