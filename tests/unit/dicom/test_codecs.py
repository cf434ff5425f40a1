import re
import tracemalloc
import zlib
from io import BytesIO

import imagecodecs
import numpy as np
import pytest
from part10 import COLOR, GREY, bundled, part10
from PIL import Image as PillowImage
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.pixels.processing import convert_color_space

from loadstone.dicom.codecs import decode
from loadstone.dicom.description import describe
from loadstone.dicom.file import read_file
from loadstone.dicom.frames import frame_pixels
from loadstone.errors import DecodeError, UnsupportedTransferSyntaxError

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


@pytest.mark.parametrize(
    ("rows", "columns", "elements", "said"),
    [
        (30, 20, GREY, "the data set says 30 x 20 x 1"),
        (1, 1, GREY, "the data set says 1 x 1 x 1"),
        (20, 30, COLOR, "the data set says 20 x 30 x 3"),
        (16000, 16000, GREY, "the data set says 16000 x 16000 x 1"),
    ],
)
def test_a_codestream_of_another_size_is_told_with_both_sizes(rows, columns, elements, said):
    with pytest.raises(DecodeError) as raised:
        decode(jpeg(WAVES), BASELINE, description(elements, rows, columns))
    assert str(raised.value) == (
        f"the codestream holds 20 x 30 x 1 (rows, columns, samples), {said}; one of them is damaged"
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


@pytest.mark.parametrize(("side", "said"), [(9000, "holds 9000 x 9000 x 1"), (65535, "holds 65535 x 65535 x 1")])
def test_a_codestream_that_claims_to_be_huge_is_refused_before_it_is_decoded(side, said):
    codestream = bytearray(jpeg(WAVES))
    place = codestream.index(b"\xff\xc0") + 5
    codestream[place : place + 4] = side.to_bytes(2) * 2
    tracemalloc.start()
    with pytest.raises(DecodeError, match=said):
        decode(bytes(codestream), BASELINE, GREY_20_X_30)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


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
