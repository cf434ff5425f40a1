import asyncio
import base64
import gzip
import zipfile

import pytest
from doubles import FakeFetch, turns
from nifti_files import RAMP, nifti1

from loadstone.errors import FrameIndexError, InvalidImageIdError, LoadCancelledError, NotAnImageError
from loadstone.events import ImageLoadProgress
from loadstone.local_files import PathFile
from loadstone.session import Session

URL = "https://host/brain.nii.gz"
DATA = gzip.compress(nifti1())


def session_with(answers=None, **options):
    fetch = FakeFetch({URL: DATA} if answers is None else answers)
    return Session(fetch=fetch, **options), fetch


async def test_frames_count_from_0_and_the_first_is_the_default():
    session, _ = session_with()
    for query, k in (("", 0), ("?frame=0", 0), ("?frame=3", 3)):
        image = await session.load_image(f"nifti:{URL}{query}")
        assert image.pixels.tolist() == RAMP[::-1, ::-1, k].T.tolist()
        assert image.image_id == f"nifti:{URL}{query}"


async def test_the_frames_of_a_file_make_a_stack():
    session, _ = session_with({f"{URL}?token=t": DATA})
    ids = await session.frames(f"nifti:{URL}?token=t")
    assert ids == tuple(f"nifti:{URL}?token=t&frame={n}" for n in range(4))


async def test_all_frames_asked_for_at_once_make_one_fetch():
    session, fetch = session_with()
    images = await asyncio.gather(*(session.load_image(f"nifti:{URL}?frame={n}") for n in range(4)))
    assert [image.pixels[0, 0] for image in images] == [21, 121, 221, 321]
    assert len(fetch.requests) == 1


async def test_the_volume_is_kept_for_further_frames_until_a_purge():
    session, fetch = session_with()
    for n in range(4):
        await session.load_image(f"nifti:{URL}?frame={n}")
    assert len(fetch.requests) == 1
    session.purge()
    await session.load_image(f"nifti:{URL}")
    assert len(fetch.requests) == 2


async def test_a_volume_larger_than_the_budget_for_files_is_not_kept():
    session, fetch = session_with(file_bytes=300)
    await session.load_image(f"nifti:{URL}")
    await session.load_image(f"nifti:{URL}?frame=1")
    assert len(fetch.requests) == 2


async def test_cancelling_the_last_frame_cancels_the_fetch():
    session, fetch = session_with()
    fetch.gate.clear()
    loads = [session.load_image(f"nifti:{URL}?frame={n}") for n in (0, 1)]
    await turns()
    loads[0].cancel()
    await turns()
    assert fetch.cancelled == []
    loads[1].cancel()
    await turns()
    assert fetch.cancelled == [URL]
    for load in loads:
        with pytest.raises(LoadCancelledError):
            await load


async def test_other_loaders_of_the_same_address_keep_files_of_their_own():
    session, _ = session_with()
    await session.load_image(f"nifti:{URL}")
    with pytest.raises(NotAnImageError, match="no DICOM file"):
        await session.load_image(f"wadouri:{URL}")


@pytest.mark.parametrize("frame", ["-1", "abc", "1.5", ""])
async def test_a_frame_that_is_no_number_from_0_is_told_before_anything_is_fetched(frame):
    session, fetch = session_with()
    with pytest.raises(InvalidImageIdError) as raised:
        await session.load_image(f"nifti:{URL}?frame={frame}")
    assert str(raised.value) == (
        f"nifti:{URL}?frame={frame}: frame={frame} is no frame number; frames of nifti: count from 0"
    )
    assert fetch.requests == []


async def test_errors_name_the_image():
    session, _ = session_with()
    with pytest.raises(FrameIndexError) as raised:
        await session.load_image(f"nifti:{URL}?frame=4")
    assert str(raised.value) == (
        f"nifti:{URL}?frame=4: frame=4 does not exist: the file has 4 frames (4 x 1 slices x times), counted from 0"
    )
    assert raised.value.image_id == f"nifti:{URL}?frame=4"


async def test_progress_and_packages_are_asked_for():
    packages = []

    async def require(package):
        packages.append(package)

    session, _ = session_with(require=require)
    heard = []
    session.events.add_listener(ImageLoadProgress, heard.append)
    await session.load_image(f"nifti:{URL}")
    assert packages == ["nibabel"]
    assert [(e.url, e.loaded, e.total) for e in heard][-1] == (URL, len(DATA), len(DATA))


async def test_metadata_of_a_cached_image_is_there_also_when_its_volume_is_gone():
    session, _ = session_with()
    image_id = f"nifti:{URL}?frame=2"
    await session.load_and_cache_image(image_id)
    session._files.purge()
    assert session.metadata.get("imagePlaneModule", image_id).image_position_patient == (-1, -2, 2)


async def test_data_urls_are_read():
    session = Session()
    image = await session.load_image(f"nifti:data:application/gzip;base64,{base64.b64encode(DATA).decode()}")
    assert image.frame_count == 4


async def test_opened_files_and_members_of_archives_are_volumes_too(tmp_path):
    (tmp_path / "a.nii").write_bytes(nifti1())
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("folder/c.nii.gz", DATA)
    session = Session()
    opened = await session.open_files([PathFile(tmp_path / name) for name in ("a.nii", "b.zip")])
    assert [other.path for other in opened.others] == ["a.nii", "b.zip/folder/c.nii.gz"]
    for other in opened.others:
        ids = await session.frames(other.image_id)
        images = [await session.load_image(image_id) for image_id in ids]
        assert [image.pixels[0, 0] for image in images] == [21, 121, 221, 321]
