"""A real Orthanc, asked by a session on CPython: the same images as from the files themselves."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from part10 import bundled
from pydicom.uid import UID, generate_uid
from tests.interop.orthanc import Orthanc
from tests.interop.proxy import Fault, Proxy

from loadstone import Session
from loadstone.errors import ConnectionFailedError, DecodeError, HttpStatusError, LoadstoneError, NotAnImageError
from loadstone.image import Image
from loadstone.metadata import as_cornerstone
from loadstone.studies import Study

# one of each kind: native, colour, palette, overlays, several frames, and codecs
FILES = (
    "CT_small.dcm",
    "MR_small_RLE.dcm",
    "JPEG2000.dcm",
    "JPGExtended.dcm",
    "SC_rgb_jpeg_dcmtk.dcm",
    "SC_rgb_small_odd.dcm",
    "examples_overlay.dcm",
    "examples_palette.dcm",
    "rtdose.dcm",
    "liver_1frame.dcm",
)
# what is compared apart, or differs as it should
NOT_COMPARED = {"image_id", "pixels", "metadata", "load_time", "overlays", "modality_lut", "voi_luts", "shutter"}
# these hold whole data sets: DICOMweb adds and leaves out elements
WHOLE = {"dataset", "dicomJson", "instance"}

Stored = Callable[[str], pydicom.Dataset]


@pytest.fixture(scope="session")
def stored(orthanc: Orthanc) -> Stored:
    """Store a bundled file under UIDs of its own, as many share one; gives its data set."""
    known: dict[str, pydicom.Dataset] = {}

    def store(name: str) -> pydicom.Dataset:
        if name not in known:
            data_set = pydicom.dcmread(BytesIO(bundled(name)))
            for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
                setattr(data_set, keyword, generate_uid(entropy_srcs=[name, keyword]))
            data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
            data_set.PatientID = name
            orthanc.upload(written(data_set))
            known[name] = data_set
        return known[name]

    return store


def written(data_set: pydicom.Dataset) -> bytes:
    file = BytesIO()
    data_set.save_as(file)
    return file.getvalue()


def image_id(root: str, data_set: pydicom.Dataset, frame: int = 1) -> str:
    return (
        f"wadors:{root}/studies/{data_set.StudyInstanceUID}/series/{data_set.SeriesInstanceUID}"
        f"/instances/{data_set.SOPInstanceUID}/frames/{frame}"
    )


def load(*image_ids: str, session: Session | None = None) -> list[Any]:
    """The images, or the errors in their places."""

    async def all_of_them() -> list[Any]:
        opened = session or Session()
        return await asyncio.gather(*map(opened.load_and_cache_image, image_ids), return_exceptions=True)

    return asyncio.run(all_of_them())


def run(ask: Callable[[Session], Awaitable[Any]]) -> Any:
    async def asking() -> Any:
        return await ask(Session())

    return asyncio.run(asking())


async def search(url: str, query: dict[str, Any], session: Session) -> tuple[Study, ...]:
    return await session.dicomweb(url).search_studies(**query)


def assert_same(image: Image, same: Image) -> None:
    assert image.pixels.dtype == same.pixels.dtype
    np.testing.assert_array_equal(image.pixels, same.pixels)
    names = [field.name for field in dataclasses.fields(Image) if field.name not in NOT_COMPARED]
    assert {name: getattr(image, name) for name in names} == {name: getattr(same, name) for name in names}
    assert [overlay.bits.tolist() for overlay in image.overlays] == [one.bits.tolist() for one in same.overlays]
    for module in same.metadata.keys() - WHOLE:
        assert repr(as_cornerstone(image.metadata[module]())) == repr(as_cornerstone(same.metadata[module]())), module


def assert_same_as_file(proxy: Proxy, data_set: pydicom.Dataset, folder: Path) -> None:
    file = folder / "file.dcm"
    file.write_bytes(written(data_set))
    assert_same(*load(image_id(proxy.url, data_set), f"wadouri:{file.as_uri()}"))


@pytest.mark.parametrize("name", FILES)
def test_an_image_and_its_metadata_are_the_same_as_from_the_file(
    stored: Stored, proxy: Proxy, name: str, tmp_path: Path
) -> None:
    data_set = stored(name)
    assert_same_as_file(proxy, data_set, tmp_path)
    # the frame alone, not its file
    assert proxy.asked_for("/frames/1") == 1
    assert proxy.asked_for(data_set.SOPInstanceUID) == 0


def test_single_frames_of_a_multi_frame_instance_come_one_by_one(stored: Stored, proxy: Proxy) -> None:
    data_set = stored("rtdose.dcm")
    ids = [image_id(proxy.url, data_set, number) for number in (1, 8, 15)]
    for image, index in zip(load(*ids), (0, 7, 14), strict=True):
        np.testing.assert_array_equal(image.pixels, data_set.pixel_array[index])
    assert proxy.asked_for("/metadata") == 1
    assert len(proxy.requests) == 4


# Orthanc 1.10 answers with status 500 where frames of these are asked for
@pytest.mark.parametrize("name", ["image_dfl.dcm", "SC_ybr_full_422_uncompressed.dcm"])
def test_what_orthanc_can_not_take_frames_from_is_fetched_whole(
    stored: Stored, proxy: Proxy, name: str, tmp_path: Path
) -> None:
    data_set = stored(name)
    assert_same_as_file(proxy, data_set, tmp_path)
    assert proxy.asked_for(data_set.SOPInstanceUID) == 1


def test_where_frames_and_instance_are_refused_orthanc_renders_the_picture(stored: Stored, proxy: Proxy) -> None:
    data_set = stored("CT_small.dcm")
    proxy.faults = {"/frames/1": Fault(status=406), f"/instances/{data_set.SOPInstanceUID}": Fault(status=406)}
    (image,) = load(image_id(proxy.url, data_set))
    assert (image.pixels.shape[:2], image.pixels.dtype) == ((128, 128), np.uint8)
    assert any("that it rendered itself" in warning for warning in image.warnings)


# searching


def test_studies_are_searched_by_name_id_date_and_modality(stored: Stored, proxy: Proxy) -> None:
    data_set = stored("CT_small.dcm")
    stored("MR_small_RLE.dcm")
    queries: tuple[dict[str, Any], ...] = (
        {"patient_name": "Compressed"},
        {"patient_name": "*CT1"},
        {"patient_id": "CT_small.dcm"},
        {"study_date": "20040119"},
        {"study_date": "20040101-20040131"},
        {"modality": "CT"},
    )
    for query in queries:
        found = run(partial(search, proxy.url, query))
        assert data_set.StudyInstanceUID in {study.study_instance_uid for study in found}, query
    (study,) = run(lambda session: session.dicomweb(proxy.url).search_studies(patient_id="CT_small.dcm"))
    assert (study.patient_name, study.date, study.modalities) == ("CompressedSamples^CT1", "20040119", ("CT",))
    assert study.instance_count == 1
    assert run(lambda session: session.dicomweb(proxy.url).search_studies(patient_id="nobody")) == ()


def test_pages_of_studies_follow_each_other(stored: Stored, proxy: Proxy) -> None:
    for name in FILES[:5]:
        stored(name)

    async def pages(session: Session) -> list[str]:
        client = session.dicomweb(proxy.url)
        found = [await client.search_studies(limit=2, offset=offset) for offset in (0, 2)]
        assert [len(page) for page in found] == [2, 2]
        return [study.study_instance_uid for page in found for study in page]

    assert len(set(run(pages))) == 4


def test_the_slices_of_a_series_are_a_stack_in_the_order_of_their_positions(orthanc: Orthanc, proxy: Proxy) -> None:
    slices = []
    for number, place in ((1, 30.0), (2, 10.0), (3, 20.0)):
        data_set = pydicom.dcmread(BytesIO(bundled("CT_small.dcm")))
        data_set.StudyInstanceUID, data_set.SeriesInstanceUID = "1.2.826.1", "1.2.826.1.1"
        data_set.SOPInstanceUID = data_set.file_meta.MediaStorageSOPInstanceUID = UID(f"1.2.826.1.1.{number}")
        data_set.InstanceNumber, data_set.PatientID = number, "slices"
        data_set.ImagePositionPatient = [-158.1, -179.0, place]
        orthanc.upload(written(data_set))
        slices.append(data_set)

    async def opened(session: Session) -> Any:
        client = session.dicomweb(proxy.url)
        (series,) = await client.series("1.2.826.1")
        return series, await client.stacks("1.2.826.1", series.series_instance_uid)

    series, (stack,) = run(opened)
    assert (series.modality, series.instance_count) == ("CT", 3)
    by_place = [slices[index] for index in (0, 2, 1)]
    assert stack.image_ids == tuple(image_id(proxy.url, data_set) for data_set in by_place)
    assert (stack.rows, stack.columns) == (128, 128)
    # nothing of the images themselves was asked for
    assert proxy.asked_for("/metadata") == 0
    assert len(load(*stack.image_ids)) == 3


# log-ins and what goes wrong


def test_a_token_that_ran_out_is_renewed_once_for_all(stored: Stored, proxy: Proxy) -> None:
    proxy.token = "fresh"
    tokens = ["stale", "fresh"]
    data_set = stored("rtdose.dcm")

    async def loading(session: Session) -> list[Image]:
        session.dicomweb(proxy.url, token=lambda: tokens.pop(0))
        ids = [image_id(proxy.url, data_set, number) for number in (1, 2, 3)]
        return list(await asyncio.gather(*map(session.load_image, ids)))

    assert len(run(loading)) == 3
    assert tokens == []


def test_a_log_in_that_is_refused_also_when_renewed_and_one_that_is_forbidden_are_told(
    stored: Stored, proxy: Proxy
) -> None:
    wanted = image_id(proxy.url, stored("CT_small.dcm"))
    (error,) = load(wanted)
    assert isinstance(error, Image)
    proxy.token, proxy.forbidden = "fresh", "nobody's"

    async def with_token(token: str) -> BaseException:
        session = Session()
        session.dicomweb(proxy.url, token=lambda: token)
        with pytest.raises(HttpStatusError) as raised:
            await session.load_image(wanted)
        return raised.value

    assert "status 401 also to the renewed log-in" in str(asyncio.run(with_token("stale")))
    asked = len(proxy.requests)
    assert "status 403; the server refuses access" in str(asyncio.run(with_token("nobody's")))
    # frame and metadata, once each
    assert len(proxy.requests) <= asked + 2


def test_one_frame_of_a_stack_that_is_not_there_is_told_and_the_others_stay(stored: Stored, proxy: Proxy) -> None:
    data_set = stored("rtdose.dcm")
    proxy.faults = {end: Fault(status=404) for end in ("/frames/2", data_set.SOPInstanceUID, "/frames/2/rendered")}
    ids = [image_id(proxy.url, data_set, number) for number in (1, 2, 3)]
    first, second, third = load(*ids)
    assert isinstance(first, Image)
    assert isinstance(third, Image)
    assert str(second).startswith(f"{ids[1]}: the server answered with status 404")


@pytest.mark.parametrize(
    ("fault", "error", "text"),
    [
        (Fault(cut_at=9000), ConnectionFailedError, "the connection broke after 9000 bytes"),
        (Fault(content_type="text/html", body=b"<html>log in"), NotAnImageError, "the server gave text/html"),
        (
            Fault(content_type="multipart/related; boundary=b", body=b"--b\r\nbroken\r\n"),
            DecodeError,
            "the multipart body of 13 bytes is malformed",
        ),
        (
            Fault(content_type="multipart/related; boundary=b", body=b"--b\r\n\r\n" + bytes(9000)),
            DecodeError,
            "ends after 9007 bytes without its closing boundary --b--",
        ),
        (Fault(body=b"nothing of the kind"), DecodeError, "which its Content-Type names"),
    ],
)
def test_a_frame_that_goes_wrong_on_the_way_is_told(
    stored: Stored, proxy: Proxy, fault: Fault, error: type[LoadstoneError], text: str
) -> None:
    wanted = image_id(proxy.url, stored("CT_small.dcm"))
    proxy.faults = {"/frames/1": fault}
    (told,) = load(wanted)
    assert isinstance(told, error)
    assert str(told).startswith(f"{wanted}: ")
    assert text in str(told)


def test_an_address_that_is_no_dicomweb_root_is_told(orthanc: Orthanc) -> None:
    with pytest.raises(
        HttpStatusError, match=r"status 404; check that .*/nowhere is the root of its DICOMweb services"
    ):
        run(lambda session: session.dicomweb(f"{orthanc.url}/nowhere").search_studies())
