from pathlib import Path

import numpy as np
import pytest
from part10 import GREY, SIXTEEN_BITS, part10
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import ExplicitVRBigEndian

from loadstone.dicom.description import describe
from loadstone.dicom.file import read_file
from loadstone.dicom.overlays import frame_overlays
from loadstone.dicom.to_image import frame_to_image

# 2 rows x 3 columns, the lowest bit first: 1 0 1 / 0 1 1 is 0b110101
BITS = [[True, False, True], [False, True, True]]
PACKED = bytes([0b110101, 0])


def overlay(group: int = 0x6000, **changes: object) -> dict[tuple[int, int], tuple[str, object]]:
    """The elements of an overlay plane; None leaves one out."""
    elements: dict[str, tuple[int, str, object]] = {
        "rows": (0x0010, "US", 2),
        "columns": (0x0011, "US", 3),
        "frames": (0x0015, "IS", None),
        "description": (0x0022, "LO", None),
        "type": (0x0040, "CS", "G"),
        "origin": (0x0050, "SS", [1, 1]),
        "first_frame": (0x0051, "US", None),
        "bits_allocated": (0x0100, "US", 1),
        "bit_position": (0x0102, "US", 0),
        "label": (0x1500, "LO", None),
        "data": (0x3000, "OW", PACKED),
    }
    return {
        (group, element): (vr, changes.get(name, value))
        for name, (element, vr, value) in elements.items()
        if changes.get(name, value) is not None
    }


def with_overlays(data: bytes, *overlays: dict[tuple[int, int], tuple[str, object]]) -> Dataset:
    made = read_file(data).data_set
    for elements in overlays:
        for tag, (vr, value) in elements.items():
            made.add_new(tag, vr, value)
    return made


def read(*overlays, index=0, words=None, **image):
    """The overlays of a 2 x 3 image of 8 bits, or of what ``image`` says."""
    data = part10(GREY | image, bytes(48))
    return frame_overlays(with_overlays(data, *overlays), index, describe(read_file(data)), lambda: words)


def test_bits_are_packed_from_the_lowest_on_row_by_row():
    plane = read(overlay()).planes[0x6000]
    assert plane.bits.dtype == np.bool_
    assert plane.bits.tolist() == BITS
    assert (plane.rows, plane.columns, plane.origin, plane.kind) == (2, 3, (1, 1), "G")


def test_rows_are_packed_without_a_gap():
    # 3 x 5 bits: rows 11111 / 00000 / 10001, so bits 0-4, 10 and 14 are set
    data = bytes([0b00011111, 0b01000100])
    bits = read(overlay(rows=3, columns=5, data=data)).planes[0x6000].bits
    assert bits.astype(int).tolist() == [[1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 0, 0, 0, 1]]


def test_origin_type_label_and_description_are_the_files():
    elements = overlay(0x6002, origin=[-4, 70], type="R", label="AUTO", description="Lesion")
    plane = read(elements).planes[0x6002]
    assert (plane.origin, plane.kind, plane.label, plane.description) == ((-4, 70), "R", "AUTO", "Lesion")


def test_several_overlays_come_in_the_order_of_their_groups():
    planes = read(overlay(0x601E), overlay(0x6000), overlay(0x6010)).planes
    assert list(planes) == [0x6000, 0x6010, 0x601E]


@pytest.mark.parametrize(
    ("frames", "first_frame", "index", "expected"),
    [
        (None, None, 7, 0),
        (1, None, 7, 0),
        # bits of frame n of the overlay: see the data below
        (3, None, 0, 0),
        (3, None, 2, 2),
        (3, None, 3, None),
        (3, 5, 3, None),
        (3, 5, 4, 0),
        (3, 5, 6, 2),
        (1, 3, 2, 0),
        (1, 3, 3, None),
        (None, 3, 2, 0),
    ],
)
def test_each_frame_has_its_own_plane(frames, first_frame, index, expected):
    # three frames of 6 bits without a gap: 100000, 010000, 001000, which is 1, 2 << 6 and 4 << 12
    data = (1 | 2 << 6 | 4 << 12).to_bytes(4, "little")
    planes = read(overlay(frames=frames, first_frame=first_frame, data=data), index=index).planes
    if expected is None:
        assert planes == {}
    else:
        assert np.flatnonzero(planes[0x6000].bits).tolist() == [expected]


def test_words_of_a_big_endian_file_are_swapped():
    elements = {str(keyword): value for keyword, value in GREY.items()}
    data = part10(elements, bytes(6), syntax=ExplicitVRBigEndian)
    description = describe(read_file(data))
    # as words, 00110101 comes second
    words = with_overlays(data, overlay(data=PACKED[::-1]))
    assert frame_overlays(words, 0, description, lambda: None).planes[0x6000].bits.tolist() == BITS


def test_an_overlay_in_an_unused_bit_of_the_pixels():
    words = np.array([[0x8001, 0x0FFF, 0x8FFF], [0x7000, 0x8000, 0xFFFF]], np.uint16)
    found = read(
        overlay(bits_allocated=16, bit_position=15, data=None),
        words=words,
        **SIXTEEN_BITS | {"BitsStored": 12, "HighBit": 11},
    )
    assert found.planes[0x6000].bits.tolist() == BITS
    assert found.warnings == ()


def test_an_overlay_in_unused_bits_through_the_whole_file():
    layout = SIXTEEN_BITS | {"BitsStored": 12, "HighBit": 11}
    words = np.array([[0x1001, 0x0FFF, 0x1FFF], [0x2000, 0x3000, 0xD000]], "<u2")
    elements = overlay(bits_allocated=16, bit_position=12, data=None)
    data = part10(layout, words.tobytes())
    file = read_file(data)
    for tag, (vr, value) in elements.items():
        file.data_set.add_new(tag, vr, value)
    image = frame_to_image(file, 0, "x:1")
    assert [plane.bits.tolist() for plane in image.overlays] == [BITS]
    assert image.pixels.tolist() == [[1, 4095, 4095], [0, 0, 0]]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"rows": None}, "it has 0 rows x 3 columns"),
        ({"columns": 0}, "it has 2 rows x 0 columns"),
        ({"data": None}, "it has no OverlayData"),
        ({"rows": 65535, "columns": 65535}, "its OverlayData has 2 bytes, 65535 rows x 65535 columns need 536854529"),
        (
            {"data": None, "bits_allocated": 16, "rows": 4},
            "it has 4 rows x 3 columns in the pixels' unused bits, but the image 2 x 3",
        ),
        (
            {"data": None, "bits_allocated": 16, "bit_position": 11},
            "bit 11 is none of the pixels' unused bits (BitsAllocated 16, BitsStored 12, HighBit 11)",
        ),
        ({"data": None, "bits_allocated": 16, "bit_position": 16}, "bit 16 is none of the pixels' unused bits"),
        (
            {"data": None, "bits_allocated": 16, "bit_position": 12},
            "the decoded pixels have no unused bits left",
        ),
    ],
)
def test_a_broken_overlay_is_left_out_and_told_and_the_others_stay(changes, reason):
    layout = SIXTEEN_BITS | {"BitsStored": 12, "HighBit": 11}
    found = read(overlay(0x6004, **changes), overlay(0x6006), index=0, **layout)
    assert list(found.planes) == [0x6006]
    (warning,) = found.warnings
    assert warning.startswith(f"Overlay 6004 is left out: {reason}")


def test_a_broken_overlay_is_a_warning_of_the_image():
    file = read_file(part10(GREY, bytes(6)))
    file.data_set.add_new((0x6000, 0x3000), "OW", PACKED)
    image = frame_to_image(file, 0, "x:1")
    assert image.overlays == ()
    assert image.warnings == ("Overlay 6000 is left out: it has 0 rows x 0 columns",)


def test_an_image_without_overlays_has_none():
    found = read()
    assert (found.planes, found.warnings) == ({}, ())


@pytest.mark.parametrize("name", ["examples_overlay.dcm", "MR-SIEMENS-DICOM-WithOverlays.dcm"])
def test_a_real_file_has_the_overlay_that_pydicom_reads(name):
    path = get_testdata_file(name, download=False)
    image = frame_to_image(read_file(Path(path).read_bytes()), 0, "x:1")
    expected = dcmread(path).overlay_array(0x6000)
    (plane,) = image.overlays
    assert expected.any()
    assert plane.bits.tolist() == expected.astype(bool).tolist()
    assert image.warnings == ()
