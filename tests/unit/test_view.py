import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadstone.errors import LoadstoneError
from loadstone.image import Image
from loadstone.view import View, fit_scale, to_canvas, to_image


def blank(rows, columns, **meaning):
    return Image("x:1", np.zeros((rows, columns), np.uint8), **meaning)


# 2 rows x 3 columns, shown one canvas pixel per image pixel
SMALL = blank(2, 3)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"width": 0}, "a view of 0 x 5 pixels; give whole sides from 1 to 16384"),
        ({"height": 16385}, "a view of 5 x 16385 pixels; give whole sides from 1 to 16384"),
        ({"width": 5.5}, "a view of 5.5 x 5 pixels; give whole sides"),
        ({"width": "5"}, "a view of '5' x 5 pixels; give whole sides"),
        ({"width": math.nan}, "a view of nan x 5 pixels; give whole sides"),
        ({"height": None}, "a view of 5 x None pixels; give whole sides"),
        ({"height": True}, "a view of 5 x True pixels; give whole sides"),
        (
            {"width": 8193, "height": 8192},
            "a view of 8193 x 8192 pixels has more than 67108864 pixels; make it smaller",
        ),
        ({"rotation": "90"}, "rotation='90'; give 0, 90, 180 or 270 degrees"),
        ({"rotation": 45}, "rotation=45; give 0, 90, 180 or 270 degrees"),
        ({"scale": 0}, "scale=0; give canvas pixels per image column, above 0"),
        ({"scale": -1.5}, "scale=-1.5; give"),
        ({"scale": math.nan}, "scale=nan; give"),
        ({"scale": "1"}, "scale='1'; give canvas pixels per image column, above 0"),
        ({"scale": 10**400}, f"scale={10**400}; give"),
        ({"window_width": "400"}, "window_width='400'; give a width above 0"),
        ({"window_width": 0}, "window_width=0; give a width above 0"),
        ({"window_width": math.nan}, "window_width=nan; give a width above 0"),
        ({"window_width": math.inf}, "window_width=inf; give a width above 0"),
        ({"window_center": math.nan}, "window_center=nan; give a number in modality units"),
        ({"window_center": -math.inf}, "window_center=-inf; give a number in modality units"),
        ({"window_center": [40]}, "window_center=[40]; give a number in modality units"),
        ({"window_center": 10**400}, "give a number in modality units"),
        ({"pan": 5}, "pan=5; give canvas pixels to the right and down"),
        ({"pan": (1.0, 2.0, 3.0)}, "pan=(1.0, 2.0, 3.0); give"),
        ({"pan": ("1", 0)}, "pan=('1', 0); give"),
        ({"voi_lut": "0"}, "voi_lut='0'; give the index of a VOI LUT, counted from 0"),
        ({"voi_lut": 0.5}, "voi_lut=0.5; give"),
        ({"voi_lut": -1}, "voi_lut=-1; give the index of a VOI LUT, counted from 0"),
        ({"window": -1}, "window=-1; give the index of a window, counted from 0"),
        ({"window": "lung"}, "window='lung'; give the index of a window, counted from 0"),
        ({"colormap": ["gray"]}, "colormap=['gray']; give the name of a colour map"),
        ({"pan": (0.0, math.nan)}, "pan=(0.0, nan); give canvas pixels to the right and down"),
        ({"voi_lut_function": "LOG"}, "voi_lut_function='LOG'; give LINEAR, LINEAR_EXACT or SIGMOID"),
        ({"interpolation": "cubic"}, "interpolation='cubic'; give nearest or linear"),
    ],
)
def test_a_view_that_can_not_be_shown_is_refused_with_the_value_and_what_to_give(values, message):
    with pytest.raises(LoadstoneError, match=re.escape(message)):
        View(**{"width": 5, "height": 5} | values)


def test_numbers_may_be_of_any_type_that_is_one():
    view = View(np.int32(8192), 8192, scale=np.float32(2), pan=(1, np.float64(2)), window_center=np.int16(3), voi_lut=0)
    assert (view.width, view.scale, view.pan) == (8192, 2, (1, 2))


@pytest.mark.parametrize(
    ("canvas", "rotation", "scale"),
    [
        ((300, 400), 0, 1.5),  # min(300 / 200, 400 / 100)
        ((300, 400), 90, 2.0),  # min(300 / 100, 400 / 200)
        ((300, 400), 180, 1.5),
        ((300, 400), 270, 2.0),
        ((100, 50), 0, 0.5),
    ],
)
def test_fit_shows_the_whole_of_100_rows_x_200_columns(canvas, rotation, scale):
    assert fit_scale(blank(100, 200), View(*canvas, rotation=rotation)) == scale


def test_fit_makes_room_for_rows_that_are_farther_apart_than_columns():
    # 100 rows 3 mm apart are as high as 300 columns are wide
    image = blank(100, 200, row_spacing=3.0, column_spacing=1.0)
    assert fit_scale(image, View(400, 300)) == 1.0
    assert fit_scale(image, View(300, 100, rotation=90)) == 0.5


def test_one_unknown_spacing_means_square_pixels():
    assert fit_scale(blank(100, 100, row_spacing=3.0), View(200, 200)) == 2.0


def test_with_scale_keeps_a_scale_and_fills_in_a_missing_one():
    assert View(6, 6, scale=0.5).with_scale(SMALL).scale == 0.5
    assert View(6, 6).with_scale(SMALL).scale == 2.0


@pytest.mark.parametrize(
    ("view", "corner"),
    [
        # where the upper left corner of 2 rows x 3 columns lies on a canvas of exactly its size
        (View(3, 2), (0, 0)),
        (View(2, 3, rotation=90), (2, 0)),
        (View(3, 2, rotation=180), (3, 2)),
        (View(2, 3, rotation=270), (0, 3)),
        (View(3, 2, hflip=True), (3, 0)),
        (View(3, 2, vflip=True), (0, 2)),
        (View(3, 2, hflip=True, vflip=True), (3, 2)),
        # flipped first: the corner is on the right, a quarter turn takes it to the lower right
        (View(2, 3, hflip=True, rotation=90), (2, 3)),
        (View(2, 3, vflip=True, rotation=90), (0, 0)),
        (View(13, 12), (0, 6 - 13 / 3)),  # fit: the width decides
        (View(7, 6, scale=1.0), (2, 2)),
        (View(7, 6, scale=2.0, pan=(10.0, -4.0)), (10.5, -3.0)),
    ],
)
def test_the_upper_left_corner_of_the_image_lies_where_flips_turn_scale_and_pan_take_it(view, corner):
    assert to_canvas(SMALL, view, 0, 0) == pytest.approx(corner)
    assert to_image(SMALL, view, *corner) == pytest.approx((0, 0))


def test_rows_take_as_many_canvas_pixels_as_the_spacing_says():
    image = blank(10, 10, row_spacing=2.0, column_spacing=1.0)
    view = View(100, 100, scale=4.0)
    left, top = to_canvas(image, view, 0, 0)
    right, bottom = to_canvas(image, view, 1, 1)
    assert (right - left, bottom - top) == (4.0, 8.0)


def test_turned_by_a_quarter_the_rows_run_along_the_canvas():
    image = blank(10, 10, row_spacing=2.0, column_spacing=1.0)
    left, top = to_canvas(image, View(100, 100, scale=4.0, rotation=90), 0, 0)
    right, bottom = to_canvas(image, View(100, 100, scale=4.0, rotation=90), 1, 1)
    assert (left - right, bottom - top) == (8.0, 4.0)


finite = st.floats(-1e4, 1e4)
views = st.builds(
    View,
    width=st.integers(1, 3000),
    height=st.integers(1, 3000),
    scale=st.none() | st.floats(0.01, 100),
    pan=st.tuples(finite, finite),
    rotation=st.sampled_from([0, 90, 180, 270]),
    hflip=st.booleans(),
    vflip=st.booleans(),
)
images = st.builds(
    blank,
    rows=st.integers(1, 300),
    columns=st.integers(1, 300),
    row_spacing=st.floats(0.1, 10),
    column_spacing=st.none() | st.floats(0.1, 10),
)


@settings(max_examples=60, deadline=None)
@given(images, views, finite, finite)
def test_to_canvas_is_the_inverse_of_to_image(image, view, x, y):
    assert to_canvas(image, view, *to_image(image, view, x, y)) == pytest.approx((x, y), abs=1e-6, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(images, views)
def test_the_centre_of_the_image_lies_at_the_centre_of_the_canvas_moved_by_pan(image, view):
    centre = to_canvas(image, view, image.columns / 2, image.rows / 2)
    assert centre == pytest.approx((view.width / 2 + view.pan[0], view.height / 2 + view.pan[1]))


@settings(max_examples=60, deadline=None)
@given(images, views)
def test_half_a_turn_points_every_step_the_other_way(image, view):
    column, row = 0.25, 0.75
    dx, dy = (a - b for a, b in zip(to_canvas(image, view, column, row), to_canvas(image, view, 0, 0), strict=True))
    turned = View(
        view.width,
        view.height,
        scale=view.scale or fit_scale(image, view),
        hflip=view.hflip,
        vflip=view.vflip,
        pan=view.pan,
        rotation=(view.rotation + 180) % 360,
    )
    back = (a - b for a, b in zip(to_canvas(image, turned, column, row), to_canvas(image, turned, 0, 0), strict=True))
    assert tuple(back) == pytest.approx((-dx, -dy), abs=1e-6)


def test_the_pixel_aspect_ratio_stretches_rows_where_no_spacing_is_known():
    # pixels twice as high as wide, on 4 x 6 canvas pixels: 3 columns and 2 rows of 2 fit 1.333 times
    assert fit_scale(blank(2, 3, pixel_aspect_ratio=2.0), View(4, 6)) == pytest.approx(4 / 3)
    assert fit_scale(blank(2, 3, pixel_aspect_ratio=2.0), View(30, 6)) == 1.5
    assert to_image(blank(2, 3, pixel_aspect_ratio=2.0), View(3, 4, scale=1.0), 1.5, 3.0) == (1.5, 1.5)


@pytest.mark.parametrize(("row", "column"), [(1e-300, 1e300), (1e300, 1e-300), (1e200, 1.0), (math.inf, 1.0)])
def test_a_spacing_that_would_leave_nothing_to_see_makes_square_pixels(row, column):
    assert fit_scale(blank(2, 3, row_spacing=row, column_spacing=column), View(30, 40)) == 10
    assert fit_scale(blank(2, 3, pixel_aspect_ratio=row / column if row < math.inf else 1e-200), View(30, 40)) == 10


def test_the_spacing_comes_before_the_pixel_aspect_ratio():
    known = blank(2, 3, pixel_aspect_ratio=2.0, row_spacing=0.3, column_spacing=0.3)
    assert fit_scale(known, View(30, 6)) == 3.0
    half_known = blank(2, 3, pixel_aspect_ratio=2.0, row_spacing=0.3)
    assert fit_scale(half_known, View(30, 6)) == 1.5
