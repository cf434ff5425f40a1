"""A loader of the user's own, written in the page."""

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_wheel import made_wheel
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from viewer_page import ViewerPage, opened

from loadstone_build.paths import DIST

# the engine starts in about a second, on a busy machine in many
BOOT_MS = 30_000

FLAT = """import numpy as np
def flat(image_id, options):
    place = int(image_id.split(":")[1])
    return np.full((9, 9), {value} + place, "int16")
session.register_image_loader("flat", flat)
"""


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


@pytest.fixture
def fresh(browser: Browser, site: str) -> Iterator[ViewerPage]:
    """A page of its own, for tests that stop Python or load the page again."""
    with opened(browser, site) as viewer:
        yield viewer


def editor(viewer: ViewerPage) -> Locator:
    content: Locator = viewer.page.locator("#python-editor .cm-content")
    return content


def text_of(viewer: ViewerPage) -> str:
    lines = viewer.page.locator("#python-editor .cm-line").all_inner_texts()
    return "\n".join(line.rstrip("\n") for line in lines)


def choose(viewer: ViewerPage, name: str) -> None:
    expect(viewer.page.locator("#python-editor")).to_have_attribute("data-state", "ready")
    viewer.page.get_by_label("Start from an example").select_option(name)
    expect(viewer.page.locator("#python-name")).to_have_text(name)


def run_example(viewer: ViewerPage, name: str, shown: str) -> None:
    choose(viewer, name)
    viewer.button("Run").click()
    viewer.wait_for_image(shown)


def expect_marked(viewer: ViewerPage, line: int, text: str) -> None:
    expect(viewer.page.locator("#python-editor .cm-line.cm-failed")).to_have_text(text)
    expect(viewer.page.locator("#python-editor .cm-gutterElement.cm-failed")).to_have_text(str(line))


def test_the_loader_that_the_panel_begins_with_works_as_it_stands(viewer: ViewerPage) -> None:
    expect(viewer.page.locator("#python-name")).to_have_text("gradient.py")
    viewer.button("Run").click()
    viewer.wait_for_image("gradient:256")
    expect(viewer.python_output).to_have_text("gradient:256 and the like can be opened now Done.")
    viewer.point_at(0.5, 0.5)
    viewer.wait_for_status("position", "128, 128")
    viewer.wait_for_status("stored", "256")


def test_the_example_that_fetches_shows_the_file_that_another_decoder_reads(viewer: ViewerPage) -> None:
    run_example(viewer, "fetched.py", "pgm:python_examples/phantom.pgm")
    decoded = np.asarray(Image.open(io.BytesIO((DIST / "python_examples" / "phantom.pgm").read_bytes())))
    assert decoded.shape == (192, 152)
    viewer.point_at(0.5, 0.5)
    viewer.wait_for_status("position", "76, 96")
    viewer.wait_for_status("stored", str(decoded[96, 76]))


def test_the_example_that_derives_shows_edges_of_the_ct(viewer: ViewerPage) -> None:
    run_example(viewer, "derived.py", "edges:example:ct")
    expect(viewer.page.locator("#facts")).to_contain_text("0.6615 × 0.6615 mm")


def test_the_example_with_metadata_is_a_stack_with_spacing_and_unit(viewer: ViewerPage) -> None:
    run_example(viewer, "spacing.py", "ball:1")
    viewer.wait_for_status("index", "1 / 7")
    expect(viewer.page.locator("#facts")).to_contain_text("1 × 1.5 mm")
    # 90 mm above its centre, the ball of 100 mm radius is 43.6 mm wide: 1060 - 1024 in the middle, outside 24 - 1024
    viewer.point_at(0.5, 0.5)
    viewer.wait_for_status("value", "36 HU")


def test_the_example_that_fails_is_marked_at_its_line_and_can_be_mended(viewer: ViewerPage) -> None:
    choose(viewer, "mistake.py")
    viewer.button("Run").click()
    expect_marked(viewer, 11, "    return stripes.reshape(size, size)")
    expect(viewer.python_output).to_contain_text("stripes has the shape (12,)")
    expect(viewer.python_output).to_contain_text('File "mistake.py", line 11, in load_mistake')
    expect(viewer.python_output).to_contain_text("ValueError: cannot reshape array of size 12 into shape (12,12)")
    expect(viewer.error).to_contain_text("mistake:12")
    # its last line says what went wrong
    expect(viewer.python_output).to_be_in_viewport(ratio=0.95)
    mended = text_of(viewer).replace("stripes.reshape(size, size)", "np.tile(stripes, (size, 1))")
    viewer.run_python(mended, shows="mistake:12")
    viewer.wait_for_image("mistake:12")
    expect(viewer.page.locator("#python-editor .cm-failed")).to_have_count(0)


def test_an_edited_loader_shows_the_stack_on_display_anew_in_its_place_with_its_window(viewer: ViewerPage) -> None:
    ids = "flat:1 flat:2 flat:3"
    viewer.run_python(FLAT.format(value=10), shows=ids)
    viewer.wait_for_image("flat:1")
    viewer.canvas.focus()
    viewer.page.keyboard.press("End")
    viewer.wait_for_image("flat:3")
    viewer.point_at()
    viewer.wait_for_status("stored", "13")
    before = viewer.status("window")
    viewer.drag(40, 0)
    expect(viewer.page.locator("#status-window")).not_to_have_text(before)
    # a drag ends with a picture of its own
    viewer.page.wait_for_timeout(500)
    window = viewer.status("window")
    viewer.run_python(FLAT.format(value=70), shows=ids)
    viewer.point_at(0.4, 0.4)
    viewer.wait_for_status("stored", "73")
    viewer.wait_for_status("index", "3 / 3")
    viewer.wait_for_status("window", window)


def test_an_image_that_was_derived_from_one_of_another_loader_is_shown_anew_too(viewer: ViewerPage) -> None:
    twice = """from dataclasses import replace
async def twice(image_id, options):
    image = await session.load_and_cache_image(image_id.removeprefix("twice:"))
    return replace(image, image_id=image_id, pixels=image.pixels * 2)
session.register_image_loader("twice", twice)
"""
    viewer.run_python(FLAT.format(value=10) + twice, shows="twice:flat:1")
    viewer.wait_for_image("twice:flat:1")
    viewer.point_at()
    viewer.wait_for_status("stored", "22")
    viewer.run_python(FLAT.format(value=20))
    viewer.point_at(0.4, 0.4)
    viewer.wait_for_status("stored", "42")


def test_the_value_of_the_last_line_is_shown(viewer: ViewerPage) -> None:
    viewer.write_python("'-'.join(sorted(session.schemes)[-3:]) + '!'")
    editor(viewer).press("Control+Enter")
    expect(viewer.python_output).to_have_text("wadors-wadouri-web!")


def test_a_last_line_whose_value_is_no_data_is_done(viewer: ViewerPage) -> None:
    viewer.write_python("session.register_image_loader('none', lambda image_id, options: None)")
    editor(viewer).press("Control+Enter")
    expect(viewer.python_output).to_have_text("Done.")


def test_a_mistake_is_shown_with_its_line_and_nothing_is_opened(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    output = viewer.run_python("a = 1\nb = a / 0\n", shows="gradient:64")
    expect(output).to_contain_text("ZeroDivisionError")
    expect(output).to_contain_text("line 2, in <module>\n    b = a / 0")
    expect_marked(viewer, 2, "b = a / 0")
    viewer.wait_for_image("example:ct")


def test_what_can_not_be_compiled_is_marked_where_it_ends(viewer: ViewerPage) -> None:
    expect(viewer.run_python("a = 1\nb = (2\n")).to_contain_text("SyntaxError: '(' was never closed")
    expect_marked(viewer, 2, "b = (2")


def test_a_prefetched_image_that_fails_is_told_once_at_its_line(viewer: ViewerPage) -> None:
    source = """import numpy as np
def some(image_id, options):
    if image_id != "some:1":
        raise ValueError("only one")
    return np.zeros((9, 9))
session.register_image_loader("some", some)
"""
    viewer.run_python(source, shows="some:1 some:2 some:3 some:4")
    viewer.wait_for_image("some:1")
    expect_marked(viewer, 4, '        raise ValueError("only one")')
    expect(viewer.python_output.locator(".error")).to_have_count(1)
    expect(viewer.error).to_be_hidden()


def test_a_program_that_has_been_edited_since_it_ran_is_not_marked(viewer: ViewerPage) -> None:
    viewer.run_python("def late(image_id, options):\n    1 / 0\nsession.register_image_loader('late', late)")
    expect(viewer.python_output).to_have_text("Done.")
    viewer.write_python("# it is something else now\n\n\n")
    viewer.ask_for("late:1")
    expect(viewer.python_output).to_contain_text("ZeroDivisionError")
    expect(viewer.page.locator("#python-editor .cm-failed")).to_have_count(0)


def test_the_last_line_of_a_long_traceback_is_in_sight(viewer: ViewerPage) -> None:
    viewer.page.set_viewport_size({"width": 1280, "height": 800})
    viewer.write_python("def deep(n):\n    return 1 / n if n == 0 else deep(n - 1)\ndeep(30)")
    editor(viewer).press("Control+Enter")
    output = viewer.python_output
    expect(output).to_contain_text("ZeroDivisionError")
    expect(output).to_be_in_viewport()
    # it is laid out from its end upwards
    assert abs(output.evaluate("(box) => box.scrollTop")) <= 1
    assert output.evaluate("(box) => box.scrollHeight > box.clientHeight")


def test_what_is_printed_is_shown_while_the_program_runs(fresh: ViewerPage) -> None:
    source = """import sys
print("before the end")
print("to the other stream", file=sys.stderr)
while True:
    pass
"""
    output = fresh.run_python(source)
    expect(output.locator(".stdout")).to_have_text("before the end")
    expect(output.locator(".stderr")).to_have_text("to the other stream")
    expect(output).to_have_attribute("data-state", "running")


def test_a_flood_of_output_leaves_the_page_at_work_and_can_be_stopped(fresh: ViewerPage) -> None:
    output = fresh.run_python("n = 0\nwhile True:\n    n += 1\n    print('line', n)\n")
    expect(output).to_contain_text("characters are left out here")
    # its own thread has little to do
    turns = fresh.page.evaluate("""async () => {
        let turns = 0;
        for (const end = performance.now() + 3000; performance.now() < end; turns += 1) {
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
        return turns;
    }""")
    assert turns >= 15
    assert len(output.inner_text()) < 25_000
    fresh.button("Stop Python").click()
    expect(output).to_contain_text("Python was started again", timeout=BOOT_MS)
    expect(output).to_contain_text("Python stopped during runPython")


def test_after_an_endless_program_is_stopped_the_loaders_before_it_are_there_and_it_does_not_run_again(
    fresh: ViewerPage,
) -> None:
    fresh.run_python(FLAT.format(value=10), shows="flat:1")
    fresh.wait_for_image("flat:1")
    fresh.run_python("print('again')\nwhile True:\n    pass\n")
    expect(fresh.python_output).to_contain_text("again")
    fresh.button("Stop Python").click()
    expect(fresh.python_output).to_contain_text("Python was started again", timeout=BOOT_MS)
    assert fresh.python_output.inner_text().count("again\n") <= 2  # what it printed, and "started again"
    fresh.open("flat:5")
    fresh.point_at()
    fresh.wait_for_status("stored", "15")


def test_a_loader_that_never_ends_is_not_asked_again_when_python_has_been_stopped(fresh: ViewerPage) -> None:
    asked = "print('asked for', image_id)"
    fresh.run_python(FLAT.format(value=10), shows="flat:1")
    fresh.wait_for_image("flat:1")
    endless = FLAT.format(value=10).replace("    place =", f"    {asked}\n    while True: pass\n    place =")
    output = fresh.run_python(endless, shows="flat:1")
    expect(output).to_contain_text("asked for flat:1")
    fresh.button("Stop Python").click()
    expect(output).to_contain_text("Python was started again", timeout=BOOT_MS)
    # Python answers: nothing keeps it busy
    fresh.open("example:ct")
    assert output.inner_text().count("asked for") == 1


def test_the_text_and_the_image_ids_survive_a_reload_of_the_page_and_are_kept_for_this_tab_alone(
    fresh: ViewerPage,
) -> None:
    fresh.write_python("# mine\nprint('kept')", shows="kept:1")
    fresh.page.reload()
    fresh.page.wait_for_selector("body[data-state=ready]", timeout=BOOT_MS)
    expect(editor(fresh)).to_contain_text("print('kept')")
    expect(fresh.page.get_by_label("Shows")).to_have_value("kept:1")
    assert fresh.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]


def test_a_program_is_saved_as_a_file_and_dropped_back(viewer: ViewerPage, tmp_path: Path) -> None:
    choose(viewer, "spacing.py")
    with viewer.page.expect_download() as download:
        viewer.button("Save").click()
    assert download.value.suggested_filename == "spacing.py"
    download.value.save_as(tmp_path / "mine.py")
    source = (Path(__file__).parents[2] / "web" / "python_examples" / "spacing.py").read_bytes()
    assert (tmp_path / "mine.py").read_bytes() == source
    viewer.write_python("# something else")
    before = viewer.page.locator("#studies").inner_text()
    viewer.drop_paths(tmp_path / "mine.py")
    expect(viewer.page.locator("#python-name")).to_have_text("mine.py")
    assert text_of(viewer) == source.decode()
    assert viewer.page.locator("#studies").inner_text() == before
    expect(viewer.page.locator("#readings li")).to_have_count(0)


def test_a_program_can_be_dropped_on_the_editor_itself(viewer: ViewerPage) -> None:
    viewer.write_python("# before")
    data = base64.b64encode(b"# dropped\n").decode()
    editor(viewer).evaluate(
        """(target, data) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([atob(data)], "dropped.py"));
            const options = { dataTransfer, bubbles: true, cancelable: true, composed: true };
            target.dispatchEvent(new DragEvent("drop", options));
        }""",
        data,
    )
    expect(viewer.page.locator("#python-name")).to_have_text("dropped.py")
    assert text_of(viewer) == "# dropped\n"


def test_the_keyboard_leaves_the_editor_and_letters_in_it_do_nothing_to_the_image(viewer: ViewerPage) -> None:
    viewer.open("example:ct")
    before = viewer.view()
    viewer.write_python("")
    expect(viewer.page.get_by_role("textbox", name=re.compile("Python program"))).to_have_count(1)
    editor(viewer).press_sequentially("if x:")
    viewer.page.keyboard.press("Enter")
    viewer.page.keyboard.type("irhv0")
    # the line after a colon is indented, and Tab indents further
    assert text_of(viewer).splitlines()[1].startswith("    i")
    viewer.page.keyboard.press("Escape")
    viewer.page.keyboard.press("Tab")
    focused: Any = viewer.page.evaluate("document.activeElement.id")
    assert focused == "python-id"
    assert viewer.view() == before


def test_the_editor_makes_the_browser_complain_of_nothing(page: Page, site: str, complaints: list[str]) -> None:
    page.goto(site)
    page.wait_for_selector("body[data-state=ready]", timeout=BOOT_MS)
    page.wait_for_selector("#python-editor[data-state=ready]")
    content = page.locator("#python-editor .cm-content")
    content.click()
    page.keyboard.type("a = (1, [2")
    page.keyboard.press("Control+z")
    assert complaints == []
    # styled all the same: its sheets are adopted, none is written into the page
    assert content.evaluate("(e) => getComputedStyle(e).fontFamily").startswith("ui-monospace")
    assert page.evaluate("document.querySelectorAll('style').length") == 0


def test_the_editor_comes_after_the_first_image(page: Page, site: str) -> None:
    page.goto(site)
    page.wait_for_selector("#python-editor[data-state=ready]", timeout=BOOT_MS)
    painted, editor_asked = page.evaluate("""() => [
        performance.getEntriesByName("loadstone:first-paint")[0].startTime,
        performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/python_editor.js")).startTime,
    ]""")
    assert editor_asked >= painted


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_program_can_be_read_by_day_and_by_night(browser: Browser, site: str, scheme: Any) -> None:
    with opened(browser, site, color_scheme=scheme) as viewer:
        choose(viewer, "derived.py")
        colours = viewer.page.evaluate(_COLOURS)
    assert len(colours) >= 5
    # WCAG 2.2 AA: 4.5 for text of this size
    assert {text: ratio for text, ratio in colours.items() if ratio < 4.5} == {}


# the contrast of each kind of text against the editor's ground (WCAG 2.2, relative luminance)
_COLOURS = """() => {
    const root = document.querySelector("#python-editor").shadowRoot;
    const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const light = (colour) => {
        const [r, g, b] = colour.match(/[0-9.]+/g).map(Number).map(channel);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = light(getComputedStyle(root.querySelector(".cm-editor")).backgroundColor);
    const ratios = {};
    for (const part of root.querySelectorAll(".cm-line, .cm-line span, .cm-gutterElement")) {
        const [high, low] = [light(getComputedStyle(part).color), ground].sort((a, b) => b - a);
        ratios[getComputedStyle(part).color] = (high + 0.05) / (low + 0.05);
    }
    return ratios;
}"""


def test_what_the_readme_says_of_programs_of_another_page_is_so(api_page: Page) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"## Write a loader\n(.*?)\n## ", readme, re.DOTALL)
    (loader, *_), (program, *_) = (re.findall(rf"```{kind}\n(.*?)```", section, re.DOTALL) for kind in ("python", "js"))
    shown = api_page.evaluate(
        f"async (source) => {{ const shown = []; const show = (text) => shown.push(text); {program} return shown; }}",
        loader + "print('hello')\n",
    )
    assert shown[0] == "hello\n"
    assert shown[1].startswith("waves.py, line 5: waves:many: its loader raised ValueError: invalid literal for int()")


def test_on_a_phone_the_panel_fits_and_runs(browser: Browser, site: str) -> None:
    with opened(browser, site, viewport={"width": 390, "height": 844}, has_touch=True) as viewer:
        # what the editor shows at first does not move the page to it
        expect(viewer.page.locator("#python-editor")).to_contain_text("import")
        assert viewer.page.evaluate("scrollY") == 0
        viewer.run_python(FLAT.format(value=3), shows="flat:1")
        viewer.wait_for_image("flat:1")
        assert viewer.page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_dropped_wheel_is_installed_and_a_package_that_comes_with_the_page_by_its_name(
    viewer: ViewerPage, tmp_path: Path
) -> None:
    wheel = tmp_path / "greeting-1.2-py3-none-any.whl"
    wheel.write_bytes(made_wheel("greeting", "1.2", "text = 'good morning'"))
    viewer.drop_paths(wheel)
    expect(viewer.python_output).to_contain_text("Installed: greeting 1.2", timeout=BOOT_MS)
    expect(viewer.run_python("import greeting; greeting.text")).to_have_text("good morning")
    viewer.page.get_by_label("Packages").fill("nibabel")
    viewer.button("Install").click()
    expect(viewer.python_output).to_contain_text("nibabel 5", timeout=BOOT_MS)


def test_a_package_that_can_not_be_had_is_told_by_its_name_with_what_to_do(viewer: ViewerPage) -> None:
    viewer.page.context.route("https://py" + "pi.org/**", lambda route: route.abort())
    viewer.page.get_by_label("Packages").fill("nowhere-to-be-found")
    viewer.page.get_by_label("Packages").press("Enter")
    expect(viewer.python_output).to_have_attribute("data-state", "failed", timeout=BOOT_MS)
    expect(viewer.python_output).to_contain_text("nowhere-to-be-found")
    expect(viewer.python_output).to_contain_text(".whl")
