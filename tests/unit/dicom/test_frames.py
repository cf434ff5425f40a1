import struct
from io import BytesIO

import imagecodecs
import numpy as np
import pytest
from part10 import BUNDLED, COLOR, GREY, SIXTEEN_BITS, bundled, part10
from PIL import Image as PillowImage
from pydicom import dcmread
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import UID

from loadstone.dicom.description import describe
from loadstone.dicom.file import read_file
from loadstone.dicom.frames import frame_pixels, stored_words
from loadstone.errors import DecodeError, TruncatedError, UnsupportedTransferSyntaxError

BIG_ENDIAN = "1.2.840.10008.1.2.2"
JPEG = "1.2.840.10008.1.2.4.50"


def decoded(data, index=0):
    file = read_file(data)
    return frame_pixels(file, index, describe(file))


def pixels(elements, data, index=0, **options):
    return decoded(part10(elements, data, **options), index).pixels


# grey


def test_8_bit_samples_run_along_the_rows():
    assert pixels(GREY, bytes([0, 1, 2, 253, 254, 255]), vr="OB").tolist() == [[0, 1, 2], [253, 254, 255]]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("bits", "signed", "letter", "values"),
    [
        (16, 0, "H", [0, 1, 255, 256, 40000, 65535]),
        (16, 1, "h", [0, -1, 255, 256, -32768, 32767]),
        (32, 0, "I", [0, 1, 65536, 2**31, 2**32 - 2, 2**32 - 1]),
        (32, 1, "i", [0, -1, 65536, -(2**31), 2**31 - 2, 2**31 - 1]),
        (64, 0, "Q", [0, 1, 2**32, 2**63, 2**64 - 2, 2**64 - 1]),
    ],
)
def test_wider_samples_are_read_in_the_files_byte_order_and_kept_in_the_machines(order, bits, signed, letter, values):
    elements = GREY | {"BitsAllocated": bits, "BitsStored": bits, "HighBit": bits - 1, "PixelRepresentation": signed}
    syntax = BIG_ENDIAN if order == ">" else "1.2.840.10008.1.2.1"
    found = pixels(elements, struct.pack(f"{order}6{letter}", *values), syntax=syntax)
    assert found.ravel().tolist() == values
    assert found.dtype == np.dtype(f"{'i' if signed else 'u'}{bits // 8}")
    assert found.dtype.isnative


def test_signed_8_bit_samples_are_signed():
    assert pixels(GREY | {"PixelRepresentation": 1}, bytes([0, 1, 127, 128, 254, 255])).ravel().tolist() == [
        0,
        1,
        127,
        -128,
        -2,
        -1,
    ]


@pytest.mark.parametrize(
    ("keyword", "vr", "letter"), [("FloatPixelData", "OF", "f"), ("DoubleFloatPixelData", "OD", "d")]
)
def test_float_pixel_data_is_read_with_nan_and_infinity(keyword, vr, letter):
    values = [0.0, -1.5, 3.25, float("inf"), float("nan"), 1e-30]
    elements = GREY | dict.fromkeys(("BitsStored", "HighBit", "PixelRepresentation"))
    found = pixels(elements, struct.pack(f"<6{letter}", *values), keyword=keyword, vr=vr)
    assert found.dtype == np.dtype(letter)
    np.testing.assert_array_equal(found.ravel(), np.array(values, letter))


# 12 bits of 16


TWELVE_BITS = SIXTEEN_BITS | {"BitsStored": 12, "HighBit": 11, "Rows": 1, "Columns": 4}


def test_bits_above_the_stored_ones_are_no_part_of_the_value():
    data = struct.pack("<4H", 0x0000, 0xF001, 0x1FFF, 0x8800)
    assert pixels(TWELVE_BITS, data).tolist() == [[0, 1, 0xFFF, 0x800]]


def test_the_sign_bit_is_the_highest_of_the_stored_bits():
    data = struct.pack("<4H", 0x0FFF, 0xF7FF, 0x0800, 0x7001)
    assert pixels(TWELVE_BITS | {"PixelRepresentation": 1}, data).tolist() == [[-1, 2047, -2048, 1]]


def test_stored_bits_may_lie_above_others_when_high_bit_says_so():
    data = struct.pack("<4H", 0x0010, 0xFFFF, 0x123F, 0x8000)
    assert pixels(TWELVE_BITS | {"HighBit": 15}, data).tolist() == [[1, 0xFFF, 0x123, 0x800]]
    signed = TWELVE_BITS | {"HighBit": 15, "PixelRepresentation": 1}
    assert pixels(signed, data).tolist() == [[1, -1, 0x123, -2048]]
    assert pixels(TWELVE_BITS | {"HighBit": 13}, struct.pack("<4H", 4, 0xC000, 0x3FFC, 3)).tolist() == [[1, 0, 4095, 0]]


def test_overlay_bits_beside_8_bit_colour_are_masked_too():
    found = pixels(COLOR | {"Rows": 1, "Columns": 1, "BitsStored": 6, "HighBit": 5}, bytes([0xC1, 0xFF, 0x3F, 0]))
    assert found.tolist() == [[[1, 63, 63]]]


def words(elements, data, **options):
    file = read_file(part10(elements, data, **options))
    return stored_words(file, 0, describe(file))


def test_stored_words_keep_the_bits_that_are_no_part_of_the_value():
    values = [0x0000, 0xF001, 0x1FFF, 0x8800]
    assert words(TWELVE_BITS, struct.pack("<4H", *values)).tolist() == [values]
    signed = TWELVE_BITS | {"PixelRepresentation": 1}
    found = words(signed, struct.pack(">4H", *values), syntax=BIG_ENDIAN)
    assert (found.tolist(), found.dtype) == ([values], np.dtype("u2"))
    # PS3.5 G.3: the higher bytes, then the lower ones, as one literal run each
    rle = struct.pack("<16I", 2, 64, 70, *[0] * 13) + bytes([3, 0, 0xF0, 0x1F, 0x88, 0, 3, 0, 1, 0xFF, 0, 0])
    assert words(signed, encapsulate([rle]), syntax="1.2.840.10008.1.2.5", vr="OB").tolist() == [values]


def test_there_are_no_stored_words_of_colour_floats_and_lossy_codestreams():
    assert words(COLOR, bytes(18)) is None
    assert words(GREY | {"BitsAllocated": None}, bytes(24), keyword="FloatPixelData", vr="OF") is None
    eight_by_eight = GREY | {"Rows": 8, "Columns": 16}
    assert words(eight_by_eight, encapsulate([jpeg(100)]), syntax=JPEG, vr="OB") is None


def test_packed_12_bit_samples_run_on_lowest_bit_first():
    # PS3.5 annex D: 0x123, 0x456, 0x789, 0xABC without a gap from the lowest bit on
    packed = bytes([0x23, 0x61, 0x45, 0x89, 0xC7, 0xAB])
    twelve = TWELVE_BITS | {"BitsAllocated": 12}
    assert pixels(twelve, packed).tolist() == [[0x123, 0x456, 0x789, 0xABC]]
    assert pixels(twelve | {"PixelRepresentation": 1}, packed).tolist() == [[0x123, 0x456, 0x789, 0xABC - 4096]]
    # frames of one pixel begin within a byte
    one = twelve | {"Columns": 1, "NumberOfFrames": 4}
    assert [pixels(one, packed, index).tolist() for index in range(4)] == [[[0x123]], [[0x456]], [[0x789]], [[0xABC]]]


# 1 bit


def test_1_bit_samples_are_packed_lowest_bit_first():
    elements = GREY | {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0, "Columns": 8}
    found = pixels(elements, bytes([0b00000001, 0b10110000]), vr="OB")
    assert found.tolist() == [[1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 0, 1]]


def test_frames_of_1_bit_may_begin_within_a_byte():
    # 3 frames of 2 x 3 bits: 6 bits each, all of them in 18 bits
    bits = [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1]
    elements = GREY | {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0, "NumberOfFrames": 3}
    data = np.packbits(bits, bitorder="little").tobytes() + b"\x00"
    assert pixels(elements, data, 0, vr="OB").tolist() == [[1, 0, 0], [0, 0, 0]]
    assert pixels(elements, data, 1, vr="OB").tolist() == [[0, 1, 0], [0, 1, 1]]
    assert pixels(elements, data, 2, vr="OB").tolist() == [[1, 1, 1], [0, 0, 1]]


# colour


def test_colour_by_pixel_and_colour_by_plane_give_the_same():
    by_pixel = bytes(range(18))
    by_plane = bytes([*range(0, 18, 3), *range(1, 18, 3), *range(2, 18, 3)])
    expected = np.arange(18).reshape(2, 3, 3).tolist()
    assert pixels(COLOR, by_pixel).tolist() == expected
    assert pixels(COLOR | {"PlanarConfiguration": 1}, by_plane).tolist() == expected


def test_each_frame_of_colour_by_plane_has_its_own_planes():
    elements = COLOR | {"PlanarConfiguration": 1, "NumberOfFrames": 2, "Rows": 1, "Columns": 2}
    data = bytes([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16])
    assert pixels(elements, data, 0).tolist() == [[[1, 3, 5], [2, 4, 6]]]
    assert pixels(elements, data, 1).tolist() == [[[11, 13, 15], [12, 14, 16]]]


def test_16_bit_colour_keeps_its_depth():
    elements = COLOR | {"BitsAllocated": 16, "BitsStored": 16, "HighBit": 15, "Rows": 1, "Columns": 1}
    assert pixels(elements, struct.pack("<3H", 0, 1000, 65535)).tolist() == [[[0, 1000, 65535]]]


def test_ybr_full_becomes_rgb_by_the_standards_formula():
    # PS3.3 C.7.6.3.1.2: R = Y + 1.402 (Cr - 128), G = Y - 0.344 (Cb - 128) - 0.714 (Cr - 128), B = Y + 1.772 (Cb - 128)
    elements = COLOR | {"PhotometricInterpretation": "YBR_FULL", "Rows": 1, "Columns": 4}
    found = decoded(part10(elements, bytes([0, 128, 128, 255, 128, 128, 100, 128, 178, 100, 178, 128])))
    assert found.pixels.tolist() == [[[0, 0, 0], [255, 255, 255], [170, 64, 100], [100, 83, 189]]]
    assert found.photometric_interpretation == "RGB"


def test_ybr_full_422_shares_its_chroma_between_two_pixels():
    # Y Y Cb Cr for each two pixels
    elements = COLOR | {"PhotometricInterpretation": "YBR_FULL_422", "Rows": 1, "Columns": 4}
    found = pixels(elements, bytes([100, 50, 128, 178, 0, 255, 128, 128]))
    assert found.tolist() == [[[170, 64, 100], [120, 14, 50], [0, 0, 0], [255, 255, 255]]]


def test_the_second_frame_of_422_begins_after_two_bytes_a_pixel():
    elements = COLOR | {"PhotometricInterpretation": "YBR_FULL_422", "Rows": 1, "Columns": 2, "NumberOfFrames": 2}
    assert pixels(elements, bytes([9, 9, 128, 128, 7, 8, 128, 128]), 1).tolist() == [[[7, 7, 7], [8, 8, 8]]]


def test_an_odd_number_of_columns_can_not_share_chroma():
    elements = COLOR | {"PhotometricInterpretation": "YBR_FULL_422"}
    for rows in (2, 3):
        with pytest.raises(DecodeError, match="Columns is 3, but YBR_FULL_422 stores pixels in pairs along a row"):
            pixels(elements | {"Rows": rows}, bytes(18))


def test_chroma_of_an_odd_width_runs_on_into_the_next_row_or_each_row_is_filled_up():
    elements = COLOR | {"PhotometricInterpretation": "YBR_FULL_422"}
    # 2 rows x 3 columns: the second pair is the end of the first row and the begin of the second
    run_on = bytes([1, 2, 128, 128, 3, 4, 128, 128, 5, 6, 128, 128])
    assert pixels(elements, run_on)[..., 0].tolist() == [[1, 2, 3], [4, 5, 6]]
    filled_up = bytes([1, 2, 128, 128, 3, 0, 128, 128, 4, 5, 128, 128, 6, 0, 128, 128])
    assert pixels(elements, filled_up)[..., 0].tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize("name", ["YBR_PARTIAL_420", "HSV", "CMYK", "CIELAB"])
def test_a_colour_model_that_is_not_known_is_named_with_the_way_out(name):
    with pytest.raises(DecodeError) as raised:
        pixels(COLOR | {"PhotometricInterpretation": name}, bytes(18))
    assert str(raised.value) == (f"the photometric interpretation {name} can not be shown yet; convert the file to RGB")


def test_ycbcr_of_12_and_16_bits_becomes_rgb_by_the_same_formula():
    elements = COLOR | {"PhotometricInterpretation": "YBR_FULL", "BitsAllocated": 16, "Rows": 1, "Columns": 2}
    # 100 + 1.402 * 50 = 170.1, 100 - 0.714 * 50 = 64.3, as for 8 bits, times 256 and times 16
    data = struct.pack("<6H", 100 * 256, 128 * 256, 178 * 256, 65535, 32768, 32768)
    wide = pixels(elements | {"BitsStored": 16, "HighBit": 15}, data)
    assert wide.tolist() == [[[43546, 16459, 25600], [65535] * 3]]
    data = struct.pack("<6H", 100 * 16, 128 * 16, 178 * 16, 4095, 2048, 2048)
    assert pixels(elements | {"BitsStored": 12, "HighBit": 11}, data).tolist() == [[[2722, 1029, 1600], [4095] * 3]]


def test_signed_ycbcr_is_refused_with_its_type():
    elements = COLOR | {"PhotometricInterpretation": "YBR_FULL", "PixelRepresentation": 1}
    with pytest.raises(DecodeError, match="YCbCr samples are of type int8 with 8 bits; 8 to 16 unsigned"):
        pixels(elements, bytes(18))


def test_partial_range_ycbcr_becomes_rgb_by_the_standards_formula():
    # PS3.3 C.7.6.3.1.2: (235, 128, 128) is white, (16, 128, 128) black; the rest is what its equations
    # Y = .2568R + .5041G + .0979B + 16, Cb = -.1482R - .2910G + .4392B + 128, Cr = .4392R - .3678G - .0714B + 128
    # give for red (255, 0, 0), rounded: Y = 81, Cb = 90, Cr = 240; R = 1.1644 * 65 + 1.5960 * 112 = 254.4
    elements = COLOR | {"PhotometricInterpretation": "YBR_PARTIAL_422", "Rows": 1, "Columns": 4}
    found = pixels(elements, bytes([235, 16, 128, 128, 81, 81, 90, 240]))
    assert found.tolist() == [[[255] * 3, [0] * 3, [254, 0, 0], [254, 0, 0]]]


@pytest.mark.parametrize("name", ["YBR_RCT", "YBR_ICT"])
def test_native_samples_that_still_name_a_transform_of_jpeg_2000_are_rgb_with_a_warning(name):
    found = decoded(part10(COLOR | {"PhotometricInterpretation": name}, bytes(range(18))))
    assert found.pixels.ravel().tolist() == list(range(18))
    assert (found.photometric_interpretation, found.warnings) == (
        "RGB",
        (f"{name} is for JPEG 2000 only; the samples are taken as RGB",),
    )


def test_argb_is_shown_without_its_alpha_plane():
    elements = COLOR | {"PhotometricInterpretation": "ARGB", "SamplesPerPixel": 4, "Rows": 1, "Columns": 2}
    found = decoded(part10(elements, bytes([9, 1, 2, 3, 8, 4, 5, 6])))
    assert found.pixels.tolist() == [[[1, 2, 3], [4, 5, 6]]]
    assert found.warnings == ("the alpha plane of ARGB is not shown",)


# palettes


def palette(entries, first_mapped, bits):
    made = {}
    for n, color in enumerate(("Red", "Green", "Blue")):
        made[f"{color}PaletteColorLookupTableDescriptor"] = [len(entries), first_mapped, bits]
        kind = "B" if bits == 8 else "H"
        made[f"{color}PaletteColorLookupTableData"] = struct.pack(f"<{len(entries)}{kind}", *(e[n] for e in entries))
    return made | {"PhotometricInterpretation": "PALETTE COLOR"}


def test_a_palette_is_looked_up():
    entries = [(0, 0, 0), (255, 0, 10), (0, 255, 20), (1, 2, 3)]
    found = decoded(part10(GREY | palette(entries, 0, 8), bytes([0, 1, 2, 3, 2, 9])))
    assert found.pixels.tolist() == [[[0, 0, 0], [255, 0, 10], [0, 255, 20]], [[1, 2, 3], [0, 255, 20], [1, 2, 3]]]
    assert found.photometric_interpretation == "RGB"


def test_a_palette_may_begin_above_0_and_have_16_bits():
    entries = [(0, 65535, 7), (1000, 2000, 3000)]
    found = pixels(GREY | palette(entries, 100, 16), bytes([0, 99, 100, 101, 102, 255]))
    assert found[0].tolist() == [[0, 65535, 7]] * 3
    assert found[1].tolist() == [[1000, 2000, 3000]] * 3


def test_the_bundled_palette_file_is_pydicoms():
    read = dcmread(BUNDLED / "examples_palette.dcm")
    assert (decoded(bundled("examples_palette.dcm")).pixels == apply_color_lut(read.pixel_array, read)).all()


def test_a_palette_that_is_missing_is_told():
    with pytest.raises(DecodeError, match="the element RedPaletteColorLookupTableDescriptor is missing or damaged"):
        pixels(GREY | {"PhotometricInterpretation": "PALETTE COLOR"}, bytes(6))


# big endian, 8 bits


def test_8_bit_samples_in_big_endian_words_are_swapped_back_and_bytes_are_not():
    assert pixels(GREY, bytes([2, 1, 4, 3, 6, 5]), syntax=BIG_ENDIAN, vr="OW").ravel().tolist() == [1, 2, 3, 4, 5, 6]
    assert pixels(GREY, bytes([1, 2, 3, 4, 5, 6]), syntax=BIG_ENDIAN, vr="OB").ravel().tolist() == [1, 2, 3, 4, 5, 6]


def test_frames_of_odd_size_in_big_endian_words_straddle_words():
    elements = GREY | {"Rows": 1, "NumberOfFrames": 2}
    data = bytes([2, 1, 4, 3, 6, 5])
    assert pixels(elements, data, 0, syntax=BIG_ENDIAN).tolist() == [[1, 2, 3]]
    assert pixels(elements, data, 1, syntax=BIG_ENDIAN).tolist() == [[4, 5, 6]]


# multi-frame


def test_each_frame_is_its_own_part_of_the_data():
    elements = GREY | {"NumberOfFrames": 3}
    for index in range(3):
        assert pixels(elements, bytes(range(18)), index).ravel().tolist() == list(range(6 * index, 6 * index + 6))


def test_a_native_frame_that_is_cut_off_says_which_and_how_many_bytes_it_needs():
    elements = SIXTEEN_BITS | {"NumberOfFrames": 3}
    assert pixels(elements, bytes(30), 1).shape == (2, 3)
    with pytest.raises(TruncatedError) as raised:
        pixels(elements, bytes(30), 2)
    assert str(raised.value) == (
        "frame 3 of 3 needs 12 bytes (2 rows x 3 columns x 1 samples of 16 bits), but only 6 are there: "
        "the file was cut off or its Rows and Columns are wrong"
    )


@pytest.mark.parametrize(("rows", "columns"), [(3, 3), (2, 4), (100, 100), (2000, 2000)])
def test_rows_and_columns_that_do_not_fit_the_pixel_data_are_told(rows, columns):
    with pytest.raises(
        TruncatedError, match=rf"needs {rows * columns} bytes \({rows} rows x {columns} columns.* 6 are"
    ):
        pixels(GREY | {"Rows": rows, "Columns": columns}, bytes(6))


def test_padding_behind_the_last_frame_is_no_frame():
    assert pixels(GREY | {"Rows": 1, "Columns": 1}, bytes([7, 0])).tolist() == [[7]]


# encapsulated


def jpeg(level, size=(16, 8)):
    written = BytesIO()
    PillowImage.new("L", size, level).save(written, "JPEG", quality=95)
    return written.getvalue()


FRAMES = [jpeg(0), jpeg(100), jpeg(200)]
THREE_FRAMES = GREY | {"Rows": 8, "Columns": 16, "NumberOfFrames": 3}


@pytest.mark.parametrize("offset_table", [True, False])
@pytest.mark.parametrize("fragments", [1, 3])
def test_frames_are_found_with_and_without_offset_table_and_in_fragments(offset_table, fragments):
    data = encapsulate(FRAMES, fragments_per_frame=fragments, has_bot=offset_table)
    for index, level in enumerate([0, 100, 200]):
        found = pixels(THREE_FRAMES, data, index, syntax=JPEG, vr="OB")
        assert found.shape == (8, 16)
        assert np.abs(found.astype(int) - level).max() <= 1


def test_frames_are_found_by_an_extended_offset_table():
    data, offsets, lengths = encapsulate_extended(FRAMES)
    elements = THREE_FRAMES | {"ExtendedOffsetTable": offsets, "ExtendedOffsetTableLengths": lengths}
    for index, level in enumerate([0, 100, 200]):
        assert np.abs(pixels(elements, data, index, syntax=JPEG, vr="OB").astype(int) - level).max() <= 1


def test_an_extended_offset_table_that_points_nowhere_is_passed_over_with_a_warning():
    data, _, lengths = encapsulate_extended(FRAMES)
    wild = struct.pack("<3Q", 0, 10**9, 2**63)
    elements = THREE_FRAMES | {"ExtendedOffsetTable": wild, "ExtendedOffsetTableLengths": lengths}
    for index, level in enumerate([0, 100, 200]):
        found = decoded(part10(elements, data, syntax=JPEG, vr="OB"), index)
        assert np.abs(found.pixels.astype(int) - level).max() <= 1
        assert found.warnings == ("the extended offset table is wrong; frames are found by their fragments",)


def test_a_frame_that_the_encapsulated_data_does_not_hold_is_told():
    data = encapsulate(FRAMES[:2])
    with pytest.raises(TruncatedError) as raised:
        pixels(THREE_FRAMES, data, 2, syntax=JPEG, vr="OB")
    assert str(raised.value).startswith(
        f"frame 3 of 3 can not be taken out of the encapsulated pixel data of {len(data)} bytes ("
    )
    assert str(raised.value).endswith("; compare the file's size with the original")


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        (jpeg(100)[:-60], "the codestream ends after "),
        (b"\xff\xd8" + bytes(100), "the codestream of 102 bytes has no header that can be read"),
    ],
)
def test_a_damaged_frame_is_told_with_its_number_and_its_bytes(damaged, said):
    data = encapsulate([FRAMES[0], damaged, FRAMES[2]])
    with pytest.raises(DecodeError) as raised:
        pixels(THREE_FRAMES, data, 1, syntax=JPEG, vr="OB")
    # fragments are filled up to an even length
    size = len(damaged) + len(damaged) % 2
    assert str(raised.value).startswith(f"frame 2 of 3, {size} bytes of JPEG Baseline (Process 1): {said}")


def labelled(made, syntax):
    file = read_file(made)
    file.data_set.file_meta.TransferSyntaxUID = UID(syntax)
    return frame_pixels(file, 0, describe(file))


def test_native_frames_labelled_compressed_are_shown_with_a_warning():
    elements = SIXTEEN_BITS | {"BitsStored": 12, "HighBit": 11}
    found = labelled(part10(elements, struct.pack("<6H", 0, 1, 2, 0xF003, 4, 5)), JPEG)
    assert found.pixels.ravel().tolist() == [0, 1, 2, 3, 4, 5]
    assert found.warnings == (
        f"the transfer syntax is JPEG Baseline (Process 1) ({JPEG}), but the frames are not compressed",
    )


SIX = np.arange(6, dtype=np.uint8).reshape(2, 3)
RLE_FRAME = struct.pack("<16I", 1, 64, *[0] * 14) + bytes([5, 10, 20, 30, 40, 50, 60, 0])


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"])
@pytest.mark.parametrize(
    ("frames", "name", "values"),
    [
        ([RLE_FRAME] * 2, "RLE Lossless", [10, 20, 30, 40, 50, 60]),
        (
            [imagecodecs.jpegls_encode(np.arange(6, dtype="u1").reshape(2, 3))] * 2,
            "JPEG-LS Lossless Image Compression",
            [0, 1, 2, 3, 4, 5],
        ),
        ([bytes(range(6)), bytes(6)], "Encapsulated Uncompressed Explicit VR Little Endian", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_encapsulated_frames_labelled_native_are_shown_with_a_warning(syntax, frames, name, values):
    made = part10(GREY | {"NumberOfFrames": 2}, encapsulate(frames), syntax=syntax, vr="OB")
    found = decoded(made)
    assert found.pixels.ravel().tolist() == values
    assert len(found.warnings) == 1
    assert found.warnings[0].endswith(f" ({syntax}), but the frames are {name}")


def test_a_codestream_that_is_not_encapsulated_is_shown_with_a_warning():
    found = labelled(part10(THREE_FRAMES | {"NumberOfFrames": 1}, FRAMES[1]), JPEG)
    assert np.abs(found.pixels.astype(int) - 100).max() <= 1
    assert found.warnings == ("the codestream is not encapsulated, as it should be",)


# transfer syntaxes


@pytest.mark.parametrize("uid", ["1.2.840.10008.1.2.4.999", "1.2.840.10008.5.1.4.1.1.7", "1.2.3.4.5"])
def test_an_unknown_transfer_syntax_is_named_with_the_next_step(uid):
    file = read_file(part10(GREY, bytes(6), vr="OB"))
    file.data_set.file_meta.TransferSyntaxUID = UID(uid)
    with pytest.raises(UnsupportedTransferSyntaxError) as raised:
        frame_pixels(file, 0, describe(file))
    assert str(raised.value) == (
        f"the transfer syntax {uid} is not known; convert the file to Explicit VR Little Endian first"
    )


def test_a_transfer_syntax_without_a_decoder_is_named_with_the_next_step():
    with pytest.raises(UnsupportedTransferSyntaxError) as raised:
        pixels(THREE_FRAMES, encapsulate(FRAMES), 0, syntax="1.2.840.10008.1.2.4.100", vr="OB")
    assert str(raised.value) == (
        "the transfer syntax MPEG2 Main Profile / Main Level (1.2.840.10008.1.2.4.100) can not be decoded; "
        "ask the server for Explicit VR Little Endian (1.2.840.10008.1.2.1)"
    )
