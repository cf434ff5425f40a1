"""What the legacy Cornerstone is given: whole numbers, and how they become modality units."""

import numpy as np
import pytest

from loadstone.image import Image, LookupTable
from loadstone.legacy_cornerstone import legacy_pixels


def image(values, dtype, **described):
    return Image("a:1", np.array(values, dtype).reshape(1, -1), **described)


def meant(pixels):
    """Modality units, as Cornerstone has them of its stored values."""
    return (pixels.values * pixels.slope + pixels.intercept).ravel()


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16])
def test_whole_numbers_are_as_stored(dtype):
    pixels = legacy_pixels(image([0, 3, 100], dtype, rescale_slope=0.37, rescale_intercept=-7))
    assert (pixels.values.tolist(), pixels.values.dtype) == ([[0, 3, 100]], dtype)
    assert (pixels.slope, pixels.intercept, pixels.low, pixels.high) == (0.37, -7, 0, 100)


def test_floats_come_in_steps_of_their_range():
    # 65535 steps of 0.001 from -10
    pixels = legacy_pixels(image([-10, -9.9996, 0, 55.535], np.float64))
    assert (pixels.values.tolist(), pixels.values.dtype) == ([[0, 0, 10_000, 65_535]], np.uint16)
    assert (pixels.slope, pixels.intercept) == (pytest.approx(0.001, rel=1e-6), -10)
    assert (pixels.low, pixels.high) == (0, 65_535)


def test_the_slope_of_floats_counts_too():
    pixels = legacy_pixels(image([0, 1.5, 3], np.float32, rescale_slope=2, rescale_intercept=-1))
    assert meant(pixels) == pytest.approx([-1, 2, 5], abs=1e-4)


def test_whole_numbers_of_more_bits_come_in_steps():
    pixels = legacy_pixels(image([-(2**20), 0, 2**20], np.int32))
    assert pixels.values.dtype == np.uint16
    assert meant(pixels) == pytest.approx([-(2**20), 0, 2**20], abs=2**21 / 65535 / 2)


def test_no_number_is_the_lowest_step_and_infinities_the_ends():
    pixels = legacy_pixels(image([np.nan, -np.inf, 1, 2, np.inf], np.float32))
    assert pixels.values.tolist() == [[0, 0, 0, 65_535, 65_535]]
    assert legacy_pixels(image([7.5, 7.5], np.float32)).values.tolist() == [[0, 0]]
    assert meant(legacy_pixels(image([7.5], np.float32))).tolist() == [7.5]
    assert legacy_pixels(image([np.nan], np.float32)).values.tolist() == [[0]]
    widest = np.finfo(np.float64).max
    assert legacy_pixels(image([-widest, widest], np.float64)).high == 65_535


def test_a_modality_lut_is_applied():
    table = LookupTable(np.array([7, 70, 700], np.uint16), first_mapped=10, bits=16)
    pixels = legacy_pixels(image([9, 11, 13], np.uint8, modality_lut=table))
    assert (pixels.values.tolist(), pixels.slope, pixels.intercept) == ([[7, 70, 700]], 1, 0)


def test_colour_is_rgba():
    pixels = legacy_pixels(Image("a:1", np.array([1, 2, 3], np.uint8).reshape(1, 1, 3)))
    assert (pixels.values.tolist(), pixels.low, pixels.high) == ([[[1, 2, 3, 255]]], 0, 255)
