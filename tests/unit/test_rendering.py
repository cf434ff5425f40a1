from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from part10 import BUNDLED, bundled, data_set
from PIL import Image as PillowImage
from pydicom import dcmread
from pydicom.pixels.processing import apply_modality_lut, apply_windowing

from loadstone.dicom.file import read_file
from loadstone.dicom.to_image import frame_to_image
from loadstone.errors import LoadstoneError
from loadstone.image import Image, LookupTable, Overlay, Shutter, Window
from loadstone.rendering import Renderer, render, resolve
from loadstone.view import View, to_image

BLACK = [0, 0, 0, 255]


def image(pixels, **meaning):
    return Image("x:1", np.asarray(pixels), **meaning)


def one_to_one(shown, **options):
    """Rendered one canvas pixel per image pixel."""
    return render(shown, View(shown.columns, shown.rows, **options))


def grey(rgba):
    """The grey levels of what must be opaque grey."""
    assert (rgba[..., 3] == 255).all()
    assert (rgba[..., 0] == rgba[..., 1]).all()
    assert (rgba[..., 0] == rgba[..., 2]).all()
    return rgba[..., 0]


def bytes_of(values, center, width, function="LINEAR"):
    """Modality values as pydicom windows them onto 0 to 255, rounded half up."""
    eight_bits = {"PhotometricInterpretation": "MONOCHROME2", "BitsStored": 8, "PixelRepresentation": 0}
    window = {"WindowCenter": center, "WindowWidth": width, "VOILUTFunction": function}
    with np.errstate(over="ignore"):
        windowed = apply_windowing(np.asarray(values, np.float64), data_set(eight_bits | window))
    return np.floor(windowed + 0.5)


# grey at one to one


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(("center", "width"), [(40, 400), (-600, 1500), (127, 1), (0.5, 1.5), (300, 2), (1000, 30000)])
@pytest.mark.parametrize(("slope", "intercept"), [(1, 0), (1, -1024), (-1, 100), (0.37, -12.5)])
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.int64, np.float32])
def test_rendered_bytes_are_pydicoms_rounded(dtype, slope, intercept, center, width, function):
    span = (0, 255) if dtype == np.uint8 else (-128, 127) if dtype == np.int8 else (0, 4095)
    stored = np.linspace(*span, 64 * 16).reshape(64, 16).astype(dtype)
    rescale = {"rescale_slope": slope, "rescale_intercept": intercept}
    rgba = one_to_one(image(stored, **rescale), window_center=center, window_width=width, voi_lut_function=function)
    values = apply_modality_lut(stored, data_set({"RescaleSlope": slope, "RescaleIntercept": intercept}))
    assert rgba.dtype == np.uint8
    assert (grey(rgba) == bytes_of(values, center, width, function)).all()


@pytest.mark.parametrize(
    "stored",
    [
        np.array([[-(2**31), -1, 0, 70000, 2**31 - 1]], np.int32),
        np.array([[0, 1, 2**32 - 1]], np.uint32),
        np.array([[2**63, 2**63 + 50000, 2**64 - 1]], np.uint64),
        np.array([[2**64 - 50000, 2**64 - 1]], np.uint64),
        np.array([[-(2**63), 2**63 - 1]], np.int64),
    ],
)
def test_values_that_span_more_than_a_table_holds_are_windowed_all_the_same(stored):
    values = stored.astype(np.float64)
    center, width = float(values.mean()), 2.0**31
    rgba = one_to_one(image(stored), window_center=center, window_width=width, voi_lut_function="LINEAR_EXACT")
    expected = np.clip(np.floor(((values - center) / width + 0.5) * 255 + 0.5), 0, 255)
    assert (grey(rgba) == expected).all()


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm", "examples_overlay.dcm", "rtdose_1frame.dcm"])
@pytest.mark.parametrize(("center", "width"), [(40, 400), (600, 1200), (128, 1)])
def test_a_dicom_file_is_shown_as_pydicom_windows_it(name, center, width):
    read = dcmread(BUNDLED / name)
    file = read_file(bundled(name))
    # pydicom leaves dose as it is stored
    file.data_set.pop("DoseGridScaling", None)
    shown = frame_to_image(file, 0, "x:1")
    window = {"window_center": center, "window_width": width, "voi_lut_function": "LINEAR"}
    rgba = one_to_one(shown, overlays=False, **window)
    assert (grey(rgba) == bytes_of(apply_modality_lut(read.pixel_array, read), center, width)).all()


def test_the_files_own_window_is_the_default():
    read = dcmread(BUNDLED / "MR_small.dcm")
    shown = frame_to_image(read_file(bundled("MR_small.dcm")), 0, "x:1")
    # MR_small.dcm says (0028,1050) 600, (0028,1051) 1600
    assert (grey(one_to_one(shown)) == bytes_of(read.pixel_array, 600, 1600)).all()


def test_the_lowest_value_is_black_and_the_highest_white_without_a_window():
    assert grey(one_to_one(image([[-50, 0, 50]]))).tolist() == [[0, 128, 255]]
    assert grey(one_to_one(image([[0.25, 0.375, 0.75]]))).tolist() == [[0, 64, 255]]


def test_padding_takes_no_part_in_the_default_window_and_is_shown_black():
    assert grey(one_to_one(image([[-2000, 0, 100]], padding=(-2000, -2000)))).tolist() == [[0, 0, 255]]


def test_nan_is_black_and_leaves_the_rest_as_it_is():
    assert grey(one_to_one(image([[np.nan, 0.0, 2.0]]))).tolist() == [[0, 0, 255]]


def test_truth_values_are_black_and_white():
    assert grey(one_to_one(image([[False, True]]))).tolist() == [[0, 255]]


def test_a_flat_image_is_shown_without_an_error():
    assert grey(one_to_one(image([[7, 7]]))).tolist() == [[128, 128]]


def test_monochrome1_shows_the_lowest_value_white_and_inversion_turns_that_round():
    stored = image(
        [[0, 51, 255]],
        photometric_interpretation="MONOCHROME1",
        windows=(Window(127.5, 255),),
        voi_lut_function="LINEAR_EXACT",
    )
    assert grey(one_to_one(stored)).tolist() == [[255, 204, 0]]
    assert grey(one_to_one(stored, invert=True)).tolist() == [[0, 51, 255]]


def test_a_voi_lut_paints_its_entries():
    table = LookupTable(np.array([0, 4095, 1000], np.uint16), first_mapped=1, bits=12)
    # 1000 * 255 / 4095 = 62.27
    assert grey(one_to_one(image([[0, 1, 2, 3, 9]], voi_luts=(table,)))).tolist() == [[0, 0, 255, 62, 62]]


def test_a_modality_lut_comes_before_the_window():
    table = LookupTable(np.array([100, 0, 50], np.uint16), first_mapped=0, bits=16)
    assert grey(one_to_one(image([[0, 1, 2]], modality_lut=table))).tolist() == [[255, 0, 128]]


def test_a_colour_map_paints_the_grey_levels():
    shown = image(
        np.array([[0, 1, 128, 255]], np.uint8), windows=(Window(127.5, 255),), voi_lut_function="LINEAR_EXACT"
    )
    # PS3.6 table B.1.1, hot iron
    assert one_to_one(shown, colormap="hot-iron").tolist() == [
        [BLACK, [2, 0, 0, 255], [255, 0, 0, 255], [255, 255, 255, 255]]
    ]


def test_a_colour_map_is_applied_after_inversion():
    shown = image(np.array([[0, 255]], np.uint8))
    assert one_to_one(shown, colormap="hot-iron", invert=True).tolist() == [[[255, 255, 255, 255], BLACK]]


def test_an_unknown_colour_map_is_refused_with_the_known_ones():
    with pytest.raises(LoadstoneError, match="there is no colour map 'jet'; there are gray, hot-iron, pet"):
        one_to_one(image([[0, 1]]), colormap="jet")


# colour at one to one


def test_8_bit_rgb_passes_through():
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3) * 10
    rgba = one_to_one(image(pixels))
    assert (rgba[..., :3] == pixels).all()
    assert (rgba[..., 3] == 255).all()


def test_8_bit_rgba_passes_through():
    pixels = np.arange(32, dtype=np.uint8).reshape(2, 4, 4) * 8
    assert (one_to_one(image(pixels)) == pixels).all()


def test_16_bit_rgb_is_scaled_to_8():
    pixels = np.array([[[0, 65535, 257], [128, 129, 32768]]], np.uint16)
    # v * 255 / 65535: 128 -> 0.498, 129 -> 0.502, 32768 -> 127.502
    assert one_to_one(image(pixels)).tolist() == [[[0, 255, 1, 255], [0, 1, 128, 255]]]


def test_12_of_16_bits_of_rgb_are_scaled_by_12():
    pixels = np.array([[[0, 4095, 2048]]], np.uint16)
    assert one_to_one(image(pixels, bits_stored=12)).tolist() == [[[0, 255, 128, 255]]]


def test_the_alpha_of_16_bit_and_float_rgba_is_scaled_too():
    assert one_to_one(image(np.array([[[0, 0, 65535, 32896]]], np.uint16))).tolist() == [[[0, 0, 255, 128]]]
    assert one_to_one(image(np.array([[[0, 0.5, 1, 0.25]]], np.float32))).tolist() == [[[0, 128, 255, 64]]]


def test_float_colour_outside_0_to_1_and_nan_is_clipped(recwarn):
    pixels = np.array([[[-1, 2, np.nan, 7], [0.5, np.inf, -np.inf, np.nan]]], np.float32)
    assert one_to_one(image(pixels)).tolist() == [[[0, 255, 0, 255], [128, 255, 0, 0]]]
    assert not recwarn


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_window_on_colour_works_on_each_channel_and_leaves_alpha(dtype):
    pixels = np.array([[[50, 100, 150, 255], [75, 200, 0, 255]]], dtype)
    rgba = one_to_one(
        image(pixels, bits_stored=8), window_center=100, window_width=100, voi_lut_function="LINEAR_EXACT"
    )
    # (75 - 100) / 100 + 0.5 = 0.25, of 255: 63.75
    assert rgba.tolist() == [[[0, 128, 255, 255], [64, 255, 0, 255]]]


def test_inverted_colour_keeps_its_alpha():
    assert one_to_one(image(np.array([[[0, 100, 255, 77]]], np.uint8)), invert=True).tolist() == [[[255, 155, 0, 77]]]


# geometry


FLAT = (Window(127.5, 255),)


def plain(pixels, **meaning):
    """An 8-bit image whose grey levels are its stored values."""
    return image(np.asarray(pixels, np.uint8), windows=FLAT, voi_lut_function="LINEAR_EXACT", **meaning)


PIXELS = np.array([[1, 2, 3], [4, 5, 6]])


@pytest.mark.parametrize("vflip", [False, True])
@pytest.mark.parametrize("hflip", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("interpolation", ["nearest", "linear"])
@pytest.mark.parametrize("shape", [(2, 3), (5, 4), (7, 7), (2, 3, 3), (2, 3, 4)])
def test_flips_then_turns_are_numpys(shape, rotation, hflip, vflip, interpolation):
    pixels = np.arange(np.prod(shape)).reshape(shape).astype(np.uint8)
    expected = np.fliplr(pixels) if hflip else pixels
    expected = np.flipud(expected) if vflip else expected
    # numpy turns counter-clockwise
    expected = np.rot90(expected, -rotation // 90)
    rows, columns = expected.shape[:2]
    rgba = render(
        plain(pixels), View(columns, rows, rotation=rotation, hflip=hflip, vflip=vflip, interpolation=interpolation)
    )
    if pixels.ndim == 2:
        assert (grey(rgba) == expected).all()
    else:
        assert (rgba[..., : pixels.shape[2]] == expected).all()


def test_twice_the_scale_shows_each_pixel_as_a_square_of_four():
    expected = PIXELS.repeat(2, axis=0).repeat(2, axis=1)
    assert grey(render(plain(PIXELS), View(6, 4, scale=2.0))).tolist() == expected.tolist()


def test_half_the_scale_shows_the_pixel_under_each_canvas_pixels_centre():
    pixels = np.arange(16).reshape(4, 4)
    # canvas centres fall on the corner between four pixels; the lower right one owns the corner
    assert grey(render(plain(pixels), View(2, 2, scale=0.5))).tolist() == [[5, 7], [13, 15]]


def test_fit_centres_the_image_and_leaves_opaque_black_around_it():
    rgba = render(plain(PIXELS), View(3, 6))
    assert grey(rgba)[2:4].tolist() == PIXELS.tolist()
    assert rgba[:2].reshape(-1, 4).tolist() == [BLACK] * 6
    assert rgba[4:].reshape(-1, 4).tolist() == [BLACK] * 6


def test_pan_moves_the_image_right_and_down():
    assert grey(render(plain(PIXELS), View(4, 3, scale=1.0, pan=(1.5, 1.5)))).tolist() == [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 1, 2],
    ]


@pytest.mark.parametrize("pan", [(100, 0), (-100, 0), (0, 100), (0, -100), (1e9, 1e9), (3, 0), (0, 2)])
@pytest.mark.parametrize("interpolation", ["nearest", "linear"])
@pytest.mark.parametrize("pixels", [PIXELS, np.zeros((2, 3, 3)), PIXELS * 1.5])
def test_an_image_beside_the_canvas_leaves_opaque_black(pixels, pan, interpolation):
    rgba = render(image(pixels), View(3, 2, scale=1.0, pan=pan, interpolation=interpolation))
    assert rgba.reshape(-1, 4).tolist() == [BLACK] * 6


def test_beside_the_image_it_is_black_also_inverted_and_with_a_colour_map():
    for options in ({"invert": True}, {"colormap": "pet"}):
        assert render(plain(PIXELS), View(3, 4, scale=1.0, **options))[0].tolist() == [BLACK] * 3


def test_rows_twice_as_far_apart_as_columns_are_shown_twice_as_high():
    shown = plain(PIXELS, row_spacing=1.0, column_spacing=0.5)
    assert grey(render(shown, View(3, 4, scale=1.0))).tolist() == PIXELS.repeat(2, axis=0).tolist()
    turned = grey(render(shown, View(4, 3, scale=1.0, rotation=90)))
    assert turned.tolist() == np.rot90(PIXELS, -1).repeat(2, axis=1).tolist()


def test_the_output_has_the_views_size_whatever_the_image():
    assert render(plain(np.zeros((300, 500))), View(7, 5)).shape == (5, 7, 4)
    assert render(plain([[9]]), View(1, 1)).tolist() == [[[9, 9, 9, 255]]]


spacings = st.sampled_from([None, 0.5, 1.0, 0.7])


@settings(max_examples=80, deadline=None)
@given(
    st.builds(
        View,
        width=st.integers(1, 24),
        height=st.integers(1, 24),
        scale=st.none() | st.floats(0.1, 9),
        pan=st.tuples(st.floats(-12, 12), st.floats(-12, 12)),
        rotation=st.sampled_from([0, 90, 180, 270]),
        hflip=st.booleans(),
        vflip=st.booleans(),
    ),
    st.integers(1, 9),
    st.integers(1, 9),
    spacings,
)
def test_each_canvas_pixel_shows_the_image_pixel_that_the_view_puts_there(view, rows, columns, row_spacing):
    pixels = np.arange(1, rows * columns + 1).reshape(rows, columns)
    shown = plain(pixels, row_spacing=row_spacing, column_spacing=1.0)
    levels = grey(render(shown, view))
    for y in range(view.height):
        for x in range(view.width):
            column, row = to_image(shown, view, x + 0.5, y + 0.5)
            # on an edge between two pixels either of them is right
            if min(abs(column - round(column)), abs(row - round(row))) > 1e-9:
                inside = 0 <= column < columns and 0 <= row < rows
                assert levels[y, x] == (pixels[int(row), int(column)] if inside else 0)


# bilinear


def test_bilinear_between_two_pixels_by_hand():
    # canvas centres lie at 0.25, 0.75, 1.25, 1.75; pixel centres at 0.5 and 1.5, beyond them the edge goes on
    row = grey(render(plain([[0, 100]]), View(4, 2, scale=2.0, interpolation="linear")))
    assert row.tolist() == [[0, 25, 75, 100]] * 2


def test_bilinear_between_four_pixels_by_hand():
    # weights of 1/4 and 3/4 along both axes: (0*9 + 80*3 + 160*3 + 240) / 16 = 60
    levels = grey(render(plain([[0, 80], [160, 240]]), View(4, 4, scale=2.0, interpolation="linear")))
    assert levels.tolist() == [[0, 20, 60, 80], [40, 60, 100, 120], [120, 140, 180, 200], [160, 180, 220, 240]]


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.float32, np.float64])
@pytest.mark.parametrize("size", [(17, 23), (64, 48), (40, 40)])
def test_bilinear_enlarging_is_pillows(dtype, size):
    width, height = size
    pixels = (np.random.default_rng(5).random((9, 11)) * 200).astype(dtype)
    enlarged = PillowImage.fromarray(pixels.astype(np.float32)).resize(size, PillowImage.Resampling.BILINEAR)
    # stretched along both axes: the canvas is filled exactly
    scale = width / 11
    shown = image(pixels, row_spacing=height / 9 / scale, column_spacing=1.0, windows=FLAT)
    rgba = render(shown, View(width, height, scale=scale, interpolation="linear", voi_lut_function="LINEAR_EXACT"))
    assert np.abs(grey(rgba) - np.asarray(enlarged, np.float64)).max() < 0.5 + 1e-3


def test_bilinear_of_whole_numbers_stays_whole_before_the_window():
    # halfway between 0 and 1 is no 0.5 that a narrow window would tell from 0
    levels = grey(
        render(
            image([[0, 1]], windows=(Window(0.5, 1),), voi_lut_function="LINEAR_EXACT"),
            View(16, 1, scale=8.0, interpolation="linear"),
        )
    )
    assert set(levels.ravel().tolist()) == {0, 255}


def test_bilinear_of_wide_integers_loses_no_value():
    pixels = np.array([[2**31 - 1, 2**31 - 3]], np.int32)
    levels = grey(
        render(
            image(pixels, windows=(Window(2**31 - 2, 2),), voi_lut_function="LINEAR_EXACT"),
            View(2, 1, interpolation="linear"),
        )
    )
    assert levels.tolist() == [[255, 0]]


def test_bilinear_colour_is_mixed_in_each_channel_and_alpha():
    pixels = np.array([[[0, 100, 255, 255], [100, 0, 255, 55]]], np.uint8)
    rgba = render(image(pixels), View(4, 1, scale=2.0, interpolation="linear"))
    assert rgba.tolist() == [[[0, 100, 255, 255], [25, 75, 255, 205], [75, 25, 255, 105], [100, 0, 255, 55]]]


def test_bilinear_float_colour_is_mixed_too():
    pixels = np.array([[[0, 1, 0.5, 1], [1, 0, 0.5, 0]]], np.float32)
    rgba = render(image(pixels), View(4, 1, scale=2.0, interpolation="linear"))
    assert rgba[0, 1].tolist() == [64, 191, 128, 191]


def test_bilinear_mixed_with_nan_is_black_and_without_weight_nan_counts_nothing(recwarn):
    pixels = np.array([[np.nan, 100.0, 0.0, 200.0]])
    assert grey(render(image(pixels), View(4, 1, interpolation="linear"))).tolist() == [[0, 128, 0, 255]]
    # beyond its centre the last pixel stands alone
    doubled = grey(
        render(
            image(pixels[:, :2] + [[0, 100]], windows=(Window(100, 200),)),
            View(4, 1, scale=2.0, interpolation="linear"),
        )
    )
    assert doubled.tolist() == [[0, 0, 0, 255]]
    assert not recwarn


@pytest.mark.parametrize("ends", [(2**64 - 5, 2**64 - 1), (0, 2**64 - 1)])
def test_bilinear_of_64_bit_values_stays_within_them(ends, recwarn):
    levels = grey(
        render(
            image(np.array([ends], np.uint64), windows=(Window(2.0**63, 2.0**64),), voi_lut_function="LINEAR_EXACT"),
            View(4, 1, scale=2.0, interpolation="linear"),
        )
    )
    assert levels[0, -1] == 255
    assert levels[0].tolist() == sorted(levels[0].tolist())
    assert not recwarn


# the Renderer


def test_a_renderer_that_is_used_again_gives_what_a_fresh_one_gives():
    renderer = Renderer()
    images = [plain(PIXELS), image(PIXELS * 100), image(np.zeros((4, 5, 3), np.uint8)), image(PIXELS / 7)]
    first = View(8, 6)
    views = [
        first,
        replace(first, window_center=3, window_width=4),
        replace(first, window_center=3, window_width=4, invert=True),
        replace(first, window_center=3, window_width=4, colormap="winter"),
        replace(first, interpolation="linear"),
        replace(first, rotation=90),
        replace(first, hflip=True),
        replace(first, scale=3.0),
        replace(first, pan=(1.0, 0.0)),
        replace(first, width=9),
        first,
    ]
    for view in views:
        for shown in images:
            assert renderer.render(shown, view).tobytes() == render(shown, view).tobytes()
    for shown in images:
        for view in views:
            assert renderer.render(shown, view).tobytes() == render(shown, view).tobytes()


def test_what_a_renderer_gave_is_the_callers_to_change():
    renderer = Renderer()
    shown, view = plain(PIXELS), View(3, 2)
    renderer.render(shown, view)[...] = 0
    assert grey(renderer.render(shown, view)).tolist() == PIXELS.tolist()


def test_resolve_fills_in_scale_and_window():
    filled = resolve(image(PIXELS, windows=(Window(3, 5),)), View(6, 4))
    assert (filled.scale, filled.window_center, filled.window_width, filled.voi_lut_function) == (2.0, 3, 5, "LINEAR")


def test_rendering_changes_nothing_about_the_image():
    pixels = PIXELS.copy()
    shown = image(pixels)
    render(shown, View(30, 20, interpolation="linear", invert=True))
    assert pixels.tolist() == PIXELS.tolist()


# pixel padding


PADDED = np.array([[10, 20, 30, 40]], np.uint8)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        ((40, 40), [0, 85, 170, 0]),
        ((10, 20), [0, 0, 170, 255]),
        ((0, 15), [0, 85, 170, 255]),
        ((50, 60), [0, 85, 170, 255]),
        ((19.5, 30.5), [0, 0, 0, 255]),
    ],
)
def test_padding_is_black_wherever_the_window_puts_it(dtype, padding, expected):
    # (v - 25) / 30 + 0.5, of 255: 10 is 0, 20 is 85, 30 is 170, 40 is 255
    window = (Window(25, 30),)
    shown = image(PADDED.astype(dtype), windows=window, voi_lut_function="LINEAR_EXACT", padding=padding)
    assert grey(one_to_one(shown)).tolist() == [expected]


@pytest.mark.parametrize("dtype", [np.int16, np.float64])
def test_padding_stays_black_inverted_in_monochrome1_and_with_a_colour_map(dtype):
    meaning = {"windows": (Window(25, 30),), "voi_lut_function": "LINEAR_EXACT", "padding": (40, 45)}
    shown = image(PADDED.astype(dtype), **meaning)
    assert grey(one_to_one(shown, invert=True)).tolist() == [[255, 170, 85, 0]]
    reversed_scale = image(PADDED.astype(dtype), photometric_interpretation="MONOCHROME1", **meaning)
    assert grey(one_to_one(reversed_scale)).tolist() == [[255, 170, 85, 0]]
    assert one_to_one(shown, colormap="winter")[0, 3].tolist() == BLACK


def test_padding_of_values_that_no_table_holds_is_black_too():
    pixels = np.array([[-(2**31), 0, 2**31 - 1]], np.int32)
    shown = image(pixels, padding=(2**31 - 1, 2**31 - 1))
    assert grey(one_to_one(shown)).tolist() == [[0, 255, 0]]


# overlays and shutter over the picture


OVERLAID = [255, 127, 127, 255]
DIAGONAL = Overlay(np.eye(2, 3, dtype=np.bool_))


def test_an_overlay_is_drawn_over_the_picture_and_can_be_switched_off():
    shown = plain(PIXELS, overlays=(DIAGONAL,))
    rgba = one_to_one(shown)
    assert rgba[0, 0].tolist() == rgba[1, 1].tolist() == OVERLAID
    assert [rgba[y, x, 0] for y, x in ((0, 1), (0, 2), (1, 0), (1, 2))] == [2, 3, 4, 6]
    assert grey(one_to_one(shown, overlays=False)).tolist() == PIXELS.tolist()


def test_an_overlay_is_neither_inverted_nor_coloured():
    shown = plain(PIXELS, overlays=(DIAGONAL,), photometric_interpretation="MONOCHROME1")
    assert one_to_one(shown, invert=True, colormap="winter")[0, 0].tolist() == OVERLAID


def test_an_overlay_is_drawn_over_colour():
    shown = image(np.zeros((2, 3, 3), np.uint8), overlays=(DIAGONAL,))
    assert one_to_one(shown)[0, :2].tolist() == [OVERLAID, BLACK]


def test_a_shutter_takes_the_place_of_the_picture_and_overlays_lie_over_it():
    shutter = Shutter(rectangle=(1, 1, 1, 3), color=(1, 2, 3))
    rgba = one_to_one(plain(PIXELS, shutter=shutter, overlays=(DIAGONAL,)))
    assert rgba.tolist() == [
        [OVERLAID, [2, 2, 2, 255], [3, 3, 3, 255]],
        [[1, 2, 3, 255], OVERLAID, [1, 2, 3, 255]],
    ]


def test_a_shutter_can_be_switched_off():
    shown = plain(PIXELS, shutter=Shutter(rectangle=(1, 1, 1, 1), color=(9, 9, 9)))
    assert grey(one_to_one(shown)).tolist() == [[1, 9, 9], [9, 9, 9]]
    assert grey(one_to_one(shown, shutter=False)).tolist() == PIXELS.tolist()


def test_a_renderer_follows_the_switches():
    renderer = Renderer()
    shown = plain(PIXELS, shutter=Shutter(rectangle=(1, 1, 1, 1), color=(9, 9, 9)), overlays=(DIAGONAL,))
    for overlays, shutter in ((True, True), (False, True), (False, False), (True, False), (True, True)):
        for center in (127.5, 120):
            view = View(6, 4, overlays=overlays, shutter=shutter, window_center=center, window_width=255)
            assert renderer.render(shown, view).tobytes() == render(shown, view).tobytes()


# the image's own windows and VOI LUTs


TWO_WINDOWS = (Window(127.5, 255), Window(2.5, 1, "narrow"))


def test_a_window_of_the_image_is_chosen_by_its_index():
    shown = image(PIXELS, windows=TWO_WINDOWS, voi_lut_function="LINEAR_EXACT")
    assert grey(one_to_one(shown, window=1)).tolist() == [[0, 0, 255], [255, 255, 255]]
    assert grey(one_to_one(shown, window=0)).tolist() == PIXELS.tolist()


def test_a_voi_lut_or_window_that_an_image_does_not_have_leaves_it_its_default():
    shown = image(PIXELS, windows=TWO_WINDOWS, voi_lut_function="LINEAR_EXACT")
    assert grey(one_to_one(shown, window=2, voi_lut=2)).tolist() == PIXELS.tolist()
