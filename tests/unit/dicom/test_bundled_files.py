"""Every DICOM file that pydicom brings along, against pydicom's own decoding."""

import warnings

import numpy as np
import pytest
from part10 import BUNDLED
from pydicom import dcmread

from loadstone.dicom.file import read_file
from loadstone.dicom.to_image import frame_to_image
from loadstone.errors import DecodeError, LoadstoneError

NATIVE_AND_JPEG = (
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.4.50",
)


# with Pillow's OpenJPEG, and its own RLE decoder
READ_BY_PYDICOM = ("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.5")


def _transfer_syntax(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        meta = getattr(dcmread(path, force=True, stop_before_pixels=True), "file_meta", {})
    return str(meta.get("TransferSyntaxUID", "")) or None


def _by_syntax():
    supported, others, without = [], [], []
    for path in sorted(BUNDLED.glob("*.dcm")):
        syntax = _transfer_syntax(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            has_pixels = "PixelData" in dcmread(path, force=True)
        if not has_pixels or syntax is None:
            without.append(path.name)
        elif syntax in NATIVE_AND_JPEG:
            supported.append(path.name)
        else:
            others.append(path.name)
    return supported, others, without


SUPPORTED, OTHERS, WITHOUT = _by_syntax()
# cut off; a number of frames that pydicom stops at; a palette, which pydicom's pixel_array does not apply;
# two bytes of pixels without a description
ODD = {"MR_truncated.dcm", "badVR.dcm", "examples_palette.dcm", "nested_priv_SQ.dcm"}


def test_there_are_files_of_every_kind():
    assert len(SUPPORTED) >= 38
    assert len(OTHERS) >= 25
    assert len(WITHOUT) >= 15


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(set(SUPPORTED) - ODD))
def test_native_and_8_bit_jpeg_pixels_are_pydicoms(name):
    read = dcmread(BUNDLED / name, force=True)
    file = read_file((BUNDLED / name).read_bytes())
    expected = read.pixel_array
    if file.frame_count == 1:
        expected = expected[None]
    assert len(expected) == file.frame_count
    for index, frame in enumerate(expected):
        pixels = frame_to_image(file, index, "x:1").pixels
        assert pixels.dtype == frame.dtype.newbyteorder("=")
        np.testing.assert_array_equal(pixels, frame)


@pytest.mark.parametrize("name", OTHERS)
def test_other_transfer_syntaxes_decode_to_the_size_that_the_file_says(name):
    file = read_file((BUNDLED / name).read_bytes())
    read = dcmread(BUNDLED / name)
    if name == "JPEG2000-embedded-sequence-delimiter.dcm":
        # the delimiter inside the codestream damages its header for whoever takes the file at its word
        with pytest.raises(DecodeError, match=r"1024 x 3722445056 x 1 .* more than the limit"):
            frame_to_image(file, 0, "x:1")
        return
    image = frame_to_image(file, 0, "x:1")
    assert (image.rows, image.columns, image.samples_per_pixel) == (read.Rows, read.Columns, read.SamplesPerPixel)
    if read.file_meta.TransferSyntaxUID in READ_BY_PYDICOM and name != "GDCMJ2K_TextGBR.dcm":
        expected = read.pixel_array if file.frame_count == 1 else read.pixel_array[0]
        np.testing.assert_array_equal(image.pixels, expected)


@pytest.mark.parametrize("name", WITHOUT)
def test_files_without_pixels_are_refused_with_a_clear_error(name):
    with pytest.raises(LoadstoneError, match=r"no pixel data|is missing|is no DICOM file"):
        frame_to_image(read_file((BUNDLED / name).read_bytes()), 0, "x:1")


def test_the_truncated_mr_says_how_many_bytes_are_missing():
    with pytest.raises(DecodeError, match=r"frame 1 of 1 needs 8192 bytes .*, but only 8130 are there"):
        frame_to_image(read_file((BUNDLED / "MR_truncated.dcm").read_bytes()), 0, "x:1")
