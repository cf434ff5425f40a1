import numpy as np
import pytest

from loadstone.errors import LoaderError
from loadstone.image import Image, Overlay


def test_shape_and_size_come_from_the_pixels():
    image = Image("x:1", np.zeros((2, 3), np.int16))
    assert (image.rows, image.columns, image.size_in_bytes) == (2, 3, 12)
    assert (image.photometric_interpretation, image.bits_stored, image.is_color) == ("MONOCHROME2", 16, False)


def test_three_and_four_samples_are_colour():
    assert Image("x:1", np.zeros((2, 3, 3), np.uint8)).photometric_interpretation == "RGB"
    assert Image("x:1", np.zeros((2, 3, 4), np.uint8)).samples_per_pixel == 4


@pytest.mark.parametrize("shape", [(4,), (2, 3, 2), (2, 3, 5), (0, 3), (1, 2, 3, 4)])
def test_an_array_of_another_shape_is_no_image(shape):
    with pytest.raises(LoaderError, match=r"x:1: an array of shape .* give \(rows, columns\)"):
        Image("x:1", np.zeros(shape))


def test_text_is_no_pixel_type():
    with pytest.raises(LoaderError, match="pixels of type <U1 can not be shown"):
        Image("x:1", np.array([["a"]]))


def test_stored_pixels_can_not_be_written_and_the_callers_array_stays_writable():
    mine = np.zeros((2, 2))
    image = Image("x:1", mine)
    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0, 0] = 1
    mine[0, 0] = 1


def test_the_value_range_leaves_padding_out():
    pixels = np.array([[-2000, -1000], [50, 3000]], np.int16)
    assert Image("x:1", pixels).value_range == (-2000, 3000)
    assert Image("x:1", pixels, padding=(-2000, -2000)).value_range == (-1000, 3000)
    assert Image("x:1", pixels, padding=(-2000, -2000)).stored_extremes == (-2000, 3000)


def test_the_value_range_leaves_nan_and_infinity_out():
    assert Image("x:1", np.array([[np.nan, 1.5], [np.inf, -2.5]])).value_range == (-2.5, 1.5)
    assert Image("x:1", np.array([[np.nan]])).value_range == (0, 0)


def test_truth_values_have_one_bit():
    assert Image("x:1", np.zeros((2, 2), bool)).bits_stored == 1


def test_big_endian_pixels_keep_their_values_in_the_machines_byte_order():
    image = Image("x:1", np.array([[1, 2], [3, 300]], ">i2"))
    assert image.pixels.tolist() == [[1, 2], [3, 300]]
    assert image.pixels.dtype == np.dtype("=i2")
    assert image.pixels.dtype.isnative


def test_overlays_count_in_the_size():
    pixels, bits = np.zeros((2, 3), np.uint16), np.zeros((4, 5), np.bool_)
    assert Image("x:1", pixels, overlays=(Overlay(bits), Overlay(bits))).size_in_bytes == 12 + 2 * 20
