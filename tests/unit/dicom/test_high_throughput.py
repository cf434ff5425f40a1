import struct

import imagecodecs
import numpy as np
import pytest
from damaged_codestreams import COLOR, GREY, WORDS

from loadstone.dicom.codecs import decode
from loadstone.dicom.frame_description import FrameDescription
from loadstone.dicom.high_throughput import is_whole_and_reversible

SIGNED = WORDS.astype(np.int16) - 2000
CODESTREAM = imagecodecs.htj2k_encode(COLOR)
SIZ, COD, QCD, SOT = (CODESTREAM.index(marker) + 4 for marker in (b"\xff\x51", b"\xff\x52", b"\xff\x5c", b"\xff\x90"))


@pytest.mark.parametrize("pixels", [GREY, WORDS, COLOR, SIGNED], ids=["8 bits", "16 bits", "colour", "signed"])
def test_both_decoders_give_what_was_encoded(pixels):
    codestream = imagecodecs.htj2k_encode(pixels)
    assert is_whole_and_reversible(codestream)
    assert is_whole_and_reversible(codestream + b"\0")
    bits = 8 * pixels.dtype.itemsize
    description = FrameDescription(
        *pixels.shape[:2],
        samples_per_pixel=3 if pixels is COLOR else 1,
        bits_allocated=bits,
        bits_stored=bits,
        high_bit=bits - 1,
        is_signed=pixels is SIGNED,
        is_float=False,
        planar_configuration=0,
        photometric_interpretation="RGB" if pixels is COLOR else "MONOCHROME2",
        is_little_endian=True,
    )
    for given in (codestream, codestream[:-2]):
        found = decode(given, "1.2.840.10008.1.2.4.201", description).pixels
        assert found.dtype == pixels.dtype
        np.testing.assert_array_equal(found, pixels)


def test_lossy_codestreams_and_those_of_jpeg_2000_are_not_for_the_fast_decoder():
    assert not is_whole_and_reversible(imagecodecs.htj2k_encode(GREY, level=50, reversible=False))
    assert not is_whole_and_reversible(imagecodecs.jpeg2k_encode(GREY, level=0, reversible=True, codecformat="j2k"))


@pytest.mark.parametrize("end", [0, 2, 50, SOT, len(CODESTREAM) - 10, len(CODESTREAM) - 2])
def test_a_codestream_that_is_cut_off_is_not_whole(end):
    assert not is_whole_and_reversible(CODESTREAM[:end])


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (SIZ + 2, struct.pack(">I", 0)),
        (SIZ + 18, struct.pack(">I", 0)),
        (SIZ + 18, struct.pack(">2I", 1, 1) * 2),
        (SIZ + 36, b"\x00\x02"),
        (SIZ + 37, b"\x1f"),
        (SIZ + 38, b"\x00"),
        (COD + 2, b"\x00\x02"),
        (COD + 5, b"\xff"),
        (COD + 6, b"\x0a"),
        (COD + 8, b"\x00"),
        (COD + 9, b"\x00"),
        (QCD - 2, b"\x00\x03"),
        (QCD, b"\x42"),
        (SOT, b"\x00\x09"),
        (SOT + 2, b"\xff\xff\xff\xff"),
    ],
)
def test_a_header_that_does_not_go_with_itself_is_not_whole(place, value):
    changed = bytearray(CODESTREAM)
    changed[place : place + len(value)] = value
    assert not is_whole_and_reversible(bytes(changed))
