import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadstone.image import Image, Overlay, Shutter
from loadstone.masking import hidden_mask, overlay_mask
from loadstone.view import View, to_image


def shown(rows, columns, **meaning):
    return Image("x:1", np.zeros((rows, columns), np.uint8), **meaning)


def bits(*rows):
    """A bit plane drawn with # and dots."""
    return np.array([[mark == "#" for mark in row] for row in rows], np.bool_)


def drawn(mask):
    """The canvas, with # where the mask is set."""
    return ["".join(row) for row in np.where(mask, "#", ".")]


def overlaid(image, view):
    return drawn(overlay_mask(image, view.with_scale(image)))


def hidden(image, view):
    return drawn(hidden_mask(image, view.with_scale(image)))


L_SHAPE = bits("#..", "##.")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["#..", "##."]),
        ({"hflip": True}, ["..#", ".##"]),
        ({"vflip": True}, ["##.", "#.."]),
        ({"pan": (1.0, 0.0)}, [".#.", ".##"]),
        ({"pan": (-1.0, -1.0)}, ["#..", "..."]),
        ({"pan": (1e9, -1e9)}, ["...", "..."]),
    ],
)
def test_an_overlay_follows_the_image(options, expected):
    image = shown(2, 3, overlays=(Overlay(L_SHAPE),))
    assert overlaid(image, View(3, 2, scale=1.0, **options)) == expected


@pytest.mark.parametrize(
    ("rotation", "expected"), [(90, ["##", "#.", ".."]), (180, [".##", "..#"]), (270, ["..", ".#", "##"])]
)
def test_an_overlay_turns_with_the_image(rotation, expected):
    size = (3, 2) if rotation == 180 else (2, 3)
    view = View(*size, rotation=rotation)
    assert overlaid(shown(2, 3, overlays=(Overlay(L_SHAPE),)), view) == expected


def test_each_bit_is_as_large_as_a_pixel():
    assert overlaid(shown(2, 3, overlays=(Overlay(L_SHAPE),)), View(6, 4)) == ["##....", "##....", "####..", "####.."]


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ((1, 1), ["##..", "#...", "...."]),
        ((2, 3), ["....", "..##", "..#."]),
        ((0, 0), ["....", "....", "...."]),
        ((0, 1), ["#...", "....", "...."]),
        ((3, 4), ["....", "....", "...#"]),
        ((90, -90), ["....", "....", "...."]),
    ],
)
def test_the_origin_counts_from_1_and_may_lie_beside_the_image(origin, expected):
    image = shown(3, 4, overlays=(Overlay(bits("##", "#."), origin),))
    assert overlaid(image, View(4, 3)) == expected


def test_what_reaches_beyond_the_image_is_drawn_beside_it():
    image = shown(1, 1, overlays=(Overlay(bits("#.#"), (1, 0)), Overlay(bits("#"), (2, 1))))
    assert overlaid(image, View(3, 3, scale=1.0)) == ["...", "#.#", ".#."]


def test_one_bit_of_those_under_a_canvas_pixel_is_enough():
    # 8 x 8 bits on 2 x 2 canvas pixels of 4 x 4 bits each
    plane = np.zeros((8, 8), np.bool_)
    plane[3, 3] = plane[4, 7] = True
    assert overlaid(shown(8, 8, overlays=(Overlay(plane),)), View(2, 2)) == ["#.", ".#"]


@pytest.mark.parametrize("options", [{}, {"hflip": True}, {"vflip": True}, {"rotation": 90}, {"rotation": 270}])
@pytest.mark.parametrize("size", [7, 13, 33, 64, 99])
def test_no_line_of_one_bit_is_lost_however_the_image_is_shrunk(size, options):
    for line in range(100):
        plane = np.zeros((100, 100), np.bool_)
        plane[line] = True
        view = View(size, size, **options)
        image = shown(100, 100, overlays=(Overlay(plane),))
        # a whole line of the canvas, and only one: each bit is under one canvas pixel
        assert overlay_mask(image, view.with_scale(image)).sum() == size


def test_shrunk_along_one_axis_only():
    # pixels four times as wide as high: at this scale each canvas pixel is one column and four rows
    plane = bits("..", "#.", "..", "..", "..", "..", "..", ".#")
    image = shown(8, 2, overlays=(Overlay(plane),), pixel_aspect_ratio=0.25)
    assert overlaid(image, View(2, 2, scale=1.0)) == ["#.", ".#"]


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        View,
        width=st.integers(1, 20),
        height=st.integers(1, 20),
        scale=st.floats(0.1, 5),
        pan=st.tuples(st.floats(-12, 12), st.floats(-12, 12)),
        rotation=st.sampled_from([0, 90, 180, 270]),
        hflip=st.booleans(),
        vflip=st.booleans(),
    ),
    st.tuples(st.integers(-3, 4), st.integers(-3, 4)),
)
def test_each_canvas_pixel_has_the_bits_that_the_view_puts_under_it(view, origin):
    plane = np.random.default_rng(1).random((6, 9)) < 0.3
    image = shown(5, 7, overlays=(Overlay(plane, origin),))
    mask = overlay_mask(image, view)
    for y in range(view.height):
        for x in range(view.width):
            corners = [to_image(image, view, x + dx, y + dy) for dx, dy in ((0, 0), (1, 1), (0.5, 0.5))]
            # columns and rows, counted as the overlay's bits are
            (x0, y0), (x1, y1), (xc, yc) = ((c - (origin[1] - 1), r - (origin[0] - 1)) for c, r in corners)
            if view.scale >= 1:
                near_an_edge = min(abs(xc - round(xc)), abs(yc - round(yc))) < 1e-6
                inside = 0 <= xc < 9 and 0 <= yc < 6
                expected = inside and plane[int(yc), int(xc)]
            else:
                near_an_edge = any(abs(place % 1 - 0.5) < 1e-6 for place in (x0, x1, y0, y1))
                rows, columns = np.arange(6) + 0.5, np.arange(9) + 0.5
                under = ((rows > min(y0, y1)) & (rows < max(y0, y1)))[:, None] & (
                    (columns > min(x0, x1)) & (columns < max(x0, x1))
                )
                expected = bool((plane & under).any())
            if not near_an_edge:
                assert mask[y, x] == expected


# the shutter


def test_a_rectangle_shows_its_edges_and_what_is_between():
    image = shown(5, 6, shutter=Shutter(rectangle=(2, 4, 3, 5)))
    assert hidden(image, View(6, 5)) == ["######", "##...#", "##...#", "##...#", "######"]


def test_a_rectangle_as_large_as_the_image_hides_nothing():
    assert hidden(shown(3, 3, shutter=Shutter(rectangle=(1, 3, 1, 3))), View(3, 3)) == ["..."] * 3
    assert hidden(shown(3, 3, shutter=Shutter(rectangle=(0, 4, 0, 4))), View(3, 3)) == ["..."] * 3


def test_a_circle_shows_the_pixels_whose_centres_are_not_farther_than_its_radius():
    image = shown(5, 5, shutter=Shutter(circle=(3, 3, 2)))
    assert hidden(image, View(5, 5)) == ["##.##", "#...#", ".....", "#...#", "##.##"]


def test_a_circle_is_round_where_pixels_are_not_square():
    # rows twice as far apart as columns: two columns are one row
    image = shown(3, 5, shutter=Shutter(circle=(2, 3, 2)), row_spacing=2.0, column_spacing=1.0)
    assert hidden(image, View(5, 6, scale=1.0)) == ["##.##"] * 2 + ["....."] * 2 + ["##.##"] * 2


def test_a_polygon_shows_what_it_encloses_and_its_edges():
    triangle = Shutter(polygon=((1, 1), (1, 5), (5, 1)))
    assert hidden(shown(5, 6, shutter=triangle), View(6, 5)) == [
        ".....#",
        "....##",
        "...###",
        "..####",
        ".#####",
    ]


def test_a_row_through_the_vertices_of_a_polygon_is_seen_between_them():
    diamond = Shutter(polygon=((3, 1), (1, 3), (3, 5), (5, 3)))
    assert hidden(shown(5, 6, shutter=diamond), View(6, 5)) == ["##.###", "#...##", ".....#", "#...##", "##.###"]


@pytest.mark.parametrize("turn", range(4))
def test_a_polygon_round_the_image_hides_nothing_whatever_corner_comes_first(turn):
    corners = [(1, 1), (1, 4), (3, 4), (3, 1)]
    for order in (corners, corners[::-1]):
        shutter = Shutter(polygon=(*order[turn:], *order[:turn]))
        assert hidden(shown(3, 4, shutter=shutter), View(4, 3)) == ["...."] * 3


def test_a_polygon_may_be_hollow():
    u_shape = Shutter(polygon=((1, 1), (1, 2), (3, 2), (3, 4), (1, 4), (1, 5), (5, 5), (5, 1)))
    assert hidden(shown(5, 5, shutter=u_shape), View(5, 5)) == ["..#..", "..#..", ".....", ".....", "....."]


def test_shapes_together_leave_what_is_seen_through_all():
    both = Shutter(rectangle=(1, 3, 1, 5), circle=(3, 3, 2))
    assert hidden(shown(5, 5, shutter=both), View(5, 5)) == ["##.##", "#...#", ".....", "#####", "#####"]


def test_the_bits_of_a_bitmap_hide():
    image = shown(2, 3, shutter=Shutter(bitmap=Overlay(L_SHAPE)))
    assert hidden(image, View(3, 2)) == ["#..", "##."]
    with_rectangle = shown(2, 3, shutter=Shutter(rectangle=(1, 2, 1, 2), bitmap=Overlay(L_SHAPE)))
    assert hidden(with_rectangle, View(3, 2)) == ["#.#", "###"]


def test_a_shutter_hides_nothing_beside_the_image_and_follows_it():
    image = shown(2, 2, shutter=Shutter(rectangle=(1, 1, 1, 1)))
    assert hidden(image, View(4, 4, scale=1.0)) == ["....", "..#.", ".##.", "...."]
    assert hidden(image, View(4, 4, scale=1.0, rotation=90)) == ["....", ".#..", ".##.", "...."]
    assert hidden(image, View(4, 4, scale=2.0, hflip=True)) == ["##..", "##..", "####", "####"]
    assert hidden(image, View(2, 2, scale=1.0, pan=(1.0, 0.0))) == ["..", ".#"]
