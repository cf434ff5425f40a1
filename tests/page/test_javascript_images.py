"""Images in Cornerstone's shape that JavaScript loaders give, as Python has them."""

from collections.abc import Iterator
from typing import Any

import pytest
from loader_page import prepare, run, tidy
from playwright.sync_api import Page


@pytest.fixture
def page(api_page: Page) -> Iterator[Page]:
    prepare(api_page)
    yield api_page
    tidy(api_page)


# fields beside the pixels -4, 0, 4, 8 of one row, and what Python makes of them
IMAGE = """
image = await session.load_image("js:1")
[image.pixels.tolist(), str(image.pixels.dtype), image.photometric_interpretation, image.rescale_slope,
 image.rescale_intercept, [[window.center, window.width] for window in image.windows], image.voi_lut_function,
 image.row_spacing, image.column_spacing, image.unit, list(image.warnings)]
"""
BARE = [[[-4, 0, 4, 8]], "int16", "MONOCHROME2", 1, 0, [], "LINEAR", None, None, "", []]
FIELDS = {
    "nothing": ("", {}),
    "slope and intercept": ("slope: 0.5, intercept: -1024", {3: 0.5, 4: -1024}),
    "one window": ("windowCenter: 40, windowWidth: 400", {5: [[40, 400]]}),
    "windows in arrays": ("windowCenter: [40, -600], windowWidth: [400, 1500]", {5: [[40, 400], [-600, 1500]]}),
    "windows in typed arrays": ("windowCenter: Float32Array.of(2.5), windowWidth: Float32Array.of(5)", {5: [[2.5, 5]]}),
    "no window": ("windowCenter: undefined, windowWidth: NaN", {}),
    "a window without a width": ("windowCenter: 40", {}),
    "inversion": ("invert: true", {2: "MONOCHROME1"}),
    "a photometric interpretation": ("photometricInterpretation: 'MONOCHROME1'", {2: "MONOCHROME1"}),
    "a VOI function": ("voiLUTFunction: 'SIGMOID'", {6: "SIGMOID"}),
    "a VOI function that there is not": (
        "voiLUTFunction: 'S'",
        {10: ["voiLUTFunction='S' is none of LINEAR, LINEAR_EXACT, SIGMOID; LINEAR is used"]},
    ),
    "spacings": ("rowPixelSpacing: 0.5, columnPixelSpacing: 0.25", {7: 0.5, 8: 0.25}),
    "spacings that say nothing": ("rowPixelSpacing: null, columnPixelSpacing: 0", {}),
    "values in modality units": ("slope: 2, intercept: -1024, preScale: { enabled: true, scaled: true }", {}),
    "values in modality units, as 3D says it": ("slope: 2, intercept: -1024, isPreScaled: true", {}),
    "values that could be scaled": ("slope: 2, intercept: 1, preScale: { enabled: true, scaled: false }", {3: 2, 4: 1}),
    "a unit": ("unit: 'HU'", {9: "HU"}),
    "width and height in the place of rows and columns": (
        "rows: undefined, columns: undefined, width: 2, height: 2",
        {0: [[-4, 0], [4, 8]]},
    ),
    "other types of pixels": ("pixelData: Float32Array.of(-4.5, 0, 4, 8)", {0: [[-4.5, 0, 4, 8]], 1: "float32"}),
    "clamped bytes": ("pixelData: Uint8ClampedArray.of(300, 0, 4, 8)", {0: [[255, 0, 4, 8]], 1: "uint8"}),
    "much that means nothing here": ("imageId: 'other:1', sizeInBytes: 8, lut: 1, minPixelValue: 99, render() {}", {}),
}


@pytest.mark.parametrize(("fields", "differs"), FIELDS.values(), ids=FIELDS)
def test_an_image_in_cornerstones_shape_means_in_python_what_it_says(
    page: Page, fields: str, differs: dict[int, Any]
) -> None:
    found = run(page, f"await register(() => ({{ ...row(-4, 0, 4, 8), {fields} }})); return python(argument);", IMAGE)
    assert found == [differs.get(place, value) for place, value in enumerate(BARE)]


@pytest.mark.parametrize(
    ("pixels", "wanted", "dtype"),
    [
        ("Uint8Array.of(1, 2, 3, 4, 5, 6)", [[[1, 2, 3], [4, 5, 6]]], "uint8"),
        ("Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 255)", [[[1, 2, 3], [4, 5, 6]]], "uint8"),
        ("Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 254)", [[[1, 2, 3, 255], [4, 5, 6, 254]]], "uint8"),
        ("Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 0)", [[[1, 2, 3, 0], [4, 5, 6, 0]]], "uint8"),
        ("Uint16Array.of(1, 2, 3, 65535, 4, 5, 6, 65535)", [[[1, 2, 3], [4, 5, 6]]], "uint16"),
    ],
)
def test_colour_is_rgb_unless_something_is_transparent(page: Page, pixels: str, wanted: Any, dtype: str) -> None:
    given = f"{{ rows: 1, columns: 2, color: true, pixelData: {pixels}, photometricInterpretation: 'YBR_FULL' }}"
    found = run(page, f"await register(() => ({given})); return python(argument);", IMAGE)
    assert found[:3] == [wanted, dtype, "RGB"]


def test_lookup_tables_become_python_ones(page: Page) -> None:
    source = """
image = await session.load_image("js:1")
[[table.entries.tolist(), table.first_mapped, table.bits] for table in (image.modality_lut, *image.voi_luts)]
"""
    found = run(
        page,
        """await register(() => ({ ...row(0, 1),
            modalityLUT: { firstValueMapped: -1, numBitsPerEntry: 16, lut: Uint16Array.of(7, 8, 9) },
            voiLUT: { firstValueMapped: 7, numBitsPerEntry: 8, lut: [0, 128, 255] } }));
        return python(argument);""",
        source,
    )
    assert found == [[[7, 8, 9], -1, 16], [[0, 128, 255], 7, 8]]


def test_the_picture_of_such_an_image_is_painted_by_python(page: Page) -> None:
    # modality values -1, 0, 1, 2 through a window from -1 to 2, all of it: levels 0, 85, 170, 255
    assert run(
        page,
        """await register(() => ({ ...row(-4, 0, 4, 8), slope: 0.25,
            windowCenter: 0.5, windowWidth: 3, voiLUTFunction: "LINEAR_EXACT" }));
        const { data } = await loadstone.render("js:1", { width: 4, height: 1 });
        await register(() => ({ ...row(-4, 0, 4, 8), slope: 0.25, invert: true,
            windowCenter: 0.5, windowWidth: 3, voiLUTFunction: "LINEAR_EXACT" }));
        const inverted = await loadstone.render("js:1", { width: 4, height: 1 });
        return [data, inverted.data].map((picture) => [0, 4, 8, 12].map((place) => picture[place]));""",
    ) == [[0, 85, 170, 255], [255, 170, 85, 0]]


MISSING = {
    "no rows": ("rows: undefined", "has no rows; give rows, columns, and pixelData (a typed array) or getPixelData()"),
    "no columns": ("columns: null", "has no columns; give rows, columns, and pixelData"),
    "half a row": ("rows: 1.5", "has rows=1.5; give a whole number above 0"),
    "no rows at all": ("rows: 0", "has rows=0; give a whole number above 0"),
    "rows in text": ("rows: '1'", "has rows='1'; give a whole number above 0"),
    "no pixels": ("pixelData: undefined", "has no pixels; give rows, columns, and pixelData"),
    "too few values": (
        "columns: 5",
        "has 4 values for 1 rows x 5 columns; give 5, or 15 for RGB, 20 for RGBA",
    ),
    "two values for each pixel": (
        "columns: 2",
        "has 4 values for 1 rows x 2 columns; give 2, or 6 for RGB, 8 for RGBA",
    ),
    "grey that is called colour": ("color: true", "has color=true, but 1 value for each pixel; correct"),
    "colour that is called grey": ("columns: 1, color: false", "has color=false, but 4 values for each pixel; correct"),
    "a plain array": ("pixelData: [1, 2, 3, 4]", "are of the kind Array; give a typed array, such as Int16Array"),
    "bytes without a type": ("pixelData: new ArrayBuffer(8)", "are of the kind ArrayBuffer; give a typed array"),
    "a promise of pixels": (
        "pixelData: undefined, getPixelData: async () => 1",
        "are of the kind Promise; give a typed",
    ),
    "a slope in text": ("slope: 'steep'", "has slope='steep'; give a number"),
    "an intercept beyond numbers": ("intercept: Infinity", "has intercept=inf; give a number"),
    "a table in text": ("voiLUT: 'steep'", "has voiLUT='steep'; give an object"),
    "preScale without its fields": ("preScale: true", "has preScale=True; give an object"),
    "windows that are none": ("windows: 5", "has windows=[5]; give objects with center and width"),
    "a window without a width": ("windows: [{ center: 1 }]", "has windows=[{'center': 1}]; give objects with"),
    "padding in text": ("pixelPadding: ['none']", "has pixelPadding=['none']; give one or two numbers"),
    "a unit that is none": ("unit: 5", "has unit=5; give a text"),
    "numbers that Python has not": (
        "pixelData: Float16Array.of(1, 2, 3, 4)",
        "are of the kind Float16Array; give a typed array, such as Int16Array",
    ),
    "a table that is none": (
        "voiLUT: { lut: ['a'], firstValueMapped: 0 }",
        "the voiLUT of the image of its JavaScript loader can not be used; give firstValueMapped, numBitsPerEntry",
    ),
}


@pytest.mark.parametrize(("fields", "text"), MISSING.values(), ids=MISSING)
def test_what_an_image_lacks_is_named(page: Page, fields: str, text: str) -> None:
    name, message, image_id = run(
        page, f"await register(() => ({{ ...row(-4, 0, 4, 8), {fields} }})); return failure(pixels('js:1'));"
    )
    assert (name, image_id) == ("LoaderError", "js:1")
    assert message.startswith("js:1: the ")
    assert text in message


def test_what_of_a_table_can_not_cross_to_python_is_left_out(page: Page) -> None:
    # level 3 and 1 of two bits
    assert run(
        page,
        """const voiLUT = { firstValueMapped: 0, numBitsPerEntry: 2, lut: [3, 1], undo() {} };
        await register(() => ({ ...row(0, 1), voiLUT }));
        const { data } = await loadstone.render("js:1", { width: 2, height: 1 });
        return [data[0], data[4]];""",
    ) == [255, 85]


def test_get_pixel_data_that_throws_is_the_loaders_failure(page: Page) -> None:
    name, message, _ = run(
        page,
        """await register(() => ({ rows: 1, columns: 1, getPixelData() { throw new Error("no canvas"); } }));
        return failure(pixels("js:1"));""",
    )
    assert (name, message) == ("LoaderError", "js:1: its JavaScript loader failed: Error: no canvas")
