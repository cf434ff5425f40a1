import asyncio
from io import BytesIO

import numpy as np
import pytest
from doubles import FakeFetch, turns
from part10 import GREY, bundled, part10
from pydicom import dcmread

from loadstone.dicom.codecs import Decoded
from loadstone.errors import (
    DecodeError,
    FrameIndexError,
    HttpStatusError,
    InvalidImageIdError,
    LoadCancelledError,
    NotAnImageError,
    UnsupportedTransferSyntaxError,
)
from loadstone.events import ImageLoadProgress
from loadstone.session import Session

URL = "https://host/dose.dcm"
DOSE = bundled("rtdose.dcm")
FRAMES = dcmread(BytesIO(DOSE)).pixel_array


def session_with(answers=None, **options):
    fetch = FakeFetch({URL: DOSE} if answers is None else answers)
    return Session(fetch=fetch, **options), fetch


async def test_a_dicom_file_is_fetched_and_decoded():
    session, fetch = session_with({"https://host/ct.dcm": bundled("CT_small.dcm")})
    image = await session.load_image("wadouri:https://host/ct.dcm")
    assert image.image_id == "wadouri:https://host/ct.dcm"
    assert (image.pixels == dcmread(BytesIO(bundled("CT_small.dcm"))).pixel_array).all()
    assert fetch.requests == [("https://host/ct.dcm", {})]


async def test_dicomweb_is_the_same():
    session, fetch = session_with()
    image = await session.load_image(f"dicomweb:{URL}?frame=3")
    assert (image.pixels == FRAMES[2]).all()
    assert fetch.requests == [(URL, {})]


async def test_frames_count_from_1_and_the_first_is_the_default():
    session, _ = session_with()
    assert ((await session.load_image(f"wadouri:{URL}")).pixels == FRAMES[0]).all()
    assert ((await session.load_image(f"wadouri:{URL}?frame=1")).pixels == FRAMES[0]).all()
    assert ((await session.load_image(f"wadouri:{URL}?frame=15")).pixels == FRAMES[14]).all()


# one fetch


async def test_all_frames_asked_for_at_once_make_one_fetch():
    session, fetch = session_with()
    images = await asyncio.gather(*(session.load_image(f"wadouri:{URL}?frame={n}") for n in range(1, 16)))
    assert (np.stack([image.pixels for image in images]) == FRAMES).all()
    assert len(fetch.requests) == 1


async def test_frames_asked_for_one_after_the_other_make_one_fetch():
    session, fetch = session_with()
    for n in (1, 7, 15, 7):
        assert ((await session.load_image(f"wadouri:{URL}?frame={n}")).pixels == FRAMES[n - 1]).all()
    assert len(fetch.requests) == 1


async def test_frames_of_a_file_asked_for_while_its_fetch_is_under_way_wait_for_it():
    session, fetch = session_with()
    fetch.gate.clear()
    first = session.load_image(f"wadouri:{URL}?frame=1")
    await turns()
    second = session.load_image(f"wadouri:{URL}?frame=2")
    await turns()
    fetch.gate.set()
    assert ((await first).pixels == FRAMES[0]).all()
    assert ((await second).pixels == FRAMES[1]).all()
    assert len(fetch.requests) == 1


async def test_purge_forgets_the_file():
    session, fetch = session_with()
    await session.load_image(f"wadouri:{URL}?frame=1")
    session.purge()
    await session.load_image(f"wadouri:{URL}?frame=2")
    assert len(fetch.requests) == 2


async def test_two_files_make_two_fetches():
    session, fetch = session_with({URL: DOSE, f"{URL}?patient=2": DOSE})
    await asyncio.gather(
        session.load_image(f"wadouri:{URL}?frame=1"), session.load_image(f"wadouri:{URL}?patient=2&frame=1")
    )
    assert sorted(url for url, _ in fetch.requests) == [URL, f"{URL}?patient=2"]


# cancelling


async def test_cancelling_one_frame_leaves_the_others():
    session, fetch = session_with()
    fetch.gate.clear()
    loads = [session.load_image(f"wadouri:{URL}?frame={n}") for n in (1, 2, 3)]
    await turns()
    loads[0].cancel()
    await turns()
    assert fetch.cancelled == []
    fetch.gate.set()
    with pytest.raises(LoadCancelledError):
        await loads[0]
    assert ((await loads[1]).pixels == FRAMES[1]).all()
    assert ((await loads[2]).pixels == FRAMES[2]).all()
    assert len(fetch.requests) == 1


async def test_cancelling_the_last_frame_cancels_the_fetch():
    session, fetch = session_with()
    fetch.gate.clear()
    loads = [session.load_image(f"wadouri:{URL}?frame={n}") for n in (1, 2)]
    await turns()
    for load in loads:
        assert fetch.cancelled == []
        load.cancel()
        await turns()
    assert fetch.cancelled == [URL]
    for load in loads:
        with pytest.raises(LoadCancelledError):
            await load


async def test_after_the_fetch_was_cancelled_a_new_load_fetches_again():
    session, fetch = session_with()
    fetch.gate.clear()
    session.load_image(f"wadouri:{URL}?frame=1").cancel()
    load = session.load_image(f"wadouri:{URL}?frame=1")
    await turns()
    load.cancel()
    await turns()
    fetch.gate.set()
    assert ((await session.load_image(f"wadouri:{URL}?frame=2")).pixels == FRAMES[1]).all()
    assert len(fetch.requests) == 2


async def test_a_frame_asked_for_in_the_moment_of_a_cancellation_is_delivered():
    session, fetch = session_with()
    fetch.gate.clear()
    load = session.load_image(f"wadouri:{URL}?frame=1")
    await turns()
    load.cancel()
    again = session.load_image(f"wadouri:{URL}?frame=2")
    await turns()
    fetch.gate.set()
    assert ((await again).pixels == FRAMES[1]).all()
    with pytest.raises(LoadCancelledError):
        await load


# failing


async def test_a_failed_fetch_fails_all_frames_and_is_not_kept():
    answers = {URL: HttpStatusError(f"{URL}: the server answered with status 404", status=404)}
    session, fetch = session_with(answers)
    loads = [session.load_image(f"wadouri:{URL}?frame={n}") for n in (1, 2)]
    for load in loads:
        with pytest.raises(HttpStatusError, match="status 404"):
            await load
    assert len(fetch.requests) == 1
    answers[URL] = DOSE
    assert ((await session.load_image(f"wadouri:{URL}?frame=2")).pixels == FRAMES[1]).all()
    assert len(fetch.requests) == 2


async def test_a_file_that_is_no_dicom_is_not_kept():
    answers = {URL: b"<html>log in</html>"}
    session, _ = session_with(answers)
    with pytest.raises(NotAnImageError, match=r"this is no DICOM file: .*begins with b'<html>log in") as raised:
        await session.load_image(f"wadouri:{URL}")
    assert raised.value.image_id == f"wadouri:{URL}"
    answers[URL] = DOSE
    assert ((await session.load_image(f"wadouri:{URL}")).pixels == FRAMES[0]).all()


@pytest.mark.parametrize("frame", ["0", "-1", "abc", "1.5", ""])
async def test_a_frame_that_is_no_number_from_1_is_told_before_anything_is_fetched(frame):
    session, fetch = session_with()
    with pytest.raises(InvalidImageIdError) as raised:
        await session.load_image(f"wadouri:{URL}?frame={frame}")
    assert str(raised.value) == (
        f"wadouri:{URL}?frame={frame}: frame={frame} is no frame number; frames of wadouri: count from 1"
    )
    assert fetch.requests == []


@pytest.mark.parametrize("frame", ["16", "99999999999999999999"])
async def test_a_frame_beyond_the_last_is_told_with_the_number_of_frames(frame):
    session, _ = session_with()
    with pytest.raises(FrameIndexError, match=f"frame={frame} does not exist: the file has 15 frames, counted from 1"):
        await session.load_image(f"wadouri:{URL}?frame={frame}")


async def test_an_unknown_transfer_syntax_is_told():
    data = part10(GREY, bytes(6), vr="OB").replace(b"1.2.840.10008.1.2.1\x00", b"1.2.840.10008.1.9.9\x00")
    session, _ = session_with({URL: data})
    with pytest.raises(
        UnsupportedTransferSyntaxError, match=r"the transfer syntax 1\.2\.840\.10008\.1\.9\.9 is not known"
    ):
        await session.load_image(f"wadouri:{URL}")


# addresses


@pytest.mark.parametrize(
    ("image_id", "url"),
    [
        ("wadouri:https://h/x?token=a%20b&frame=2", "https://h/x?token=a%20b"),
        ("wadouri:https://h/x?frame=2&token=a%20b", "https://h/x?token=a%20b"),
        ("wadouri:https://h/x?a=1&frame=2&token=c", "https://h/x?a=1&token=c"),
        ("wadouri:https://h/x?keyframe=7", "https://h/x?keyframe=7"),
        ("wadouri:https://h/x", "https://h/x"),
        ("WADOURI:https://h/X", "https://h/X"),
        ("wadouri:blob:https://h/1?frame=2", "blob:https://h/1"),
    ],
)
async def test_all_of_the_query_but_the_frame_reaches_the_server(image_id, url):
    session, fetch = session_with({url: DOSE})
    await session.load_image(image_id)
    assert [asked for asked, _ in fetch.requests] == [url]


async def test_request_headers_are_sent():
    session, fetch = session_with(headers=lambda url: {"Authorization": f"Bearer for {url}"})
    await session.load_image(f"wadouri:{URL}")
    assert fetch.requests == [(URL, {"Authorization": f"Bearer for {URL}"})]


# progress, metadata, packages


async def test_progress_reaches_every_frame_that_waits():
    session, _ = session_with()
    heard = []
    session.events.add_listener(ImageLoadProgress, heard.append)
    await asyncio.gather(*(session.load_image(f"wadouri:{URL}?frame={n}") for n in (1, 2)))
    size = len(DOSE)
    for n in (1, 2):
        image_id = f"wadouri:{URL}?frame={n}"
        assert [(e.url, e.loaded, e.total) for e in heard if e.image_id == image_id] == [
            (URL, size // 2, size),
            (URL, size, size),
        ]


async def test_the_frames_of_a_file_make_a_stack():
    session, _ = session_with({f"{URL}?token=t": DOSE})
    ids = await session.frames(f"wadouri:{URL}?frame=3&token=t")
    assert ids == tuple(f"wadouri:{URL}?token=t&frame={n}" for n in range(1, 16))


async def test_metadata_of_a_cached_image_is_there_also_when_its_file_is_gone():
    session, _ = session_with()
    image_id = f"wadouri:{URL}?frame=2"
    await session.load_and_cache_image(image_id)
    assert session.metadata.get("multiframeModule", image_id).number_of_frames == 15
    assert session.metadata.get("generalSeriesModule", image_id).modality == "RTDOSE"


async def test_only_compressed_frames_are_handed_to_the_decoder():
    handed = []

    async def decode(frame, options):
        handed.append((frame.transfer_syntax, options.request_type))
        return Decoded(np.zeros((100, 100, 3), np.uint8), "RGB")

    session, _ = session_with({URL: DOSE, "https://h/jpeg": bundled("SC_rgb_jpeg_dcmtk.dcm")}, decode=decode)
    await session.load_image(f"wadouri:{URL}")
    assert handed == []
    image = await session.load_image("wadouri:https://h/jpeg", request_type="thumbnail")
    assert handed == [("1.2.840.10008.1.2.4.50", "thumbnail")]
    assert image.pixels.shape == (100, 100, 3)


async def test_what_a_decoder_says_is_told_with_the_frame():
    async def decode(frame, options):
        raise DecodeError("the decoder stopped")

    session, _ = session_with({"https://h/jpeg": bundled("SC_rgb_jpeg_dcmtk.dcm")}, decode=decode)
    with pytest.raises(DecodeError, match=r"h/jpeg: frame 1 of 1, \d+ bytes of JPEG Baseline .*stopped"):
        await session.load_image("wadouri:https://h/jpeg")
