import re
import struct
import tracemalloc
import zlib
from io import BytesIO

import imagecodecs
import numpy as np
import pytest
from part10 import COLOR, GREY, SIXTEEN_BITS, bundled, part10
from PIL import Image as PillowImage
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import convert_color_space

from loadstone.dicom.codecs import decode
from loadstone.dicom.codestream import read_header
from loadstone.dicom.description import describe
from loadstone.dicom.file import read_file
from loadstone.dicom.frames import frame_pixels
from loadstone.errors import DecodeError, LoadstoneError, UnsupportedTransferSyntaxError

BASELINE, EXTENDED = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"
WAVES = (np.add.outer(np.sin(np.arange(20) / 3), np.cos(np.arange(30) / 4)) * 60 + 127).astype(np.uint8)
HUES = np.stack([WAVES, WAVES.max() - WAVES, WAVES.T.reshape(20, 30)], axis=2)


def jpeg(pixels, **options):
    written = BytesIO()
    PillowImage.fromarray(pixels).save(written, "JPEG", quality=90, **options)
    return written.getvalue()


def description(elements, rows=20, columns=30):
    return describe(read_file(part10(elements | {"Rows": rows, "Columns": columns}, b"\0\0", vr="OB")))


GREY_20_X_30 = description(GREY)


def rgb(codestream):
    return np.asarray(PillowImage.open(BytesIO(codestream)))


@pytest.mark.parametrize("syntax", [BASELINE, EXTENDED])
def test_grey_jpeg_is_what_pillow_reads(syntax):
    codestream = jpeg(WAVES)
    assert np.abs(rgb(codestream).astype(int) - WAVES).max() < 12
    assert (decode(codestream, syntax, GREY_20_X_30).pixels == rgb(codestream)).all()


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_ycbcr_is_given_back_as_stored_when_the_codestream_names_no_transform(subsampling):
    codestream = jpeg(HUES, subsampling=subsampling)
    found = decode(codestream, BASELINE, description(COLOR | {"PhotometricInterpretation": "YBR_FULL"}))
    assert found.photometric_interpretation == "YBR_FULL"
    as_rgb = convert_color_space(found.pixels.copy(), "YBR_FULL", "RGB").astype(int)
    assert np.abs(as_rgb - rgb(codestream)).max() <= 2


def test_rgb_components_without_a_transform_are_rgb():
    codestream = jpeg(HUES, keep_rgb=True)
    found = decode(codestream, BASELINE, description(COLOR))
    assert found.photometric_interpretation == "RGB"
    assert np.abs(found.pixels.astype(int) - HUES).max() < 25


@pytest.mark.parametrize(("rows", "columns"), [(30, 20), (1, 1), (16000, 16000)])
def test_a_codestream_of_another_size_is_shown_as_it_is_with_both_sizes_in_a_warning(rows, columns):
    codestream = jpeg(WAVES)
    found = decode(codestream, BASELINE, description(GREY, rows, columns))
    np.testing.assert_array_equal(found.pixels, rgb(codestream))
    assert found.warnings == (
        f"the data set says {rows} rows x {columns} columns, the codestream holds 20 x 30; "
        "it is shown as the codestream says, distances may be wrong",
    )


def test_a_grey_codestream_labelled_colour_is_grey_and_a_colour_one_labelled_grey_is_colour():
    codestream = jpeg(WAVES)
    grey = decode(codestream, BASELINE, description(COLOR))
    np.testing.assert_array_equal(grey.pixels, rgb(codestream))
    assert grey.photometric_interpretation == "MONOCHROME2"
    assert grey.warnings == (
        "the data set says 3 samples per pixel (RGB), the codestream holds 1: taken as MONOCHROME2",
    )
    color = decode(jpeg(HUES, subsampling=0), BASELINE, description(GREY))
    assert color.photometric_interpretation == "YBR_FULL"
    assert color.warnings == (
        "the data set says 1 samples per pixel (MONOCHROME2), the codestream holds 3: taken as YBR_FULL",
    )


@pytest.mark.parametrize(
    "codestream",
    [b"", b"\xff\xd8", b"no jpeg at all", jpeg(WAVES)[:300], jpeg(WAVES)[:-30], b"\0" * 1000],
    ids=["empty", "two bytes", "text", "header cut", "end cut", "zeros"],
)
def test_a_damaged_codestream_is_told_with_its_cause(codestream):
    with pytest.raises(DecodeError) as raised:
        decode(codestream, BASELINE, GREY_20_X_30)
    assert re.search(
        r"no header that can be read|without its end marker: the frame was cut off|can not be decoded \(\w+: .*\)",
        str(raised.value),
    )


# pydicom's own tests expect these values of two pixels of the 12-bit JPEG
@pytest.mark.parametrize("name", ["JPGExtended.dcm", "JPEG-lossy.dcm"])
def test_12_bit_jpeg_has_its_known_values(name):
    file = read_file(bundled(name))
    pixels = frame_pixels(file, 0, describe(file)).pixels
    assert (pixels[420, 140], pixels[230, 120]) == (244, 95)


def of_size(codestream, rows, columns, marker=b"\xff\xc0"):
    changed = bytearray(codestream)
    place = codestream.index(marker) + 5
    changed[place : place + 4] = rows.to_bytes(2) + columns.to_bytes(2)
    return bytes(changed)


HUGE = [
    (BASELINE, of_size(jpeg(WAVES), 9000, 9000), r"9000 x 9000 x 1 .*, which \d+ bytes can not: it was cut off"),
    (BASELINE, of_size(jpeg(WAVES), 65535, 65535), "65535 x 65535 x 1 .*more than the limit of 536870912 samples"),
    (
        "1.2.840.10008.1.2.4.70",
        of_size(imagecodecs.jpeg8_encode(WAVES, lossless=True), 9000, 9000, b"\xff\xc3"),
        r"9000 x 9000 x 1 .*, which \d+ bytes can not",
    ),
    (
        "1.2.840.10008.1.2.4.80",
        of_size(imagecodecs.jpegls_encode(WAVES), 65535, 65535, b"\xff\xf7"),
        "65535 x 65535 x 1 .*more than the limit",
    ),
    (
        "1.2.840.10008.1.2.4.90",
        imagecodecs.htj2k_encode(WAVES).replace(struct.pack(">2I", 30, 20), struct.pack(">2I", 2**31, 2**31), 1),
        "2147483648 x 2147483648 x 1 .*more than the limit",
    ),
    # SizeHeader of 2**30 x 2**30: not small, 30 bits, ratio 1:1
    (
        "1.2.840.10008.1.2.4.110",
        b"\xff\x0a" + (0b0 | 0b11 << 1 | (2**30 - 1) << 3 | 1 << 33).to_bytes(6, "little") + bytes(40),
        "1073741824 x 1073741824 x 1 .*more than the limit",
    ),
    (BASELINE, of_size(jpeg(WAVES), 0, 30), r"0 x 30 x 1 \(rows, columns, samples\), which is no picture"),
]


@pytest.mark.parametrize(("syntax", "codestream", "said"), HUGE, ids=[case[0][18:] + case[2][:12] for case in HUGE])
def test_a_codestream_that_claims_to_be_huge_is_refused_before_it_is_decoded(syntax, codestream, said):
    tracemalloc.start()
    try:
        with pytest.raises(LoadstoneError, match=said):
            decode(codestream, syntax, GREY_20_X_30)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("is_container", [False, True])
@pytest.mark.parametrize("shape", [(8, 8), (32, 48), (20, 30), (600, 7), (300, 400), (9, 16), (1, 9000)])
def test_the_size_of_jpeg_xl_is_read_from_codestreams_and_files(shape, is_container):
    codestream = imagecodecs.jpegxl_encode(np.zeros(shape, np.uint8), lossless=True, usecontainer=is_container)
    header = read_header(codestream)
    assert (header.rows, header.columns) == shape


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("padding", [b"", b"\0"])
def test_a_jpeg_that_lacks_nothing_but_its_end_marker_is_shown_with_a_warning(lossless, padding):
    codestream = imagecodecs.jpeg8_encode(WAVES, lossless=lossless, level=90)
    syntax = "1.2.840.10008.1.2.4.70" if lossless else BASELINE
    found = decode(codestream[:-2] + padding, syntax, GREY_20_X_30)
    np.testing.assert_array_equal(found.pixels, WAVES if lossless else rgb(codestream))
    assert found.warnings == ("the codestream has no end marker; the picture is complete without it",)


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("end", [-6, -20, -100, -200])
def test_a_jpeg_that_is_cut_off_is_told(lossless, end):
    codestream = imagecodecs.jpeg8_encode(WAVES, lossless=lossless, level=90)
    with pytest.raises(DecodeError, match=f"ends after {len(codestream) + end} bytes without its end marker|can not:"):
        decode(codestream[:end], BASELINE, GREY_20_X_30)


@pytest.mark.parametrize("lossless", [False, True])
def test_no_cut_jpeg_is_shown_with_another_picture_than_the_whole_one(lossless):
    noise = np.random.default_rng(3).integers(0, 256, (20, 30)).astype(np.uint8)
    codestream = imagecodecs.jpeg8_encode(noise, lossless=lossless, level=90)
    expected = imagecodecs.jpeg8_decode(codestream)
    for end in range(3, 120):
        try:
            found = decode(codestream[:-end], BASELINE, GREY_20_X_30)
        except DecodeError:
            continue
        np.testing.assert_array_equal(found.pixels, expected)
        assert end < 6


def test_bytes_behind_the_end_of_a_jpeg_are_no_part_of_it():
    codestream = jpeg(WAVES)
    found = decode(codestream + bytes(1000), BASELINE, GREY_20_X_30)
    np.testing.assert_array_equal(found.pixels, rgb(codestream))
    assert found.warnings == ()


@pytest.mark.parametrize("encode", [imagecodecs.jpegls_encode, imagecodecs.htj2k_encode])
def test_jpeg_ls_and_jpeg_2000_without_their_end_marker_are_shown_and_cut_off_ones_are_not(encode):
    codestream = encode(WAVES)
    syntax = "1.2.840.10008.1.2.4.80" if encode is imagecodecs.jpegls_encode else "1.2.840.10008.1.2.4.201"
    for padding in (b"", b"\0"):
        found = decode(codestream[:-2] + padding, syntax, GREY_20_X_30)
        np.testing.assert_array_equal(found.pixels, WAVES)
        assert found.warnings == ("the codestream has no end marker; the picture is complete without it",)
    with pytest.raises(DecodeError, match="can not be decoded"):
        decode(codestream[:-60], syntax, GREY_20_X_30)


def test_htj2k_damaged_within_is_an_error_that_no_picture_hides():
    codestream = bytearray(imagecodecs.htj2k_encode(WAVES))
    codestream[-150:-50] = bytes(100)
    with pytest.raises(
        DecodeError, match=r"the codestream of \d+ bytes is damaged \(ojph error\); ask for the file again"
    ):
        decode(bytes(codestream), "1.2.840.10008.1.2.4.201", GREY_20_X_30)


LABELS = [
    ("1.2.840.10008.1.2.4.70", jpeg(WAVES), "is for JPEG lossless, the frame is JPEG baseline"),
    ("1.2.840.10008.1.2.4.90", jpeg(WAVES), "is for JPEG 2000, the frame is JPEG baseline"),
    ("1.2.840.10008.1.2.5", jpeg(WAVES), "is for RLE, the frame is JPEG baseline"),
    (BASELINE, imagecodecs.jpeg8_encode(WAVES, lossless=True), "is for JPEG baseline, the frame is JPEG lossless"),
    (BASELINE, imagecodecs.jpegls_encode(WAVES), "is for JPEG baseline, the frame is JPEG-LS"),
    (EXTENDED, imagecodecs.htj2k_encode(WAVES), "is for JPEG baseline or JPEG extended, the frame is JPEG 2000"),
    (
        "1.2.840.10008.1.2.4.201",
        imagecodecs.jpegxl_encode(WAVES, lossless=True),
        "is for JPEG 2000, the frame is JPEG XL",
    ),
]


@pytest.mark.parametrize(("syntax", "codestream", "said"), LABELS, ids=[case[2] for case in LABELS])
def test_a_codestream_is_decoded_by_what_it_is_whatever_its_label_says(syntax, codestream, said):
    found = decode(codestream, syntax, GREY_20_X_30)
    np.testing.assert_array_equal(found.pixels, rgb(codestream) if "baseline" in said[20:] else WAVES)
    assert found.warnings == (f"the transfer syntax {syntax} {said}",)


def test_a_codestream_of_more_bits_than_allocated_keeps_them():
    values = np.arange(600, dtype=np.uint16).reshape(20, 30) * 100
    found = decode(imagecodecs.jpegls_encode(values), "1.2.840.10008.1.2.4.80", GREY_20_X_30)
    np.testing.assert_array_equal(found.pixels, values)
    assert found.warnings == ("the data set allocates 8 bits for a sample, the codestream has 16",)


def test_a_signed_jpeg_2000_codestream_stays_signed_whatever_the_data_set_says():
    values = np.arange(-300, 300, dtype=np.int16).reshape(20, 30)
    codestream = imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k", bitspersample=16)
    found = decode(codestream, "1.2.840.10008.1.2.4.90", description(SIXTEEN_BITS))
    np.testing.assert_array_equal(found.pixels, values)
    assert found.warnings == ("the data set says unsigned samples, the codestream holds signed ones: taken as signed",)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        # sign-extended to the 16 bits of the codestream, near-lossless a little beyond 12
        ([0xF7FE, 0xFFFF, 0x0000, 0x0801], [-2050, -1, 0, 2049]),
        # masked to the 12 stored bits
        ([0x0800, 0x0FFF, 0x0000, 0x07FF], [-2048, -1, 0, 2047]),
    ],
)
def test_signed_samples_of_12_bits_in_a_codestream_of_16_are_read_as_they_were_written(words, values):
    elements = SIXTEEN_BITS | {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 1}
    stored = np.array([words] * 4, "u2")
    found = decode(
        imagecodecs.jpegls_encode(stored), "1.2.840.10008.1.2.4.80", description(elements, rows=4, columns=4)
    )
    assert found.pixels.tolist() == [values] * 4


def test_jpeg_xl_of_12_bits_is_refused_with_the_reason():
    # 1 x 1, then no default metadata, no more fields, integers of 12 bits: bits from the lowest on
    header = int("".join(reversed(["0", "00", "000000000", "001", "0", "0", "0", "10"])), 2)
    codestream = b"\xff\x0a" + header.to_bytes(3, "little") + bytes(40)
    with pytest.raises(DecodeError, match="JPEG XL of 12 bits for each sample can not be decoded exactly, only that"):
        decode(codestream, "1.2.840.10008.1.2.4.110", description(SIXTEEN_BITS, rows=1, columns=1))


@pytest.mark.parametrize(
    ("syntax", "encode"),
    [("1.2.840.10008.1.2.4.80", imagecodecs.jpegls_encode), ("1.2.840.10008.1.2.4.201", imagecodecs.htj2k_encode)],
)
def test_bits_above_the_stored_ones_are_masked_where_whole_words_were_compressed_without_loss(syntax, encode):
    values = np.arange(600, dtype=np.uint16).reshape(20, 30)
    found = decode(encode(values | 0x3000), syntax, description(SIXTEEN_BITS | {"BitsStored": 12, "HighBit": 11}))
    np.testing.assert_array_equal(found.pixels, values)
    assert found.pixels.dtype == np.uint16
    # signed: the highest of the stored bits is the sign
    signed = SIXTEEN_BITS | {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 1}
    found = decode(encode(values | 0x3800), syntax, description(signed))
    np.testing.assert_array_equal(found.pixels, values.astype(np.int16) - 2048)


def test_jfif_colours_are_ycbcr_and_components_named_rgb_are_rgb_whatever_the_data_set_says():
    codestream = jpeg(HUES, subsampling=0)
    assert b"JFIF" in codestream
    found = decode(codestream, BASELINE, description(COLOR))
    assert found.photometric_interpretation == "YBR_FULL"
    assert found.warnings == ("the data set says RGB, but the codestream is JFIF, whose colours are YCbCr",)
    as_rgb = convert_color_space(found.pixels.copy(), "YBR_FULL", "RGB").astype(int)
    assert np.abs(as_rgb - rgb(codestream)).max() <= 2

    # Pillow writes components R, G and B with an Adobe segment; without it, their names alone tell
    named = jpeg(HUES, keep_rgb=True)
    adobe = named.index(b"\xff\xee")
    named = named[:adobe] + named[adobe + 16 :]
    assert b"Adobe" not in named
    found = decode(named, BASELINE, description(COLOR | {"PhotometricInterpretation": "YBR_FULL"}))
    assert found.photometric_interpretation == "RGB"
    assert np.abs(found.pixels.astype(int) - HUES).max() < 25
    assert found.warnings == ("the data set says YBR_FULL, but the codestream names its components R, G and B",)


def rle(*segments, count=None):
    """PS3.5 G.5: the number of segments, their offsets, the segments."""
    offsets = [64 + sum(map(len, segments[:n])) for n in range(len(segments))]
    return struct.pack("<16I", count or len(segments), *offsets, *[0] * (15 - len(segments))) + b"".join(segments)


RLE = "1.2.840.10008.1.2.5"
THREE_PIXELS = description(COLOR, 1, 3)


def test_rle_segments_with_bytes_too_many_are_cut_to_their_planes():
    # a literal run of 4 bytes, the last of them padding; a run of 4 times 9; a literal run of 3
    found = decode(rle(bytes([3, 1, 2, 3, 77, 0]), bytes([0xFD, 9]), bytes([2, 4, 5, 6])), RLE, THREE_PIXELS)
    assert found.pixels.tolist() == [[[1, 9, 4], [2, 9, 5], [3, 9, 6]]]
    words = decode(rle(bytes([3, 1, 2, 3, 77, 0]), bytes([2, 4, 5, 6])), RLE, description(SIXTEEN_BITS, 1, 3))
    assert words.pixels.tolist() == [[0x0104, 0x0205, 0x0306]]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (b"", "the frame has 0 bytes, less than the 64 of its RLE header"),
        (rle(b"\x02abc"), "the RLE header says 1 segments, but 3 samples of 8 bits are 3"),
        (rle(b"\x02abc", count=2**31), "the RLE header says 2147483648 segments"),
        (
            rle(b"\x02abc", b"\x02abc", b"\x02abc")[:66],
            "the RLE segments begin at [64, 68, 72], which does not go with",
        ),
        (rle(b"\x02abc", b"\x02abc", b"\x01ab"), "RLE segment 3 of 3 holds 2 of 3 bytes"),
        (rle(b"\x02abc", b"\x02abc", b"\x02ab"), "RLE segment 3 of 3 is damaged or cut off"),
    ],
)
def test_rle_that_can_not_be_is_told(frame, said):
    with pytest.raises(DecodeError) as raised:
        decode(frame, RLE, THREE_PIXELS)
    assert str(raised.value).startswith(said)


def test_a_transfer_syntax_without_a_codec_is_named():
    with pytest.raises(UnsupportedTransferSyntaxError) as raised:
        decode(b"", "1.2.840.10008.1.2.4.100", GREY_20_X_30)
    assert str(raised.value) == (
        "the transfer syntax 1.2.840.10008.1.2.4.100 can not be decoded; "
        "ask the server for Explicit VR Little Endian (1.2.840.10008.1.2.1)"
    )


def lossless_pairs():
    """pydicom's files of one picture, compressed without loss and not compressed."""
    yield "MR_small_RLE.dcm", "MR_small.dcm"
    yield "MR_small_jp2klossless.dcm", "MR_small.dcm"
    yield "MR_small_jpeg_ls_lossless.dcm", "MR_small.dcm"
    yield "rtdose_rle.dcm", "rtdose.dcm"
    yield "rtdose_rle_1frame.dcm", "rtdose_1frame.dcm"


@pytest.mark.parametrize(("compressed", "plain"), lossless_pairs())
def test_lossless_codecs_give_the_very_values_of_the_uncompressed_file(compressed, plain):
    expected = dcmread(BytesIO(bundled(plain))).pixel_array
    file = read_file(bundled(compressed))
    frames = [frame_pixels(file, index, describe(file)).pixels for index in range(file.frame_count)]
    found = np.stack(frames) if len(frames) > 1 else frames[0]
    assert found.dtype == expected.dtype.newbyteorder("=")
    np.testing.assert_array_equal(found, expected)


def test_lossless_jpeg_and_rle_of_one_picture_agree():
    jpeg_file, rle_file = read_file(bundled("SC_rgb_jpeg_gdcm.dcm")), read_file(bundled("SC_rgb_rle.dcm"))
    expected = dcmread(BytesIO(bundled("SC_rgb_rle.dcm"))).pixel_array
    np.testing.assert_array_equal(frame_pixels(rle_file, 0, describe(rle_file)).pixels, expected)
    np.testing.assert_array_equal(frame_pixels(jpeg_file, 0, describe(jpeg_file)).pixels, expected)


@pytest.mark.parametrize("name", ["SC_rgb_jls_lossy_line.dcm", "SC_rgb_jls_lossy_sample.dcm"])
def test_near_lossless_jpeg_ls_differs_by_no_more_than_its_limit(name):
    # the files were made with NEAR = 2
    expected = dcmread(BytesIO(bundled("SC_rgb_rle.dcm"))).pixel_array.astype(int)
    file = read_file(bundled(name))
    assert np.abs(frame_pixels(file, 0, describe(file)).pixels - expected).max() <= 2


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.96", "1.2.840.10008.1.2.4.110"])
def test_the_newer_codecs_read_what_their_own_encoders_write(syntax):
    values = np.random.default_rng(1).integers(0, 4096, (20, 30)).astype(np.uint16)
    if syntax.endswith("110"):
        codestream = imagecodecs.jpegxl_encode(values, lossless=True)
    else:
        codestream = imagecodecs.htj2k_encode(values)
    twelve_bits = GREY | {"BitsAllocated": 16, "BitsStored": 12, "HighBit": 11}
    found = decode(codestream, syntax, description(twelve_bits))
    np.testing.assert_array_equal(found.pixels, values)


def test_uncompressed_and_deflated_frames_need_no_codec():
    values = np.arange(600, dtype=np.uint8).reshape(20, 30)
    deflate = zlib.compressobj(wbits=-15)
    deflated = deflate.compress(values.tobytes()) + deflate.flush()
    uncompressed, deflated_frame = b"1.2.840.10008.1.2.1.98", b"1.2.840.10008.1.2.8.1\0"
    for syntax, frame in [(uncompressed, values.tobytes()), (deflated_frame, deflated)]:
        elements = GREY | {"Rows": 20, "Columns": 30}
        made = part10(elements, encapsulate([frame]), syntax=uncompressed.decode(), vr="OB")
        # pydicom writes no file of the newer syntax: its UID is put in place of the other, of the same length
        file = read_file(made.replace(uncompressed, syntax))
        np.testing.assert_array_equal(frame_pixels(file, 0, describe(file)).pixels, values)


def test_jpeg_2000_of_a_very_large_size_that_was_cut_off_is_refused_before_it_is_decoded():
    whole = bytearray(imagecodecs.jpeg2k_encode(WAVES, codecformat="j2k", reversible=True))
    # Xsiz, Ysiz and the size of the tile, as if this were a whole slide
    struct.pack_into(">II", whole, 8, 22000, 22000)
    struct.pack_into(">II", whole, 24, 22000, 22000)
    cut = bytes(whole[:-100])
    with pytest.raises(DecodeError) as raised:
        decode(cut, "1.2.840.10008.1.2.4.90", description(GREY, 22000, 22000))
    # the end marker is no part of a tile
    assert str(raised.value) == (
        f"the codestream ends after {len(cut)} bytes, 98 less than its tiles hold: "
        "the frame was cut off; compare the file's size with the original"
    )
