"""Files of the user's own: dropped or picked as files, as folders, as ZIP archives."""

import base64
import gzip
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from made_study import slice_file, write_series
from nifti_files import nifti1
from part10 import BUNDLED, SIXTEEN_BITS, bundled, part10
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect
from viewer_page import ViewerPage, opened


@pytest.fixture(scope="module")
def shared(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


@pytest.fixture
def viewer(shared: ViewerPage) -> ViewerPage:
    """The page with nothing of the user's open."""
    shared.start_over()
    return shared


@pytest.fixture
def cd(tmp_path: Path) -> Path:
    """A folder as on a CD: two series in folders of their own, and what else lies on it."""
    folder = tmp_path / "CD"
    write_series(folder / "DICOM" / "SER1", 5, description="Axial")
    write_series(folder / "DICOM" / "SER2", 3, series=2, modality="MR", description="T2")
    (folder / "README.TXT").write_text("how to install the viewer")
    (folder / "DICOM" / "SER1" / "broken").write_bytes(slice_file(9)[:200])
    return folder


def file(name: str, data: bytes, kind: str = "") -> dict[str, str]:
    return {"name": name, "type": kind, "base64": base64.b64encode(data).decode()}


def caption(viewer: ViewerPage) -> Locator:
    found: Locator = viewer.page.locator("#caption")
    return found


def told(viewer: ViewerPage) -> Locator:
    """What is said about the files that are or were read."""
    found: Locator = viewer.page.locator("#readings")
    return found


def expect_the_cd(viewer: ViewerPage) -> None:
    expect(told(viewer)).to_contain_text("8 images in 2 series")
    expect(viewer.page.locator("#studies h3")).to_have_text("Doe, Jane")
    expect(viewer.page.locator("#studies h3 ~ p")).to_have_text("2026-03-12 · J-17 · Follow-up")
    rows = viewer.page.locator("#studies .words")
    expect(rows).to_have_text(["AxialCT · 5 images", "T2MR · 3 images"])


def test_a_dropped_folder_is_listed_and_its_first_series_opens_in_order(viewer: ViewerPage, cd: Path) -> None:
    viewer.drop_paths(cd)
    expect_the_cd(viewer)
    expect(caption(viewer)).to_have_text("Doe, Jane · CT · Axial")
    viewer.canvas.focus()
    viewer.page.keyboard.press("Home")
    viewer.point_at()
    # slice 5 has the file name that comes first, but slice 1 is the lowest
    for number in range(1, 6):
        viewer.wait_for_status("index", f"{number} / 5")
        viewer.wait_for_status("stored", str(10 * number))
        viewer.page.keyboard.press("ArrowDown")


def test_what_could_not_be_read_is_listed_with_its_reason(viewer: ViewerPage, cd: Path) -> None:
    viewer.drop_paths(cd)
    expect(told(viewer)).to_contain_text("2 files skipped")
    viewer.page.get_by_text("Which, and why").click()
    skipped = viewer.page.locator(".skipped li")
    expect(skipped).to_have_count(2)
    expect(skipped.filter(has_text="CD/README.TXT")).to_contain_text("no DICOM")
    expect(skipped.filter(has_text="CD/DICOM/SER1/broken")).to_be_visible()
    viewer.button("Dismiss").click()
    expect(told(viewer)).to_have_text("")


def test_several_dropped_folders_are_walked_whole(viewer: ViewerPage, tmp_path: Path) -> None:
    # a browser hands out a folder's entries a hundred at a time
    write_series(tmp_path / "one", 230, description="Long")
    write_series(tmp_path / "other" / "deep" / "down", 2, series=2, description="Short")
    viewer.drop_paths(tmp_path / "one", tmp_path / "other")
    expect(told(viewer)).to_contain_text("232 images in 2 series")
    expect(viewer.page.locator("#studies small")).to_have_text(["CT · 230 images", "CT · 2 images"])


def test_names_that_no_windows_takes_are_found_in_a_folder(viewer: ViewerPage, tmp_path: Path) -> None:
    # as CDs and scanners write them; a browser's own walk of a folder leaves them out
    names = ["IM0001.", "AUX", "1.2:3", "back~", "plain.dcm"]
    for number, name in enumerate(names, start=1):
        (tmp_path / "odd").mkdir(exist_ok=True)
        (tmp_path / "odd" / name).write_bytes(slice_file(number))
    viewer.drop_paths(tmp_path / "odd")
    expect(told(viewer)).to_contain_text("5 images in 1 series")


def test_the_folder_picker_takes_a_folder(viewer: ViewerPage, cd: Path) -> None:
    with viewer.page.expect_file_chooser() as chooser:
        viewer.button("Folder…").click()
    chooser.value.set_files(cd)
    expect_the_cd(viewer)


def test_the_file_picker_takes_files(viewer: ViewerPage) -> None:
    with viewer.page.expect_file_chooser() as chooser:
        viewer.button("Files…").click()
    chooser.value.set_files([BUNDLED / "MR_small.dcm", BUNDLED / "CT_small.dcm"])
    expect(told(viewer)).to_contain_text("2 images in 2 series")
    expect(viewer.page.locator("#studies h3")).to_have_count(2)


def test_a_dropped_zip_archive_is_opened_as_its_folder_is(viewer: ViewerPage, cd: Path, tmp_path: Path) -> None:
    archive = tmp_path / "study.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(cd.rglob("*")):
            packed.write(path, path.relative_to(tmp_path))
    viewer.drop_paths(archive)
    expect_the_cd(viewer)
    expect(caption(viewer)).to_have_text("Doe, Jane · CT · Axial")
    viewer.page.get_by_text("Which, and why").click()
    expect(viewer.page.locator(".skipped li").filter(has_text="README.TXT")).to_be_visible()


def test_nothing_dropped_leaves_the_page(page: Page, site: str, requests: list[str], cd: Path) -> None:
    page.goto(site)
    page.wait_for_selector("body[data-state=ready]", timeout=60_000)
    viewer = ViewerPage(page)
    viewer.drop_paths(cd)
    expect_the_cd(viewer)
    expect(page.locator("#studies canvas[data-state=painted]")).to_have_count(2)
    foreign = [url for url in requests if not url.startswith((site, "data:", "blob:"))]
    assert foreign == []
    # of the site's own files are asked for only those that the site has
    assert not [url for url in requests if "Doe" in url or "IM0" in url or urlsplit(url).query]


def test_a_single_file_opens_at_once_under_its_own_name(viewer: ViewerPage) -> None:
    viewer.drop(file("head.dcm", bundled("CT_small.dcm")))
    expect(caption(viewer)).to_have_text("CompressedSamples, CT1 · CT · head.dcm")
    viewer.point_at()
    viewer.wait_for_status("value", "904 HU")


def test_a_file_of_many_frames_is_a_stack(viewer: ViewerPage) -> None:
    viewer.drop(file("cine.dcm", bundled("examples_ybr_color.dcm")))
    viewer.wait_for_status("index", "1 / 30")


def test_pictures_of_a_drop_make_a_stack_in_the_order_of_their_names(viewer: ViewerPage) -> None:
    def picture(value: int) -> bytes:
        png = BytesIO()
        Image.fromarray(np.full((4, 4), value, "uint16")).save(png, "PNG")
        return png.getvalue()

    viewer.drop(*(file(f"grey{number}.png", picture(3000 * number), "image/png") for number in (10, 9, 2)))
    expect(told(viewer)).to_contain_text("3 images in 1 series")
    viewer.canvas.focus()
    viewer.page.keyboard.press("Home")
    viewer.point_at()
    for index, number in enumerate((2, 9, 10), start=1):
        viewer.wait_for_status("index", f"{index} / 3")
        expect(caption(viewer)).to_have_text(f"grey{number}.png")
        viewer.wait_for_status("stored", str(3000 * number))
        viewer.page.keyboard.press("ArrowDown")


def test_a_drop_that_holds_nothing_leaves_what_is_open(viewer: ViewerPage) -> None:
    viewer.drop(file("one.dcm", slice_file(7)))
    expect(viewer.page.locator("#studies button[aria-current=true]")).to_have_count(1)
    viewer.drop(file("broken.bin", b"x"))
    expect(viewer.error).to_contain_text("broken.bin")
    expect(viewer.page.locator("#studies h3")).to_have_text(["Doe, Jane"])
    viewer.point_at()
    viewer.wait_for_status("stored", "70")


def test_several_files_of_which_none_can_be_read_are_all_listed(viewer: ViewerPage) -> None:
    viewer.drop(file("a.bin", b"x"), file("b.bin", b"y"))
    expect(told(viewer)).to_contain_text("No images found; 2 files skipped")
    viewer.wait_for_image("example:ct")


def test_an_empty_folder_is_told(viewer: ViewerPage, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    viewer.drop_paths(tmp_path / "empty")
    expect(told(viewer)).to_contain_text("The folder is empty")


def test_a_reading_can_be_cancelled_and_what_was_read_stays(viewer: ViewerPage, tmp_path: Path) -> None:
    write_series(tmp_path / "many", 600, description="Many")
    # nobody else is quick enough
    viewer.page.evaluate("""() => {
        const observer = new MutationObserver(() => {
            const row = document.querySelector(".reading[data-state=reading]");
            if (/^Reading [1-9]/.test(row?.querySelector("p").textContent)) {
                observer.disconnect();
                globalThis.toldWhenCancelled = row.querySelector("p").textContent;
                row.querySelector("button").click();
            }
        });
        observer.observe(document.getElementById("readings"), { childList: true, subtree: true, characterData: true });
    }""")
    viewer.drop_paths(tmp_path / "many")
    expect(told(viewer)).to_contain_text("Cancelled")
    read, found = re.findall(r"\d+", viewer.page.evaluate("toldWhenCancelled"))
    assert int(read) <= int(found) <= 600
    assert int(read) < 600
    expect(viewer.page.locator("#studies h3")).to_have_text("Doe, Jane")
    viewer.page.locator("#studies .words").click()
    viewer.point_at()
    expect(viewer.page.locator("#status-stored")).not_to_have_text("–")
    assert int(viewer.page.locator("#studies small").inner_text().split()[2]) < 600


def test_the_stack_on_display_grows_while_it_is_read_and_stays_at_its_image(viewer: ViewerPage, tmp_path: Path) -> None:
    write_series(tmp_path / "many", 300, description="Many")
    viewer.drop_paths(tmp_path / "many")
    expect(caption(viewer)).to_have_text("Doe, Jane · CT · Many")
    shown = viewer.canvas.get_attribute("data-image-id")
    expect(told(viewer)).to_contain_text("300 images in 1 series")
    assert viewer.canvas.get_attribute("data-image-id") == shown
    # the file that is read first holds the last slice
    viewer.wait_for_status("index", "300 / 300")
    viewer.point_at()
    viewer.wait_for_status("stored", "3000")
    viewer.page.keyboard.press("ArrowUp")
    viewer.wait_for_status("stored", "2990")


def test_who_goes_on_to_something_else_is_not_called_back(viewer: ViewerPage, cd: Path) -> None:
    viewer.page.evaluate("""() => addEventListener("drop", () => {
        document.querySelectorAll("#samples button")[2].click();
    }, { once: true })""")
    viewer.drop_paths(cd)
    expect_the_cd(viewer)
    viewer.wait_for_image("example:mr-small")
    expect(viewer.page.locator("#studies button[aria-current=true]")).to_have_count(0)


def test_a_damaged_image_is_told_by_the_name_of_its_file(viewer: ViewerPage) -> None:
    viewer.drop(file("short.dcm", part10(SIXTEEN_BITS | {"Rows": 40, "Columns": 30}, bytes(6))))
    expect(viewer.error).to_contain_text("short.dcm")
    viewer.wait_for_image("example:ct")


def test_the_drop_target_is_seen_only_while_files_are_over_the_page(viewer: ViewerPage) -> None:
    target = viewer.page.locator("#drop")
    expect(target).to_be_hidden()
    over = "(name) => { const dataTransfer = new DataTransfer(); dataTransfer.items.add(new File(['x'], 'x'));"
    over += "document.body.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true })); }"
    viewer.page.evaluate(over, "dragenter")
    expect(target).to_be_visible()
    viewer.page.evaluate(over, "dragleave")
    expect(target).to_be_hidden()


@contextmanager
def booting(page: Page, site: str) -> Iterator[ViewerPage]:
    """The page whose Python does not come up before the end of the block."""
    held: list[Route] = []
    page.context.route("**/*.wasm", lambda route: held.append(route))
    page.goto(site, wait_until="commit")
    takes_files = """() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["x"], "x"));
        const over = new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true });
        return !document.body?.dispatchEvent(over);
    }"""
    # a file that the page does not take, the browser opens in its place
    for _ in range(200):
        if page.evaluate(takes_files):
            break
        page.wait_for_timeout(25)
    assert page.evaluate(takes_files)
    yield ViewerPage(page)
    for route in held:
        route.continue_()
    page.context.unroute("**/*.wasm")


def test_files_that_are_dropped_before_python_is_up_are_opened_as_soon_as_it_is(page: Page, site: str) -> None:
    with booting(page, site) as viewer:
        viewer.drop(file("one.dcm", slice_file(7)))
    expect(told(viewer)).to_contain_text("1 image in 1 series", timeout=60_000)
    expect(caption(viewer)).to_have_text("Doe, Jane · CT · one.dcm")
    viewer.point_at()
    viewer.wait_for_status("stored", "70")


def test_a_drop_before_python_is_up_can_be_cancelled_at_once(page: Page, site: str) -> None:
    with booting(page, site) as viewer:
        viewer.drop(file("one.dcm", slice_file(7)))
        viewer.page.locator(".reading").get_by_role("button", name="Cancel").click()
        expect(told(viewer)).to_contain_text("Cancelled")
    page.wait_for_selector("body[data-state=ready]", timeout=60_000)
    expect(viewer.page.locator("#studies h3")).to_have_count(0)


_CLOSE_THE_FIRST_STUDY = """() => {
    const observer = new MutationObserver(() => {
        const button = document.querySelector("#studies .whose button");
        if (button) {
            observer.disconnect();
            button.click();
        }
    });
    observer.observe(document.getElementById("studies"), { childList: true, subtree: true });
}"""


def test_a_study_that_is_closed_while_it_is_read_leaves_nothing(viewer: ViewerPage, tmp_path: Path) -> None:
    write_series(tmp_path / "many", 300, description="Many")
    viewer.page.evaluate(_CLOSE_THE_FIRST_STUDY)
    viewer.drop_paths(tmp_path / "many")
    expect(told(viewer)).to_contain_text("300 images")
    expect(viewer.page.locator("#studies > li")).to_have_count(0)
    expect(viewer.page.locator(".hint")).to_be_visible()
    expect(caption(viewer)).to_have_text("CT, 128 × 128, 16 bit signed")


def test_other_files_come_below_the_studies_that_were_read_after_them(viewer: ViewerPage, cd: Path) -> None:
    picture = BytesIO()
    Image.fromarray(np.zeros((4, 4), "uint8")).save(picture, "PNG")
    (cd / "A.PNG").write_bytes(picture.getvalue())
    viewer.drop_paths(cd)
    expect(told(viewer)).to_contain_text("9 images in 3 series")
    expect(viewer.page.locator("#studies h3")).to_have_text(["Doe, Jane", "Other files"])


def test_the_focus_stays_with_the_reading_that_is_cancelled_by_keyboard(viewer: ViewerPage, tmp_path: Path) -> None:
    write_series(tmp_path / "many", 600, description="Many")
    viewer.page.evaluate("""() => {
        const observer = new MutationObserver(() => {
            const cancel = document.querySelector(".reading[data-state=reading] button");
            if (cancel) {
                observer.disconnect();
                cancel.focus();
                cancel.click();
            }
        });
        observer.observe(document.getElementById("readings"), { childList: true, subtree: true });
    }""")
    viewer.drop_paths(tmp_path / "many")
    expect(told(viewer)).to_contain_text("Cancelled")
    expect(viewer.button("Dismiss")).to_be_focused()
    viewer.page.keyboard.press("Enter")
    expect(viewer.canvas).to_be_focused()


def test_a_volume_is_listed_with_its_slices_and_the_middle_one_as_its_picture(viewer: ViewerPage) -> None:
    # something is to be seen only in the middle slice, number 4 of 9, of the first of two times
    voxels = np.zeros((8, 8, 9, 2), np.uint8)
    voxels[:, :, 4, 0] = 200
    viewer.drop(file("brain.nii.gz", gzip.compress(nifti1(voxels, cal_min=0.0, cal_max=255.0))))
    expect(viewer.page.locator("#studies small")).to_have_text("18 images")
    thumbnail = viewer.page.locator("#studies canvas[data-state=painted]")
    grey = "(canvas) => canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[0]"
    assert thumbnail.evaluate(grey) == 200
    viewer.wait_for_status("index", "1 / 18")
    expect(caption(viewer)).to_have_text("brain.nii.gz")
    viewer.canvas.focus()
    viewer.page.keyboard.press("End")
    viewer.wait_for_status("index", "18 / 18")
