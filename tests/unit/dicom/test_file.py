import re
import sys
from io import BytesIO

import pytest
from part10 import GREY, bundled, part10
from pydicom import dcmread
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from loadstone.dicom.file import read_file
from loadstone.dicom.to_image import frame_to_image
from loadstone.errors import DecodeError, FrameIndexError, NotAnImageError

TWO_BY_THREE = part10(GREY, bytes(range(6)), vr="OB")


def bare(name):
    """A bundled file's data set, without preamble and file meta."""
    data = bundled(name)
    meta_length = int.from_bytes(data[140:144], "little")
    return data[144 + meta_length :]


def test_the_pixel_data_is_kept_apart_from_the_data_set():
    file = read_file(bundled("CT_small.dcm"))
    assert "PixelData" not in file.data_set
    assert (file.pixel_data.keyword, file.pixel_data.vr, len(file.pixel_data.data)) == ("PixelData", "OW", 32768)
    assert file.size_in_bytes == 39206
    assert file.data_set.PatientName == "CompressedSamples^CT1"


def test_without_pixels_the_bytes_of_the_file_are_free():
    data = part10(GREY, bytes(6))
    references = sys.getrefcount(data)
    kept = read_file(data).without_pixels()
    assert sys.getrefcount(data) == references
    assert kept.data_set.Rows == 2


def test_without_pixels_the_metadata_stays():
    file = read_file(TWO_BY_THREE)
    emptied = file.without_pixels()
    assert emptied.pixel_data.data == b""
    assert emptied.data_set is file.data_set
    assert file.pixel_data.data == bytes(range(6))


@pytest.mark.parametrize(
    ("name", "uid"),
    [
        ("CT_small.dcm", "1.2.840.10008.1.2.1"),
        ("MR_small_implicit.dcm", "1.2.840.10008.1.2"),
        ("MR_small_bigendian.dcm", "1.2.840.10008.1.2.2"),
        ("SC_rgb_rle.dcm", "1.2.840.10008.1.2.5"),
        ("image_dfl.dcm", "1.2.840.10008.1.2.1.99"),
    ],
)
def test_the_transfer_syntax_is_the_file_metas(name, uid):
    assert read_file(bundled(name)).transfer_syntax == uid


@pytest.mark.parametrize(
    ("name", "uid"),
    [
        ("CT_small.dcm", ExplicitVRLittleEndian),
        ("MR_small_implicit.dcm", ImplicitVRLittleEndian),
        ("MR_small_bigendian.dcm", ExplicitVRBigEndian),
    ],
)
def test_a_data_set_without_file_meta_is_read_as_what_it_is(name, uid):
    file = read_file(bare(name))
    assert file.transfer_syntax == uid
    ours = frame_to_image(file, 0, "x:1").pixels
    assert (ours == dcmread(BytesIO(bundled(name))).pixel_array).all()


def test_what_pydicom_warns_of_is_kept_with_the_file_and_not_printed(recwarn):
    file = read_file(bundled("SC_rgb_jpeg.dcm"))
    assert file.warnings == ("Expected explicit VR, but found implicit VR - using implicit VR for reading",)
    assert frame_to_image(file, 0, "x:1").warnings == file.warnings
    assert not recwarn


@pytest.mark.parametrize(("count", "expected"), [(None, 1), (1, 1), (15, 15), (0, 1), (-3, 1), (2**31 - 1, 1)])
def test_the_number_of_frames_is_one_where_the_file_says_nothing_or_nonsense(count, expected):
    assert read_file(part10(GREY | {"NumberOfFrames": count}, bytes(6 * 15), vr="OB")).frame_count == expected


def test_a_number_of_frames_that_is_no_number_counts_as_one():
    assert read_file(bundled("badVR.dcm")).frame_count == 1


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (15, "frame=16 does not exist: the file has 15 frames, counted from 1"),
        (10**9, "frame=1000000001 does not exist: the file has 15 frames, counted from 1"),
    ],
)
def test_a_frame_that_is_not_there_is_told_with_the_number_of_those_that_are(index, message):
    with pytest.raises(FrameIndexError, match=re.escape(message)):
        read_file(bundled("rtdose.dcm")).check_frame(index)


def test_a_single_frame_is_told_in_the_singular():
    with pytest.raises(FrameIndexError, match=re.escape("frame=2 does not exist: the file has 1 frame, counted")):
        read_file(TWO_BY_THREE).check_frame(1)


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        (b"", "b''"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), r"b'\x89PNG\r\n\x1a\n"),
        (b"<!DOCTYPE html><title>Log in</title>", "b'<!DOCTYPE html>"),
        (bytes(500), r"b'\x00\x00"),
    ],
)
def test_bytes_that_are_no_dicom_are_shown_with_what_to_check(data, begins):
    with pytest.raises(NotAnImageError) as raised:
        read_file(data)
    text = str(raised.value)
    assert text.startswith(f"this is no DICOM file: it has {len(data)} bytes, begins with {begins}")
    assert text.endswith("check what the address gives (a log-in page? a PNG or JPEG would be web:…)")


@pytest.mark.parametrize("data", [bytes(128) + b"DICM", TWO_BY_THREE[:140]])
def test_a_file_that_ends_behind_its_mark_is_told_to_be_incomplete(data):
    with pytest.raises(DecodeError, match=rf"the DICOM file of {len(data)} bytes .*(original|source)"):
        read_file(data)


def test_a_file_without_pixel_data_names_its_kind_and_the_next_step():
    with pytest.raises(DecodeError) as raised:
        read_file(bundled("rtplan.dcm")).required_pixel_data()
    assert str(raised.value) == (
        "the DICOM file (RT Plan Storage) has no pixel data: either it is no image or its end is missing; "
        "compare its size with the original"
    )
