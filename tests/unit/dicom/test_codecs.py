import re
import tracemalloc
from io import BytesIO

import numpy as np
import pytest
from part10 import COLOR, GREY, bundled, part10
from PIL import Image as PillowImage
from pydicom.pixels.processing import convert_color_space

from loadstone.dicom.codecs import DECODERS, decode
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
    assert (decode(codestream, syntax, "JPEG", GREY_20_X_30).pixels == rgb(codestream)).all()


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_ycbcr_is_given_back_as_stored_when_the_codestream_names_no_transform(subsampling):
    codestream = jpeg(HUES, subsampling=subsampling)
    found = decode(codestream, BASELINE, "JPEG", description(COLOR | {"PhotometricInterpretation": "YBR_FULL"}))
    assert found.photometric_interpretation == "YBR_FULL"
    as_rgb = convert_color_space(found.pixels.copy(), "YBR_FULL", "RGB").astype(int)
    assert np.abs(as_rgb - rgb(codestream)).max() <= 2


def test_rgb_components_without_a_transform_are_rgb():
    codestream = jpeg(HUES, keep_rgb=True)
    found = decode(codestream, BASELINE, "JPEG", description(COLOR))
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
        decode(jpeg(WAVES), BASELINE, "JPEG", description(elements, rows, columns))
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
        decode(codestream, BASELINE, "JPEG Baseline", GREY_20_X_30)
    assert re.fullmatch(
        r"the JPEG Baseline codestream can not be decoded \(\w+: .*\); "
        "it is damaged or of a kind that this codec does not read",
        str(raised.value),
    )
    assert raised.value.__cause__ is not None


def test_12_bit_jpeg_is_told_not_to_be_read():
    file = read_file(bundled("JPGExtended.dcm"))
    with pytest.raises(DecodeError, match="of a kind that this codec does not read"):
        frame_pixels(file, 0, describe(file))


@pytest.mark.parametrize(
    ("side", "said"), [(9000, "holds 9000 x 9000 x 1"), (65535, r"4294836225 pixels\) exceeds limit")]
)
def test_a_codestream_that_claims_to_be_huge_is_refused_before_it_is_decoded(side, said):
    codestream = bytearray(jpeg(WAVES))
    place = codestream.index(b"\xff\xc0") + 5
    codestream[place : place + 4] = side.to_bytes(2) * 2
    tracemalloc.start()
    with pytest.raises(DecodeError, match=said):
        decode(bytes(codestream), BASELINE, "JPEG", GREY_20_X_30)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_transfer_syntax_without_a_codec_is_named():
    with pytest.raises(UnsupportedTransferSyntaxError) as raised:
        decode(b"", "1.2.840.10008.1.2.4.70", "JPEG Lossless", GREY_20_X_30)
    assert str(raised.value) == (
        "the transfer syntax JPEG Lossless (1.2.840.10008.1.2.4.70) can not be decoded yet; "
        "ask the server for Explicit VR Little Endian (1.2.840.10008.1.2.1) or JPEG Baseline"
    )


def test_the_codecs_of_today_are_listed():
    assert set(DECODERS) == {BASELINE, EXTENDED}
