import asyncio
from io import BytesIO

import numpy as np
import pydicom
import pytest
from dicomweb_server import INSTANCE, ROOT, json_answer, metadata_of, multipart_answer
from doubles import FakeFetch, turns
from part10 import GREY, SIXTEEN_BITS, bundled, part10
from PIL import Image as PillowImage
from pydicom.encaps import get_frame

from loadstone import Session
from loadstone.errors import (
    DecodeError,
    FrameIndexError,
    HttpStatusError,
    ImageTooLargeError,
    InvalidImageIdError,
    LoadCancelledError,
    NotAnImageError,
    TruncatedError,
)
from loadstone.fetching import Fetched
from loadstone.metadata import as_cornerstone

IMAGE_ID = f"wadors:{INSTANCE}/frames/1"
FRAME, METADATA = f"{INSTANCE}/frames/1", f"{INSTANCE}/metadata"

CT = bundled("CT_small.dcm")
CT_PIXELS = pydicom.dcmread(BytesIO(CT)).pixel_array
DOSE = bundled("rtdose.dcm")
DOSE_FRAMES = pydicom.dcmread(BytesIO(DOSE)).pixel_array


def refused(status):
    return HttpStatusError(f"the server answered with status {status}", status=status)


def session_with(answers, **options):
    fetch = FakeFetch(answers)
    return Session(fetch=fetch, **options), fetch


def ct_answers(frame=None, **changes):
    return {
        METADATA: json_answer([metadata_of(CT, **changes)]),
        FRAME: frame or multipart_answer(CT_PIXELS.tobytes()),
    }


def codestream_of(data, index=0):
    data_set = pydicom.dcmread(BytesIO(data))
    return get_frame(data_set.PixelData, index, number_of_frames=int(data_set.get("NumberOfFrames", 1)))


async def load(answers, image_id=IMAGE_ID, **options):
    session, _ = session_with(answers, **options)
    return await session.load_image(image_id)


# pixels


async def test_a_native_frame_and_its_metadata_make_the_same_image_as_the_file():
    image = await load(ct_answers())
    assert (image.pixels == CT_PIXELS).all()
    assert image.pixels.dtype == np.int16
    # CT_small.dcm, read with pydicom
    assert (image.rescale_intercept, image.row_spacing, image.column_spacing) == (-1024, 0.661468, 0.661468)
    assert image.warnings == ()
    session, _ = session_with({"https://h/ct": CT})
    same = await session.load_image("wadouri:https://h/ct")
    for module in ("imagePlaneModule", "generalSeriesModule", "patientModule", "imagePixelModule", "voiLutModule"):
        assert as_cornerstone(image.metadata[module]()) == as_cornerstone(same.metadata[module]())


async def test_what_the_requests_ask_for():
    session, fetch = session_with(ct_answers())
    await session.load_image(IMAGE_ID)
    assert dict(fetch.requests) == {
        METADATA: {"Accept": "application/dicom+json"},
        FRAME: {"Accept": 'multipart/related; type="application/octet-stream"; transfer-syntax=*'},
    }


async def test_metadata_and_frame_are_asked_for_at_the_same_time():
    session, fetch = session_with(ct_answers())
    fetch.gate.clear()
    load = session.load_image(IMAGE_ID)
    await turns()
    assert sorted(url for url, _ in fetch.requests) == sorted([METADATA, FRAME])
    fetch.gate.set()
    await load


@pytest.mark.parametrize(
    ("name", "part_type"),
    [
        ("JPEG2000.dcm", "image/jp2; transfer-syntax=1.2.840.10008.1.2.4.91"),
        ("JPEG2000.dcm", "image/jp2"),
        ("JPEG2000.dcm", "application/octet-stream"),
        ("MR_small_jpeg_ls_lossless.dcm", "image/jls"),
        ("MR_small_RLE.dcm", "image/dicom-rle"),
        ("MR_small_RLE.dcm", 'application/octet-stream; transfer-syntax="1.2.840.10008.1.2.5"'),
        ("SC_rgb_jpeg_dcmtk.dcm", "image/jpeg;transfer-syntax=1.2.840.10008.1.2.4.50"),
        ("SC_rgb_jpeg_dcmtk.dcm", "application/octet-stream; transfer-syntax=*"),
    ],
)
async def test_a_compressed_frame_is_decoded_by_its_type_or_by_its_looks(name, part_type):
    data = bundled(name)
    answers = {
        METADATA: json_answer([metadata_of(data)]),
        FRAME: multipart_answer(codestream_of(data), part_type=part_type),
        "https://h/file": data,
    }
    session, _ = session_with(answers)
    image = await session.load_image(IMAGE_ID)
    same = await session.load_image("wadouri:https://h/file")
    assert (image.pixels == same.pixels).all()
    assert image.pixels.dtype == same.pixels.dtype
    assert image.warnings == same.warnings


async def test_rle_that_nothing_but_the_metadata_tells_is_decoded():
    data = bundled("MR_small_RLE.dcm")
    metadata = metadata_of(data, T00083002={"vr": "UI", "Value": ["1.2.840.10008.1.2.5"]})
    image = await load({METADATA: json_answer([metadata]), FRAME: multipart_answer(codestream_of(data))})
    assert (image.pixels == pydicom.dcmread(BytesIO(bundled("MR_small.dcm"))).pixel_array).all()


async def test_a_single_part_answer_is_taken_too():
    image = await load(ct_answers(Fetched(CT_PIXELS.tobytes(), "application/octet-stream")))
    assert (image.pixels == CT_PIXELS).all()


async def test_big_endian_samples_are_swapped_where_the_answer_says_so():
    part_type = "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.2"
    image = await load(ct_answers(multipart_answer(CT_PIXELS.astype(">i2").tobytes(), part_type=part_type)))
    assert (image.pixels == CT_PIXELS).all()


async def test_single_frames_of_a_file_share_its_metadata():
    frames = {f"{INSTANCE}/frames/{n + 1}": multipart_answer(DOSE_FRAMES[n].tobytes()) for n in range(15)}
    session, fetch = session_with({METADATA: json_answer([metadata_of(DOSE)]), **frames})
    images = await asyncio.gather(*(session.load_image(f"wadors:{INSTANCE}/frames/{n}") for n in (1, 7, 15)))
    for image, index in zip(images, (0, 6, 14), strict=True):
        assert (image.pixels == DOSE_FRAMES[index]).all()
        assert image.frame_count == 15
    await session.load_image(f"wadors:{INSTANCE}/frames/2")
    asked = [url for url, _ in fetch.requests]
    assert asked.count(METADATA) == 1
    assert len(asked) == 5


async def test_the_frames_of_an_instance_make_a_stack():
    frames = {
        FRAME: multipart_answer(DOSE_FRAMES[0].tobytes()),
        f"{FRAME}?k=v": multipart_answer(DOSE_FRAMES[0].tobytes()),
    }
    metadata = json_answer([metadata_of(DOSE)])
    session, _ = session_with({METADATA: metadata, f"{METADATA}?k=v": metadata, **frames})
    assert await session.frames(IMAGE_ID) == tuple(f"wadors:{INSTANCE}/frames/{n}" for n in range(1, 16))
    with_query = await session.frames(f"{IMAGE_ID}?k=v")
    assert with_query[14] == f"wadors:{INSTANCE}/frames/15?k=v"


async def test_an_instance_without_a_frame_is_its_first_and_frame_names_another():
    answers = ct_answers()
    assert ((await load(answers, f"wadors:{INSTANCE}")).pixels == CT_PIXELS).all()
    frames = {f"{INSTANCE}/frames/3": multipart_answer(DOSE_FRAMES[2].tobytes())}
    image = await load({METADATA: json_answer([metadata_of(DOSE)]), **frames}, f"wadors:{INSTANCE}?frame=3")
    assert (image.pixels == DOSE_FRAMES[2]).all()


async def test_a_palette_that_lies_apart_is_fetched():
    data = bundled("examples_palette.dcm")
    data_set = pydicom.dcmread(BytesIO(data))
    apart, bulk = {}, {}
    for tag, name in (("00281201", "Red"), ("00281202", "Green"), ("00281203", "Blue")):
        apart[f"T{tag}"] = {"vr": "OW", "BulkDataURI": f"../{name}" if name == "Red" else f"{INSTANCE}/{name}"}
        place = INSTANCE.rsplit("/", 1)[0] if name == "Red" else INSTANCE
        bulk[f"{place}/{name}"] = multipart_answer(data_set[f"{name}PaletteColorLookupTableData"].value)
    answers = {
        METADATA: json_answer([metadata_of(data, **apart)]),
        FRAME: multipart_answer(data_set.PixelData),
        "https://h/file": data,
    }
    session, fetch = session_with(answers | bulk)
    image = await session.load_image(IMAGE_ID)
    assert (image.pixels == (await session.load_image("wadouri:https://h/file")).pixels).all()
    assert len(fetch.requests) == 6


async def test_bulk_data_of_another_origin_are_fetched_without_the_servers_token():
    data = bundled("examples_palette.dcm")
    data_set = pydicom.dcmread(BytesIO(data))
    red = {"vr": "OW", "BulkDataURI": "https://store.example/red"}
    answers = {
        METADATA: json_answer([metadata_of(data, T00281201=red)]),
        FRAME: multipart_answer(data_set.PixelData),
        "https://store.example/red": multipart_answer(data_set.RedPaletteColorLookupTableData),
    }
    session, fetch = session_with(answers)
    session.dicomweb(ROOT, token="secret")
    await session.load_image(IMAGE_ID)
    sent = {url: headers.get("Authorization") for url, headers in fetch.requests}
    assert sent == {METADATA: "Bearer secret", FRAME: "Bearer secret", "https://store.example/red": None}


async def test_bulk_data_that_no_image_needs_are_not_fetched():
    private = {"vr": "OB", "BulkDataURI": f"{INSTANCE}/bulk/private"}
    session, fetch = session_with(ct_answers(T00091002=private))
    await session.load_image(IMAGE_ID)
    assert len(fetch.requests) == 2


async def test_an_element_that_can_not_be_read_does_not_take_the_others_with_it():
    image = await load(ct_answers(T00080008={"vr": "SQ", "Value": ["no item"]}))
    assert (image.pixels == CT_PIXELS).all()


# what servers refuse


async def test_where_frames_are_refused_the_whole_instance_is_fetched_once():
    frames = {f"{INSTANCE}/frames/{n}": refused(406) for n in (1, 2, 3)}
    answers = {METADATA: json_answer([metadata_of(DOSE)]), **frames, INSTANCE: multipart_answer(DOSE, part_type="x/y")}
    session, fetch = session_with(answers)
    images = await asyncio.gather(*(session.load_image(f"wadors:{INSTANCE}/frames/{n}") for n in (1, 2)))
    assert all((image.pixels == frame).all() for image, frame in zip(images, DOSE_FRAMES[:2], strict=True))
    assert ((await session.load_image(f"wadors:{INSTANCE}/frames/3")).pixels == DOSE_FRAMES[2]).all()
    asked = [headers for url, headers in fetch.requests if url == INSTANCE]
    assert asked == [{"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}]


def png(values):
    written = BytesIO()
    PillowImage.fromarray(values).save(written, "PNG")
    return written.getvalue()


async def test_where_the_instance_is_refused_too_the_rendered_picture_is_shown_with_a_warning():
    values = (np.arange(128 * 128) % 256).astype(np.uint8).reshape(128, 128)
    rendered = Fetched(png(values), "image/png")
    answers = ct_answers() | {FRAME: refused(415), INSTANCE: refused(415), f"{FRAME}/rendered": rendered}
    image = await load(answers)
    assert (image.pixels == values).all()
    assert any("picture of 8 bits that it rendered itself" in warning for warning in image.warnings)
    assert as_cornerstone(image.metadata["generalSeriesModule"]())["modality"] == "CT"


async def test_where_everything_is_refused_the_refusal_of_the_frame_is_told():
    answers = ct_answers() | {FRAME: refused(404), INSTANCE: refused(404), f"{FRAME}/rendered": refused(404)}
    with pytest.raises(HttpStatusError, match=r"frames/1: the server answered with status 404"):
        await load(answers)


async def test_one_frame_that_is_not_there_leaves_the_others():
    answers = {METADATA: json_answer([metadata_of(DOSE)]), INSTANCE: refused(404)}
    answers |= {f"{INSTANCE}/frames/{n}": multipart_answer(DOSE_FRAMES[n - 1].tobytes()) for n in (1, 3)}
    answers |= {f"{INSTANCE}/frames/2": refused(404), f"{INSTANCE}/frames/2/rendered": refused(404)}
    session, _ = session_with(answers)
    ids = [f"wadors:{INSTANCE}/frames/{n}" for n in (1, 2, 3)]
    found = await asyncio.gather(*map(session.load_and_cache_image, ids), return_exceptions=True)
    assert isinstance(found[1], HttpStatusError)
    assert session.cache.keys() == (ids[0], ids[2])


@pytest.mark.parametrize("status", [403, 410])
async def test_other_refusals_are_told_at_once(status):
    session, fetch = session_with(ct_answers() | {FRAME: refused(status)})
    with pytest.raises(HttpStatusError, match=f"status {status}"):
        await session.load_image(IMAGE_ID)
    assert len(fetch.requests) == 2


async def test_an_instance_that_is_not_there_is_told_by_its_metadata():
    session, fetch = session_with({METADATA: refused(404), FRAME: refused(404)})
    with pytest.raises(HttpStatusError, match="status 404"):
        await session.load_image(IMAGE_ID)
    assert len(fetch.requests) == 2


async def test_a_frame_beyond_the_last_is_told_with_the_number_of_frames():
    answers = {METADATA: json_answer([metadata_of(DOSE)]), f"{INSTANCE}/frames/16": refused(404)}
    with pytest.raises(FrameIndexError, match="frame=16 does not exist: the file has 15 frames, counted from 1"):
        await load(answers, f"wadors:{INSTANCE}/frames/16")


async def test_an_instance_that_is_no_image_is_told():
    report = part10({"Modality": "SR"})
    answers = {METADATA: json_answer([metadata_of(report)]), FRAME: refused(404)}
    with pytest.raises(DecodeError, match=r"has no pixel data: either it is no image"):
        await load(answers)


# answers that are wrong


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (
            Fetched(b"<html>log in", "text/html; charset=utf-8"),
            NotAnImageError,
            "the server gave text/html in the place of a frame, beginning with b'<html>log in'; check the address, "
            "and whether the server wants a log-in",
        ),
        (
            multipart_answer(b'{"error": 1}', part_type="application/json"),
            NotAnImageError,
            "the server gave application/json in the place of a frame",
        ),
        (
            Fetched(multipart_answer(bytes(32768)).data[:20000], 'multipart/related; boundary="XX"'),
            TruncatedError,
            "the multipart body ends after 20000 bytes without its closing boundary --XX--",
        ),
        (
            Fetched(b"--XX\r\nbroken\r\n", "multipart/related; boundary=XX"),
            DecodeError,
            "the multipart body of 14 bytes is malformed behind part 0",
        ),
        (
            multipart_answer(bytes(32000)),
            DecodeError,
            "the frame has 32000 bytes, but 128 rows x 128 columns x 1 samples of 16 bits need 32768: it was cut off, "
            "or the server's metadata are wrong",
        ),
        (multipart_answer(bytes(65536)), DecodeError, "the frame has 65536 bytes, but 128 rows x 128 columns"),
        (multipart_answer(b""), DecodeError, "the frame has 0 bytes"),
        # status 204
        (Fetched(b""), DecodeError, "the frame has 0 bytes"),
    ],
)
async def test_a_frame_that_is_something_else_is_told_with_its_id(answer, error, message):
    with pytest.raises(error) as raised:
        await load(ct_answers(answer))
    assert str(raised.value).startswith(f"{IMAGE_ID}: {message}")


async def test_metadata_that_lie_about_the_rows_of_a_native_frame_are_told():
    with pytest.raises(DecodeError, match=r"the frame has 32768 bytes, but 512 rows x 128 columns .* need 131072"):
        await load(ct_answers(T00280010={"vr": "US", "Value": [512]}))


async def test_of_a_compressed_frame_the_codestream_is_believed_with_a_warning():
    data = bundled("MR_small_jpeg_ls_lossless.dcm")
    metadata = metadata_of(data, T00280010={"vr": "US", "Value": [512]})
    image = await load({METADATA: json_answer([metadata]), FRAME: multipart_answer(codestream_of(data))})
    assert image.pixels.shape == (64, 64)
    assert any("the data set says 512 rows x 64 columns, the codestream holds 64 x 64" in one for one in image.warnings)


async def test_metadata_of_absurd_size_are_refused():
    with pytest.raises(ImageTooLargeError, match="65535 x 65535"):
        await load(ct_answers(T00280010={"vr": "US", "Value": [65535]}, T00280011={"vr": "US", "Value": [65535]}))


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (Fetched(b"<html>", "text/html"), NotAnImageError, "the server gave text/html in the place of metadata"),
        (Fetched(b'[{"00280010": {"vr"'), DecodeError, "no DICOM JSON, or were cut off: they end with"),
        (Fetched(b'[{"Rows": 5}]'), DecodeError, "are no DICOM JSON"),
        (Fetched(b"", ""), DecodeError, "the metadata of 0 instances in the place of one"),
        (json_answer([{}, {}]), DecodeError, "the metadata of 2 instances in the place of one"),
        (json_answer([metadata_of(part10(GREY | {"Columns": None}))]), DecodeError, "the element Columns is missing"),
    ],
)
async def test_metadata_that_are_something_else_are_told_with_the_id(answer, error, message):
    with pytest.raises(error, match=message) as raised:
        await load(ct_answers() | {METADATA: answer})
    assert raised.value.image_id == IMAGE_ID


@pytest.mark.parametrize(
    ("image_id", "message"),
    [
        ("wadors:https://h/ct.dcm", "wadors needs the address of an instance or frame"),
        ("wadors:ftp://h/studies/1/series/2/instances/3", "wadors needs the address"),
        (f"wadors:{INSTANCE}/rendered", "wadors needs the address"),
        (f"wadors:{INSTANCE}/frames/0", "frames/0 names no frame; frames of wadors: count from 1"),
        (f"wadors:{INSTANCE}/frames/1,2", "frames/1,2 names no frame"),
        (f"wadors:{INSTANCE}/frames/x", "frames/x names no frame"),
        (f"wadors:{INSTANCE}?frame=0", "frame=0 is no frame number"),
    ],
)
async def test_an_id_that_names_no_frame_is_told_before_anything_is_fetched(image_id, message):
    session, fetch = session_with({})
    with pytest.raises(InvalidImageIdError, match=message):
        await session.load_image(image_id)
    assert fetch.requests == []


async def test_a_frame_that_is_refused_for_good_calls_its_metadata_off():
    fetch = FakeFetch(ct_answers())
    fetch.gate.clear()

    async def refusing(url, *, headers, progress=None):
        if url == FRAME:
            raise refused(403)
        return await fetch(url, headers=headers, progress=progress)

    with pytest.raises(HttpStatusError):
        await Session(fetch=refusing).load_image(IMAGE_ID)
    await turns()
    assert fetch.cancelled == [METADATA]


async def test_cancelling_aborts_both_requests():
    session, fetch = session_with(ct_answers())
    fetch.gate.clear()
    load = session.load_image(IMAGE_ID)
    await turns()
    load.cancel()
    await turns()
    assert sorted(fetch.cancelled) == sorted([METADATA, FRAME])
    with pytest.raises(LoadCancelledError):
        await load


OVERLAY = {
    "T60000010": {"vr": "US", "Value": [2]},
    "T60000011": {"vr": "US", "Value": [3]},
    "T60000040": {"vr": "CS", "Value": ["G"]},
    "T60000050": {"vr": "SS", "Value": [1, 1]},
    "T60000100": {"vr": "US", "Value": [1]},
    "T60000102": {"vr": "US", "Value": [0]},
    "T60003000": {"vr": "OW", "BulkDataURI": f"{INSTANCE}/bulk/60003000"},
}


async def test_an_overlay_that_can_not_be_fetched_is_left_out_with_a_warning():
    data = part10(SIXTEEN_BITS, bytes(range(12)))
    answers = {
        METADATA: json_answer([metadata_of(data, **OVERLAY)]),
        FRAME: multipart_answer(bytes(range(12))),
        f"{INSTANCE}/bulk/60003000": HttpStatusError("the server answered with status 404", status=404),
    }
    image = await load(answers)
    assert image.pixels.tobytes() == bytes(range(12))
    assert image.overlays == ()
    assert "an overlay could not be fetched: the server answered with status 404" in image.warnings


async def test_bulk_data_are_fetched_together():
    data = part10(SIXTEEN_BITS, bytes(12))
    second = {name.replace("T6000", "T6002"): element for name, element in OVERLAY.items()}
    second["T60023000"] = {"vr": "OW", "BulkDataURI": f"{INSTANCE}/bulk/60023000"}
    both_asked = asyncio.Event()
    asked = set()

    async def fetch(url, *, headers, progress=None):
        if url == METADATA:
            return json_answer([metadata_of(data, **OVERLAY, **second)])
        if "/bulk/" not in url:
            return multipart_answer(bytes(12))
        asked.add(url)
        if len(asked) == 2:
            both_asked.set()
        await asyncio.wait_for(both_asked.wait(), 5)
        return multipart_answer(b"\x21\x00")

    image = await Session(fetch=fetch).load_image(f"wadors:{FRAME}")
    assert len(image.overlays) == 2


async def test_an_overlay_that_lies_apart_is_fetched():
    data = part10(SIXTEEN_BITS, bytes(12))
    answers = {
        METADATA: json_answer([metadata_of(data, **OVERLAY)]),
        FRAME: multipart_answer(bytes(12)),
        # lowest bit first: the first and the last pixel
        f"{INSTANCE}/bulk/60003000": multipart_answer(b"\x21\x00"),
    }
    image = await load(answers)
    assert image.overlays[0].bits.astype(int).tolist() == [[1, 0, 0], [0, 0, 1]]
