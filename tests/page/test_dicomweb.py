"""loadstone.js asks a real Orthanc, through a proxy that allows it to."""

from io import BytesIO
from typing import Any

import pydicom
import pytest
from part10 import bundled
from playwright.sync_api import Page
from pydicom.uid import generate_uid
from servers import free_port
from tests.interop.orthanc import Orthanc
from tests.interop.proxy import Fault, Proxy

STUDY, SERIES = "1.2.826.77", "1.2.826.77.1"


@pytest.fixture(scope="module")
def dose(orthanc: Orthanc) -> pydicom.Dataset:
    """A file of 15 frames, which Orthanc has."""
    data_set = pydicom.dcmread(BytesIO(bundled("rtdose.dcm")))
    data_set.StudyInstanceUID, data_set.SeriesInstanceUID = STUDY, SERIES
    data_set.SOPInstanceUID = data_set.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    data_set.PatientID, data_set.PatientName = "page", "Page^Test"
    written = BytesIO()
    data_set.save_as(written)
    orthanc.upload(written.getvalue())
    return data_set


@pytest.fixture(scope="module")
def page(api_page: Page) -> Page:
    return api_page


@pytest.fixture(autouse=True)
def _nothing_cached(page: Page) -> None:
    page.evaluate("async () => { await loadstone.cache.purgeCache(); }")


TOLD = "(error) => [error.name, error.message, error.imageId]"


def run(page: Page, body: str, **given: Any) -> Any:
    return page.evaluate(f"async (given) => {{ {body} }}", given)


def test_a_study_is_found_and_its_frames_are_loaded(page: Page, proxy: Proxy, dose: pydicom.Dataset) -> None:
    study, series, stack, frame, modality, nothing, steps = run(
        page,
        """const server = loadstone.dicomweb(given.url);
        const [study] = await server.searchStudies({ patientName: "Page", studyDate: "-20301231", limit: 5 });
        const [series] = await server.series(study.studyInstanceUID);
        const [stack] = await server.stacks(study.studyInstanceUID, series.seriesInstanceUID);
        const image = await loadstone.loadAndCacheImage(stack.imageIds[6]).promise;
        const { modality } = await loadstone.metaData.get("generalSeriesModule", stack.imageIds[6]);
        const nothing = await server.searchStudies({ patientId: "nobody" });
        const steps = [];
        for await (const step of server.listStacks(study.studyInstanceUID, series.seriesInstanceUID)) {
          steps.push([step.listed, step.complete, step.stacks[0].imageIds.length]);
        }
        return [study, series, stack, [...image.getPixelData()], modality, nothing, steps];""",
        url=proxy.url,
    )
    assert steps == [[1, False, 15], [1, True, 15]]
    assert (study["studyInstanceUID"], study["patientName"], study["patientId"]) == (STUDY, "Page^Test", "page")
    assert (study["modalities"], study["instanceCount"]) == (["RTDOSE"], 1)
    assert (series["seriesInstanceUID"], series["modality"], series["instanceCount"]) == (SERIES, "RTDOSE", 1)
    assert len(stack["imageIds"]) == 15
    assert frame == dose.pixel_array[6].flatten().tolist()
    assert (modality, nothing) == ("RTDOSE", [])


def image_id(proxy: Proxy, dose: pydicom.Dataset, frame: int = 1) -> str:
    return f"wadors:{proxy.url}/studies/{STUDY}/series/{SERIES}/instances/{dose.SOPInstanceUID}/frames/{frame}"


def test_a_token_is_asked_for_again_once_when_the_server_refuses_it(
    page: Page, proxy: Proxy, dose: pydicom.Dataset
) -> None:
    proxy.token = "fresh"
    asked, rows = run(
        page,
        """const tokens = ["stale", "fresh"];
        let asked = 0;
        loadstone.dicomweb(given.url, { token: async () => { asked += 1; return tokens.shift(); } });
        const images = await Promise.all(given.ids.map((id) => loadstone.loadImage(id).promise));
        return [asked, images.map(({ rows }) => rows)];""",
        url=proxy.url,
        ids=[image_id(proxy, dose, frame) for frame in (1, 2, 3)],
    )
    assert (asked, rows) == (2, [10, 10, 10])
    assert {token for _, token in proxy.requests} == {"Bearer stale", "Bearer fresh"}


@pytest.mark.parametrize(
    ("token", "texts"),
    [
        ('"stale"', ["HttpStatusError", "status 401; the server asks for a log-in"]),
        ('() => "stale"', ["HttpStatusError", "status 401 also to the renewed log-in"]),
        ('() => { throw new Error("nobody logged in"); }', ["FetchError", "nobody logged in"]),
        ("() => undefined", ["FetchError", "it must give the text of a token"]),
    ],
)
def test_a_log_in_that_fails_is_told(page: Page, proxy: Proxy, token: str, texts: list[str]) -> None:
    proxy.token = "fresh"
    body = f"return loadstone.dicomweb(given.url, {{ token: {token} }}).searchStudies().catch({TOLD});"
    name, message, _ = run(page, body, url=proxy.url)
    assert name == texts[0]
    assert texts[1] in message
    assert len(proxy.requests) <= 2


def test_a_token_goes_to_its_own_server_only(page: Page, proxy: Proxy, orthanc: Orthanc, site: str) -> None:
    seen: list[tuple[str, str | None]] = []
    page.context.on("request", lambda request: seen.append((request.url, request.headers.get("authorization"))))
    run(
        page,
        """await loadstone.dicomweb(given.url, { token: "secret" }).searchStudies();
        await loadstone.loadImage(`web:${given.site}nothing.png`).promise.catch(() => {});""",
        url=proxy.url,
        site=site,
    )
    tokens = {url.startswith(proxy.url): token for url, token in seen if "studies" in url or "nothing" in url}
    assert tokens[False] is None
    assert [token for _, token in proxy.requests] == ["Bearer secret"]


def test_a_token_is_there_again_after_a_restart(page: Page, proxy: Proxy) -> None:
    proxy.token = "fresh"
    found = run(
        page,
        """const server = loadstone.dicomweb(given.url, { token: () => "fresh" });
        await server.searchStudies();
        await loadstone.restart();
        return (await server.searchStudies({ patientId: "nobody" })).length;""",
        url=proxy.url,
    )
    assert found == 0


def test_a_server_that_does_not_let_this_page_read_is_told_as_such(page: Page, proxy: Proxy) -> None:
    proxy.cors = False
    name, message, _ = run(page, f"return loadstone.dicomweb(given.url).searchStudies().catch({TOLD});", url=proxy.url)
    assert name == "CrossOriginError"
    assert "Access-Control-Allow-Origin" in message


def test_an_address_where_nobody_listens_is_told(page: Page) -> None:
    url = f"http://127.0.0.1:{free_port()}/dicom-web"
    name, message, _ = run(page, f"return loadstone.dicomweb(given.url).searchStudies().catch({TOLD});", url=url)
    assert name == "ConnectionFailedError"
    assert url in message


def test_an_address_that_is_a_page_is_told(page: Page, site: str) -> None:
    name, message, _ = run(
        page, f"return loadstone.dicomweb(given.url).searchStudies().catch({TOLD});", url=f"{site}nothing/dicom-web"
    )
    assert name == "HttpStatusError"
    assert "is the root of its DICOMweb services" in message


@pytest.mark.parametrize(
    ("fault", "name", "text"),
    [
        (Fault(status=403), "HttpStatusError", "status 403"),
        (Fault(cut_at=100), "ConnectionFailedError", "the connection broke "),
        (Fault(content_type="text/html", body=b"<html>"), "NotAnImageError", "the server gave text/html"),
        (Fault(body=b"nothing of the kind"), "DecodeError", "which its Content-Type names"),
    ],
)
def test_a_frame_that_goes_wrong_on_the_way_is_told_with_its_id_and_the_others_stay(
    page: Page, proxy: Proxy, dose: pydicom.Dataset, fault: Fault, name: str, text: str
) -> None:
    proxy.faults = {"/frames/2": fault}
    ids = [image_id(proxy, dose, frame) for frame in (1, 2, 3)]
    first, second, third, cached = run(
        page,
        f"""const loads = given.ids.map((id) => loadstone.loadAndCacheImage(id).promise);
        const [first, second, third] = await Promise.all(loads.map((load) => load.then(({{ rows }}) => rows, {TOLD})));
        return [first, second, third, (await loadstone.cache.getCacheInfo()).numberOfImagesCached];""",
        ids=ids,
    )
    assert (first, third, cached) == (10, 10, 2)
    assert (second[0], second[2]) == (name, ids[1])
    assert text in second[1]


def test_a_search_that_is_aborted_rejects(page: Page, proxy: Proxy) -> None:
    told = run(
        page,
        """const abort = new AbortController();
        const search = loadstone.dicomweb(given.url).searchStudies({ signal: abort.signal });
        abort.abort();
        return search.catch((error) => error.name);""",
        url=proxy.url,
    )
    assert told == "AbortError"


def test_an_argument_of_another_kind_is_told(page: Page, proxy: Proxy) -> None:
    name, message, _ = run(page, f"return loadstone.dicomweb(given.url).series(5).catch({TOLD});", url=proxy.url)
    assert name == "InvalidArgumentError"
    assert message == "searchSeries: studyUID=5; give the StudyInstanceUID of a study on the server"
