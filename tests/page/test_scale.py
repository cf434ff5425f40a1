"""Many slices dropped at once: the order in which things come, and what is kept of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_study import write_series
from playwright.sync_api import Browser, expect
from viewer_page import ViewerPage, opened

# enough to be told of several times while they are read
MANY = 1200
# 2 x 3 pixels of 16 bits
IMAGE_BYTES = 12
BUDGET_IMAGES = 20

# noted once each, as the page changes
NOTE_STEPS = """() => {
    globalThis.steps = [];
    const signs = {
        "first image": () => document.querySelector("#canvas").dataset.imageId.startsWith("dicomfile:"),
        "first series": () => document.querySelector("#studies .words"),
        "all read": () => document.querySelector(".reading[data-state=done]"),
    };
    new MutationObserver(() => {
        for (const [name, holds] of Object.entries(signs)) {
            if (!steps.includes(name) && holds()) {
                steps.push(name);
            }
        }
    }).observe(document.body, { attributes: true, childList: true, subtree: true });
}"""

# nobody else is quick enough
CANCEL_ON_THE_WAY = f"""() => {{
    const observer = new MutationObserver(() => {{
        const row = document.querySelector(".reading[data-state=reading]");
        const read = Number(/^Reading (\\d+) of/.exec(row?.querySelector("p").textContent)?.[1]);
        if (read >= {MANY} / 4) {{
            observer.disconnect();
            row.querySelector("button").click();
        }}
    }});
    observer.observe(document.getElementById("readings"), {{ childList: true, subtree: true, characterData: true }});
}}"""


@pytest.fixture
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of 600 slices in two series."""
    write_series(tmp_path / "study" / "1", 80, description="Short")
    write_series(tmp_path / "study" / "2", 520, series=2, description="Long")
    return tmp_path / "study"


def in_python(viewer: ViewerPage, source: str) -> Any:
    """The value of ``source``, run in the Python panel."""
    viewer.page.evaluate("delete document.querySelector('#python-output').dataset.state")
    output = viewer.run_python(source)
    expect(output).to_have_attribute("data-state", "done")
    return json.loads(output.inner_text())


def test_the_first_image_is_there_before_all_is_read_and_the_list_is_complete(viewer: ViewerPage, folder: Path) -> None:
    viewer.page.evaluate(NOTE_STEPS)
    viewer.drop_paths(folder)
    expect(viewer.page.locator("#readings")).to_contain_text("600 images in 2 series")
    expect(viewer.page.locator("#studies .words")).to_have_text(["ShortCT · 80 images", "LongCT · 520 images"])
    assert viewer.page.evaluate("steps") == ["first series", "first image", "all read"]


def test_a_reading_cancelled_on_the_way_leaves_what_was_read_usable(viewer: ViewerPage, tmp_path: Path) -> None:
    write_series(tmp_path / "many", MANY, description="Many")
    viewer.page.evaluate(CANCEL_ON_THE_WAY)
    viewer.drop_paths(tmp_path / "many")
    expect(viewer.page.locator("#readings")).to_contain_text("Cancelled")
    read = int(viewer.page.locator("#studies small").inner_text().split()[2])
    assert MANY / 4 <= read < MANY
    # opens the whole stack from its start, whether or not its first image had come before the cancel
    viewer.page.locator("#studies .words").click()
    viewer.wait_for_status("index", f"1 / {read}")
    viewer.canvas.focus()
    viewer.point_at()
    # the files come from the last slice down: the lowest that was read is slice MANY - read + 1
    viewer.wait_for_status("stored", str(10 * (MANY - read + 1)))
    viewer.page.keyboard.press("ArrowDown")
    viewer.wait_for_status("stored", str(10 * (MANY - read + 2)))


def test_scrolling_through_all_keeps_no_more_images_than_the_cache_has_room_for(
    viewer: ViewerPage, folder: Path
) -> None:
    budget = BUDGET_IMAGES * IMAGE_BYTES
    in_python(viewer, f"session.purge(); session.cache.set_maximum_size_in_bytes({budget})\n1")
    viewer.drop_paths(folder)
    expect(viewer.page.locator("#readings")).to_contain_text("600 images in 2 series")
    viewer.canvas.focus()
    viewer.page.keyboard.press("Home")
    viewer.wait_for_status("index", "1 / 80")
    first = viewer.canvas.get_attribute("data-image-id")
    for number in range(2, 81):
        viewer.page.keyboard.press("ArrowDown")
        viewer.wait_for_status("index", f"{number} / 80")
    size, count, has_first = in_python(
        viewer, f"[session.cache.size_in_bytes, len(session.cache), {first!r} in session.cache]"
    )
    # full, since 80 images have come by, and no fuller; the first has long been let go
    assert (size, count, has_first) == (budget, BUDGET_IMAGES, False)
    viewer.canvas.focus()
    viewer.page.keyboard.press("Home")
    viewer.wait_for_image(first or "")
    viewer.point_at()
    viewer.wait_for_status("stored", "10")
