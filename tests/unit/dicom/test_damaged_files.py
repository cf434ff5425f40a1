"""Files that are cut off or have wrong bytes: always one of our errors or an image, never a foreign exception."""

import random
import re
from io import BytesIO

import numpy as np
import pytest
from part10 import bundled
from pydicom import dcmread

from loadstone.dicom.file import read_file
from loadstone.dicom.to_image import frame_to_image
from loadstone.errors import DecodeError, LoadstoneError
from loadstone.rendering import render
from loadstone.view import View

# 5000 of them were tried
SEEDS = 200

WHOLE = [
    "CT_small.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "rtdose.dcm",
    "SC_rgb_jpeg_dcmtk.dcm",
    "SC_rgb_small_odd.dcm",
    "SC_ybr_full_422_uncompressed.dcm",
    "image_dfl.dcm",
]


def pydicoms(name):
    pixels = dcmread(BytesIO(bundled(name))).pixel_array
    return pixels if name == "rtdose.dcm" else pixels[None]


def offsets(name):
    """The first 400 bytes, 60 places all over the file, and its last 40 bytes."""
    size = len(bundled(name))
    return sorted({*range(min(400, size)), *np.linspace(0, size - 1, 60).astype(int).tolist(), *range(size - 40, size)})


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", WHOLE)
def test_a_file_cut_off_anywhere_ends_as_an_error_that_says_so_or_as_the_right_image(name):
    data, expected = bundled(name), pydicoms(name)
    messages = []
    for end in offsets(name):
        index = end % len(expected)
        try:
            pixels = frame_to_image(read_file(data[:end]), index, "x:1").pixels
        except LoadstoneError as error:
            messages.append(str(error))
        else:
            np.testing.assert_array_equal(pixels, expected[index])
    assert len(messages) > 400
    assert all(re.search("no DICOM|damaged|cut off|missing|original|wrong in the file", text) for text in messages)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["CT_small.dcm", "rtdose.dcm", "MR_small_bigendian.dcm"])
def test_a_file_cut_off_within_its_pixels_says_how_many_bytes_are_missing(name):
    data = bundled(name)
    begin = data.index(b"\xe0\x7f\x10\x00" if name != "MR_small_bigendian.dcm" else b"\x7f\xe0\x00\x10")
    last = len(pydicoms(name)) - 1
    for end in range(begin + 13, begin + 6000, 333):
        with pytest.raises(DecodeError, match=r"needs \d+ bytes .*, but only \d+ are there"):
            frame_to_image(read_file(data[:end]), last, "x:1")


@pytest.mark.filterwarnings("ignore")
def test_the_frames_before_the_cut_can_still_be_seen():
    data, expected = bundled("rtdose.dcm"), pydicoms("rtdose.dcm")
    cut = read_file(data[: data.index(b"\xe0\x7f\x10\x00") + 8 + 400 * 5 + 7])
    assert cut.frame_count == 15
    for index in range(5):
        np.testing.assert_array_equal(frame_to_image(cut, index, "x:1").pixels, expected[index])
    with pytest.raises(DecodeError, match=r"frame 6 of 15 needs 400 bytes .*, but only 7 are there"):
        frame_to_image(cut, 5, "x:1")


def corrupted(data, seed):
    """One to eight bytes of the header changed, the same ones for the same seed."""
    chance = random.Random(seed)
    changed = bytearray(data)
    header = min(len(data), 132 + 1800)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(132, header)] = chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)])
    return bytes(changed)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "SC_rgb_small_odd.dcm", "SC_rgb_small_odd_jpeg.dcm", "rtdose_1frame.dcm"]
)
def test_wrong_bytes_end_as_an_error_of_ours_or_as_an_image_that_can_be_rendered(name):
    data = bundled(name)
    shown = 0
    for seed in range(SEEDS):
        try:
            image = frame_to_image(read_file(corrupted(data, seed)), 0, "x:1")
            render(image, View(16, 16))
            for read in image.metadata.values():
                read()
        except LoadstoneError:
            continue
        shown += 1
    assert 0 < shown < SEEDS
