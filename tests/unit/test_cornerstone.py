"""What Cornerstone's viewports are given: values in modality units in a type they can show, and the modules."""

import numpy as np
import pytest

from loadstone.cornerstone import MODULES, cornerstone_lut, cornerstone_modules, cornerstone_pixels
from loadstone.image import Image, LookupTable
from loadstone.metadata import GeneralSeriesModule, ImagePlaneModule, PatientModule, UltrasoundRegion


def image(values, dtype, **described):
    return Image("a:1", np.array(values, dtype).reshape(1, -1), **described)


def nothing(name):
    return None


@pytest.mark.parametrize(
    ("stored", "dtype", "slope", "intercept", "expected", "expected_dtype"),
    [
        ([0, 1000, 4095], np.uint16, 1, -1024, [-1024, -24, 3071], np.int16),
        ([0, 100, 255], np.uint8, -1, 0, [0, -100, -255], np.int16),
        ([0, 100, 200], np.uint8, 300, 0, [0, 30000, 60000], np.uint16),
        ([0, 65535], np.uint16, 2, 0, [0, 131070], np.float32),
        ([0, 300, 1000, 2000], np.uint16, 0.5, 0, [0, 150, 500, 1000], np.float32),
        ([-4, 4], np.int16, 0.25, 1, [0, 2], np.float32),
        ([0, 1], np.bool_, 5, -1, [-1, 4], np.int16),
    ],
)
def test_scaled_values_are_whole_numbers_where_scaling_keeps_them_whole(
    stored, dtype, slope, intercept, expected, expected_dtype
):
    pixels = cornerstone_pixels(image(stored, dtype, rescale_slope=slope, rescale_intercept=intercept))
    assert (pixels.values.tolist(), pixels.values.dtype) == ([expected], expected_dtype)
    assert (pixels.low, pixels.high, pixels.is_scaled) == (min(expected), max(expected), True)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (np.uint8, np.uint8),
        (np.bool_, np.uint8),
        (np.int8, np.int16),
        (np.uint16, np.uint16),
        (np.int16, np.int16),
        (np.int32, np.int16),
        (np.uint64, np.int16),
        (np.float16, np.float32),
        (np.float64, np.float32),
    ],
)
def test_values_that_need_no_scaling_are_as_stored_in_a_type_that_can_be_shown(dtype, expected):
    pixels = cornerstone_pixels(image([0, 1], dtype))
    assert (pixels.values.tolist(), pixels.values.dtype, pixels.is_scaled) == ([[0, 1]], expected, False)


def test_whole_numbers_beyond_16_bits_are_floats():
    assert cornerstone_pixels(image([0, 40000], np.int32)).values.dtype == np.uint16
    assert cornerstone_pixels(image([-1, 40000], np.int32)).values.dtype == np.float32


def test_unscaled_values_are_the_stored_ones():
    pixels = cornerstone_pixels(image([0, 4095], np.uint16, rescale_intercept=-1024), scaled=False)
    assert (pixels.values.tolist(), pixels.is_scaled) == ([[0, 4095]], False)


def test_a_modality_lut_is_applied():
    table = LookupTable(np.array([7, 70, 700], np.uint16), first_mapped=10, bits=16)
    pixels = cornerstone_pixels(image([9, 10, 11, 12, 13], np.uint8, modality_lut=table))
    assert (pixels.values.tolist(), pixels.is_scaled) == ([[7, 7, 70, 700, 700]], True)


def test_a_volume_gets_the_type_that_it_is_made_of_and_what_does_not_fit_is_held_at_its_limits():
    eight_bits = image([0, 100, 255], np.uint8, rescale_slope=2, rescale_intercept=-50)
    assert cornerstone_pixels(eight_bits, type_name="Uint8Array").values.tolist() == [[0, 150, 255]]
    halves = image([0, 1, 3], np.uint8, rescale_slope=0.3)
    assert cornerstone_pixels(halves, type_name="Int16Array").values.tolist() == [[0, 0, 1]]
    as_floats = cornerstone_pixels(image([1], np.int16), type_name="Float32Array")
    assert as_floats.values.dtype == np.float32


def test_floats_without_a_value_have_no_part_in_the_extremes():
    pixels = cornerstone_pixels(image([np.nan, -1.5, np.inf, 3], np.float32))
    assert (pixels.low, pixels.high) == (-1.5, 3)
    assert cornerstone_pixels(image([np.nan], np.float32)).low == 0
    held = cornerstone_pixels(image([np.nan, -np.inf, np.inf], np.float32), type_name="Int16Array")
    assert held.values.tolist() == [[0, -32768, 32767]]


def color(values, dtype, **described):
    return Image("a:1", np.array(values, dtype).reshape(1, 1, -1), **described)


def test_colour_has_8_bits_and_alpha_only_where_it_is_asked_for():
    # 4095 of 12 bits is white; 2048 is 127.53 of 255
    assert cornerstone_pixels(color([0, 2048, 4095], np.uint16, bits_stored=12)).values.tolist() == [[[0, 128, 255]]]
    assert cornerstone_pixels(color([0, 0.5, 2, 0.1], np.float32)).values.tolist() == [[[0, 128, 255]]]
    assert cornerstone_pixels(color([1, 2, 3], np.uint8), rgba=True).values.tolist() == [[[1, 2, 3, 255]]]
    assert cornerstone_pixels(color([1, 2, 3, 4], np.uint8), rgba=True).values.tolist() == [[[1, 2, 3, 4]]]


def test_an_image_without_metadata_tells_what_viewports_insist_on():
    modules = cornerstone_modules(image([1, 2], np.int16, row_spacing=0.5, column_spacing=0.25), nothing)
    assert modules == {
        "imagePixelModule": {
            "samplesPerPixel": 1,
            "photometricInterpretation": "MONOCHROME2",
            "rows": 1,
            "columns": 2,
            "bitsAllocated": 16,
            "bitsStored": 16,
            "highBit": 15,
            "pixelRepresentation": 1,
        },
        "imagePlaneModule": {
            "rows": 1,
            "columns": 2,
            "pixelSpacing": [0.5, 0.25],
            "rowPixelSpacing": 0.5,
            "columnPixelSpacing": 0.25,
        },
        "generalSeriesModule": {},
    }
    assert "pixelSpacing" not in cornerstone_modules(image([1], np.int16), nothing)["imagePlaneModule"]


def test_modules_are_spelled_as_cornerstone_does_and_leave_out_what_is_not_known():
    known = {
        "generalSeriesModule": GeneralSeriesModule(modality="CT", series_instance_uid="1.2"),
        "imagePlaneModule": ImagePlaneModule(rows=1, columns=2, pixel_spacing=(0.5, 0.25)),
        "patientModule": PatientModule(patient_id="J-17"),
        "scalingModule": {"suvbw": 2.0, "suvlbm": None},
        "ultrasoundEnhancedRegionModule": (UltrasoundRegion(region_flags=3),),
        "voiLutModule": "nonsense",
    }
    modules = cornerstone_modules(image([1, 2], np.int16), known.get)
    assert modules["generalSeriesModule"] == {"modality": "CT", "seriesInstanceUID": "1.2"}
    assert modules["imagePlaneModule"] == {"rows": 1, "columns": 2, "pixelSpacing": [0.5, 0.25]}
    assert modules["scalingModule"] == {"suvbw": 2.0}
    # spelled as either of Cornerstone's providers does
    assert modules["patientModule"] == {"patientID": "J-17", "patientId": "J-17"}
    assert modules["ultrasoundEnhancedRegionModule"] == [{"regionFlags": 3}]
    assert modules.keys() == {*known, "imagePixelModule"} - {"voiLutModule"}


def test_each_module_is_asked_for_once():
    asked = []
    cornerstone_modules(image([1], np.int16), asked.append)
    assert asked == list(MODULES)


def test_a_table_is_told_as_the_legacy_cornerstone_applies_it():
    entries = np.array([1, 2], np.uint16)
    told = cornerstone_lut(LookupTable(entries, first_mapped=-3, bits=12))
    assert (told["firstValueMapped"], told["numBitsPerEntry"]) == (-3, 12)
    assert told["lut"] is entries
