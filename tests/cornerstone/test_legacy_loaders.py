"""Loaders of the legacy Cornerstone serve Python's registry: its web image loader, and those with jQuery's promises."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

PALETTE = np.random.default_rng(5).integers(0, 256, (60, 80, 3), np.uint8)


@pytest.fixture(scope="module")
def web_page(legacy: Page, cornerstone_folder: Path) -> Page:
    Image.fromarray(PALETTE).save(cornerstone_folder / "made" / "noise.png")
    smooth = Image.fromarray(PALETTE[::20, ::20]).resize((80, 60), Image.Resampling.BICUBIC)
    # without subsampling: Chromium makes the colours in between otherwise than libjpeg
    smooth.save(cornerstone_folder / "made" / "smooth.jpg", quality=95, subsampling=0)
    Image.fromarray(PALETTE[..., 0]).save(cornerstone_folder / "made" / "grey.png")
    half = Image.fromarray(PALETTE)
    half.putalpha(Image.linear_gradient("L").resize((80, 60)))
    half.save(cornerstone_folder / "made" / "see-through.png")
    legacy.evaluate(
        """async () => {
            legacy.webImageLoader.external.cornerstone = cornerstone;
            // in the place of Loadstone's own, which "web:" still names
            await loadstone.registerImageLoader("http", legacy.webImageLoader.loadImage);
        }"""
    )
    return legacy


WEB_LOADED = """
async (name) => {
    const image = await loadstone.loadImage(`${location.origin}/made/${name}`).promise;
    return { values: [...image.getPixelData()], components: image.numberOfComponents };
}
"""


@pytest.mark.parametrize("name", ["noise.png", "grey.png"])
def test_a_web_images_colours_are_pillows(web_page: Page, cornerstone_folder: Path, name: str) -> None:
    image = web_page.evaluate(WEB_LOADED, name)
    expected = np.asarray(Image.open(cornerstone_folder / "made" / name).convert("RGB"))
    assert (image["values"], image["components"]) == (expected.ravel().tolist(), 3)


def test_a_web_images_transparency_stays(web_page: Page, cornerstone_folder: Path) -> None:
    image = web_page.evaluate(WEB_LOADED, "see-through.png")
    expected = np.asarray(Image.open(cornerstone_folder / "made" / "see-through.png")).reshape(-1, 4)
    found = np.array(image["values"]).reshape(-1, 4)
    assert image["components"] == 4
    assert (found[:, 3] == expected[:, 3]).all()
    # the loader reads a canvas, which keeps colours multiplied by their alpha: off by what these 8 bits lose
    lost = 0.5 * 255 / np.maximum(expected[:, 3:], 1) + 1
    assert (np.abs(found[:, :3] - expected[:, :3]) <= lost)[expected[:, 3] > 0].all()


def test_a_jpegs_picture_is_that_of_loadstones_own_loader_but_for_the_decoders_rounding(web_page: Page) -> None:
    theirs, own = web_page.evaluate(
        """() => Promise.all(["", "web:"].map(async (scheme) => {
            const imageId = `${scheme}${location.origin}/made/smooth.jpg`;
            const { data } = await loadstone.render(imageId, { width: 80, height: 60 });
            return [...data];
        }))"""
    )
    distance = np.abs(np.array(theirs) - np.array(own))
    assert distance.max() <= 2
    assert len(np.unique(theirs)) > 100


# promises that are jQuery's


@pytest.mark.parametrize("given", ["{ promise: deferred.promise() }", "deferred.promise()", "deferred"])
def test_a_loader_of_jquerys_time_answers_python(legacy: Page, given: str) -> None:
    found = legacy.evaluate(
        f"""async () => {{
            const registration = await loadstone.registerImageLoader("deferred", (imageId) => {{
                const deferred = legacy.$.Deferred();
                setTimeout(() => imageId.endsWith("bad")
                    ? deferred.reject({{ error: "no such slice" }})
                    : deferred.resolve({{ rows: 1, columns: 2, getPixelData: () => new Int16Array([-5, 7]) }}));
                return {given};
            }});
            const image = await loadstone.loadImage("deferred:1").promise;
            const error = await loadstone.loadImage("deferred:bad").promise.catch((reason) => reason);
            await registration.unregister();
            return [[...image.getPixelData()], error.name, error.message];
        }}"""
    )
    assert found[:2] == [[-5, 7], "LoaderError"]
    assert "no such slice" in found[2]


def test_all_of_cornerstones_registry_answers_python(legacy: Page) -> None:
    found = legacy.evaluate(
        """async () => {
            cornerstone.registerImageLoader("old", (imageId) => {
                const image = { imageId, rows: 1, columns: 3, sizeInBytes: 6, slope: 2, intercept: -1, color: false,
                    getPixelData: () => new Int16Array([1, 2, 3]) };
                return { promise: legacy.$.Deferred().resolve(image).promise() };
            });
            await loadstone.registerImageLoader("old", (imageId) => cornerstone.loadAndCacheImage(imageId));
            return loadstone.runPython(`
from loadstone.grey import modality_values
image = await session.load_image("old:1")
modality_values(image, image.pixels).ravel().tolist()
`, { replay: false });
        }"""
    )
    assert found == [1, 3, 5]
