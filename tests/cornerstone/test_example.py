"""The example page and the README's code, run as they stand."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.cornerstone.bundles import bundle_page

from loadstone_build.paths import ROOT, WEB

EXAMPLES = WEB / "examples"
HEADING = "## Use it from Cornerstone\n"
README = (ROOT / "README.md").read_text(encoding="utf-8")

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
    page = gl_browser.new_page(viewport={"width": 1280, "height": 500})
    yield page
    page.close()


def wait_for_pictures(page: Page, *names: str) -> None:
    """Until each of these viewports shows something with several greys."""
    for name in names:
        canvas = page.locator(f"#{name} canvas")
        expect(canvas).to_be_visible(timeout=30_000)
        for _ in range(100):
            levels, bright = canvas.evaluate(LOOK)
            if levels > 20 and bright > 0.05:
                break
            page.wait_for_timeout(100)
        else:
            raise AssertionError(f"{name} shows {levels} grey levels, {bright:.0%} of it is not black")


def test_the_example_page_shows_a_stack_and_a_volume(
    page: Page, cornerstone_folder: Path, cornerstone_site: str
) -> None:
    folder = cornerstone_folder / "examples"
    bundle_page(EXAMPLES / "cornerstone3d.js", folder)
    (folder / "cornerstone3d.html").symlink_to(EXAMPLES / "cornerstone3d.html")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{cornerstone_site}examples/cornerstone3d.html")
    wait_for_pictures(page, "stack", "axial", "sagittal")
    stack = page.locator("#stack canvas")
    before = stack.evaluate(LOOK)
    page.locator("#stack").hover()
    page.mouse.wheel(0, 100)
    for _ in range(100):
        if stack.evaluate(LOOK) != before:
            break
        page.wait_for_timeout(100)
    assert stack.evaluate(LOOK) != before
    assert complaints == []


README_PAGE = """<!doctype html><meta charset=utf-8><link rel=icon href=data:,><title>README</title>
<style>div { width: 300px; height: 300px; }</style>
<div id=stack></div><div id=volume></div>
<script type=module src=readme.js></script>
"""


def test_the_readmes_code_shows_a_stack_and_a_volume(
    page: Page, cornerstone_folder: Path, cornerstone_site: str, tmp_path: Path
) -> None:
    found = re.search(HEADING + ".*?```js\n(.*?)```", README, re.DOTALL)
    assert found is not None
    script = tmp_path / "readme.js"
    script.write_text(found[1], encoding="utf-8")
    bundle_page(script, cornerstone_folder)
    (cornerstone_folder / "readme.html").write_text(README_PAGE, encoding="utf-8")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{cornerstone_site}readme.html")
    wait_for_pictures(page, "stack", "volume")
    assert complaints == []
