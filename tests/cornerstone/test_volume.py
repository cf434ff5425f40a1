"""Volumes of the real Cornerstone, made of Loadstone's images."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.cornerstone.made_files import SLICES

IDS = f"""
const address = (number) => `wadouri:${{location.origin}}/made/series/${{number}}.dcm`;
const own = Array.from({{ length: {SLICES} }}, (_, number) => address(number));
const ours = own.map((imageId) => `py:${{imageId}}`);
"""


@pytest.fixture
def run(viewports: Page) -> Callable[[str], Any]:
    return lambda body: viewports.evaluate(f"async () => {{ {IDS} {body} }}")


def test_reconstructions_are_the_same_to_the_last_bit(run: Callable[[str], Any]) -> None:
    pictures, ours, own = run(
        """// Cornerstone's wadouri knows the metadata of what it has loaded only
        await Promise.all(viewports.imageLoader.loadAndCacheImages(own));
        const expected = await viewports.volumePictures("volume of its own", own);
        await loadstone.loadMetaData(ours);
        const seen = await viewports.volumePictures("volume of Loadstone", ours);
        return [seen.pictures.map((picture, place) => viewports.compare(picture, expected.pictures[place])),
            seen.volume, expected.volume];"""
    )
    assert [(one["different"], one["most"], one["levels"] > 50) for one in pictures] == [(0, 0, True)] * 3
    assert ours == own
    assert (ours["dimensions"], ours["dataType"]) == ([64, 48, SLICES], "Int16Array")
