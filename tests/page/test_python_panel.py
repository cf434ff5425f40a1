"""A loader of the user's own, typed into the page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from viewer_page import ViewerPage, opened


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


def test_the_loader_that_the_panel_proposes_works_as_it_stands(viewer: ViewerPage) -> None:
    viewer.button("Run and open").click()
    viewer.wait_for_image("gradient:256")
    viewer.point_at(0.5, 0.5)
    viewer.wait_for_status("position", "128, 128")
    viewer.wait_for_status("stored", "256")


def test_a_loader_can_be_replaced_without_a_reload(viewer: ViewerPage) -> None:
    source = viewer.page.locator("#python-source")
    for value in (7, 8):
        source.fill(
            "import numpy as np\n"
            f"session.register_image_loader('flat', lambda image_id, options: np.full((9, 9), {value}, 'int16'))"
        )
        viewer.page.get_by_label("then open").fill("flat:1")
        viewer.button("Run and open").click()
        viewer.wait_for_image("flat:1")
        viewer.point_at()
        viewer.wait_for_status("stored", str(value))


def test_the_value_of_the_last_line_is_shown(viewer: ViewerPage) -> None:
    viewer.page.locator("#python-source").fill("sorted(session.schemes)[0] + '!'")
    viewer.page.locator("#python-source").press("Control+Enter")
    expect(viewer.page.locator("#python-output")).to_have_text("blob!")


def test_a_last_line_whose_value_is_no_data_is_done(viewer: ViewerPage) -> None:
    viewer.page.locator("#python-source").fill("session.register_image_loader('none', lambda image_id, options: None)")
    viewer.page.locator("#python-source").press("Control+Enter")
    expect(viewer.page.locator("#python-output")).to_have_text("Done.")


def test_a_mistake_is_shown_with_its_line_and_nothing_is_opened(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    viewer.page.locator("#python-source").fill("a = 1\nb = a / 0\n")
    viewer.button("Run and open").click()
    output = viewer.page.locator("#python-output")
    expect(output).to_contain_text("ZeroDivisionError")
    expect(output).to_contain_text("line 2")
    viewer.wait_for_image("example:ct")


def test_the_last_line_of_a_long_traceback_is_in_sight(viewer: ViewerPage) -> None:
    viewer.page.set_viewport_size({"width": 1280, "height": 800})
    viewer.page.locator("#python-source").fill("def deep(n):\n    return 1 / n if n == 0 else deep(n - 1)\ndeep(30)")
    viewer.page.locator("#python-source").press("Control+Enter")
    output = viewer.page.locator("#python-output")
    expect(output).to_contain_text("ZeroDivisionError")
    expect(output).to_be_in_viewport()
    assert output.evaluate("(box) => box.scrollHeight - box.scrollTop - box.clientHeight") <= 1
