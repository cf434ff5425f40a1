import numpy as np
import pytest

from loadstone.phantom import truth
from loadstone.phantom.reading import read_phantom
from loadstone.session import Session

# places of the square from -1 to 1 (x, y) and the density there, added up by hand from the published table
PLACES = {
    "original": [
        ((0.95, 0.95), 0.0),  # air
        ((0.0, 0.9), 2.0),  # skull in front: above 0.874 - 0.0184, below 0.92
        ((0.0, -0.8), 1.02),  # brain: 2 - 0.98
        ((0.22, 0.0), 1.0),  # right ventricle: 2 - 0.98 - 0.02
        ((-0.22, 0.0), 1.0),
        ((0.0, 0.5), 1.03),  # the large one above: + 0.01
        ((0.0, 0.12), 1.04),  # the small one, still within the large one, which begins at 0.1
        ((0.0, 0.08), 1.03),
        ((0.0, -0.1), 1.03),
        ((-0.08, -0.605), 1.03),
        ((0.06, -0.57), 1.03),  # standing: 0.046 high
        ((0.06, -0.655), 1.02),
        ((-0.12, -0.605), 1.03),  # lying: 0.046 wide
        ((-0.08, -0.63), 1.02),
    ],
    "modified": [
        ((0.95, 0.95), 0.0),
        ((0.0, 0.9), 1.0),
        ((0.0, -0.8), 0.2),
        ((0.22, 0.0), 0.0),
        ((0.0, 0.5), 0.3),
        ((0.0, 0.12), 0.4),
        ((0.06, -0.57), 0.3),
    ],
}


@pytest.mark.parametrize("intensities", PLACES)
async def test_stored_values_are_the_published_densities(intensities):
    image_id = f"phantom:shepp-logan?rows=400&columns=400&intensities={intensities}"
    image = await Session().load_image(image_id)
    highest = 2.0 if intensities == "original" else 1.0
    for (x, y), density in PLACES[intensities]:
        row, column = round((1 - y) * 200 - 0.5), round((1 + x) * 200 - 0.5)
        expected = int(density / highest * 4095 + 0.5)
        assert image.pixels[row, column] == expected, (x, y)
        assert truth(image_id).density_at((1 - y) * 200 - 0.5, (1 + x) * 200 - 0.5) == pytest.approx(density)
        assert truth(image_id).stored(density) == expected


def test_the_ventricles_lean_outwards_at_the_top_as_in_the_paper():
    # c: long axis at 72 degrees, d at 108 degrees against the x axis; 0.3 along each from the centre is within
    known = truth("phantom:shepp-logan?rows=1000&columns=1000")
    for x, degrees, along in ((0.22, 72, 0.3), (-0.22, 108, 0.4)):
        direction = np.array([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))])
        inside, outside = np.array([x, 0.0]) - along * direction, np.array([x, 0.0]) - (along + 0.02) * direction
        densities = [known.density_at((1 - v) * 500 - 0.5, (1 + u) * 500 - 0.5) for u, v in (inside, outside)]
        assert densities == pytest.approx([1.0, 1.02])


def test_centres_of_ellipses_are_told_in_rows_and_columns():
    known = truth("phantom:shepp-logan?rows=200&columns=100")
    # y = 0.35 is 65 rows below the upper edge, pixel centres half a row off
    assert known.center(known.ellipses[4]) == pytest.approx((64.5, 49.5))
    assert known.ellipses[9].x == 0.06


def test_the_ellipses_have_the_areas_that_they_should():
    pattern, _ = read_phantom("phantom:shepp-logan?rows=512&columns=512&bits=16&samples=4&intensities=modified")
    levels = pattern.stored_values(0) / 65535
    # pi a b of each, times its intensity; the square has an area of 4
    areas = [
        (1.0, 0.69 * 0.92),
        (-0.8, 0.6624 * 0.874),
        (-0.2, 0.11 * 0.31 + 0.16 * 0.41),
        (0.1, 0.21 * 0.25 + 2 * 0.046**2 + 2 * 0.046 * 0.023 + 0.023**2),
    ]
    assert levels.mean() * 4 == pytest.approx(np.pi * sum(level * area for level, area in areas), rel=1e-3)


async def test_a_pixel_on_an_edge_is_the_mean_of_its_samples():
    plain = await Session().load_image("phantom:shepp-logan?intensities=modified&bits=8")
    smooth = await Session().load_image("phantom:shepp-logan?intensities=modified&bits=8&samples=4")
    assert set(np.unique(plain.pixels)) == {0, 26, 51, 77, 102, 255}  # 0, 0.1 to 0.4, 1
    assert set(np.unique(smooth.pixels)) > {0, 26, 51, 77, 102, 255}
    # the left edge of the head, from air (0) to skull (1), in the row just below the middle: at column
    # (1 - 0.69) * 128 = 39.68 the skull begins, so of the samples at 39.125, .375, .625, .875 only the last is within
    assert smooth.pixels[128, 38:41].tolist() == [0, 64, 255]


async def test_the_soft_structures_are_what_the_first_window_shows():
    image = await Session().load_image("phantom:shepp-logan?slope=0.5&intercept=-10")
    # densities 0.98 to 1.06 of 2 in 12 bits, rescaled: 2006.55 to 2170.35 stored
    assert [window.explanation for window in image.windows] == ["Soft structures", "Full range"]
    assert (image.windows[0].center, image.windows[0].width) == pytest.approx((0.5 * 2088.45 - 10, 0.5 * 163.8))
    assert (image.windows[1].center, image.windows[1].width) == (0.5 * 2047.5 - 10, 0.5 * 4095)
