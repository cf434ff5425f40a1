import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from part10 import data_set
from pydicom.pixels.processing import apply_modality_lut, apply_voi, apply_windowing

from loadstone.grey import grey_levels, modality_values, voi_values, with_voi
from loadstone.image import Image, LookupTable, Window
from loadstone.rendering import resolve
from loadstone.view import View

FUNCTIONS = ["LINEAR", "LINEAR_EXACT", "SIGMOID"]
GREY = {"PhotometricInterpretation": "MONOCHROME2", "PixelRepresentation": 0, "BitsStored": 8}


def window(center, width, function="LINEAR", **elements):
    """A data set with a window; pydicom maps it onto 0 to 255, as 8 bits are stored."""
    return data_set(GREY | {"WindowCenter": center, "WindowWidth": width, "VOILUTFunction": function} | elements)


def lut(entries, first_mapped, bits, keyword, vr="US"):
    item = data_set({"LUTDescriptor": [len(entries), first_mapped, bits]})
    item.add_new("LUTData", vr, entries)
    return data_set({keyword: [item]})


# modality values


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32])
@pytest.mark.parametrize(("slope", "intercept"), [(1, -1024), (-1, 0), (0.1, 0.7), (2.5e-05, -3), (-0.333, 1e6)])
def test_rescaled_values_are_pydicoms_to_the_last_bit(dtype, slope, intercept):
    ends = np.iinfo(dtype)
    stored = np.array([ends.min, ends.min + 1, 0, 1, 77, ends.max - 1, ends.max], dtype)
    image = Image("x:1", stored[None], rescale_slope=slope, rescale_intercept=intercept)
    expected = apply_modality_lut(stored, data_set({"RescaleSlope": slope, "RescaleIntercept": intercept}))
    ours = modality_values(image, stored)
    assert ours.dtype == np.float64
    assert ours.tolist() == expected.tolist()


def test_rescale_by_hand():
    image = Image("x:1", np.array([[0, 1000, 2000]], np.uint16), rescale_slope=0.5, rescale_intercept=-100)
    assert modality_values(image, image.pixels).tolist() == [[-100, 400, 900]]


def test_without_rescale_the_stored_values_keep_their_type():
    image = Image("x:1", np.array([[1, 2]], np.uint16))
    assert modality_values(image, image.pixels).dtype == np.uint16


def test_a_modality_lut_takes_the_place_of_slope_and_intercept():
    table = LookupTable(np.array([7, 8, 500], np.uint16), first_mapped=-1, bits=16)
    image = Image("x:1", np.array([[-5, -1, 0, 1, 2, 99]], np.int16), rescale_slope=9, modality_lut=table)
    assert modality_values(image, image.pixels).tolist() == [[7, 7, 8, 500, 500, 500]]


@pytest.mark.parametrize(("first_mapped", "bits"), [(0, 8), (10, 16), (-20, 16), (60, 12 + 4)])
def test_a_modality_lut_gives_what_pydicom_gives(first_mapped, bits):
    entries = [(n * 37) % 2**bits for n in range(64)]
    stored = np.arange(-100, 120, dtype=np.int16)
    table = LookupTable(np.array(entries, np.uint16), first_mapped, bits)
    expected = apply_modality_lut(stored, lut(entries, first_mapped, bits, "ModalityLUTSequence"))
    assert modality_values(Image("x:1", stored[None], modality_lut=table), stored).tolist() == expected.tolist()


# VOI: the examples and formulas of PS3.3 C.11.2.1.2.1 and C.11.2.1.3


@pytest.mark.parametrize(
    ("center", "width", "x", "y"),
    [
        # "c=2048, w=4096: if (x <= 0) y = ymin, else if (x > 4095) y = ymax, else ((x - 2047.5) / 4095 + 0.5) * …"
        (2048, 4096, [-1, 0, 1, 4095, 4096], [0, 0, 255 / 4095, 255, 255]),
        # "c=2048, w=1: if (x <= 2047.5) y = ymin, else ymax"
        (2048, 1, [2047, 2047.5, 2047.6, 2048], [0, 0, 255, 255]),
        # "c=0, w=100: if (x <= -50) y = ymin, else if (x > 49) y = ymax, else ((x + 0.5) / 99 + 0.5) * …"
        (0, 100, [-51, -50, -49, 0, 49, 50], [0, 0, 255 / 99, 255 * 50 / 99, 255, 255]),
        # "c=0, w=1: if (x <= -0.5) y = ymin, else ymax"
        (0, 1, [-1, -0.5, 0, 1], [0, 0, 255, 255]),
    ],
)
def test_linear_is_the_standards_examples(center, width, x, y):
    assert voi_values(np.array(x), center, width, "LINEAR", 0, 255).tolist() == pytest.approx(y, abs=1e-12)


@pytest.mark.parametrize(
    ("center", "width", "x", "y"),
    [
        # "c=2048, w=4096: if (x <= 0) y = ymin, else if (x > 4096) y = ymax, else ((x - 2048) / 4096 + 0.5) * …"
        (2048, 4096, [-1, 0, 1, 2048, 4096, 4097], [0, 0, 255 / 4096, 127.5, 255, 255]),
        # "c=2048, w=1: if (x <= 2047.5) y = ymin, else if (x > 2048.5) y = ymax, else ((x - 2048) + 0.5) * …"
        (2048, 1, [2047, 2047.5, 2047.75, 2048, 2048.5, 2049], [0, 0, 63.75, 127.5, 255, 255]),
        (0, 0.5, [-0.25, -0.125, 0, 0.25], [0, 63.75, 127.5, 255]),
    ],
)
def test_linear_exact_is_the_standards_examples(center, width, x, y):
    assert voi_values(np.array(x), center, width, "LINEAR_EXACT", 0, 255).tolist() == pytest.approx(y, abs=1e-12)


def test_sigmoid_is_the_logistic_function_of_the_standard():
    # 1 / (1 + e^4), 1 / (1 + e^2), 1 / 2, 1 / (1 + e^-4)
    expected = [0.01798620996209156, 0.11920292202211755, 0.5, 0.9820137900379085]
    assert voi_values(np.array([-100, 0, 100, 300]), 100, 200, "SIGMOID", 0, 1).tolist() == pytest.approx(expected)


def test_sigmoid_of_far_values_is_flat_and_warns_of_nothing(recwarn):
    assert voi_values(np.array([-1e9, 1e9]), 0, 1, "SIGMOID", 0, 255).tolist() == [0, 255]
    assert not recwarn


# pydicom's own sigmoid overflows on its way to 0
@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("center", "width"),
    [(40, 400), (127.5, 255), (128, 256), (0, 2), (-600, 1500), (0.5, 1.5), (100, 1), (12.25, 3.125), (3000, 4095)],
)
@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("signed", [0, 1])
def test_windowed_values_are_pydicoms_to_the_last_bit(function, center, width, bits, signed):
    values = np.arange(-2000, 3000, dtype=np.int16)
    y_min, y_max = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    expected = apply_windowing(values, window(center, width, function, BitsStored=bits, PixelRepresentation=signed))
    assert voi_values(values, center, width, function, y_min, y_max).tolist() == expected.tolist()


@pytest.mark.filterwarnings("ignore:overflow")
@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=20),
    st.floats(-1e5, 1e5),
    st.floats(1, 1e5),
    st.sampled_from(FUNCTIONS),
)
def test_random_windows_of_random_values_are_pydicoms_to_the_last_bit(values, center, width, function):
    values = np.array(values)
    # pydicom keeps a decimal string's number of up to 16 characters
    center, width = float(f"{center:.4f}"), float(f"{width:.4f}")
    expected = apply_windowing(values, window(center, width, function))
    assert voi_values(values, center, width, function, 0, 255).tolist() == expected.tolist()


# grey levels


def levels(values, view=None, **meaning):
    image = Image("x:1", np.asarray(values)[None], **meaning)
    return grey_levels(image, resolve(image, view or View(1, 1)), image.pixels)[0].tolist()


def shown(center, width, function="LINEAR", **others):
    return View(1, 1, window_center=center, window_width=width, voi_lut_function=function, **others)


def test_grey_levels_are_rounded_half_up():
    # a width of 4 onto 255: 63.75, 127.5, 191.25
    assert levels(np.array([-2, -1, 0, 1, 2]), shown(0, 4, "LINEAR_EXACT")) == [0, 64, 128, 191, 255]


def test_inversion_and_monochrome1_turn_the_levels_round_and_together_cancel():
    values = np.array([0, 51, 255], np.uint8)
    view = shown(127.5, 255, "LINEAR_EXACT")
    inverted = shown(127.5, 255, "LINEAR_EXACT", invert=True)
    assert levels(values, view) == [0, 51, 255]
    assert levels(values, inverted) == [255, 204, 0]
    assert levels(values, view, photometric_interpretation="MONOCHROME1") == [255, 204, 0]
    assert levels(values, inverted, photometric_interpretation="MONOCHROME1") == [0, 51, 255]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("width", [1, 2])
def test_nan_is_shown_as_the_lowest_level_whatever_the_window(function, width):
    assert levels(np.array([np.nan, 5.0]), shown(0, width, function)) == [0, 255]


def test_nan_under_a_voi_lut_is_shown_as_the_lowest_level(recwarn):
    table = LookupTable(np.array([10, 20, 30], np.uint16), first_mapped=4, bits=8)
    assert levels(np.array([np.nan, 5.0]), View(1, 1, voi_lut=0), voi_luts=(table,)) == [0, 20]
    assert not recwarn


def test_infinities_lie_beyond_every_window(recwarn):
    for function in FUNCTIONS:
        assert levels(np.array([-np.inf, 0, np.inf]), shown(0, 10, function))[::2] == [0, 255]
    assert not recwarn


@pytest.mark.parametrize(("first_mapped", "bits"), [(0, 8), (-30, 12), (25, 16), (-1000, 10)])
def test_a_voi_lut_gives_pydicoms_values_scaled_to_255(first_mapped, bits):
    entries = [(n * n * 31) % 2**bits for n in range(100)]
    stored = np.arange(-60, 160, dtype=np.int16)
    table = LookupTable(np.array(entries, np.uint16), first_mapped, bits)
    expected = apply_voi(stored, lut(entries, first_mapped, bits, "VOILUTSequence"))
    scaled = np.floor(expected.astype(float) * 255 / (2**bits - 1) + 0.5).astype(int)
    assert levels(stored, View(1, 1, voi_lut=0), voi_luts=(table,)) == scaled.tolist()


def test_a_voi_lut_is_looked_up_with_modality_values():
    table = LookupTable(np.array([0, 100, 200], np.uint16), first_mapped=-1001, bits=8)
    assert levels(np.array([0, 1, 2], np.uint16), voi_luts=(table,), rescale_intercept=-1001) == [0, 100, 200]


# what a view leaves to the image


def resolved(values, view=None, **meaning):
    view = with_voi(Image("x:1", np.asarray(values), **meaning), view or View(1, 1))
    return (view.window_center, view.window_width, view.voi_lut_function)


GREYS = np.array([[10, 20], [30, 110]], np.int16)
WINDOWS = (Window(40, 400, "SOFT"), Window(-600, 1500, "LUNG"))


def test_the_first_window_of_the_image_is_the_default():
    assert resolved(GREYS, windows=WINDOWS, voi_lut_function="SIGMOID") == (40, 400, "SIGMOID")


def test_without_windows_the_whole_range_of_values_is_shown():
    assert resolved(GREYS) == (60, 100, "LINEAR_EXACT")
    assert levels([0, 10, 30, 200]) == [0, 13, 38, 255]  # 12.75, 38.25


def test_the_default_range_is_in_modality_units_also_for_a_negative_slope():
    assert resolved(GREYS, rescale_slope=-2, rescale_intercept=5) == (-115, 200, "LINEAR_EXACT")


def test_padding_has_no_part_in_the_default_window():
    padded = np.array([[-2000, -1500], [0, 100]], np.int16)
    assert resolved(padded, padding=(-2000, -2000)) == (-700, 1600, "LINEAR_EXACT")
    assert resolved(padded, padding=(-2000, -1200)) == (50, 100, "LINEAR_EXACT")


def test_an_image_of_nothing_but_padding_is_shown_without_an_error():
    assert resolved([[7, 7]], padding=(7, 7)) == (0, 1, "LINEAR_EXACT")


def test_nan_and_infinity_have_no_part_in_the_default_window():
    assert resolved([[np.nan, -np.inf, 1.0, 3.0, np.inf]]) == (2, 2, "LINEAR_EXACT")
    assert resolved([[np.nan, np.nan]]) == (0, 1, "LINEAR_EXACT")


@pytest.mark.parametrize("odd", [Window(np.nan, 400), Window(40, np.inf), Window(40, np.nan), Window(np.inf, 1)])
def test_a_window_of_the_image_that_is_not_finite_is_passed_over(odd):
    pixels = np.array([[0, 100]], np.int16)
    alone = with_voi(Image("x:1", pixels, windows=(odd,)), View(1, 1))
    assert (alone.window_center, alone.window_width, alone.voi_lut_function) == (50, 100, "LINEAR_EXACT")
    followed = with_voi(Image("x:1", pixels, windows=(odd, Window(40, 400))), View(1, 1))
    assert (followed.window_center, followed.window_width, followed.voi_lut_function) == (40, 400, "LINEAR")


@pytest.mark.parametrize(
    ("ends", "slope"),
    [((-1.7e308, 1.7e308), 1.0), ((1.6e308, 1.7e308), 1.0), ((-1.7e308, 0.0), 1.0), ((-1e308, 1e308), 1e5)],
)
def test_the_widest_ranges_of_floats_are_shown_from_black_to_white(ends, slope, recwarn):
    image = Image("x:1", np.array([ends]), rescale_slope=slope)
    view = with_voi(image, View(1, 1))
    assert grey_levels(image, view, image.pixels).tolist() == [[0, 255]]
    assert not recwarn


def test_a_flat_image_has_a_window_of_one():
    assert resolved([[5, 5]]) == (5, 1, "LINEAR_EXACT")


def test_the_default_range_goes_through_the_modality_lut():
    table = LookupTable(np.array([900, 500, 100], np.uint16), first_mapped=0, bits=16)
    assert resolved([[0, 2]], modality_lut=table) == (500, 800, "LINEAR_EXACT")


def test_a_window_of_the_view_wins_and_keeps_the_images_function():
    assert resolved(
        GREYS, View(1, 1, window_center=1, window_width=2), windows=WINDOWS, voi_lut_function="SIGMOID"
    ) == (
        1,
        2,
        "SIGMOID",
    )
    assert resolved(GREYS, View(1, 1, window_center=1, window_width=2)) == (1, 2, "LINEAR_EXACT")


def test_half_a_window_of_the_view_is_completed_by_the_images_other_half():
    assert resolved(GREYS, View(1, 1, window_center=1), windows=WINDOWS) == (1, 400, "LINEAR")
    assert resolved(GREYS, View(1, 1, window_width=7), windows=WINDOWS) == (40, 7, "LINEAR")
    assert resolved(GREYS, View(1, 1, window_width=7)) == (60, 7, "LINEAR_EXACT")


def test_a_voi_lut_of_the_image_comes_before_its_windows():
    table = LookupTable(np.zeros(11, np.uint16), first_mapped=100, bits=8)
    image = Image("x:1", GREYS, windows=WINDOWS, voi_luts=(table,))
    view = with_voi(image, View(1, 1))
    assert (view.voi_lut, view.window_center, view.window_width) == (0, 105, 10)


def test_a_window_of_the_view_comes_before_the_images_voi_lut():
    table = LookupTable(np.zeros(11, np.uint16), first_mapped=100, bits=8)
    assert with_voi(Image("x:1", GREYS, voi_luts=(table,)), shown(5, 6)).voi_lut is None


LUTS = (
    LookupTable(np.arange(11, dtype=np.uint16), 100, 8),
    LookupTable(np.arange(21, dtype=np.uint16), 200, 8, "soft"),
)
THREE_WINDOWS = (Window(40, 400), Window(np.inf, 5), Window(7, 70))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        # window, VOI LUT, centre, width: a LUT's domain runs from 100 to 110, or from 200 to 220
        ({}, (None, 0, 105, 10)),
        ({"voi_lut": 1}, (None, 1, 210, 20)),
        ({"voi_lut": 2}, (None, 0, 105, 10)),
        ({"window": 0}, (0, None, 40, 400)),
        ({"window": 2}, (2, None, 7, 70)),
        ({"window": 1}, (None, 0, 105, 10)),
        ({"window": 3}, (None, 0, 105, 10)),
        ({"window": 2, "voi_lut": 1}, (None, 1, 210, 20)),
        ({"window": 2, "voi_lut": 2}, (2, None, 7, 70)),
        ({"window": 2, "window_center": 5, "window_width": 6}, (None, None, 5, 6)),
        ({"window": 2, "window_center": 5}, (2, None, 5, 70)),
    ],
)
def test_what_the_view_chooses_of_the_images_own_is_in_force_where_the_image_has_it(options, expected):
    view = with_voi(Image("x:1", GREYS, windows=THREE_WINDOWS, voi_luts=LUTS), View(1, 1, **options))
    assert (view.window, view.voi_lut, view.window_center, view.window_width) == expected


def test_a_window_that_is_chosen_has_the_images_function():
    view = with_voi(Image("x:1", GREYS, windows=WINDOWS, voi_lut_function="SIGMOID"), View(1, 1, window=0))
    assert view.voi_lut_function == "SIGMOID"


def test_colour_has_no_windows_of_its_own():
    pixels = np.zeros((1, 1, 3), np.uint8)
    view = with_voi(Image("x:1", pixels, windows=WINDOWS, voi_luts=LUTS), View(1, 1, window=0, voi_lut=0))
    assert (view.window, view.voi_lut, view.window_center, view.window_width) == (None, None, 127.5, 255)


def test_the_default_window_of_colour_is_the_whole_range_of_its_bits():
    assert resolved(np.zeros((1, 1, 3), np.uint8)) == (127.5, 255, "LINEAR_EXACT")
    assert resolved(np.zeros((1, 1, 3), np.uint16), bits_stored=12) == (2047.5, 4095, "LINEAR_EXACT")
    assert resolved(np.zeros((1, 1, 3), np.float32)) == (0.5, 1, "LINEAR_EXACT")
