"""Stack viewports of the real Cornerstone: Loadstone's images look as those of its own DICOM image loader."""

from typing import Any

import pytest
from playwright.sync_api import Page

PICTURES = """
async ([name, steps]) => {
    const [own, ours] = [`wadouri:${location.origin}/${name}`, `py:wadouri:${location.origin}/${name}`];
    const expected = await viewports.stackPictures([own], steps);
    const seen = await viewports.stackPictures([ours], steps);
    return seen.map((picture, place) => viewports.compare(picture, expected[place]));
}
"""

STEPS: list[dict[str, Any]] = [{"voiRange": {"lower": 100, "upper": 900}}, {"invert": True}]


def compared(page: Page, name: str, steps: list[dict[str, Any]]) -> list[dict[str, int]]:
    found: list[dict[str, int]] = page.evaluate(PICTURES, [name, steps])
    assert len(found) == 1 + len(steps)
    assert found[0]["levels"] > 20, "there is hardly anything to see"
    return found


@pytest.mark.parametrize(
    "name",
    [
        "made/ct.dcm",
        "made/signed.dcm",
        "made/8-bit.dcm",
        "made/monochrome1.dcm",
        "made/float.dcm",
        "made/fractional slope.dcm",
        "made/no window.dcm",
        "made/rgb.dcm",
        "made/oblong pixels.dcm",
        "made/no spacing.dcm",
        "pydicom/CT_small.dcm",
        "pydicom/MR_small.dcm",
        "pydicom/examples_rgb_color.dcm",
        "pydicom/examples_overlay.dcm",
        "pydicom/JPEG2000.dcm",
        "pydicom/SC_rgb_jpeg_dcmtk.dcm",
        "pydicom/rtdose.dcm",
        "pydicom/rtdose.dcm?frame=8",
        "pydicom/SC_rgb_rle_2frame.dcm?frame=2",
    ],
)
def test_the_picture_is_the_same_to_the_last_bit(viewports: Page, name: str) -> None:
    for found in compared(viewports, name, STEPS):
        assert (found["different"], found["most"]) == (0, 0)


def test_scrolling_shows_each_image_of_a_stack_under_the_window_that_was_set(viewports: Page) -> None:
    found = viewports.evaluate(
        """async () => {
            const own = [2, 9, 16].map((number) => `wadouri:${location.origin}/made/series/${number}.dcm`);
            const steps = [{ scroll: 1 }, { voiRange: { lower: -500, upper: 700 } }, { scroll: 1 }, { scroll: -2 }];
            const expected = await viewports.stackPictures(own, steps);
            const seen = await viewports.stackPictures(own.map((imageId) => `py:${imageId}`), steps);
            return [seen.map((picture, place) => viewports.compare(picture, expected[place])),
                seen.slice(1).map((picture, place) => viewports.compare(picture, seen[place]).different > 100)];
        }"""
    )
    same, each_another = found
    assert [(one["different"], one["most"]) for one in same] == [(0, 0)] * 5
    assert each_another == [True] * 4


def test_pet_is_shown_as_suv_as_cornerstone_does_once_it_is_told_the_factor(viewports: Page) -> None:
    # Cornerstone 5.14 finds no radiopharmaceutical in any file; 70 kg and the 175 MBq that are left give the factor
    viewports.evaluate(
        """() => viewports.metaData.addProvider((type, imageId) =>
            type === "scalingModule" && imageId.startsWith("wadouri:") && imageId.endsWith("/pet.dcm")
                ? { suvbw: 70_000 / 175e6 } : undefined)"""
    )
    for found in compared(viewports, "made/pet.dcm", [{"voiRange": {"lower": 1, "upper": 4}}, {"invert": True}]):
        assert (found["different"], found["most"]) == (0, 0)


# explained: what differs is how far two decoders of the same pixels round apart, see tests/conformance/TABLE.md
DECODED_OTHERWISE = {
    # palette entries of 16 bits are rounded to 8, where Cornerstone takes their upper byte
    "pydicom/examples_palette.dcm": 2,
    # YBR_FULL to RGB is rounded, where Cornerstone cuts off
    "pydicom/examples_ybr_color.dcm": 1,
    # Cornerstone's decoder of JPEG with 12 bits is off by up to 15 of 4095
    "pydicom/JPGExtended.dcm": 6,
    # 8 bits in an array of 16: the GPU interpolates between textures of another type
    "pydicom/ExplVR_BigEnd.dcm": 1,
}


@pytest.mark.parametrize("name", DECODED_OTHERWISE)
def test_pixels_that_are_decoded_otherwise_differ_by_no_more_than_that(viewports: Page, name: str) -> None:
    for found in compared(viewports, name, STEPS):
        assert found["most"] <= DECODED_OTHERWISE[name]


@pytest.mark.parametrize("name", ["ct", "monochrome1", "float", "fractional slope", "8-bit", "rgb"])
def test_pictures_that_are_drawn_without_webgl_are_the_same_too(viewports: Page, name: str) -> None:
    viewports.evaluate("() => { viewports.cache.purgeCache(); viewports.drawWithoutGl(true); }")
    try:
        for found in compared(viewports, f"made/{name}.dcm", STEPS):
            assert (found["different"], found["most"]) == (0, 0)
    finally:
        viewports.evaluate("() => { viewports.cache.purgeCache(); viewports.drawWithoutGl(false); }")
