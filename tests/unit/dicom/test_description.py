import re
import time
import tracemalloc

import pytest
from part10 import COLOR, GREY, SIXTEEN_BITS, bundled, part10

from loadstone.dicom.description import describe
from loadstone.dicom.file import read_file
from loadstone.dicom.to_image import frame_to_image
from loadstone.errors import DecodeError, ImageTooLargeError


def described(elements, **options):
    return describe(read_file(part10(elements, bytes(18), vr="OB")), **options)


def test_ct_small_is_described_as_its_elements_say():
    d = describe(read_file(bundled("CT_small.dcm")))
    assert (d.rows, d.columns, d.samples_per_pixel) == (128, 128, 1)
    assert (d.bits_allocated, d.bits_stored, d.high_bit) == (16, 16, 15)
    assert (d.is_signed, d.is_float, d.is_little_endian) == (True, False, True)
    assert d.photometric_interpretation == "MONOCHROME2"
    assert (d.sample_count, d.native_bits, d.dtype.str) == (16384, 262144, "<i2")


def test_colour_stored_as_4_2_2_takes_two_thirds_of_the_bits():
    d = describe(read_file(bundled("SC_ybr_full_422_uncompressed.dcm")))
    assert (d.sample_count, d.native_bits) == (30000, 160000)


def test_big_endian_samples_have_a_big_endian_type():
    assert describe(read_file(bundled("rtdose_expb.dcm"))).dtype.str == ">u4"


@pytest.mark.parametrize(("keyword", "kind"), [("FloatPixelData", "<f4"), ("DoubleFloatPixelData", "<f8")])
def test_float_pixel_data_needs_no_bits_allocated(keyword, kind):
    elements = GREY | dict.fromkeys(("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"))
    vr = {"<f4": "OF", "<f8": "OD"}[kind]
    d = describe(read_file(part10(elements, bytes(48), keyword=keyword, vr=vr)))
    assert (d.dtype.str, d.is_float) == (kind, True)


def test_what_the_file_leaves_out_is_what_it_must_mean():
    d = described(GREY | dict.fromkeys(("SamplesPerPixel", "BitsStored", "HighBit", "PhotometricInterpretation")))
    assert (d.samples_per_pixel, d.bits_stored, d.high_bit, d.photometric_interpretation) == (1, 8, 7, "MONOCHROME2")
    assert described(COLOR | {"PhotometricInterpretation": None}).photometric_interpretation == "RGB"


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        (GREY | {"Rows": None}, "the element Rows is missing"),
        (GREY | {"Columns": None}, "the element Columns is missing"),
        (GREY | {"BitsAllocated": None}, "the element BitsAllocated is missing"),
        (GREY | {"Rows": 0}, "Rows x Columns is 0 x 3: there is nothing to show"),
        (GREY | {"Columns": 0}, "Rows x Columns is 2 x 0: there is nothing to show"),
        (GREY | {"SamplesPerPixel": 2}, "SamplesPerPixel is 2; 1, 3 and 4 can be shown"),
        (GREY | {"BitsAllocated": 24}, "BitsAllocated is 24; 1, 8, 12, 16, 32 and 64 can be read"),
        (GREY | {"BitsStored": 0}, "BitsStored is 0, which does not fit BitsAllocated 8"),
        (GREY | {"BitsStored": 9}, "BitsStored is 9, which does not fit BitsAllocated 8"),
        (GREY | {"HighBit": 6}, "HighBit is 6, which does not fit BitsStored 8 and BitsAllocated 8"),
        (SIXTEEN_BITS | {"BitsStored": 12, "HighBit": 16}, "HighBit is 16, which does not fit BitsStored 12"),
        (COLOR | {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0}, "SamplesPerPixel is 3 with BitsAllocated 1"),
        (COLOR | {"SamplesPerPixel": 1}, "the photometric interpretation RGB does not go with SamplesPerPixel 1"),
        (
            COLOR | {"SamplesPerPixel": 1, "PhotometricInterpretation": "YBR_FULL_422"},
            "the photometric interpretation YBR_FULL_422 does not go with SamplesPerPixel 1",
        ),
        (
            GREY | {"SamplesPerPixel": 3},
            "the photometric interpretation MONOCHROME2 does not go with SamplesPerPixel 3",
        ),
        (
            COLOR | {"PhotometricInterpretation": "PALETTE COLOR"},
            "the photometric interpretation PALETTE COLOR does not go with SamplesPerPixel 3",
        ),
    ],
)
def test_values_that_contradict_each_other_are_named(elements, message):
    with pytest.raises(DecodeError, match=re.escape(message)):
        described(elements)


def test_more_samples_than_the_limit_are_refused_with_the_numbers_and_the_way_out():
    with pytest.raises(ImageTooLargeError) as raised:
        described(COLOR | {"Rows": 10, "Columns": 20}, sample_limit=599)
    assert str(raised.value) == (
        "Rows x Columns x SamplesPerPixel is 10 x 20 x 3, more than the limit of 599 samples; "
        "if that is meant, raise the session's sample_limit"
    )
    assert described(COLOR | {"Rows": 10, "Columns": 20}, sample_limit=600).sample_count == 600


@pytest.mark.parametrize("elements", [GREY, SIXTEEN_BITS, COLOR, COLOR | {"PhotometricInterpretation": "YBR_FULL"}])
@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"])
def test_65535_rows_x_65535_columns_are_refused_before_memory_is_asked_for(elements, syntax):
    file = read_file(part10(elements | {"Rows": 65535, "Columns": 65535}, bytes(18), syntax=syntax))
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(ImageTooLargeError, match="is 65535 x 65535 x"):
        frame_to_image(file, 0, "x:1")
    assert time.perf_counter() - started < 0.5
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
