"""``loadstone.cache``: the images that Python keeps, by Cornerstone's names."""

from typing import Any

import pytest
from playwright.sync_api import Page

# of int16: 128 x 128 and 64 x 64, as pydicom reads CT_small.dcm and MR_small.dcm
CT_BYTES, MR_BYTES = 2 * 128 * 128, 2 * 64 * 64


@pytest.fixture
def page(api_page: Page) -> Page:
    """With two images in the cache, the CT being the less recently used."""
    run(
        api_page,
        """await loadstone.cache.purgeCache();
        await loadstone.cache.setMaxCacheSize(2 ** 30);
        await loadstone.loadAndCacheImage("example:ct").promise;
        await loadstone.loadAndCacheImage("example:mr-small").promise;""",
    )
    return api_page


def run(page: Page, body: str) -> Any:
    return page.evaluate(f"async () => {{ {body} }}")


def test_it_tells_its_size_and_how_much_it_may_be(page: Page) -> None:
    info, size, maximum = run(
        page,
        """const { cache } = loadstone;
        return [await cache.getCacheInfo(), await cache.getCacheSize(), await cache.getMaxCacheSize()];""",
    )
    both = CT_BYTES + MR_BYTES
    assert info == {"maximumSizeInBytes": 2**30, "cacheSizeInBytes": both, "numberOfImagesCached": 2}
    assert (size, maximum) == (both, 2**30)


def test_a_smaller_one_lets_the_least_recently_used_image_go(page: Page) -> None:
    resized = f"await loadstone.cache.setMaxCacheSize({CT_BYTES}); return loadstone.cache.getCacheSize();"
    assert run(page, resized) == MR_BYTES


def test_an_image_can_be_removed_once(page: Page) -> None:
    outcome = run(
        page,
        """const { cache } = loadstone;
        const remove = () => cache.removeImageLoadObject("example:ct");
        return [await remove(), await cache.getCacheSize(), await remove()];""",
    )
    assert outcome == [True, MR_BYTES, False]


def test_it_can_be_emptied(page: Page) -> None:
    assert run(page, "await loadstone.cache.purgeCache(); return loadstone.cache.getCacheSize();") == 0


def test_a_size_that_can_not_be_is_refused(page: Page) -> None:
    refuse = "(bytes) => loadstone.cache.setMaxCacheSize(bytes).catch(({ message }) => message)"
    assert run(page, f"return Promise.all([-1, 'much'].map({refuse}));") == [
        "a cache of -1 bytes can not be; give 0 or more",
        "setMaxCacheSize: bytes='much'; give a number of bytes",
    ]
