import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from dicomweb_server import ROOT, json_answer

from loadstone import Session
from loadstone.errors import (
    DecodeError,
    HttpStatusError,
    InvalidArgumentError,
    NotAnImageError,
)
from loadstone.fetching import Fetched
from loadstone.studies import Series, Study


def ui(value):
    return {"vr": "UI", "Value": [value]}


def study(uid, **elements):
    return {"0020000D": ui(uid), **elements}


class Server:
    """Answers searches from lists of models by path; ``pages`` False gives all, whatever is asked for;
    ``at_most`` is what it gives at once."""

    def __init__(self, models, *, pages=True, at_most=1000):
        self.models = models
        self.pages = pages
        self.at_most = at_most
        self.queries = []

    async def __call__(self, url, *, headers, progress=None):
        parts = urlsplit(url)
        query = parse_qsl(parts.query)
        self.queries.append(query)
        asked = dict(query)
        found = self.models[parts.path.removeprefix("/dicom-web/")]
        if self.pages:
            offset = int(asked["offset"])
            found = found[offset : offset + min(int(asked["limit"]), self.at_most)]
        return json_answer(found) if found else Fetched(b"")


async def test_studies_are_found_with_what_a_list_shows():
    model = study(
        "1.2",
        **{
            "00080020": {"vr": "DA", "Value": ["20240131"]},
            "00080030": {"vr": "TM", "Value": ["101530"]},
            "00080050": {"vr": "SH", "Value": ["A1"]},
            "00080061": {"vr": "CS", "Value": ["CT", "SR"]},
            "00081030": {"vr": "LO", "Value": ["Thorax"]},
            "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Müller^Jörg", "Ideographic": "x"}]},
            "00100020": {"vr": "LO", "Value": ["P7"]},
            "00100030": {"vr": "DA"},
            "00100040": {"vr": "CS", "Value": ["M"]},
            "00201208": {"vr": "IS", "Value": [120]},
        },
    )
    found = await Session(fetch=Server({"studies": [model]})).dicomweb(ROOT).search_studies()
    assert found == (
        Study(
            "1.2",
            patient_name="Müller^Jörg",
            patient_id="P7",
            patient_sex="M",
            date="20240131",
            time="101530",
            description="Thorax",
            accession_number="A1",
            modalities=("CT", "SR"),
            instance_count=120,
        ),
    )


async def test_what_is_looked_for_is_asked_of_the_server():
    server = Server({"studies": []})
    client = Session(fetch=server).dicomweb(f"{ROOT}/")
    await client.search_studies(
        patient_name="Müller^J", patient_id="P*", study_date="20240101-", modality="CT", limit=20, offset=40
    )
    assert server.queries == [
        [
            ("PatientName", "Müller^J*"),
            ("PatientID", "P*"),
            ("StudyDate", "20240101-"),
            ("ModalitiesInStudy", "CT"),
            ("limit", "20"),
            ("offset", "40"),
            ("includefield", "StudyDescription"),
            ("includefield", "ModalitiesInStudy"),
            ("includefield", "NumberOfStudyRelatedInstances"),
        ]
    ]


@pytest.mark.parametrize("name", ["*ller", "M?ller^*"])
async def test_a_name_with_wildcards_is_looked_for_as_it_is(name):
    server = Server({"studies": []})
    await Session(fetch=server).dicomweb(ROOT).search_studies(patient_name=name)
    assert dict(server.queries[0])["PatientName"] == name


async def test_no_more_studies_come_than_were_asked_for_whatever_the_server_gives():
    server = Server({"studies": [study(f"1.{n}") for n in range(30)]}, pages=False)
    found = await Session(fetch=server).dicomweb(ROOT).search_studies(limit=10)
    assert [one.study_instance_uid for one in found] == [f"1.{n}" for n in range(10)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"study_date": "2024-01-31"}, "study_date='2024-01-31' is no date; write 20240131, or a range"),
        ({"limit": 0}, "limit=0 would find nothing; give 1 or more"),
        ({"offset": -1}, "offset=-1; give how many studies to pass over"),
    ],
)
async def test_a_search_that_makes_no_sense_is_told_before_the_server_is_asked(arguments, message):
    server = Server({})
    with pytest.raises(InvalidArgumentError, match=message):
        await Session(fetch=server).dicomweb(ROOT).search_studies(**arguments)
    assert server.queries == []


async def test_a_server_that_refuses_the_names_of_fields_is_asked_without_them():
    server, asked = Server({"studies": [study("1.2")]}), []

    async def fetch(url, *, headers, progress=None):
        asked.append(url)
        if "includefield" in url:
            raise HttpStatusError("the server answered with status 400", status=400)
        return await server(url, headers=headers)

    client = Session(fetch=fetch).dicomweb(ROOT)
    for _ in range(2):
        assert [found.study_instance_uid for found in await client.search_studies()] == ["1.2"]
    # once with them, then never again
    assert ["includefield" in url for url in asked] == [True, False, False]


async def test_a_query_that_is_refused_for_another_reason_is_told():
    async def fetch(url, *, headers, progress=None):
        raise HttpStatusError("the server answered with status 400", status=400)

    with pytest.raises(HttpStatusError, match="status 400"):
        await Session(fetch=fetch).dicomweb(ROOT).search_studies()


async def test_a_query_in_the_servers_address_goes_with_each_request():
    server, asked = Server({"studies/1.2/series/1.2.3/instances": [instance(1)]}), []

    async def fetch(url, *, headers, progress=None):
        asked.append(url)
        return await server(url, headers=headers)

    client = Session(fetch=fetch).dicomweb(f"{ROOT}/?tenant=a%20b#top")
    (stack,) = await client.stacks("1.2", "1.2.3")
    assert all(url.startswith(f"{ROOT}/studies/1.2/series/1.2.3/instances?tenant=a%20b&limit=") for url in asked)
    (image_id,) = stack.image_ids
    assert image_id.startswith(f"wadors:{ROOT}/studies/1.2/series/1.2.3/instances/")
    assert image_id.endswith("/frames/1?tenant=a%20b")


@pytest.mark.parametrize("url", ["", "dicom-web", "ftp://h/x", "https://", "wadors:https://h/x"])
def test_an_address_that_is_none_is_told(url):
    with pytest.raises(InvalidArgumentError) as raised:
        Session().dicomweb(url)
    assert str(raised.value) == (
        f"{url!r} is no address of a DICOMweb server; give the root of its services, such as https://host/dicom-web"
    )


def series(uid, number):
    return {
        "0020000E": ui(uid),
        "00080060": {"vr": "CS", "Value": ["MR"]},
        "0008103E": {"vr": "LO", "Value": [f"series {number}"]},
        "00200011": {"vr": "IS", "Value": [number]},
        "00201209": {"vr": "IS", "Value": [5]},
    }


async def test_series_come_by_number_with_their_counts():
    server = Server({"studies/1.2/series": [series("1.9", 10), series("1.8", 2)]})
    found = await Session(fetch=server).dicomweb(ROOT).series("1.2")
    assert found == (
        Series("1.8", modality="MR", number=2, description="series 2", instance_count=5),
        Series("1.9", modality="MR", number=10, description="series 10", instance_count=5),
    )


def instance(n, **elements):
    return {
        "00080018": ui(f"1.2.3.{n}"),
        "00200013": {"vr": "IS", "Value": [n]},
        "00200032": {"vr": "DS", "Value": [0, 0, -n]},
        "00200037": {"vr": "DS", "Value": [1, 0, 0, 0, 1, 0]},
        "00280010": {"vr": "US", "Value": [512]},
        "00280011": {"vr": "US", "Value": [512]},
        **elements,
    }


PATH = "studies/1.2/series/1.2.3/instances"


async def test_the_instances_of_a_series_make_a_stack_of_wadors_ids_by_position():
    server = Server({PATH: [instance(n) for n in (3, 1, 2)]})
    (stack,) = await Session(fetch=server).dicomweb(ROOT).stacks("1.2", "1.2.3")
    assert stack.image_ids == tuple(f"wadors:{ROOT}/{PATH}/1.2.3.{n}/frames/1" for n in (1, 2, 3))
    assert (stack.rows, stack.columns) == (512, 512)


async def test_the_frames_of_a_multi_frame_instance_are_all_there():
    server = Server({PATH: [instance(1, **{"00280008": {"vr": "IS", "Value": [3]}})]})
    (stack,) = await Session(fetch=server).dicomweb(ROOT).stacks("1.2", "1.2.3")
    assert stack.image_ids == tuple(f"wadors:{ROOT}/{PATH}/1.2.3.1/frames/{n}" for n in (1, 2, 3))


async def test_what_tells_no_uid_is_left_out_and_what_tells_too_many_frames_is_bounded():
    lying = instance(1, **{"00280008": {"vr": "IS", "Value": [2_000_000_000]}})
    server = Server({PATH: [lying, {"00200013": {"vr": "IS", "Value": [2]}}]})
    (stack,) = await Session(fetch=server).dicomweb(ROOT).stacks("1.2", "1.2.3")
    assert len(stack.image_ids) == 100_000


async def test_all_instances_of_a_large_series_are_there():
    server = Server({PATH: [instance(n) for n in range(534)]})
    (stack,) = await Session(fetch=server).dicomweb(ROOT).stacks("1.2", "1.2.3")
    assert stack.image_ids == tuple(f"wadors:{ROOT}/{PATH}/1.2.3.{n}/frames/1" for n in range(534))


async def test_a_study_of_many_series_is_listed_page_by_page():
    server = Server({"studies/1.2/series": [series(f"1.{n}", n) for n in range(230)]}, at_most=100)
    found = await Session(fetch=server).dicomweb(ROOT).series("1.2")
    assert [one.number for one in found] == list(range(230))


@pytest.mark.parametrize("uid", ["", "../x", "1.2/series", "1" * 65])
async def test_a_uid_that_is_none_is_told(uid):
    client = Session(fetch=Server({})).dicomweb(ROOT)
    with pytest.raises(InvalidArgumentError, match="is no DICOM UID; give the one that the search told"):
        await client.series(uid)
    with pytest.raises(InvalidArgumentError, match="series_uid="):
        await client.stacks("1.2", uid)


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (
            Fetched(b"<html>log in</html>", "text/html"),
            NotAnImageError,
            "the server gave text/html in the place of search results, beginning with b'<html>log in</html>'; check "
            "that the address is that of its DICOMweb services, and whether it wants a log-in",
        ),
        (
            Fetched(json.dumps([study("1.2")]).encode()[:-9], "application/dicom+json"),
            DecodeError,
            "bytes of application/dicom+json in the place of search results are no DICOM JSON, or were cut off: they "
            "end with",
        ),
        (Fetched(b'{"Patients": []}', "application/json"), DecodeError, "are no DICOM JSON"),
        (Fetched(b'[{"0020000D": 5}]', "application/json"), DecodeError, "are no DICOM JSON"),
        (
            HttpStatusError("404", status=404),
            HttpStatusError,
            f"the server answered with status 404; check that {ROOT} is the root of its DICOMweb services",
        ),
        (HttpStatusError("the server answered with status 403", status=403), HttpStatusError, "status 403"),
    ],
)
async def test_an_answer_that_is_no_search_result_is_told(answer, error, message):
    async def fetch(url, *, headers, progress=None):
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(error) as raised:
        await Session(fetch=fetch).dicomweb(ROOT).search_studies()
    assert message in str(raised.value)
