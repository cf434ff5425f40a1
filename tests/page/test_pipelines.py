"""Pipelines in the page: typed into the address field, with the steps that led to what is on display."""

from collections.abc import Iterator

import pytest
from desktop import rendered_here, sha256
from playwright.sync_api import Browser, expect
from viewer_page import ViewerPage, opened

MASK = "pipe:example:ct|gaussian(2)|threshold(100,400)"


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        viewer.ask_for(MASK)
        # the first one loads scipy
        expect(viewer.canvas).to_have_attribute("data-image-id", MASK, timeout=60_000)
        yield viewer


@pytest.mark.parametrize(
    "image_id",
    [
        MASK,
        "pipe:example:mr|median(5)|clip(0, 900)|rotate90|flip(vertical)",
        "pipe:example:nifti|resize(spacing=2)|sobel",
        "pipe:example:jpeg|grey|equalize|crop(10, 10, 60, 40)",
    ],
)
def test_a_pipeline_is_painted_as_it_is_rendered_here(viewer: ViewerPage, image_id: str) -> None:
    viewer.open(image_id)
    assert viewer.picture() == sha256(rendered_here(image_id, viewer.view()))


def test_the_steps_that_led_to_the_picture_are_listed_and_lead_back_to_theirs(viewer: ViewerPage) -> None:
    viewer.open(MASK)
    lineage = viewer.page.locator(".lineage")
    expect(lineage.locator("li")).to_have_text(["example:ct", "gaussian(2)", "threshold(100,400)"])
    lineage.get_by_role("link", name="gaussian(2)").click()
    viewer.wait_for_image("pipe:example:ct|gaussian(2)")
    expect(viewer.page.get_by_label("Image id, or several as a stack")).to_have_value("pipe:example:ct|gaussian(2)")
    expect(lineage.locator("li")).to_have_text(["example:ct", "gaussian(2)"])
    viewer.page.go_back()
    viewer.wait_for_image(MASK)
    viewer.open("example:ct")
    expect(lineage).to_have_count(0)


def test_a_pipeline_with_spaces_is_one_id_beside_others(viewer: ViewerPage) -> None:
    viewer.ask_for("pipe:example:ct | window(40, 400) | crop(0, 0, 64, 64)", "example:mr")
    viewer.wait_for_image("pipe:example:ct | window(40, 400) | crop(0, 0, 64, 64)")
    viewer.wait_for_status("index", "1 / 2")


def test_a_plane_cut_through_filtered_frames_is_a_stack_of_planes(viewer: ViewerPage) -> None:
    image_id = "pipe:example:nifti|gaussian(1)|mpr(coronal,40)"
    viewer.open(image_id)
    viewer.wait_for_status("index", "41 / 96")
    steps = viewer.page.locator(".lineage li")
    expect(steps).to_have_text(["example:nifti", "gaussian(1)", "mpr(coronal,40)"])


def test_an_unknown_step_is_told_and_works_once_a_program_registers_it(viewer: ViewerPage) -> None:
    viewer.ask_for("pipe:example:ct|negative")
    expect(viewer.error).to_contain_text("step 1, negative: there is no step 'negative'; there are add, clip, crop")
    program = viewer.page.locator("#python-editor .cm-content")
    program.fill("session.register_step('negative', lambda image: -image.pixels)")
    viewer.page.get_by_label("Shows").fill("pipe:example:ct|negative")
    viewer.button("Run").click()
    viewer.wait_for_image("pipe:example:ct|negative")
    expect(viewer.error).to_be_hidden()
    before = viewer.picture()
    program.fill("session.register_step('negative', lambda image: 0 * image.pixels)")
    viewer.button("Run").click()
    viewer.wait_for_another_picture(before)
