"""The DICOMweb panel, against a server that the tests make."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from made_server import MadeServer, serving_studies
from playwright.sync_api import Browser, Locator, expect
from viewer_page import ViewerPage, opened


@pytest.fixture(scope="module")
def shared(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        viewer.page.get_by_text("DICOMweb server").click()
        yield viewer


@pytest.fixture
def viewer(shared: ViewerPage) -> ViewerPage:
    """The page with an empty form and no study of a server before."""
    shared.start_over()
    shared.page.locator("#dicomweb-form").evaluate("(form) => form.reset()")
    return shared


def search(viewer: ViewerPage, url: str, **fields: str) -> None:
    """Fill the form in, by its labels, and search."""
    panel = viewer.page.locator("#dicomweb")
    panel.get_by_label("Address").fill(url)
    for label, text in fields.items():
        panel.get_by_label(re.compile(rf"^{label.replace('_', ' ')}\b")).fill(text)
    viewer.button("Search").click()


def results(viewer: ViewerPage) -> Locator:
    found: Locator = viewer.page.locator("#dicomweb-results button")
    return found


def test_studies_are_found_page_by_page(viewer: ViewerPage) -> None:
    with serving_studies(30) as server:
        search(viewer, server.url)
        expect(results(viewer)).to_have_count(25)
        expect(results(viewer).first).to_have_text("Poe, Paula 02026-03-12 · CT, MR · Follow-up · 8 images")
        expect(viewer.page.locator("#dicomweb-text")).to_have_text("25 or more studies")
        viewer.button("More").click()
        expect(results(viewer)).to_have_count(30)
        # who works by keyboard goes on where the new ones begin
        expect(results(viewer).nth(25)).to_be_focused()
        expect(results(viewer).last).to_contain_text("Roe, Richard 29")
        expect(viewer.button("More")).to_be_hidden()
        expect(viewer.page.locator("#dicomweb-text")).to_have_text("30 studies")
    # only what the panel shows was asked for
    assert {urlsplit(path).path for path in server.asked} == {"/dicom-web/studies"}


def test_every_field_narrows_the_search(viewer: ViewerPage) -> None:
    with serving_studies(4) as server:
        fields = {
            "Patient_name": "roe",
            "Patient_ID": "J-17",
            "From": "2026-03-01",
            "To": "2026-03-31",
            "Modality": "ct",
        }
        search(viewer, server.url, **fields)
        expect(results(viewer)).to_have_text(
            [f"Roe, Richard {n}2026-03-12 · CT, MR · Follow-up · 8 images" for n in (1, 3)]
        )
    query = parse_qs(urlsplit(server.asked[-1]).query)
    assert query["PatientName"] == ["roe*"]
    assert query["PatientID"] == ["J-17"]
    assert query["StudyDate"] == ["20260301-20260331"]
    assert query["ModalitiesInStudy"] == ["CT"]
    assert query["limit"] == ["25"]


def test_a_study_is_listed_with_thumbnails_and_its_series_open(viewer: ViewerPage) -> None:
    with serving_studies(2) as server:
        search(viewer, server.url)
        results(viewer).first.click()
        rows = viewer.page.locator("#studies button:has(canvas)")
        expect(rows).to_have_text(["Series of CTCT · 4 images", "Series of MRMR · 4 images"])
        expect(rows.first).to_be_focused()
        expect(viewer.page.locator("#studies canvas[data-state=painted]")).to_have_count(2)
        rows.last.click()
        expect(viewer.page.locator("#caption")).to_have_text("Poe, Paula 0 · MR · Series of MR")
        viewer.point_at()
        for number in range(1, 5):
            viewer.wait_for_status("index", f"{number} / 4")
            viewer.wait_for_status("stored", str(10 * number))
            viewer.canvas.press("ArrowDown")
        rows.first.drag_to(viewer.page.locator("#stage"))
        expect(viewer.page.locator("#caption")).to_have_text("Poe, Paula 0 · CT · Series of CT")
        # a second search and a second click bring no second entry
        search(viewer, server.url, Patient_name="Poe")
        expect(results(viewer)).to_have_count(1)
        results(viewer).first.click()
        expect(viewer.page.locator("#studies h3")).to_have_count(1)
        expect(viewer.page.locator("#studies canvas[data-state=painted]")).to_have_count(2)


# the odd ones first: no server promises an order
SCATTERED = (*range(1, 60, 2), *range(2, 61, 2))


def rows_of_first_study(viewer: ViewerPage, server: MadeServer) -> Locator:
    """The rows of the series of CT and MR, as soon as both have their thumbnails."""
    search(viewer, server.url)
    results(viewer).first.click()
    expect(viewer.page.locator("#studies canvas[data-state=painted]")).to_have_count(2)
    rows: Locator = viewer.page.locator("#studies button:has(canvas)")
    return rows


def test_a_large_series_opens_with_its_first_images_and_grows_behind_them(viewer: ViewerPage) -> None:
    with serving_studies(1, slices=SCATTERED, at_once=20) as server:
        rows = rows_of_first_study(viewer, server)
        # thumbnails need no more than the first images
        assert (server.offsets("1.9.0.1"), server.offsets("1.9.0.2")) == ([0], [0])
        rows.first.click()
        viewer.point_at()
        viewer.wait_for_status("index", "1 / 20")
        viewer.wait_for_status("stored", "10")
        expect(rows.first).to_have_text("Series of CTCT · 20 of 60 images")
        for number in (30, 50):
            viewer.canvas.press("ArrowDown")
            viewer.wait_for_status("stored", str(number))
        viewer.wait_for_status("index", "3 / 20")
        picture = viewer.picture()
        server.further.set()
        # slice 5 stays on the canvas, and those between come where they belong
        viewer.wait_for_status("index", "5 / 60")
        assert viewer.picture() == picture
        expect(rows.first).to_have_text("Series of CTCT · 60 images")
        for index in (6, 7, 8):
            viewer.canvas.press("ArrowDown")
            viewer.wait_for_status("index", f"{index} / 60")
            viewer.wait_for_status("stored", str(10 * index))
    shown = next(number for number, path in enumerate(server.asked) if "/1.9.0.1.1/frames/1" in path)
    further = next(number for number, path in enumerate(server.asked) if "offset=20" in path)
    assert shown < further
    assert sorted(server.offsets("1.9.0.1")) == [0, 20, 40, 60]
    assert server.offsets("1.9.0.2") == [0]


def test_a_series_that_is_left_is_listed_no_further_until_it_is_opened_again(viewer: ViewerPage) -> None:
    with serving_studies(1, slices=SCATTERED, at_once=20) as server:
        rows = rows_of_first_study(viewer, server)
        rows.first.click()
        viewer.wait_for_status("index", "1 / 20")
        with viewer.page.expect_event("requestfailed", lambda request: "/1.9.0.1/instances?" in request.url):
            rows.last.click()
        expect(viewer.page.locator("#caption")).to_have_text("Poe, Paula 0 · MR · Series of MR")
        server.further.set()
        viewer.wait_for_status("index", "1 / 60")
        expect(rows).to_have_text(["Series of CTCT · 20 of 60 images", "Series of MRMR · 60 images"])
        assert server.offsets("1.9.0.1") == [0, 20]
        rows.first.click()
        expect(rows.first).to_have_text("Series of CTCT · 60 images")
        # it went on where it was
        assert sorted(server.offsets("1.9.0.1")) == [0, 20, 20, 40, 60]


def test_a_server_that_fails_midway_is_told_and_what_is_listed_stays(viewer: ViewerPage) -> None:
    with serving_studies(1, slices=SCATTERED, at_once=20, refused_from=40) as server:
        server.further.set()
        rows = rows_of_first_study(viewer, server)
        rows.first.click()
        expect(viewer.error).to_contain_text("40 of 60 images of the series are listed and can be shown")
        expect(viewer.error).to_contain_text("status 403")
        expect(rows.first).to_have_text("Series of CTCT · 40 of 60 images")
        viewer.wait_for_status("index", "1 / 40")
        server.refused_from = 1000
        viewer.button("Try again").click()
        expect(viewer.error).to_be_hidden()
        viewer.wait_for_status("index", "1 / 60")
        expect(rows.first).to_have_text("Series of CTCT · 60 images")


def test_a_study_that_is_found_again_keeps_its_images_unless_the_server_has_others_by_now(viewer: ViewerPage) -> None:
    with serving_studies(1) as server:
        rows = rows_of_first_study(viewer, server)
        rows.first.click()
        viewer.wait_for_status("index", "1 / 4")
        results(viewer).first.click()
        expect(viewer.page.locator("#dicomweb-text")).to_contain_text("2 series of")
        rows.first.click()
        viewer.wait_for_status("index", "1 / 4")
        # whether there are more may have been asked twice, the images were not
        assert server.offsets("1.9.0.1").count(0) == 1
        server.slices = (1, 2, 3, 4, 5)
        results(viewer).first.click()
        expect(rows.first).to_have_text("Series of CTCT · 5 images")
        rows.first.click()
        viewer.wait_for_status("index", "1 / 5")


def test_a_token_opens_what_is_closed_without(viewer: ViewerPage) -> None:
    with serving_studies(1, token="open sesame") as server:
        search(viewer, server.url)
        expect(viewer.page.locator("#dicomweb-error")).to_contain_text("401")
        expect(results(viewer)).to_have_count(0)
        search(viewer, server.url, Token="open sesame")
        expect(results(viewer)).to_have_count(1)
        expect(viewer.page.locator("#dicomweb-error")).to_be_hidden()
        results(viewer).first.click()
        expect(viewer.page.locator("#studies canvas[data-state=painted]")).to_have_count(2)
        token = viewer.page.get_by_label("Token")
        assert (token.get_attribute("type"), token.get_attribute("autocomplete")) == ("password", "off")
        kept = viewer.page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])")
        assert "sesame" not in kept
        # the address of a request is seen by many, its header by the server
        assert not [path for path in server.asked if "sesame" in path]


def test_a_wrong_address_is_told_beside_the_form_with_the_next_step(viewer: ViewerPage) -> None:
    with serving_studies(1) as server:
        search(viewer, f"{server.url}/nowhere")
        problem = viewer.page.locator("#dicomweb-error")
        expect(problem).to_contain_text("404")
        expect(problem).to_contain_text("check that")
        search(viewer, "http://127.0.0.1:9/dicom-web")
        expect(problem).to_contain_text("127.0.0.1:9")
        # what is on the canvas has nothing to do with it
        expect(viewer.error).to_be_hidden()
        viewer.wait_for_image("example:ct")


def test_a_log_in_within_the_address_is_told_without_repeating_it(viewer: ViewerPage) -> None:
    with serving_studies(1) as server:
        search(viewer, server.url.replace("//", "//jane:secret@"))
        problem = viewer.page.locator("#dicomweb-error")
        expect(problem).to_contain_text("user name or password in it; leave them out, and set a token")
        expect(problem).not_to_contain_text("secret")


def test_an_address_with_a_slash_at_its_end_is_the_same_server(viewer: ViewerPage) -> None:
    with serving_studies(1) as server:
        for url in (server.url, f"{server.url}/"):
            search(viewer, url)
            expect(results(viewer)).to_have_count(1)
            results(viewer).first.click()
            expect(viewer.page.locator("#dicomweb-text")).to_contain_text("in the list of studies")
        expect(viewer.page.locator("#studies h3")).to_have_count(1)


def test_a_search_that_finds_nothing_says_so(viewer: ViewerPage) -> None:
    with serving_studies(1) as server:
        search(viewer, server.url, Patient_name="nobody")
        expect(viewer.page.locator("#dicomweb-text")).to_contain_text("No study matches")


def test_nobody_but_the_server_hears_of_a_search(viewer: ViewerPage, site: str) -> None:
    requests: list[str] = []
    viewer.page.context.on("request", lambda request: requests.append(request.url))
    with serving_studies(1) as server:
        search(viewer, server.url, Patient_name="Poe")
        expect(results(viewer)).to_have_count(1)
    elsewhere = [url for url in requests if not url.startswith(server.url)]
    assert [url for url in elsewhere if "Poe" in url or not url.startswith((site, "blob:", "data:"))] == []
