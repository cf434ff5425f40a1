import json
import math

import numpy as np
import pytest

from loadstone.image import Image, LookupTable
from loadstone.probing import probe
from loadstone.view import View

CT = Image("x:1", np.array([[0, 1000, 2000], [3000, 4000, 5000]], np.uint16), rescale_intercept=-1024.0, unit="HU")


def test_a_canvas_position_tells_the_pixel_its_stored_and_its_modality_value():
    assert probe(CT, View(3, 2), 1.5, 0.5) == {
        "column": 1,
        "row": 0,
        "stored": 1000,
        "modality": -24.0,
        "unit": "HU",
        "inside": True,
    }


@pytest.mark.parametrize(
    ("view", "x", "y", "column", "row", "stored"),
    [
        (View(3, 2), 0, 0, 0, 0, 0),
        (View(3, 2), 2.999, 1.999, 2, 1, 5000),
        (View(30, 20), 9.9, 10, 0, 1, 3000),
        (View(30, 20), 10, 9.9, 1, 0, 1000),
        # turned clockwise, the upper left pixel is at the upper right
        (View(2, 3, rotation=90), 1.5, 0.5, 0, 0, 0),
        (View(2, 3, rotation=90), 0.5, 2.5, 2, 1, 5000),
        (View(3, 2, rotation=180), 0.5, 0.5, 2, 1, 5000),
        (View(2, 3, rotation=270), 0.5, 0.5, 2, 0, 2000),
        (View(3, 2, hflip=True), 0.5, 0.5, 2, 0, 2000),
        (View(3, 2, vflip=True), 0.5, 0.5, 0, 1, 3000),
        (View(3, 2, scale=1.0, pan=(1.0, 1.0)), 1.5, 1.5, 0, 0, 0),
    ],
)
def test_the_pixel_follows_the_view(view, x, y, column, row, stored):
    found = probe(CT, view, x, y)
    assert (found["column"], found["row"], found["stored"]) == (column, row, stored)


@pytest.mark.parametrize(
    ("x", "y", "column", "row"), [(-0.1, 0, -1, 0), (0, -0.1, 0, -1), (3, 0, 3, 0), (0, 2, 0, 2), (-50, 70, -50, 70)]
)
def test_outside_the_image_there_is_a_place_and_no_value(x, y, column, row):
    assert probe(CT, View(3, 2), x, y) == {
        "column": column,
        "row": row,
        "stored": None,
        "modality": None,
        "unit": "HU",
        "inside": False,
    }


def test_colour_has_a_list_of_values():
    found = probe(Image("x:1", np.array([[[1, 2, 3]]], np.uint8)), View(1, 1), 0.5, 0.5)
    assert (found["stored"], found["modality"]) == ([1, 2, 3], [1, 2, 3])


def test_a_modality_lut_is_looked_up():
    table = LookupTable(np.array([7, 70], np.uint16), first_mapped=0, bits=8)
    found = probe(Image("x:1", np.array([[0, 1]], np.int16), modality_lut=table), View(2, 1), 1.5, 0.5)
    assert (found["stored"], found["modality"]) == (1, 70)


def test_nan_is_told_as_nan():
    found = probe(Image("x:1", np.array([[np.nan]])), View(1, 1), 0.5, 0.5)
    assert math.isnan(found["stored"])


def test_all_values_are_plain_numbers():
    for pixels in (CT.pixels, np.zeros((1, 1), np.float32), np.ones((1, 1), bool), np.zeros((1, 1, 4), np.uint8)):
        found = probe(Image("x:1", pixels, rescale_slope=2.0), View(1, 1), 0.5, 0.5)
        assert json.loads(json.dumps(found)) == found
