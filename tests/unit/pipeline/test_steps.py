"""What each built-in step gives: by hand, against scipy and SimpleITK; where its pixels lie, by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import SimpleITK
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy import ndimage

from loadstone.errors import PipelineError
from loadstone.image import Image, LookupTable, Window
from loadstone.metadata import ImagePlaneModule
from loadstone.session import Session

NOISE = np.random.default_rng(5).integers(0, 4000, (24, 31)).astype(np.uint16)
# in modality units
HU = NOISE.astype(np.float32) - 1024


def plane() -> ImagePlaneModule:
    """A sagittal one: rows run to the back (+y), columns to the feet (-z); 2 mm from row to row, 0.5 within one."""
    return ImagePlaneModule(
        rows=3,
        columns=4,
        row_cosines=(0.0, 1.0, 0.0),
        column_cosines=(0.0, 0.0, -1.0),
        image_orientation_patient=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
        image_position_patient=(10.0, 20.0, 30.0),
        pixel_spacing=(2.0, 0.5),
    )


SOURCES = {
    "noise": Image("", NOISE, rescale_intercept=-1024.0, windows=(Window(40, 400),), unit="HU"),
    "small": Image(
        "",
        np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]], np.int16),
        row_spacing=2.0,
        column_spacing=0.5,
        metadata={"imagePlaneModule": plane},
    ),
    "padded": Image("", np.array([[-2000, 10, 20], [-2000, 30, 40]], np.int16), padding=(-2000, -2000)),
    "lut": Image("", np.array([[0, 1]], np.uint8), modality_lut=LookupTable(np.array([7, 9], np.uint16), 0, 16)),
    "color": Image("", np.array([[[10, 20, 30], [255, 255, 255]]], np.uint8)),
}


@pytest.fixture
def session() -> Session:
    session = Session()
    session.register_image_loader("made", lambda image_id, options: SOURCES[image_id.partition(":")[2]])
    return session


async def pixels(session: Session, name: str, steps: str) -> NDArray[Any]:
    return (await session.load_and_cache_image(f"pipe:made:{name}|{steps}")).pixels


FILTERS: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "gaussian(2)": lambda values: ndimage.gaussian_filter(values, 2, mode="nearest"),
    "median": lambda values: ndimage.median_filter(values, 3, mode="nearest"),
    "median(size=5)": lambda values: ndimage.median_filter(values, 5, mode="nearest"),
    "laplace": lambda values: ndimage.laplace(values, mode="nearest"),
    "sobel": lambda values: ndimage.generic_gradient_magnitude(values, ndimage.sobel, mode="nearest"),
    "sharpen(0.5,1)": lambda values: 1.5 * values - 0.5 * ndimage.gaussian_filter(values, 1, mode="nearest"),
}


@pytest.mark.parametrize("step", FILTERS)
async def test_filters_are_scipys_on_values_in_modality_units(session: Session, step: str) -> None:
    found = await pixels(session, "noise", step)
    assert found.dtype == np.float32
    assert_allclose(found, FILTERS[step](HU.astype(np.float64)), rtol=1e-5, atol=0.01)


async def test_the_laplacian_and_the_median_are_simpleitks_too(session: Session) -> None:
    image = SimpleITK.GetImageFromArray(HU)
    laplacian = SimpleITK.GetArrayFromImage(SimpleITK.Laplacian(image, useImageSpacing=False))
    assert_allclose(await pixels(session, "noise", "laplace"), laplacian, atol=0.01)
    median = SimpleITK.GetArrayFromImage(SimpleITK.Median(image, [1, 1]))
    assert_array_equal(await pixels(session, "noise", "median"), median)


async def test_a_sigma_in_mm_follows_the_spacing(session: Session) -> None:
    expected = ndimage.gaussian_filter(SOURCES["small"].pixels.astype(float), (0.5, 2.0), mode="nearest")
    assert_allclose(await pixels(session, "small", "gaussian(1, unit=mm)"), expected, rtol=1e-6)


async def test_a_gaussian_of_a_single_bright_pixel_is_the_bell_curve(session: Session) -> None:
    session.register_image_loader("dot", lambda image_id, options: np.eye(41, dtype=np.float32) * (np.arange(41) == 20))
    found = (await session.load_image("pipe:dot:1|gaussian(3)")).pixels[20]
    bell = np.exp(-((np.arange(41) - 20.0) ** 2) / 18)
    bell[abs(np.arange(41) - 20) > 12] = 0  # scipy leaves out what is farther away than four sigma
    assert_allclose(found, bell / bell.sum() * (bell / bell.sum()).max(), rtol=1e-5)


VALUES: dict[str, Any] = {
    "threshold(3, 6)": [[0, 0, 1, 1], [1, 1, 0, 0], [0, 0, 0, 0]],
    "threshold(11)": [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1]],
    "clip(3, 6)": [[3, 3, 3, 4], [5, 6, 6, 6], [6, 6, 6, 6]],
    "window(5, 2)": [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]],
    "rescale(2, -1)": [[1, 3, 5, 7], [9, 11, 13, 15], [17, 19, 21, 23]],
    "invert": [[12, 11, 10, 9], [8, 7, 6, 5], [4, 3, 2, 1]],
    "equalize": [[21.25, 42.5, 63.75, 85], [106.25, 127.5, 148.75, 170], [191.25, 212.5, 233.75, 255]],
    "flip(horizontal)": [[4, 3, 2, 1], [8, 7, 6, 5], [12, 11, 10, 9]],
    "flip(vertical)": [[9, 10, 11, 12], [5, 6, 7, 8], [1, 2, 3, 4]],
    "rotate90": [[9, 5, 1], [10, 6, 2], [11, 7, 3], [12, 8, 4]],
    "rotate90(2)": [[12, 11, 10, 9], [8, 7, 6, 5], [4, 3, 2, 1]],
    "rotate90(-1)": [[4, 8, 12], [3, 7, 11], [2, 6, 10], [1, 5, 9]],
    "crop(1, 2, 2, 1)": [[7], [11]],
    "resize(2, interpolation=nearest)|crop(0, 0, 2, 4)": [[1, 1, 2, 2], [1, 1, 2, 2]],
    "resize(2)|crop(0, 0, 1, 4)": [[1, 1.25, 1.75, 2.25]],
    "add(1)": [[2, 3, 4, 5], [6, 7, 8, 9], [10, 11, 12, 13]],
    'add("pipe:made:small%7Cinvert")': [[13] * 4] * 3,
    "subtract(made:small)": [[0] * 4] * 3,
    'multiply("pipe:made:small%7Cthreshold%283,6%29")': [[0, 0, 3, 4], [5, 6, 0, 0], [0, 0, 0, 0]],
}


@pytest.mark.parametrize("step", VALUES)
async def test_values_are_those_computed_by_hand(session: Session, step: str) -> None:
    assert_allclose(await pixels(session, "small", step), VALUES[step])


# row of pixel, column of pixel in the result: the value there, and where the source has it, LPS in mm
PLACES = {
    "flip(horizontal)": ((1, 1), 7, (10.0, 21.0, 28.0)),
    "flip(vertical)": ((1, 1), 6, (10.0, 20.5, 28.0)),
    "rotate90": ((3, 2), 4, (10.0, 21.5, 30.0)),
    "rotate90(2)": ((2, 3), 1, (10.0, 20.0, 30.0)),
    "rotate90(3)": ((1, 1), 7, (10.0, 21.0, 28.0)),
    "crop(1, 2, 2, 2)": ((1, 1), 12, (10.0, 21.5, 26.0)),
    "gaussian(0.001)": ((2, 1), 10, (10.0, 20.5, 26.0)),
    # each pixel is four: their centres lie a quarter of it aside
    "resize(2, interpolation=nearest)": ((5, 3), 10, (10.0, 20.625, 25.5)),
    "resize(spacing=0.5, interpolation=nearest)": ((11, 1), 10, (10.0, 20.5, 25.25)),
}


@pytest.mark.parametrize("step", PLACES)
async def test_each_pixel_stays_where_it_was_in_the_patient(session: Session, step: str) -> None:
    image = await session.load_and_cache_image(f"pipe:made:small|{step}")
    (row, column), value, place = PLACES[step]
    assert image.pixels[row, column] == pytest.approx(value)
    module = session.metadata.get("imagePlaneModule", image.image_id)
    assert isinstance(module, ImagePlaneModule)
    assert (module.rows, module.columns) == image.pixels.shape
    assert module.pixel_spacing == (image.row_spacing, image.column_spacing)
    position, orientation = np.array(module.image_position_patient), np.array(module.image_orientation_patient)
    assert image.row_spacing is not None
    assert image.column_spacing is not None
    found = position + column * image.column_spacing * orientation[:3] + row * image.row_spacing * orientation[3:]
    assert_allclose(found, place)


async def test_the_unit_and_window_stay_where_values_still_mean_the_same(session: Session) -> None:
    async def meaning(steps: str) -> tuple[str, tuple[tuple[float, float], ...]]:
        image = await session.load_image(f"pipe:made:noise|{steps}")
        assert (image.rescale_slope, image.rescale_intercept, image.modality_lut) == (1, 0, None)
        return image.unit, tuple((window.center, window.width) for window in image.windows)

    assert await meaning("gaussian(1)|crop(0, 0, 9, 9)") == ("HU", ((40, 400),))
    assert await meaning("window(50, 10)") == ("HU", ((50, 10),))
    assert await meaning("sobel") == ("", ())
    assert await meaning("subtract(made:noise)") == ("HU", ())
    assert await meaning("threshold(0)") == ("", ((0.5, 1),))
    assert await meaning("rescale(0.5, 1, unit=kg)") == ("kg", ())


async def test_there_is_no_pixel_where_there_was_none_and_it_dims_no_neighbour(session: Session) -> None:
    nan = np.nan
    assert_array_equal(await pixels(session, "padded", "invert"), [[nan, 40, 30], [nan, 20, 10]])
    # as if the padding were like the pixels beside it: 10, 10, 20 and 30, 30, 40
    expected = ndimage.gaussian_filter(np.array([[10.0, 10, 20], [30, 30, 40]]), 0.7, mode="nearest")
    expected[:, 0] = nan
    assert_allclose(await pixels(session, "padded", "gaussian(0.7)"), expected, rtol=1e-6)
    assert_array_equal(await pixels(session, "padded", "resize(1)"), [[nan, 10, 20], [nan, 30, 40]])
    assert_array_equal(await pixels(session, "padded", "threshold(-5000)"), [[0, 1, 1], [0, 1, 1]])
    assert_allclose(await pixels(session, "padded", "equalize"), [[nan, 63.75, 127.5], [nan, 191.25, 255]])


async def test_a_modality_lut_has_been_gone_through(session: Session) -> None:
    assert_array_equal(await pixels(session, "lut", "add(1)"), [[8, 10]])


async def test_colour_can_be_moved_inverted_and_made_grey(session: Session) -> None:
    assert_array_equal(await pixels(session, "color", "flip(horizontal)"), [[[255, 255, 255], [10, 20, 30]]])
    assert_array_equal(await pixels(session, "color", "invert"), [[[245, 235, 225], [0, 0, 0]]])
    assert_allclose(await pixels(session, "color", "grey"), [[18.15, 255]], rtol=1e-6)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("color|gaussian(1)", "it works on grey values, and this is a colour image (RGB); put the step grey before it"),
        ("small|add(made:color)", 'made:color is a colour image; put the step grey behind it, in "pipe:…%7Cgrey"'),
        ("small|add(made:noise)", "made:noise has 31 x 24 pixels, and this image 4 x 3; give one of the same size"),
        ("small|gaussian(0)", "sigma=0; give a number above 0"),
        ("small|gaussian(9)", "sigma=9px is more than the image, 4 x 3 pixels; give less"),
        ("small|gaussian(a)", "sigma='a' is no number; give a number above 0"),
        ("small|gaussian(1, unit=inch)", "unit='inch'; give px or mm"),
        ("noise|gaussian(1, mm)", "unit=mm: it is not known how large the image's pixels are; give pixels (px)"),
        ("small|median(2.5)", "size=2.5; give a whole number from 1 to 99"),
        ("small|threshold(400, 100)", "low=400 is above high=100; give the lower one first"),
        ("small|window(40, 0)", "width=0; give a number above 0"),
        ("small|rescale(unit=5)", "unit=5; give a word, or a text in double quotes"),
        ("small|flip(up)", "direction='up'; give horizontal or vertical"),
        ("small|rotate90(45)", "turns=45; give a whole number from -3 to 3"),
        ("small|crop(0, 0, 4, 1)", "rows=4; give a whole number from 1 to 3"),
        ("small|resize", "give a factor or a spacing in mm, one of the two"),
        ("noise|resize(spacing=2)", "spacing=2: it is not known how large the image's pixels are; give a factor"),
        ("small|resize(99999)", "ImageTooLargeError: the image would have 399996 x 299997 pixels, more than the limit"),
        ("small|mpr(oblique, 0)", "plane='oblique'; give axial, coronal or sagittal"),
        ("small|mpr(axial, -1)", "index=-1; give a whole number from 0 to 999999999"),
        ("small|mpr(axial, 0)", "made:small is one image, and a volume needs two slices or more"),
    ],
)
async def test_wrong_arguments_are_told_with_the_right_ones(session: Session, steps: str, told: str) -> None:
    with pytest.raises(PipelineError) as refused:
        await session.load_image(f"pipe:made:{steps}")
    assert f"failed on made:{steps.partition('|')[0]}: " in str(refused.value)
    assert told in str(refused.value)
