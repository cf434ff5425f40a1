import struct

import numpy as np
import pytest
from part10 import BUNDLED, data_set
from pydicom import dcmread
from pydicom.pixels.processing import apply_color_lut

from loadstone.dicom.palette import read_palette
from loadstone.errors import DecodeError


def palette(red, green=None, blue=None, *, descriptor, segmented=False, signed=False, little=True):
    elements = {}
    for color, data in (("Red", red), ("Green", green or red), ("Blue", blue or red)):
        elements[f"{color}PaletteColorLookupTableDescriptor"] = descriptor
        name = f"Segmented{color}PaletteColorLookupTableData" if segmented else f"{color}PaletteColorLookupTableData"
        elements[name] = data
    return read_palette(data_set(elements), is_signed=signed, is_little_endian=little)


def shown(pixels, *args, **options):
    return palette(*args, **options).applied_to(np.asarray(pixels)).tolist()


def test_values_below_take_the_first_colour_and_values_behind_take_the_last():
    given = {"descriptor": [3, 10, 8]}
    found = shown(np.array([[0, 9, 10, 11, 12, 13, 255]], np.uint8), b"\1\2\3\0", b"\4\5\6\0", b"\7\x08\x09\0", **given)
    assert found == [[[1, 4, 7], [1, 4, 7], [1, 4, 7], [2, 5, 8], [3, 6, 9], [3, 6, 9], [3, 6, 9]]]


def test_8_bit_entries_may_be_packed_or_lie_in_words():
    packed = palette(bytes([1, 2, 3, 4]), descriptor=[4, 0, 8])
    words = palette(struct.pack("<4H", 1, 2, 3, 4), descriptor=[4, 0, 8])
    assert packed.colors.tolist() == words.colors.tolist() == [[1] * 3, [2] * 3, [3] * 3, [4] * 3]
    assert packed.colors.dtype == words.colors.dtype == np.uint8
    high = palette(struct.pack("<4H", 0x0100, 0x0200, 0x0300, 0xFF00), descriptor=[4, 0, 8])
    assert high.colors[:, 0].tolist() == [1, 2, 3, 255]


def test_16_bit_entries_keep_their_depth_unless_they_use_8_bits_only():
    assert palette(struct.pack("<2H", 1000, 65535), descriptor=[2, 0, 16]).colors[:, 0].tolist() == [1000, 65535]
    narrow = palette(struct.pack("<2H", 100, 255), descriptor=[2, 0, 16]).colors
    assert (narrow[:, 0].tolist(), narrow.dtype) == ([100, 255], np.uint8)


def test_big_endian_entries_are_swapped():
    assert palette(struct.pack(">2H", 1000, 65535), descriptor=[2, 0, 16], little=False).colors[:, 0].tolist() == [
        1000,
        65535,
    ]
    assert palette(bytes([2, 1, 4, 3]), descriptor=[4, 0, 8], little=False).colors[:, 0].tolist() == [1, 2, 3, 4]


def test_65536_entries_are_written_as_0_and_16_bit_pixels_reach_all_of_8_bit_entries():
    ramp = bytes(n >> 8 for n in range(65536))
    found = palette(ramp, descriptor=[0, 0, 8]).applied_to(np.array([[0, 255, 256, 40000, 65535]], np.uint16))
    assert found[0, :, 0].tolist() == [0, 0, 1, 156, 255]


def test_the_first_mapped_value_is_signed_where_the_pixels_are():
    pixels = np.array([[-3, -2, -1, 0]], np.int16)
    for first in (-2, 65534):
        found = shown(pixels, bytes([5, 6, 7, 0]), descriptor=[3, first, 8], signed=True)
        assert [color[0] for color in found[0]] == [5, 5, 6, 7]


# segmented tables; the numbers are counted by hand from PS3.3 C.7.9.2


def test_discrete_and_linear_segments():
    # two entries as they are; 4 steps from 10 to 30; 2 steps down to 0
    data = struct.pack("<11H", 0, 2, 0, 10, 1, 4, 30, 1, 2, 0, 0)
    found = palette(data, descriptor=[8, 0, 16], segmented=True)
    assert found.colors[:, 0].tolist() == [0, 10, 15, 20, 25, 30, 15, 0]
    found = palette(bytes([0, 2, 0, 10, 1, 4, 30, 1, 2, 0]), descriptor=[8, 0, 8], segmented=True)
    assert found.colors[:, 0].tolist() == [0, 10, 15, 20, 25, 30, 15, 0]


def test_indirect_segments_repeat_others_by_an_offset_in_bytes():
    # words: discrete 1000, 2000; linear to 4000 in 2 steps; both again from byte 0; the linear one again from byte 8
    data = struct.pack("<15H", 0, 2, 1000, 2000, 1, 2, 4000, 2, 2, 0, 0, 2, 1, 8, 0)
    found = palette(data, descriptor=[10, 0, 16], segmented=True)
    assert found.colors[:, 0].tolist() == [1000, 2000, 3000, 4000, 1000, 2000, 3000, 4000, 4000, 4000]
    # bytes: discrete 10, 20; linear to 40 in 2 steps; both again
    data = bytes([0, 2, 10, 20, 1, 2, 40, 2, 2, 0, 0, 0, 0, 0])
    found = palette(data, descriptor=[8, 0, 8], segmented=True)
    assert found.colors[:, 0].tolist() == [10, 20, 30, 40, 10, 20, 30, 40]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (struct.pack("<3H", 1, 4, 30), "a segment of type 1 after 0 entries"),
        (struct.pack("<4H", 7, 4, 30, 0), "a segment of type 7 after 0 entries"),
        (struct.pack("<5H", 0, 1, 5, 1, 4), "is cut off or damaged: a segment is not complete"),
        (struct.pack("<7H", 0, 1, 5, 2, 1, 1000, 0), "is cut off or damaged: a segment is not complete"),
        (struct.pack("<7H", 0, 1, 5, 2, 1, 6, 0), "a segment of type 2 after 1 entries"),
        (struct.pack("<9H", 0, 1, 5, 1, 65535, 9, 1, 65535, 5), None),
    ],
)
def test_damaged_segments_are_told(data, said):
    if said is None:
        assert len(palette(data, descriptor=[0, 0, 16], segmented=True).colors) == 65536
        return
    with pytest.raises(DecodeError, match=said):
        palette(data, descriptor=[16, 0, 16], segmented=True)


@pytest.mark.parametrize("missing", ["Descriptor", "Data"])
def test_what_is_missing_is_named(missing):
    elements = {"RedPaletteColorLookupTableDescriptor": [1, 0, 8], "RedPaletteColorLookupTableData": b"\0\0"}
    del elements[f"RedPaletteColorLookupTable{missing}"]
    with pytest.raises(DecodeError, match=f"RedPaletteColorLookupTable{missing}"):
        read_palette(data_set(elements), is_signed=False, is_little_endian=True)


def test_the_bundled_segmented_palettes_are_pydicoms():
    checked = 0
    for path in sorted(BUNDLED.parent.rglob("*.dcm")):
        read = dcmread(path, force=True)
        if "SegmentedRedPaletteColorLookupTableData" not in read and "RedPaletteColorLookupTableData" not in read:
            continue
        count, first, _ = read.RedPaletteColorLookupTableDescriptor
        values = np.arange(first, first + (count or 65536)).astype(np.uint16)[None]
        found = read_palette(read, is_signed=False, is_little_endian=True).applied_to(values)
        np.testing.assert_array_equal(found, apply_color_lut(values.copy(), read)[..., :3])
        checked += 1
    assert checked >= 5
