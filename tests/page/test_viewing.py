"""Looking at images: windows, pan, zoom, turns, stacks, by mouse and keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from viewer_page import ViewerPage, opened


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


def test_the_first_sample_is_on_the_canvas_when_the_page_is_ready(browser: Browser, site: str) -> None:
    with opened(browser, site) as viewer:
        assert viewer.canvas.get_attribute("data-image-id") == "example:ct"
        assert viewer.page.evaluate("performance.getEntriesByName('loadstone:first-paint').length") == 1
        assert viewer.canvas.get_attribute("aria-label") == "CT, 128 × 128, 16 bit signed"


def test_a_click_on_a_thumbnail_opens_its_sample(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    viewer.button("MR, 64 × 64, 16 bit signed").click()
    viewer.wait_for_image("example:mr-small")
    expect(viewer.button("MR, 64 × 64, 16 bit signed")).to_have_attribute("aria-current", "true")
    expect(viewer.button("CT, 128 × 128, 16 bit signed")).to_have_attribute("aria-current", "false")


def test_every_thumbnail_is_painted(viewer: ViewerPage) -> None:
    thumbnails = viewer.page.locator("#samples canvas")
    expect(viewer.page.locator("#samples canvas[data-state=painted]")).to_have_count(9)
    assert thumbnails.count() == 9


def test_a_drag_with_the_window_tool_changes_window_and_picture(viewer: ViewerPage) -> None:
    viewer.open("example:phantom")
    before, start = viewer.picture(), viewer.view()
    viewer.drag(100, 50)
    viewer.wait_for_another_picture(before)
    # 200 pixels to the right widen e-fold, 256 down move the centre by one width
    width = start["windowWidth"] * 2.718281828459045**0.5
    center = start["windowCenter"] + 50 * start["windowWidth"] / 256
    view = viewer.wait_for_view(windowWidth=pytest.approx(width))
    assert view["windowCenter"] == pytest.approx(center)
    assert viewer.status("window") == f"C {center:.4g}  W {width:.4g}" or str(round(width)) in viewer.status("window")


def test_a_right_drag_pans_whatever_the_tool(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    viewer.drag(40, -25, button="right")
    viewer.wait_for_view(pan={"x": 40, "y": -25})


def test_the_status_line_tells_the_values_under_the_pointer(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    viewer.point_at(0.5, 0.5)
    # the canvas's centre is the corner that columns 63 and 64, rows 63 and 64 share;
    # CT_small.dcm, read with pydicom: pixel_array[64, 64] is 1928, RescaleIntercept -1024
    viewer.wait_for_status("position", "64, 64")
    viewer.wait_for_status("stored", "1928")
    viewer.wait_for_status("value", "904 HU")
    viewer.page.mouse.move(5, 5)
    viewer.wait_for_status("position", "–")


def test_zoom_at_the_pointer_keeps_what_is_under_it(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    viewer.point_at(0.4, 0.3)
    before = viewer.view()
    place = viewer.page.locator("#status-position")
    expect(place).not_to_have_text("–")
    position = place.inner_text()
    viewer.page.keyboard.down("Control")
    for _ in range(5):
        viewer.page.mouse.wheel(0, -100)
    viewer.page.keyboard.up("Control")
    view = viewer.wait_for_view(scale=pytest.approx(before["scale"] * 2.718281828459045**2.5))
    assert view["pan"] != {"x": 0, "y": 0}
    viewer.page.wait_for_timeout(100)
    assert viewer.status("position") == position


def test_the_wheel_goes_through_the_frames(viewer: ViewerPage) -> None:
    viewer.open("example:us-cine")
    viewer.wait_for_status("index", "1 / 30")
    first = viewer.picture()
    viewer.point_at()
    viewer.page.mouse.wheel(0, 100)
    viewer.wait_for_image("example:us-cine?frame=2")
    viewer.wait_for_status("index", "2 / 30")
    assert viewer.picture() != first
    viewer.page.mouse.wheel(0, -100)
    viewer.wait_for_image("example:us-cine?frame=1")
    assert viewer.picture() == first


def test_the_wheel_stops_at_the_ends_of_the_stack(viewer: ViewerPage) -> None:
    viewer.open("example:us-cine?frame=30")
    viewer.wait_for_status("index", "30 / 30")
    viewer.point_at()
    viewer.page.mouse.wheel(0, 100)
    viewer.page.keyboard.press("ArrowUp")
    viewer.wait_for_image("example:us-cine?frame=29")


def test_a_window_of_the_users_own_stays_through_the_stack(viewer: ViewerPage) -> None:
    viewer.open("example:ct", "example:phantom")
    width = viewer.view()["windowWidth"] * 2.718281828459045**0.15
    viewer.drag(30, 0)
    viewer.wait_for_view(windowWidth=pytest.approx(width))
    viewer.page.keyboard.press("ArrowDown")
    viewer.wait_for_image("example:phantom")
    assert viewer.view()["windowWidth"] == pytest.approx(width)


def test_several_ids_make_a_stack(viewer: ViewerPage) -> None:
    viewer.ask_for("example:ct,example:mr-small", "example:png")
    viewer.wait_for_image("example:ct")
    viewer.wait_for_status("index", "1 / 3")
    viewer.page.keyboard.press("End")
    viewer.wait_for_image("example:png")
    viewer.page.keyboard.press("ArrowUp")
    viewer.wait_for_image("example:mr-small")
    viewer.wait_for_status("index", "2 / 3")


def test_the_slider_moves_in_the_stack(viewer: ViewerPage) -> None:
    viewer.open("example:us-cine")
    viewer.wait_for_status("index", "1 / 30")
    viewer.page.get_by_label("Image in the stack").fill("17")
    viewer.wait_for_image("example:us-cine?frame=17")


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("i", {"invert": True}),
        ("r", {"rotation": 90}),
        ("Shift+R", {"rotation": 270}),
        ("h", {"hflip": True}),
        ("v", {"vflip": True}),
        ("n", {"interpolation": "linear"}),
        ("o", {"scale": 1}),
        ("3", {"windowCenter": -500, "windowWidth": 1500}),
    ],
)
def test_a_key_changes_the_view_and_0_resets_it(viewer: ViewerPage, key: str, fields: dict[str, object]) -> None:
    viewer.open("example:ct")
    expect(viewer.page.locator("#presets option")).to_have_count(6)
    before, start = viewer.picture(), viewer.view()
    viewer.page.keyboard.press(key)
    viewer.wait_for_view(**fields)
    viewer.wait_for_another_picture(before)
    viewer.page.keyboard.press("n" if key == "n" else "0")
    viewer.wait_for_view(**start)
    assert viewer.picture() == before


@pytest.mark.parametrize("direction", ["Flip left and right", "Flip up and down"])
def test_a_flip_mirrors_what_is_seen_also_after_a_turn(viewer: ViewerPage, direction: str) -> None:
    viewer.open("example:phantom")
    viewer.button("Rotate right").click()
    viewer.wait_for_view(rotation=90)
    viewer.button(direction).click()
    twice = "vflip" if direction == "Flip up and down" else "hflip"
    # mirrored(turned(image, 90)) is turned(mirrored(image), -90)
    viewer.wait_for_view(**{"rotation": 270, twice: True})


def test_plus_and_minus_zoom_about_the_centre(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    scale = viewer.view()["scale"]
    viewer.page.keyboard.press("+")
    viewer.wait_for_view(scale=pytest.approx(scale * 1.25), pan={"x": 0, "y": 0})
    viewer.page.keyboard.press("-")
    viewer.wait_for_view(scale=pytest.approx(scale))


def test_a_double_click_resets_the_view(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    start = viewer.view()
    viewer.page.keyboard.press("p")
    viewer.drag(30, 30)
    viewer.wait_for_view(pan={"x": 30, "y": 30})
    viewer.canvas.dblclick()
    viewer.wait_for_view(**start)
    viewer.page.keyboard.press("w")


def test_two_fingers_zoom_the_point_between_them(browser: Browser, site: str) -> None:
    with opened(browser, site, has_touch=True, viewport={"width": 375, "height": 812}) as viewer:
        left, top, width, height = viewer.box()
        x, y = left + width / 2, top + height / 2
        scale = viewer.view()["scale"]
        session = viewer.page.context.new_cdp_session(viewer.page)

        def touch(kind: str, *points: tuple[float, float]) -> None:
            touches = [{"x": px, "y": py, "id": index} for index, (px, py) in enumerate(points)]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

        touch("touchStart", (x - 30, y), (x + 30, y))
        touch("touchMove", (x - 60, y), (x + 60, y))
        touch("touchEnd")
        view = viewer.wait_for_view(scale=pytest.approx(scale * 2, rel=0.02))
        assert view["pan"]["x"] == pytest.approx(0, abs=2)
        assert view["pan"]["y"] == pytest.approx(0, abs=2)


SLOW_PICTURES = """
import asyncio
paint = session.paint

async def slow(image, view):
    await asyncio.sleep(0.08)
    return await paint(image, view)

session.paint = slow
"""

SLOW_FRAMES = """
import asyncio
import numpy as np
frames = session.frames

async def late(image_id):
    await asyncio.sleep(0.4)
    return await frames(image_id)

async def slow(image_id, options):
    await asyncio.sleep(0.8)
    return np.zeros((4, 4), "uint8")

session.frames = late
session.register_image_loader("slow", slow)
"""


def run(viewer: ViewerPage, source: str) -> None:
    """Run Python in the panel."""
    viewer.run_python(f"{source}\n'done'")
    expect(viewer.python_output).to_have_text("done")


def test_a_drag_ends_when_another_stack_takes_the_place_of_the_one_it_began_on(viewer: ViewerPage) -> None:
    viewer.open("example:png")
    window = {name: viewer.view()[name] for name in ("windowCenter", "windowWidth")}
    viewer.open("example:ct")
    viewer.point_at()
    viewer.page.mouse.down()
    viewer.ask_for("example:png")
    viewer.wait_for_image("example:png")
    viewer.point_at(0.6, 0.6)
    viewer.page.mouse.up()
    viewer.page.keyboard.press("i")
    viewer.wait_for_view(invert=True, **window)
    viewer.drag(20, 0)
    viewer.wait_for_view(windowWidth=pytest.approx(window["windowWidth"] * 2.718281828459045**0.1))


def test_a_picture_dragged_at_half_the_resolution_gets_sharp_when_the_drag_is_over(viewer: ViewerPage) -> None:
    run(viewer, SLOW_PICTURES)
    viewer.open("example:phantom")
    full = viewer.view()["width"]
    for _ in range(3):  # the page learns that pictures are slow
        viewer.page.keyboard.press("i")
        viewer.page.wait_for_timeout(200)
    # over while its first picture is still on its way
    viewer.drag(10, 0)
    viewer.wait_for_view(width=full // 2)
    viewer.wait_for_view(width=full)
    run(viewer, "session.paint = paint")


def test_frames_that_come_while_another_image_loads_leave_every_image_its_place(viewer: ViewerPage) -> None:
    run(viewer, SLOW_FRAMES)
    viewer.open("example:us-cine", "slow:1", "example:ct")
    viewer.page.keyboard.press("ArrowDown")
    viewer.wait_for_image("slow:1")
    viewer.wait_for_status("index", "31 / 32")
    viewer.page.keyboard.press("ArrowDown")
    viewer.wait_for_image("example:ct")
    viewer.wait_for_status("index", "32 / 32")
    run(viewer, "session.frames = frames")


def test_a_file_that_is_left_and_shown_again_while_its_frames_are_asked_for_adds_them_once(viewer: ViewerPage) -> None:
    run(viewer, SLOW_FRAMES)
    viewer.open("example:us-cine", "example:ct", "example:png")
    viewer.page.keyboard.press("ArrowDown")
    viewer.wait_for_image("example:ct")
    viewer.page.keyboard.press("ArrowUp")
    viewer.wait_for_image("example:us-cine")
    viewer.wait_for_status("index", "1 / 32")
    viewer.page.wait_for_timeout(600)
    viewer.page.keyboard.press("End")
    viewer.wait_for_image("example:png")
    viewer.wait_for_status("index", "32 / 32")
    run(viewer, "session.frames = frames")


def test_a_single_image_calls_off_what_the_stack_before_it_still_fetches_ahead(viewer: ViewerPage) -> None:
    run(
        viewer,
        "import asyncio\nbegun, left = [], []\n\nasync def endless(image_id, options):\n    begun.append(image_id)\n"
        "    try:\n        await asyncio.sleep(3600)\n    finally:\n        left.append(image_id)\n\n"
        "session.register_image_loader('endless', endless)\n"
        "async def until(images):\n    while not images:\n        await asyncio.sleep(0.02)\n",
    )
    viewer.open("example:ct", "endless:1")
    run(viewer, "await until(begun)")
    viewer.open("example:mr-small")
    run(viewer, "await until(left)")


def test_a_move_to_a_screen_of_another_resolution_is_rendered_at_that_resolution(page: Page, site: str) -> None:
    # an emulated screen changes its resolution without a word, a real one tells the media query
    page.add_init_script("""
        const { matchMedia } = globalThis;
        globalThis.queries = [];
        globalThis.matchMedia = (media) => queries[queries.push(matchMedia(media)) - 1];
    """)
    page.goto(site)
    page.wait_for_selector("body[data-state=ready]", timeout=60_000)
    viewer = ViewerPage(page)
    width = viewer.view()["width"]
    session = page.context.new_cdp_session(page)
    for ratio in (2, 1):
        metrics = {"width": 1280, "height": 800, "mobile": False, "deviceScaleFactor": ratio}
        session.send("Emulation.setDeviceMetricsOverride", metrics)
        page.evaluate(
            "queries.findLast(({ media }) => media.includes('resolution')).dispatchEvent(new Event('change'))"
        )
        viewer.wait_for_view(width=ratio * width)


def test_a_wheel_that_is_turned_sideways_changes_nothing(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    viewer.point_at()
    viewer.page.mouse.wheel(100, 0)
    viewer.page.set_viewport_size({"width": 1280, "height": 700})
    view = viewer.wait_for_view(invert=False, height=viewer.canvas.evaluate("(canvas) => canvas.clientHeight"))
    # still fitted
    assert view["scale"] == view["fitScale"]
    viewer.page.set_viewport_size({"width": 1280, "height": 800})


def test_the_colour_map_is_applied(viewer: ViewerPage) -> None:
    viewer.open("example:phantom")
    before = viewer.picture()
    choice = viewer.page.get_by_label("Colour map")
    names = choice.locator("option").all_inner_texts()
    choice.select_option(names[1])
    viewer.wait_for_view(colormap=names[1])
    viewer.wait_for_another_picture(before)


def test_the_question_mark_lists_the_keys(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    viewer.page.keyboard.press("?")
    dialog = viewer.page.get_by_role("dialog")
    expect(dialog).to_contain_text("rotate right")
    viewer.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_keys_scroll_the_page_where_there_is_no_stack_to_go_through(browser: Browser, site: str) -> None:
    with opened(browser, site, viewport={"width": 375, "height": 667}) as viewer:
        viewer.canvas.focus()
        viewer.page.keyboard.press("End")
        scrolled = "async () => { await new Promise((done) => setTimeout(done, 300)); return scrollY; }"
        assert viewer.page.evaluate(scrolled) > 100
        viewer.page.keyboard.press("Home")
        viewer.open("example:us-cine")
        viewer.wait_for_status("index", "1 / 30")
        viewer.page.keyboard.press("End")
        viewer.wait_for_status("index", "30 / 30")
        assert viewer.page.evaluate(scrolled) == 0


def test_letters_typed_into_a_field_do_not_change_the_view(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    viewer.page.get_by_label("Image id, or several as a stack").press_sequentially("irh")
    viewer.page.wait_for_timeout(100)
    view = viewer.view()
    assert (view["invert"], view["rotation"], view["hflip"]) == (False, 0, False)


def test_the_address_of_the_page_names_the_image_and_going_back_shows_the_one_before(viewer: ViewerPage) -> None:
    viewer.open("example:mr-small")
    viewer.open("example:png")
    assert viewer.page.evaluate("location.hash") == "#id=example%3Apng"
    viewer.page.go_back()
    viewer.wait_for_image("example:mr-small")


def test_a_page_address_with_ids_opens_them_as_a_stack(browser: Browser, site: str) -> None:
    with opened(browser, f"{site}#id=example%3Amr-small&id=example%3Ajpeg") as viewer:
        viewer.wait_for_image("example:mr-small")
        viewer.wait_for_status("index", "1 / 2")
