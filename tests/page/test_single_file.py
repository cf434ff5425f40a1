"""The site as one HTML file, opened from the disk without a network, in Chromium and in Firefox."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from desktop import SAMPLES, rendered_here, sha256
from made_server import serving_studies
from playwright.sync_api import Browser, expect
from pydicom.data import get_testdata_file
from viewer_page import ViewerPage, opened

from firefox import visit
from loadstone_build.demo_file import write_demo_file
from loadstone_build.paths import DIST
from loadstone_build.server import serving

FROM_THIS_BROWSER = ("file:", "blob:", "data:")


@pytest.fixture(scope="module")
def single_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("single") / "a demo.html"
    write_demo_file(DIST, path, report=lambda text: None)
    return path


def test_the_demo_has_at_most_14_megabytes(single_file: Path) -> None:
    assert single_file.stat().st_size <= 14_000_000


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """The addresses of all that the page has asked for so far, workers included."""
    return []


@pytest.fixture(scope="module")
def viewer(browser: Browser, single_file: Path, requests: list[str]) -> Iterator[ViewerPage]:
    with opened(browser, single_file.as_uri(), requests=requests, offline=True) as viewer:
        yield viewer


@pytest.mark.parametrize("image_id", SAMPLES)
def test_a_sample_as_the_desktop_renders_it(viewer: ViewerPage, image_id: str) -> None:
    viewer.ask_for(image_id)
    # the first frame that has to be decoded starts a decoder
    expect(viewer.canvas).to_have_attribute("data-image-id", image_id, timeout=20_000)
    assert viewer.picture() == sha256(rendered_here(image_id, viewer.view()))


def drop(viewer: ViewerPage, name: str) -> Path:
    """Drop one of pydicom's files on the page."""
    path = get_testdata_file(name, download=False)
    assert isinstance(path, str)
    viewer.drop({"name": name, "type": "", "base64": base64.b64encode(Path(path).read_bytes()).decode()})
    return Path(path)


def test_a_dropped_file_opens(viewer: ViewerPage) -> None:
    path = drop(viewer, "MR_small_RLE.dcm")
    expect(viewer.canvas).to_have_attribute("data-image-id", "dicomfile:1")
    assert viewer.picture() == sha256(rendered_here(f"wadouri:{path.as_uri()}", viewer.view()))


def test_a_dropped_file_that_needs_a_codec_the_samples_do_not_need_says_so(viewer: ViewerPage) -> None:
    drop(viewer, "JPEG2000.dcm")
    expect(viewer.error).to_contain_text("there is no decoder of JPEG 2000 here")
    expect(viewer.error).to_contain_text("open this one in Loadstone's own page")


def test_what_has_no_installer_says_so(viewer: ViewerPage) -> None:
    viewer.page.get_by_label("Packages").fill("seaborn")
    viewer.button("Install").click()
    expect(viewer.python_output).to_contain_text(
        "micropip did not come with this page, which was built for its own images and has only what they need"
    )


def test_programs_fetch_what_the_file_holds_by_its_address_beside_the_page(viewer: ViewerPage) -> None:
    source = 'len(await session.fetch("python_examples/phantom.pgm"))'
    expect(viewer.run_python(source)).to_contain_text("58385")


def test_an_address_of_the_network_fails_at_once(viewer: ViewerPage) -> None:
    viewer.ask_for("wadouri:https://host.invalid/ct.dcm")
    expect(viewer.error).to_contain_text(
        "https://host.invalid/ct.dcm: this page is one file that does without a network; "
        "save what is there, and drop it on the page"
    )


def test_a_file_that_is_not_in_it_is_named(viewer: ViewerPage) -> None:
    viewer.ask_for("wadouri:files/none.dcm")
    expect(viewer.error).to_contain_text("files/none.dcm is not among the files that this page holds")


def test_python_can_be_stopped_and_starts_again(viewer: ViewerPage) -> None:
    viewer.write_python("while True:\n    pass")
    viewer.button("Run").click()
    viewer.button("Stop Python").click()
    expect(viewer.python_output).to_contain_text("Python was started again", timeout=20_000)
    viewer.open("example:mr-small")


def test_the_panel_of_servers_says_that_there_are_none(viewer: ViewerPage) -> None:
    viewer.page.get_by_text("DICOMweb server").click()
    expect(viewer.page.locator("#dicomweb-text")).to_contain_text("asks no server")
    expect(viewer.page.locator("#dicomweb-form")).to_be_hidden()


def test_nothing_of_all_this_was_asked_for_anywhere(viewer: ViewerPage, requests: list[str], single_file: Path) -> None:
    assert single_file.as_uri() in requests
    assert [url for url in requests if not url.startswith(FROM_THIS_BROWSER)] == []
    assert [url for url in requests if url.startswith("file:")] == [single_file.as_uri()]


def test_served_as_utf_8_it_is_read_all_the_same_and_no_program_reaches_a_server(
    browser: Browser, single_file: Path
) -> None:
    with serving(single_file.parent) as address, serving_studies(1) as server:
        with opened(browser, f"{address}{quote(single_file.name)}") as viewer:
            viewer.open("example:mr-small")
            # not by fetch, which is the page's own: the policy refuses it
            send = f"request.open('GET', '{server.url}/studies', False)\nrequest.send()"
            output = viewer.run_python(f"import js\nrequest = js.XMLHttpRequest.new()\n{send}")
            expect(output).to_contain_text("NetworkError")
        assert server.asked == []


def test_an_old_browser_is_told_so(browser: Browser, single_file: Path) -> None:
    page = browser.new_page()
    page.add_init_script("delete globalThis.DecompressionStream")
    page.goto(single_file.as_uri())
    expect(page.locator("#error")).to_contain_text(
        "This browser is too old for the page; open it in Chrome or Edge 120, Firefox 121, Safari 17.4, or a newer one"
    )
    page.close()


def test_a_file_that_was_cut_says_so(browser: Browser, single_file: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.html"
    cut.write_bytes(single_file.read_bytes()[:5_000_000])
    page = browser.new_page()
    page.goto(cut.as_uri())
    expect(page.locator("#error")).to_contain_text(
        re.compile(r"This file is cut: \d+ of \d+ bytes of its data are there; download or copy it again")
    )
    page.close()


def test_the_third_party_notices_are_in_it(viewer: ViewerPage) -> None:
    viewer.page.locator("#show-help").click()
    with viewer.page.context.expect_page() as opened_page:
        viewer.page.get_by_role("link", name="Third-party notices").click()
    expect(opened_page.value.get_by_text("Pyodide 314.0.3: MPL-2.0")).to_be_visible()
    opened_page.value.close()
    viewer.page.keyboard.press("Escape")


def test_in_firefox_it_shows_the_samples_without_any_network(single_file: Path) -> None:
    seen = visit(single_file.as_uri(), *SAMPLES, cut=True)
    assert [(one.image_id, one.sha256) for one in seen.pictures] == [
        (one.image_id, sha256(rendered_here(one.image_id, one.view))) for one in seen.pictures
    ]
    assert [one.image_id for one in seen.pictures] == list(SAMPLES)
    assert [url for url in seen.requests if not url.startswith(FROM_THIS_BROWSER)] == []
    assert seen.complaints == []


def test_in_firefox_the_served_site_shows_the_samples(site: str) -> None:
    seen = visit(site, "example:mr", "example:us-cine?frame=3")
    assert [(one.image_id, one.sha256) for one in seen.pictures] == [
        (one.image_id, sha256(rendered_here(one.image_id, one.view))) for one in seen.pictures
    ]
    assert len(seen.pictures) == 2
    assert [url for url in seen.requests if not url.startswith((site, *FROM_THIS_BROWSER))] == []
    assert seen.complaints == []
