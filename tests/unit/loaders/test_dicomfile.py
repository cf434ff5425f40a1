import asyncio

import pytest
from packed import InMemory, zipped
from part10 import COLOR, GREY, part10

from loadstone.errors import FrameIndexError, LocalFileError, NotAnImageError
from loadstone.session import Session


def loaded(files, *image_ids):
    async def main():
        session = Session()
        session.local_files.add(files)
        return [await session.load_image(image_id) for image_id in image_ids]

    return asyncio.run(main())


CLIP = part10(GREY | {"NumberOfFrames": 2}, bytes(range(12)), vr="OB")


def test_a_file_is_loaded_by_its_number():
    (image,) = loaded([InMemory(b""), InMemory(part10(COLOR, bytes(range(18)), vr="OB"))], "dicomfile:2")
    assert image.pixels.tolist()[0] == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_frames_are_taken_from_one_reading():
    file = InMemory(CLIP)
    first, second = loaded([file], "dicomfile:1", "dicomfile:1?frame=2")
    assert (first.pixels.tolist(), second.pixels.tolist()) == ([[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]])
    assert len(file.reads) == 1


def test_a_member_of_an_archive_is_inflated_when_it_is_loaded():
    (image,) = loaded([InMemory(zipped({"a": b"", "b": CLIP}))], "dicomfile:1/1?frame=2")
    assert image.pixels.tolist() == [[6, 7, 8], [9, 10, 11]]


def test_other_loaders_reach_local_files_too():
    (image,) = loaded([InMemory(CLIP)], "wadouri:local:1?frame=2")
    assert image.pixels.tolist() == [[6, 7, 8], [9, 10, 11]]


@pytest.mark.parametrize(
    ("image_id", "error", "message"),
    [
        ("dicomfile:9", LocalFileError, "local:9: no file of this number was opened here; open the file again"),
        ("dicomfile:one", LocalFileError, "local:one is no address of an opened file; write local:7"),
        ("dicomfile:1?frame=3", FrameIndexError, "frame=3 does not exist: the file has 2 frames"),
        ("dicomfile:2", NotAnImageError, "this is no DICOM file: it has 5 bytes"),
    ],
)
def test_what_can_not_be_loaded_is_told(image_id, error, message):
    with pytest.raises(error) as raised:
        loaded([InMemory(CLIP), InMemory(b"hello")], image_id)
    assert message in str(raised.value)
    assert raised.value.image_id == image_id
