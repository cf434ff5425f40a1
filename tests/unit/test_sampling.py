"""What lies at positions of an image, by hand; positions are measured from the corner of the first pixel."""

import gc
import weakref

import numpy as np
import pytest

from loadstone import Image, View
from loadstone.rendering import Renderer
from loadstone.sampling import linear, nearest


def centres(count: int) -> np.ndarray:
    return np.arange(count) + 0.5


def test_pixels_at_their_own_places_are_not_copied() -> None:
    pixels = np.arange(12, dtype=np.int16).reshape(3, 4)
    for take in (nearest, linear):
        taken = take(pixels, centres(2) + 1, centres(3))
        assert np.shares_memory(taken, pixels)
        assert taken.tolist() == [[4, 5, 6], [8, 9, 10]]


# few columns of a wide image are picked out of its rows, many are had of the image turned on its side
@pytest.mark.parametrize("width", [4, 40])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.float16, np.float32])
def test_columns_between_pixels(width: int, dtype: type) -> None:
    pixels: np.ndarray = np.tile(np.arange(width, dtype=dtype) * 3, (2, 1))
    columns = np.array([0.5, 1.0, 1.25, 3.5])
    whole = np.dtype(dtype).kind != "f"
    # 1.5 is rounded to the even 2
    assert linear(pixels, centres(2), columns).tolist() == [[0, 2 if whole else 1.5, 2 if whole else 2.25, 9]] * 2
    assert nearest(pixels, centres(2), columns).tolist() == [[0, 3, 3, 9]] * 2


def test_columns_of_colour_are_picked() -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(1, 4, 3)
    assert nearest(pixels, centres(1), np.array([3.5, 0.5])).tolist() == [[[9, 10, 11], [0, 1, 2]]]


def test_what_a_rendering_keeps_does_not_keep_the_image() -> None:
    pixels = np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4)
    held = weakref.ref(pixels)
    renderer, image = Renderer(), Image("a:1", pixels)
    renderer.render(image, View(4, 4))
    del pixels, image
    gc.collect()
    assert held() is None
