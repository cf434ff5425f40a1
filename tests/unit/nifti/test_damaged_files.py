"""What can not be read says what is wrong, and what to do."""

import gzip
import struct
import zlib

import numpy as np
import pytest
from nifti_files import RAMP, nifti1, nifti2

from loadstone.errors import DecodeError, FrameIndexError, ImageTooLargeError, NotAnImageError, TruncatedError
from loadstone.nifti.file import read_nifti
from loadstone.nifti.to_image import plane_to_image

LIMIT = 10**6


def refused(data, error, *, sample_limit=LIMIT):
    with pytest.raises(error) as raised:
        read_nifti(data, sample_limit=sample_limit)
    assert type(raised.value) is error
    return str(raised.value)


@pytest.mark.parametrize(
    ("data", "shown"), [(b"<html>log in</html>", "19 bytes and begins with b'<html>log in</ht'"), (b"", "0 bytes")]
)
def test_what_is_no_nifti_is_told_with_its_beginning(data, shown):
    text = refused(data, NotAnImageError)
    assert text.startswith(f"this is no NIfTI file: it has {shown}")
    assert "348 or 540, must stand; check what the address gives" in text


def test_a_gz_of_something_else_is_no_nifti():
    assert "this is no NIfTI file" in refused(gzip.compress(b"x" * 1000), NotAnImageError)


@pytest.mark.parametrize(("write", "length"), [(nifti1, 348), (nifti2, 540)])
def test_a_wrong_header_size_is_told(write, length):
    text = refused(write(sizeof_hdr=1234), DecodeError)
    assert text == (
        f"the header of the NIfTI-{1 if length == 348 else 2} file says that it is 1234 bytes long (sizeof_hdr), where "
        f"it must say {length}; the file is damaged: ask for it again from its source"
    )


@pytest.mark.parametrize(("write", "magic"), [(nifti1, b"ni1\0"), (nifti2, b"ni2\0\r\n\x1a\n")])
def test_the_header_of_a_pair_is_refused_with_the_way_to_one_file(write, magic):
    assert refused(write(magic=magic), NotAnImageError) == (
        f"this is the header of a pair of files, .hdr and .img (magic {magic!r}), whose voxels lie in the other; "
        "make one .nii of both: nibabel.save(nibabel.load('x.hdr'), 'x.nii')"
    )


def test_analyze_is_refused():
    text = refused(nifti1(magic=b"\0\0\0\0"), NotAnImageError)
    assert "its magic is b'\\x00\\x00\\x00\\x00', not b'n+1\\x00'; ANALYZE files must be converted to NIfTI" in text


def test_a_nifti_2_that_passed_through_a_text_mode_transfer_is_refused():
    assert "magic is b'n+2\\x00\\n" in refused(nifti2(magic=b"n+2\0\n\x1a\n\0"), NotAnImageError)


@pytest.mark.parametrize(("write", "length"), [(nifti1, 348), (nifti2, 540)])
def test_a_header_that_is_cut_off_is_told(write, length):
    assert refused(write()[:200], TruncatedError) == (
        f"the NIfTI-{1 if length == 348 else 2} header is cut off: the file has 200 of its {length} bytes; compare its "
        "size with the original"
    )


@pytest.mark.parametrize("length", [-4, 0])
def test_a_dimension_that_is_not_positive_is_told(length):
    assert refused(nifti1(dim=(3, 2, length, 4, 1, 1, 1, 1)), DecodeError) == (
        f"the header says dim[2]={length} of dim=[3, 2, {length}, 4]; every dimension must be 1 or more: the file is "
        "damaged, or was written by a program that is"
    )


@pytest.mark.parametrize("count", [0, 8, -3])
def test_a_number_of_dimensions_that_can_not_be_is_told(count):
    text = refused(nifti1(dim=(count, 2, 3, 4, 1, 1, 1, 1)), DecodeError)
    assert text == f"the header says dim[0]={count}, but an image has 1 to 7 dimensions; the file is damaged"


@pytest.mark.parametrize(
    ("code", "name"), [(0, "none"), (1, "binary"), (32, "complex64"), (1536, "float128"), (1792, "complex128")]
)
def test_a_datatype_that_can_not_be_shown_is_named(code, name):
    assert refused(nifti1(datatype=code), DecodeError) == (
        f"voxels of the datatype {name} ({code}) can not be shown; convert them to an integer or float type of at most "
        "64 bits (of complex values, their magnitude)"
    )


def test_a_datatype_that_does_not_exist_is_told():
    assert refused(nifti1(datatype=7), DecodeError) == (
        "the datatype 7 of the header is none of NIfTI's; the file is damaged"
    )


def test_what_nibabel_refuses_is_told_with_its_reason():
    text = refused(nifti1(vox_offset=100), DecodeError)
    assert text == (
        "nibabel refuses the header (vox offset 100 too low for single file nifti1); ask for the file again from its "
        "source"
    )


def test_what_nibabel_puts_right_is_a_warning():
    header = read_nifti(nifti1(pixdim=(1, -2, 3, 4, 0, 0, 0, 0)), sample_limit=LIMIT).header
    assert header.warnings == (
        "the header was put right: pixdim[1,2,3] should be positive; setting to abs of pixdim values",
    )


@pytest.mark.parametrize("offset", [float("nan"), float("inf"), 352.5])
def test_a_vox_offset_that_is_no_place_is_told(offset):
    text = refused(nifti1(vox_offset=offset), DecodeError)
    assert text == f"the header says that voxels begin at byte {offset} (vox_offset); the file is damaged"


def test_a_vox_offset_beyond_the_file_is_told():
    assert refused(nifti1(vox_offset=4000), TruncatedError) == (
        "the header says that voxels begin at byte 4000 (vox_offset), but the file has 400 bytes; compare its size "
        "with the original"
    )


def test_a_file_that_is_cut_off_says_how_many_frames_are_left():
    # 4 slices of 2 x 3 voxels of 2 bytes behind 352 bytes
    assert refused(nifti1()[:-13], TruncatedError) == (
        "the file is cut off: 2 x 3 x 4 x 1 voxels end at byte 400, but there are 387 bytes, enough for 2 of 4 frames; "
        "compare the file's size with the original"
    )


def test_dimensions_that_claim_more_than_there_is_are_told_without_asking_for_memory():
    text = refused(nifti1(dim=(7, *[32767] * 7)), TruncatedError)
    assert "32767 x 32767 x 32767" in text
    assert "enough for 0 of" in text


# gz


def packed(size=100_000):
    """A gz that hardly shrinks: 16 slices of noise."""
    noise = np.random.default_rng(7).integers(0, 255, (64, 64, size // 4096), np.uint8)
    return gzip.compress(nifti1(noise, "<"))


def test_a_gz_that_is_cut_off_is_told():
    data = packed()
    text = refused(data[:50_000], TruncatedError)
    assert text.startswith("the gz stream is cut off: its 50000 bytes give ")
    assert text.endswith(" of the 98656 bytes that are needed; compare the file's size with the original")


def test_a_gz_that_is_cut_off_in_the_header_is_told():
    assert refused(packed()[:30], TruncatedError).endswith("compare the file's size with the original (a NIfTI header)")


def test_a_gz_of_too_few_voxels_is_told_as_a_plain_file_is():
    text = refused(gzip.compress(nifti1()[:-13]), TruncatedError)
    assert "voxels end at byte 400, but there are 387 bytes" in text


def test_a_gz_that_is_damaged_is_told():
    data = bytearray(packed())
    data[-8] ^= 1
    assert refused(bytes(data), DecodeError) == (
        f"the gz stream of {len(data)} bytes is damaged (Error -3 while decompressing data: incorrect data check); ask "
        "for the file again from its source"
    )
    broken = packed()
    text = refused(broken[:2] + b"\x09" + broken[3:], DecodeError)
    assert "is damaged (Error -3 while decompressing data: unknown compression method)" in text


def test_a_checksum_that_is_read_after_the_last_voxel_counts_too():
    data = nifti1(np.zeros((40, 40), np.uint8))
    deflater = zlib.compressobj(wbits=-15)
    deflated = deflater.compress(data) + deflater.flush()
    # a name (RFC 1952, 2.3) so long that the 64 KiB that are read at a time end within the checksum
    name = b"n" * (65536 + 6 - 10 - 1 - len(deflated) - 8)
    start = b"\x1f\x8b\x08\x08" + bytes(6) + name + b"\0" + deflated
    end = struct.pack("<II", zlib.crc32(data), len(data))
    assert not read_nifti(start + end, sample_limit=LIMIT).planes.any()
    assert "incorrect data check" in refused(start + bytes(4) + end[4:], DecodeError)


def test_a_gz_that_inflates_beyond_the_limit_is_refused_before_memory_is_asked_for():
    header = nifti1(np.zeros((1, 1), np.uint8), dim=(3, 1000, 1000, 1000, 1, 1, 1, 1))[:352]
    bomb = gzip.compress(header + bytes(10**7))
    assert refused(bomb, ImageTooLargeError, sample_limit=10**8) == (
        f"the gz of {len(bomb)} bytes would inflate to 1000000000 samples (1000 x 1000 x 1000 x 1), more than the "
        "limit of 100000000 samples; unpack the file (.nii is read plane by plane), or raise the session's sample_limit"
    )


def test_a_small_gz_that_claims_more_than_gz_can_hold_is_refused_before_memory_is_asked_for():
    header = nifti1(np.zeros((1, 1), np.uint8), dim=(3, 1000, 1000, 1000, 1, 1, 1, 1))[:352]
    data = gzip.compress(header + bytes(10**7))
    text = refused(data, TruncatedError, sample_limit=10**10)
    assert text.startswith(f"the {len(data)} bytes of gz can not hold the 1000000352 bytes that the header asks for")


def test_gz_in_several_members_and_with_a_tail_is_read():
    data = nifti1()
    for gz in (
        b"".join(gzip.compress(data[start : start + 90]) for start in range(0, len(data), 90)),
        gzip.compress(data) + bytes(600),
        gzip.compress(data + b"tail"),
    ):
        file = read_nifti(gz, sample_limit=LIMIT)
        assert file.planes.tolist() == RAMP.T.tolist()


def test_a_gz_without_its_last_bytes_is_read_where_all_voxels_are_there():
    whole, cut = (read_nifti(gz, sample_limit=LIMIT).planes for gz in (packed(), packed()[:-8]))
    assert (whole == cut).all()


# frames


def test_a_frame_that_is_not_there_is_told_with_the_number_and_the_base():
    file = read_nifti(nifti1(np.zeros((2, 2, 3, 5), np.uint8)), sample_limit=LIMIT)
    with pytest.raises(FrameIndexError) as raised:
        plane_to_image(file, 15, "nifti:x", sample_limit=LIMIT)
    assert str(raised.value) == (
        "frame=15 does not exist: the file has 15 frames (3 x 5 slices x times), counted from 0"
    )


def test_a_plane_beyond_the_limit_is_refused():
    file = read_nifti(nifti1(), sample_limit=LIMIT)
    with pytest.raises(ImageTooLargeError) as raised:
        plane_to_image(file, 0, "nifti:x", sample_limit=5)
    assert str(raised.value) == (
        "a plane has 3 x 2 pixels of 1 samples, more than the limit of 5 samples; crop it, or raise the session's "
        "sample_limit"
    )


@pytest.mark.parametrize("seed", range(300))
def test_a_damaged_header_is_read_or_refused_but_never_breaks(seed):
    random = np.random.default_rng(seed)
    data = bytearray(nifti1() if seed % 2 else nifti2())
    for place in random.integers(0, 352, 8):
        data[place] = random.integers(256)
    try:
        file = read_nifti(bytes(data), sample_limit=LIMIT)
        image = plane_to_image(file, 0, "nifti:x", sample_limit=LIMIT)
    except (DecodeError, ImageTooLargeError):
        return
    for read in image.metadata.values():
        read()
