"""Files from scanners and other people's programs, frame by frame against other decoders."""

import pytest

from loadstone.errors import DecodeError

from .laboratory import Laboratory
from .measuring import allowance, our_frames
from .real_files import REAL_FILES, REFUSED, REFUSED_FILES


def test_there_are_many_files() -> None:
    assert len(REAL_FILES) >= 120


@pytest.mark.parametrize("name", REAL_FILES)
def test_a_real_file_shows_what_other_decoders_show(laboratory: Laboratory, name: str) -> None:
    found = laboratory.real(name)
    assert found.differences
    assert found.differences == {
        decoder: difference
        for decoder, difference in found.differences.items()
        if difference <= allowance(decoder, found.transfer_syntax, found.photometric)
    }


# a file compressed without loss, and the same image without compression
TWINS = {
    "693_J2KR.dcm": "693_UNCR.dcm",
    "MR2_J2KR.dcm": "MR2_UNCR.dcm",
    "MR_small_RLE.dcm": "MR_small.dcm",
    "MR_small_jp2klossless.dcm": "MR_small.dcm",
    "MR_small_jpeg_ls_lossless.dcm": "MR_small.dcm",
    "OBXXXX1A_rle_2frame.dcm": "OBXXXX1A_2frame.dcm",
    "OBXXXX1A_expb.dcm": "OBXXXX1A.dcm",
    "RG1_J2KR.dcm": "RG1_UNCR.dcm",
    "RG3_J2KR.dcm": "RG3_UNCR.dcm",
    "SC_rgb_rle_32bit_2frame.dcm": "SC_rgb_32bit_2frame.dcm",
    "US1_J2KR.dcm": "US1_UNCR.dcm",
    "color-pl.dcm": "color-px.dcm",
    "emri_small_RLE.dcm": "emri_small.dcm",
    "emri_small_big_endian.dcm": "emri_small.dcm",
    "emri_small_jpeg_2k_lossless.dcm": "emri_small.dcm",
    "emri_small_jpeg_ls_lossless.dcm": "emri_small.dcm",
    "gdcm-US-ALOKA-16_big.dcm": "gdcm-US-ALOKA-16.dcm",
    "liver_expb.dcm": "liver.dcm",
    "rtdose_rle.dcm": "rtdose.dcm",
}


@pytest.mark.parametrize(("name", "twin"), TWINS.items())
def test_a_file_shows_what_its_uncompressed_twin_shows(name: str, twin: str) -> None:
    ours, expected = our_frames(REAL_FILES[name]), our_frames(REAL_FILES[twin])
    assert ours.dtype == expected.dtype
    assert (ours == expected).all()


@pytest.mark.parametrize(("name", "reason"), REFUSED.items())
def test_an_image_that_nobody_can_show_is_refused_with_the_reason(name: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        our_frames(REFUSED_FILES[name])
