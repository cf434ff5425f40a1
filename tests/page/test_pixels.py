"""The canvas shows, byte for byte, what the same package renders on this machine's own Python."""

from collections.abc import Iterator

import numpy as np
import pytest
from desktop import SAMPLES, rendered_here, sha256
from playwright.sync_api import Browser
from viewer_page import ViewerPage, opened


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


@pytest.mark.parametrize("image_id", SAMPLES)
def test_an_image_as_it_opens(viewer: ViewerPage, image_id: str) -> None:
    viewer.open(image_id)
    assert viewer.picture() == sha256(rendered_here(image_id, viewer.view()))


def test_a_web_jpeg_as_it_opens_up_to_what_two_decoders_may_differ(viewer: ViewerPage) -> None:
    viewer.open("example:jpeg")
    here = np.frombuffer(rendered_here("example:jpeg", viewer.view()), np.uint8).astype(int)
    there = np.frombuffer(viewer.pixels(), np.uint8).astype(int)
    # Pillow brings IJG's libjpeg 9 to the browser and libjpeg-turbo here: they enlarge subsampled colour differently
    assert np.abs(here - there).max() <= 16
    assert np.abs(here - there).mean() < 0.1


def test_a_dragged_window_in_colour_turned_flipped_zoomed_and_smoothed(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    viewer.page.get_by_label("Colour map").select_option(index=1)
    viewer.drag(37, -21)
    viewer.drag(15, 12, button="right")
    for key in ("r", "h", "n", "i", "+", "+"):
        viewer.page.keyboard.press(key)
    view = viewer.wait_for_view(rotation=270, hflip=True, interpolation="linear", invert=True)
    viewer.page.wait_for_timeout(300)
    view = viewer.view()
    assert view["colormap"] != "gray"
    assert view["scale"] > view["fitScale"]
    assert viewer.picture() == sha256(rendered_here("example:ct", view))


def test_a_canvas_of_two_device_pixels_per_css_pixel_is_rendered_at_its_own_resolution(
    browser: Browser, site: str
) -> None:
    with opened(browser, site, viewport={"width": 375, "height": 812}, device_scale_factor=2) as viewer:
        _, _, width, height = viewer.box()
        view = viewer.view()
        assert (view["width"], view["height"]) == (pytest.approx(2 * width, abs=1), pytest.approx(2 * height, abs=1))
        assert viewer.picture() == sha256(rendered_here("example:ct", view))
