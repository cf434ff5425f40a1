"""session.close_files: what is left of files that their user is done with."""

import asyncio
import weakref

import pytest
from doubles import turns
from packed import InMemory, zipped
from part10 import GREY, part10
from pydicom.uid import CTImageStorage

from loadstone.errors import InvalidArgumentError, LoadCancelledError, LocalFileError, VolumeError
from loadstone.session import Session
from loadstone.view import View


def dicom(number, series="1.1", frames=1):
    elements = GREY | {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": f"{series}.{number}",
        "StudyInstanceUID": "1",
        "SeriesInstanceUID": series,
        "InstanceNumber": number,
        "NumberOfFrames": frames,
    }
    return part10(elements, bytes([number]) * 6 * frames, vr="OB")


def ids_by_series(imported):
    return {
        series.series_instance_uid: [image_id for stack in series.stacks for image_id in stack.image_ids]
        for study in imported.studies
        for series in study.series
    }


async def test_volumes_go_with_the_files_of_their_images():
    session = Session()
    await session.open_files([InMemory(dicom(number), str(number)) for number in (1, 2)])
    # they do not say where they lie, and are taken in this order
    image = await session.load_and_cache_image("mpr:axial/1?volume=dicomfile:1,dicomfile:2")
    assert image.pixels[0, 0] == 2
    assert len(session.volumes) == 1
    session.close_files(["dicomfile:1"])
    assert len(session.volumes) == 0
    assert session.cache.keys() == ()
    with pytest.raises(VolumeError, match="local:1: this file was closed; open it again"):
        await session.load_image(image.image_id)


async def closed_message(session, image_id):
    with pytest.raises(LocalFileError) as raised:
        await session.load_image(image_id)
    assert raised.value.image_id == image_id
    return str(raised.value)


def test_closed_images_leave_the_cache_and_a_load_says_so():
    async def main():
        session = Session()
        await session.open_files([InMemory(dicom(1), "a"), InMemory(dicom(2), "b")])
        session.display(["dicomfile:1"])
        for image_id in ("dicomfile:1", "wadouri:local:1", "dicomfile:2"):
            await session.render(image_id, View(8, 8))
        session.close_files(["dicomfile:1"])
        assert session.cache.keys() == ("dicomfile:2",)
        assert session.metadata.get("imagePixelModule", "dicomfile:1") is None
        for image_id in ("dicomfile:1", "wadouri:local:1"):
            message = await closed_message(session, image_id)
            assert message.endswith("local:1: this file was closed; open it again to load its images")
        assert (await session.load_image("dicomfile:2")).pixels[0, 0] == 2
        # closing it again says nothing
        session.close_files(["dicomfile:1"])

    asyncio.run(main())


def test_one_series_of_an_archive_is_closed_and_the_other_stays_whole():
    async def main():
        session = Session()
        archive = InMemory(zipped({"readme": b"hello", "1": dicom(1), "2": dicom(2, "1.2"), "3": dicom(3)}))
        kept = weakref.ref(archive)
        series = ids_by_series(await session.open_files([archive]))
        del archive
        session.close_files(series["1.1"])
        assert (await session.load_image(series["1.2"][0])).pixels[0, 0] == 2
        assert await closed_message(session, series["1.1"][1]) == (
            "dicomfile:1/3: local:1/3: this file was closed; open it again to load its images"
        )
        assert kept() is not None
        # what was no image holds the archive no longer
        session.close_files(series["1.2"])
        assert kept() is None

    asyncio.run(main())


def test_all_frames_of_a_closed_file_go_and_nothing_keeps_it():
    async def main():
        session = Session()
        file = InMemory(dicom(1, frames=3), "cine")
        kept = weakref.ref(file)
        series = ids_by_series(await session.open_files([file]))
        del file
        for image_id in series["1.1"]:
            await session.load_and_cache_image(image_id)
        session.close_files(series["1.1"][:1])
        assert len(session.cache) == 0
        assert kept() is None
        await closed_message(session, "dicomfile:1?frame=3")

    asyncio.run(main())


def test_loads_under_way_are_cancelled_and_others_go_on():
    async def main():
        allowed = asyncio.Event()

        async def require(package):
            await allowed.wait()

        session = Session(require=require)
        session.local_files.add([InMemory(dicom(1), "a"), InMemory(dicom(2), "b")])
        first, second = (asyncio.ensure_future(session.load_image(f"dicomfile:{n}").promise) for n in (1, 2))
        await turns()
        session.close_files(["dicomfile:1"])
        with pytest.raises(LoadCancelledError, match="dicomfile:1: the load was cancelled"):
            await first
        allowed.set()
        assert (await second).pixels[0, 0] == 2

    asyncio.run(main())


def test_an_image_that_the_cache_had_no_room_for_goes_too():
    async def main():
        session = Session(cache_bytes=1)
        session.local_files.add([InMemory(dicom(1), "a")])
        await session.load_and_cache_image("dicomfile:1")
        session.close_files(["dicomfile:1"])
        await closed_message(session, "dicomfile:1")

    asyncio.run(main())


@pytest.mark.parametrize("image_id", ["wadouri:https://host/a", "no id"])
def test_an_image_of_no_opened_file_is_told_and_nothing_is_closed(image_id):
    async def main():
        session = Session()
        session.local_files.add([InMemory(dicom(1), "a")])
        with pytest.raises(InvalidArgumentError) as raised:
            session.close_files(["dicomfile:1", image_id])
        assert str(raised.value) == (
            f"{image_id} is no image of an opened file; give ids that open_files() gave, such as dicomfile:7"
        )
        assert (await session.load_image("dicomfile:1")).rows == 2

    asyncio.run(main())


def test_files_without_an_image_are_let_go_at_the_end_of_the_reading():
    async def main():
        session = Session()
        notes, same = InMemory(b"hello", "notes.txt"), InMemory(dicom(1), "copy")
        kept = weakref.ref(notes), weakref.ref(same)
        await session.open_files([InMemory(dicom(1), "a"), notes, same])
        del notes, same
        assert [reference() for reference in kept] == [None, None]
        assert (await session.load_image("dicomfile:1")).rows == 2
        assert "was closed" in await closed_message(session, "dicomfile:2")

    asyncio.run(main())


def test_what_a_cancelled_reading_had_not_reached_is_let_go():
    async def main():
        session = Session()
        reading = asyncio.ensure_future(
            session.open_files(
                [InMemory(dicom(number), str(number)) for number in range(1, 200)],
                progress=lambda progress: reading.cancel(),
            )
        )
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert (await session.load_image("dicomfile:1")).rows == 2
        assert "was closed" in await closed_message(session, "dicomfile:199")

    asyncio.run(main())
