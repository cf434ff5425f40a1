"""The legacy Cornerstone (cornerstone-core) shows Loadstone's images as its own formula would have the values."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page
from pydicom import dcmread
from servers import OddServer, odd_server
from tests.cornerstone.made_files import FILES

WINDOW = {"windowCenter": 300.25, "windowWidth": 777}
CHANGES: list[dict[str, Any]] = [{"voi": WINDOW}, {"invert": True}]


@pytest.fixture
def slow_server() -> Iterator[OddServer]:
    with odd_server(cors=True) as server:
        yield server


def pictures(page: Page, name: str, **options: str) -> list[NDArray[np.int64]]:
    """The file's picture, and those after each of ``CHANGES``: (pixels, 3)."""
    call = "([name, ...rest]) => legacy.pictures(`py:wadouri:${location.origin}/${name}`, ...rest)"
    found = page.evaluate(call, [name, CHANGES, options])
    return [np.array(values).reshape(-1, 3) for values in found]


def greys(picture: NDArray[np.int64]) -> NDArray[np.int64]:
    assert (picture == picture[:, :1]).all()
    assert len(np.unique(picture)) > 20, "there is hardly anything to see"
    return picture[:, 0]


def levels(values: NDArray[Any], center: float, width: float, *, inverted: bool = False) -> NDArray[np.int64]:
    """Cornerstone's formula; its table clamps, and rounds halves to even."""
    exact = ((values.ravel() - center) / width + 0.5) * 255
    return np.rint(255 - exact if inverted else exact).clip(0, 255).astype(np.int64)


def stored_values(name: str) -> NDArray[Any]:
    return dcmread(BytesIO(FILES[name])).pixel_array.astype(np.float64)


@pytest.mark.parametrize(
    ("name", "slope", "intercept", "window"),
    [
        ("ct", 1, -1024, (500, 1800)),
        ("signed", 1, 0, (500, 1800)),
        ("8-bit", 1, 0, (100, 200)),
        ("fractional slope", 0.37, -100.5, (500, 1800)),
        ("no spacing", 1, 0, (500, 1800)),
    ],
)
def test_each_grey_level_is_that_of_the_formula(
    legacy: Page, name: str, slope: float, intercept: float, window: tuple[float, float]
) -> None:
    values = stored_values(name) * slope + intercept
    first, windowed, inverted = map(greys, pictures(legacy, f"made/{name}.dcm"))
    assert (first == levels(values, *window)).all()
    assert (windowed == levels(values, 300.25, 777)).all()
    assert (inverted == levels(values, 300.25, 777, inverted=True)).all()


def test_monochrome1_is_inverted(legacy: Page) -> None:
    first, windowed, inverted = map(greys, pictures(legacy, "made/monochrome1.dcm"))
    values = stored_values("monochrome1")
    assert (first == levels(values, 500, 1800, inverted=True)).all()
    assert (windowed == levels(values, 300.25, 777, inverted=True)).all()
    # {invert: true} is what it was
    assert (inverted == windowed).all()


def test_without_a_window_the_lowest_value_is_black_and_the_highest_white(legacy: Page) -> None:
    first = greys(pictures(legacy, "made/no window.dcm")[0])
    values = stored_values("no window")
    low, high = int(values.min()), int(values.max())
    assert (first == levels(values, (low + high) / 2, high - low)).all()
    assert (first.min(), first.max()) == (0, 255)


def test_floats_are_off_by_a_level_at_most_where_a_step_of_their_range_matters(legacy: Page) -> None:
    first, windowed, _ = map(greys, pictures(legacy, "made/float.dcm"))
    values = stored_values("float")
    for picture, (center, width) in ((first, (500.0, 1800.0)), (windowed, (300.25, 777.0))):
        distance = np.abs(picture - levels(values, center, width))
        # a step is 1/65535 of the range: only what lies as close to the middle between two levels can change sides
        assert distance.max() <= 1
        assert (distance > 0).mean() < 0.01


def test_colours_are_those_of_the_file(legacy: Page) -> None:
    first, *_ = pictures(legacy, "made/rgb.dcm")
    assert (first == stored_values("rgb").reshape(-1, 3)).all()


def test_loadstones_own_picture_differs_by_the_formula_only(legacy: Page) -> None:
    own = legacy.evaluate(
        """async () => {
            const imageId = `wadouri:${location.origin}/made/ct.dcm`;
            const { data } = await loadstone.render(imageId, { width: 64, height: 48 });
            return [...data.filter((_, place) => place % 4 === 0)];
        }"""
    )
    first = greys(pictures(legacy, "made/ct.dcm")[0])
    distance = np.abs(np.array(own) - first)
    # DICOM's ((v - (c - 0.5)) / (w - 1) + 0.5) * 255 is less than half a level away, so rounds apart here and there
    assert distance.max() == 1
    assert 0 < (distance > 0).mean() < 0.2


def test_the_webgl_renderer_shows_it_by_the_formula_of_its_shader(legacy: Page) -> None:
    first, windowed, _ = map(greys, pictures(legacy, "made/ct.dcm", renderer="webgl"))
    # it takes a byte b for b / 255 * 256, and half from the center, whoever loaded the image
    values = stored_values("ct") * 256 / 255 - 1024
    assert np.abs(first - levels(values, 499.5, 1800)).max() <= 1
    assert np.abs(windowed - levels(values, 299.75, 777)).max() <= 1


def test_an_array_from_a_python_loader_is_shown(legacy: Page) -> None:
    legacy.evaluate(
        """() => loadstone.runPython(`
import numpy as np
def ramp(image_id, options):
    return np.linspace(-1, 1, 64 * 64).reshape(64, 64)
session.register_image_loader("ramp", ramp)
`)"""
    )
    found = legacy.evaluate("async () => (await legacy.pictures('py:ramp:1'))[0]")
    assert (np.abs(np.array(found[::3]) - np.linspace(0, 255, 64 * 64)) <= 0.51).all()


def test_look_up_tables_count(legacy: Page) -> None:
    legacy.evaluate(
        """() => loadstone.runPython(`
import numpy as np
from loadstone.image import Image, LookupTable, Window
stored = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64) // 64
squares = LookupTable(np.arange(64, dtype=np.uint16) ** 2, first_mapped=0, bits=12)
shifted = LookupTable(np.arange(32, dtype=np.uint16) * 100, first_mapped=16, bits=12)
def tables(image_id, options):
    if image_id == "tables:voi":
        return Image(image_id, stored, voi_luts=(squares,))
    return Image(image_id, stored, modality_lut=shifted, windows=(Window(1550, 3100),))
session.register_image_loader("tables", tables)
`)"""
    )
    rows = legacy.evaluate(
        """() => Promise.all(["voi", "modality"].map(async (name) =>
            (await legacy.pictures(`py:tables:${name}`))[0].filter((_, place) => place % (64 * 3) === 0)))"""
    )
    # Cornerstone takes the upper 8 bits of an entry
    assert rows[0] == [value**2 >> 4 for value in range(64)]
    modality = np.array([100.0 * min(max(value - 16, 0), 31) for value in range(64)])
    assert rows[1] == levels(modality, 1550, 3100).tolist()


def test_metadata_come_by_the_provider_until_the_cache_lets_go(legacy: Page) -> None:
    assert legacy.evaluate(
        """async () => {
            const imageId = `py:wadouri:${location.origin}/made/ct.dcm?for=its-metadata`;
            cornerstone.metaData.addProvider(loadstone.metaDataProvider);
            const spacing = () => cornerstone.metaData.get("imagePlaneModule", imageId)?.pixelSpacing ?? null;
            const before = spacing();
            const image = await cornerstone.loadAndCacheImage(imageId);
            const cached = cornerstone.imageCache.getCacheInfo().cacheSizeInBytes === image.sizeInBytes;
            const loaded = spacing();
            cornerstone.imageCache.purgeCache();
            await new Promise((resolve) => setTimeout(resolve));
            cornerstone.metaData.removeProvider(loadstone.metaDataProvider);
            return [before, cached, image.imageId === imageId, loaded, spacing()];
        }"""
    ) == [None, True, True, [1.5, 1.5], None]


def test_cancelling_closes_the_connection(legacy: Page, slow_server: OddServer) -> None:
    begun = f"py:wadouri:{slow_server.url}/slow"
    told = legacy.evaluate(
        """async (imageId) => {
            const failed = new Promise((resolve) => cornerstone.events.addEventListener(
                cornerstone.EVENTS.IMAGE_LOAD_FAILED, ({ detail }) => resolve(detail), { once: true }));
            const arriving = new Promise((resolve) => loadstone.events.addEventListener(
                "CORNERSTONE_IMAGE_LOAD_PROGRESS", resolve, { once: true }));
            cornerstone.loadAndCacheImage(imageId).catch(() => {});
            await arriving;
            cornerstone.imageCache.getImageLoadObject(imageId).cancelFn();
            const { error, ...detail } = await failed;
            return [detail.imageId === imageId, error.name, cornerstone.imageCache.getImageLoadObject(imageId) ?? null];
        }""",
        begun,
    )
    assert told == [True, "LoadCancelledError", None]
    assert slow_server.broken_off.wait(5)


def test_failures_reach_the_caller_and_the_event(legacy: Page) -> None:
    names = legacy.evaluate(
        """async () => {
            const imageId = `py:wadouri:${location.origin}/nothing.dcm`;
            const failed = new Promise((resolve) => cornerstone.events.addEventListener(
                cornerstone.EVENTS.IMAGE_LOAD_FAILED, ({ detail }) => resolve(detail.error), { once: true }));
            const error = await cornerstone.loadImage(imageId).catch((reason) => reason);
            return [error === await failed, error instanceof Error, error.message.includes("404")];
        }"""
    )
    assert names == [True, True, True]


def test_jquery_waits_for_pythons_images_as_for_any(legacy: Page) -> None:
    assert legacy.evaluate(
        """async () => {
            const ids = ["ct", "rgb"].map((name) => `py:wadouri:${location.origin}/made/${name}.dcm`);
            const nowhere = `py:wadouri:${location.origin}/nothing.dcm`;
            const sizes = await new Promise((resolve) => legacy.$.when(...ids.map((id) => cornerstone.loadImage(id)))
                .done((...images) => resolve(images.map((image) => image.getPixelData().length))));
            const failed = await new Promise((resolve) => legacy.$.when(cornerstone.loadImage(nowhere))
                .fail((error) => resolve(error instanceof Error)));
            return [sizes, failed];
        }"""
    ) == [[64 * 48, 64 * 48 * 4], True]
