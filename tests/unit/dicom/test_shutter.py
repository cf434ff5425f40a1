import numpy as np
import pytest
from part10 import GREY, data_set, part10

from loadstone.dicom.file import read_file
from loadstone.dicom.shutter import frame_shutter
from loadstone.dicom.to_image import frame_to_image
from loadstone.image import Overlay

RECTANGLE = {
    "ShutterShape": "RECTANGULAR",
    "ShutterLeftVerticalEdge": 2,
    "ShutterRightVerticalEdge": 9,
    "ShutterUpperHorizontalEdge": 3,
    "ShutterLowerHorizontalEdge": 7,
}
CIRCLE = {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [5, 6], "RadiusOfCircularShutter": 4}
POLYGON = {"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [1, 2, 1, 9, 8, 5]}
PLANE = Overlay(np.ones((2, 2), np.bool_))


def shutter(elements, overlays=None):
    return frame_shutter(data_set(elements), overlays or {})


def test_the_edges_of_a_rectangle_are_rows_and_columns():
    assert shutter(RECTANGLE).rectangle == (3, 7, 2, 9)


def test_a_circle_has_its_centres_row_and_column_and_a_radius():
    assert shutter(CIRCLE).circle == (5, 6, 4)


def test_a_polygon_has_rows_and_columns_of_its_vertices():
    assert shutter(POLYGON).polygon == ((1, 2), (1, 9), (8, 5))


def test_shapes_are_combined_and_those_that_are_not_named_do_not_count():
    both = shutter(RECTANGLE | CIRCLE | POLYGON | {"ShutterShape": ["RECTANGULAR", "CIRCULAR"]})
    assert (both.rectangle, both.circle, both.polygon) == ((3, 7, 2, 9), (5, 6, 4), ())


def test_a_bitmap_is_one_of_the_overlays():
    elements = {"ShutterShape": "BITMAP", "ShutterOverlayGroup": 0x6002}
    assert shutter(elements, {0x6002: PLANE}).bitmap is PLANE
    assert shutter(elements, {0x6000: PLANE}) is None


@pytest.mark.parametrize(
    "elements",
    [
        {},
        RECTANGLE | {"ShutterShape": None},
        RECTANGLE | {"ShutterLeftVerticalEdge": None},
        CIRCLE | {"RadiusOfCircularShutter": None},
        CIRCLE | {"CenterOfCircularShutter": [5]},
        POLYGON | {"VerticesOfThePolygonalShutter": [1, 2, 3, 4]},
        {"ShutterShape": "HEXAGONAL"},
    ],
)
def test_without_a_complete_shape_there_is_no_shutter(elements):
    assert shutter(elements) is None


@pytest.mark.parametrize(("value", "grey"), [(None, 0), (0, 0), (65535, 255), (32768, 128), (257 * 77, 77)])
def test_the_presentation_value_is_a_grey_of_16_bits(value, grey):
    assert shutter(RECTANGLE | {"ShutterPresentationValue": value}).color == (grey, grey, grey)


def lab(lightness, a, b):
    """CIELab in DICOM's 16 bits: L* of 0 to 100, a* and b* of -128 to 127 (PS3.3 C.10.7.1.1)."""
    return [round(lightness * 655.35), round((a + 128) * 257), round((b + 128) * 257)]


@pytest.mark.parametrize(
    ("color", "rgb"),
    [
        # the corners of sRGB, adapted to D50, as Lindbloom's calculator gives them
        (lab(100, 0, 0), (255, 255, 255)),
        (lab(0, 0, 0), (0, 0, 0)),
        (lab(54.29, 80.81, 69.89), (255, 0, 0)),
        (lab(87.82, -79.29, 80.99), (0, 255, 0)),
        (lab(29.57, 68.30, -112.03), (0, 0, 255)),
        (lab(53.585, 0, 0), (128, 128, 128)),
        (lab(5, 0, 0), (17, 17, 17)),
    ],
)
def test_the_colour_is_cielab_and_comes_before_the_grey(color, rgb):
    made = shutter(RECTANGLE | {"ShutterPresentationColorCIELabValue": color, "ShutterPresentationValue": 65535})
    assert np.abs(np.subtract(made.color, rgb)).max() <= 1


def test_an_image_has_its_files_shutter():
    image = frame_to_image(read_file(part10(GREY | RECTANGLE, bytes(6))), 0, "x:1")
    assert image.shutter.rectangle == (3, 7, 2, 9)
    assert frame_to_image(read_file(part10(GREY, bytes(6))), 0, "x:1").shutter is None


def test_an_overlay_that_is_a_shutter_is_no_graphics():
    file = read_file(part10(GREY | {"ShutterShape": "BITMAP", "ShutterOverlayGroup": 0x6002}, bytes(6)))
    for group in (0x6000, 0x6002):
        file.data_set.add_new((group, 0x0010), "US", 2)
        file.data_set.add_new((group, 0x0011), "US", 3)
        file.data_set.add_new((group, 0x3000), "OW", bytes([group & 0xFF, 0]))
    image = frame_to_image(file, 0, "x:1")
    assert [plane.bits.any() for plane in image.overlays] == [False]
    assert image.shutter.bitmap.bits.any()
