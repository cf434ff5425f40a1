"""The list of studies beside the viewer: thumbnails, marks, keys, drags."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_study import write_series
from playwright.sync_api import Browser, Locator, expect
from viewer_page import ViewerPage, opened


@pytest.fixture(scope="module")
def shared(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


@pytest.fixture
def viewer(shared: ViewerPage, tmp_path: Path) -> ViewerPage:
    """The page with a study of two series open, the first of them on the canvas."""
    shared.start_over()
    write_series(tmp_path / "study" / "1", 5, description="Axial")
    write_series(tmp_path / "study" / "2", 20, series=2, modality="MR", description="T2")
    shared.drop_paths(tmp_path / "study")
    expect(shared.page.locator("#readings")).to_contain_text("25 images in 2 series")
    expect(shared.page.locator("#caption")).to_have_text("Doe, Jane · CT · Axial")
    return shared


def row(viewer: ViewerPage, name: str) -> Locator:
    found: Locator = viewer.page.locator("#studies button").filter(has_text=name)
    return found


def grey_in_the_middle(canvas: Locator) -> int:
    grey: int = canvas.evaluate(
        "(canvas) => canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[0]"
    )
    return grey


def test_each_thumbnail_shows_the_middle_image_of_its_stack(viewer: ViewerPage) -> None:
    thumbnails = viewer.page.locator("#studies canvas[data-state=painted]")
    expect(thumbnails).to_have_count(2)
    # slice n has the value 10 n; window 128 / 256 shows a value as that grey, but for rounding (PS3.3 C.11.2.1.2);
    # the middle ones are slice 3 of 5 and slice 11 of 20
    for thumbnail, grey in zip(thumbnails.all(), (30, 110), strict=True):
        for _ in range(100):
            if abs(grey_in_the_middle(thumbnail) - grey) <= 1:
                break
            viewer.page.wait_for_timeout(25)
        assert grey_in_the_middle(thumbnail) == pytest.approx(grey, abs=1)


def test_the_stack_on_display_is_marked_and_no_other(viewer: ViewerPage) -> None:
    marked = viewer.page.locator("nav [aria-current=true]")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("Axial")
    row(viewer, "T2").click()
    expect(marked).to_contain_text("T2")
    viewer.wait_for_status("index", "1 / 20")
    viewer.open("example:ct")
    expect(marked).to_have_text("CT, 128 × 128, 16 bit signed")


def test_the_list_works_by_keyboard(viewer: ViewerPage) -> None:
    row(viewer, "Axial").focus()
    viewer.page.keyboard.press("Tab")
    expect(row(viewer, "T2")).to_be_focused()
    viewer.page.keyboard.press("Enter")
    expect(viewer.page.locator("#caption")).to_have_text("Doe, Jane · MR · T2")
    # the focus stays where the user works
    expect(row(viewer, "T2")).to_be_focused()


def test_a_series_dragged_to_the_picture_is_shown(viewer: ViewerPage) -> None:
    row(viewer, "T2").drag_to(viewer.page.locator("#stage"))
    expect(viewer.page.locator("#caption")).to_have_text("Doe, Jane · MR · T2")
    viewer.wait_for_status("index", "1 / 20")
    expect(viewer.page.locator("#stage.target")).to_have_count(0)
    # a drag that is no drop of files leaves the drop target out of sight
    expect(viewer.page.locator("#drop")).to_be_hidden()


def test_a_second_drop_is_listed_above_the_first(viewer: ViewerPage, tmp_path: Path) -> None:
    write_series(tmp_path / "later", 2, description="Later", study="1.2.4")
    viewer.drop_paths(tmp_path / "later")
    expect(viewer.page.locator("#studies .words")).to_have_text(
        ["LaterCT · 2 images", "AxialCT · 5 images", "T2MR · 20 images"]
    )
    expect(viewer.page.locator("#caption")).to_have_text("Doe, Jane · CT · Later")
    row(viewer, "Axial").click()
    expect(viewer.page.locator("#caption")).to_have_text("Doe, Jane · CT · Axial")


def test_a_closed_study_leaves_list_and_canvas(viewer: ViewerPage) -> None:
    viewer.button("Close this study").click()
    expect(viewer.page.locator("#studies h3")).to_have_count(0)
    expect(viewer.page.locator(".hint")).to_be_visible()
    viewer.wait_for_image("example:ct")


def test_the_images_of_a_closed_study_can_not_be_gone_back_to(viewer: ViewerPage) -> None:
    shown = viewer.canvas.get_attribute("data-image-id")
    viewer.button("Close this study").click()
    viewer.wait_for_image("example:ct")
    # the address of the shown image stays in the browser's history
    viewer.ask_for(str(shown))
    expect(viewer.error).to_contain_text("this file was closed; open it again to load its images")
    # the example stays
    viewer.button("Rotate right").click()
    viewer.wait_for_view(rotation=90)


@pytest.mark.parametrize("wait", ["", "await new Promise((resolve) => queueMicrotask(() => queueMicrotask(resolve)));"])
def test_a_study_that_is_closed_while_an_image_of_it_loads_leaves_without_an_error(
    viewer: ViewerPage, wait: str
) -> None:
    viewer.open("example:ct")
    viewer.wait_for_image("example:ct")
    viewer.page.evaluate(
        f"""async () => {{
            [...document.querySelectorAll("#studies button")].find((one) => one.textContent.includes("T2")).click();
            {wait}
            document.querySelector("[aria-label='Close this study']").click();
        }}"""
    )
    expect(viewer.page.locator("#studies h3")).to_have_count(0)
    viewer.wait_for_image("example:ct")
    viewer.page.wait_for_timeout(300)
    expect(viewer.error).to_be_hidden()


def test_thumbnails_out_of_sight_wait(viewer: ViewerPage, tmp_path: Path) -> None:
    for series in range(1, 31):
        write_series(tmp_path / "wide" / str(series), 1, series=series, description=f"Part {series}", study="1.2.5")
    viewer.drop_paths(tmp_path / "wide")
    expect(viewer.page.locator("#readings")).to_contain_text("30 images in 30 series")
    group = viewer.page.locator("#studies .study").first
    expect(group.locator("canvas").first).to_have_attribute("data-state", "painted")
    viewer.page.wait_for_timeout(500)
    assert 5 <= group.locator("canvas[data-state=painted]").count() < 20
    group.locator("canvas").last.scroll_into_view_if_needed()
    expect(group.locator("canvas").last).to_have_attribute("data-state", "painted")


def test_the_list_fits_a_phone(viewer: ViewerPage) -> None:
    viewer.page.set_viewport_size({"width": 390, "height": 844})
    assert viewer.page.evaluate("document.documentElement.scrollWidth") <= 390
    row(viewer, "T2").click()
    expect(viewer.page.locator("#caption")).to_have_text("Doe, Jane · MR · T2")
