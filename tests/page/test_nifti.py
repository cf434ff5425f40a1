"""NIfTI in the page: the same pixels and the same geometry as on this machine's own Python; a volume is a stack."""

import asyncio
import base64
import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from desktop import rendered_here, sha256
from nifti_files import DATATYPES, nifti1, nifti2
from playwright.sync_api import Browser, Page, expect
from viewer_page import ViewerPage, opened

from loadstone.metadata import as_cornerstone
from loadstone.session import Session

# 24 x 20 x 5 voxels, oblique: 3 mm planes of 1.5 x 2 mm, turned by 20 degrees about the left-right axis
VOXELS = (np.arange(24)[:, None, None] * np.arange(20)[:, None] + 100 * np.arange(5)).astype(np.int16)
COS, SIN = np.cos(np.radians(20)), np.sin(np.radians(20))
OBLIQUE = {
    "srow": (-1.5, 0, 0, 18, 0, 2 * COS, -3 * SIN, -20, 0, 2 * SIN, 3 * COS, 7),
    "pixdim": (1, 1.5, 2, 3, 0, 0, 0, 0),
}
PACKED = gzip.compress(nifti1(VOXELS, **OBLIQUE), mtime=0)


def data_id(content: bytes) -> str:
    return f"nifti:data:application/octet-stream;base64,{base64.b64encode(content).decode()}"


def here(image_id: str) -> tuple[list[float], object]:
    """Stored values and image plane by this Python."""

    async def load() -> tuple[list[float], object]:
        session = Session()
        image = await session.load_and_cache_image(image_id)
        plane = as_cornerstone(session.metadata.get("imagePlaneModule", image_id))
        return image.pixels.reshape(-1).astype(float).tolist(), plane

    # Playwright's event loop runs in this thread, so another one is needed
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, load()).result()


def there(page: Page, image_id: str) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """async (imageId) => {
            const image = await loadstone.loadAndCacheImage(imageId).promise;
            const pixels = image.getPixelData();
            return { kind: pixels.constructor.name, values: Array.from(pixels, Number), slope: image.slope,
                plane: await loadstone.metaData.get("imagePlaneModule", imageId), warnings: image.warnings };
        }""",
        image_id,
    )
    return found


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("dtype", DATATYPES.values())
def test_every_type_has_the_values_that_it_has_here(api_page: Page, dtype: str, order: Any) -> None:
    image_id = f"{data_id(gzip.compress(nifti1(VOXELS.astype(dtype), order, scl_slope=2, **OBLIQUE)))}?frame=3"
    found = there(api_page, image_id)
    values, plane = here(image_id)
    assert found["values"] == values
    assert found["plane"] == plane
    kinds = {"u1": "Uint8", "i1": "Int8", "u2": "Uint16", "i2": "Int16", "u4": "Uint32", "i4": "Int32", "f4": "Float32"}
    # JavaScript's readers expect no 64-bit integers
    assert found["kind"] == f"{kinds.get(dtype, 'Float64')}Array"
    assert (found["slope"], found["warnings"]) == (2, [])


@pytest.mark.parametrize("packed", [False, True], ids=["nii", "nii.gz"])
def test_a_file_of_the_page_gives_all_its_slices(api_page: Page, packed: bool) -> None:
    content = nifti2(VOXELS, **OBLIQUE)
    found = api_page.evaluate(
        """async (base64) => {
            const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            const url = URL.createObjectURL(new Blob([bytes]));
            const ids = await loadstone.frames(`nifti:${url}`);
            const images = await Promise.all(ids.map((id) => loadstone.loadImage(id).promise));
            return { url, ids, values: images.map((image) => [...image.getPixelData()]) };
        }""",
        base64.b64encode(gzip.compress(content) if packed else content).decode(),
    )
    assert found["ids"] == [f"nifti:{found['url']}?frame={k}" for k in range(5)]
    # i runs to the left as pictures do, j to the front: rows are reversed
    assert found["values"] == [VOXELS[:, ::-1, k].T.reshape(-1).tolist() for k in range(5)]


def test_what_is_wrong_with_a_file_reaches_the_caller(api_page: Page) -> None:
    cut = data_id(gzip.compress(nifti1(VOXELS))[:-900])
    found = api_page.evaluate(
        "(imageId) => loadstone.loadImage(imageId).promise.catch(({ name, message }) => [name, message])", cut
    )
    assert found[0] == "TruncatedError"
    assert "the gz stream is cut off" in found[1]


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    address = f"{site}#id={quote(data_id(PACKED), safe='')}"
    with opened(browser, address) as viewer:
        yield viewer


def test_a_volume_by_the_pages_address_is_a_stack_of_its_slices(viewer: ViewerPage) -> None:
    viewer.wait_for_status("index", "1 / 5")
    viewer.point_at()
    for place in (2, 3, 4, 5):
        viewer.page.mouse.wheel(0, 100)
        viewer.wait_for_status("index", f"{place} / 5")
        expect(viewer.canvas).to_have_attribute("data-image-id", f"{data_id(PACKED)}?frame={place - 1}")


def test_a_slice_is_painted_as_it_is_rendered_here_in_its_shape_in_the_patient(viewer: ViewerPage) -> None:
    image_id = f"{data_id(PACKED)}?frame=2"
    viewer.open(image_id)
    view = viewer.view()
    assert viewer.picture() == sha256(rendered_here(image_id, view))
    # the whole volume's range, 0 to 23 * 19 + 400, in every slice
    assert (view["windowCenter"], view["windowWidth"]) == (418.5, 837)
