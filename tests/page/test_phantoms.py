"""Phantoms in the page: offered in the address field, and the pictures of this machine's own Python."""

from collections.abc import Iterator

import pytest
from desktop import rendered_here, sha256
from playwright.sync_api import Browser, expect
from viewer_page import ViewerPage, opened

OFFERED = ("phantom:shepp-logan?samples=4", "phantom:tg18-qc", "phantom:ellipsoids?orientation=coronal")


@pytest.fixture(scope="module")
def viewer(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


def test_the_address_field_offers_them(viewer: ViewerPage) -> None:
    for image_id in ("phantom:", *OFFERED):
        expect(viewer.page.locator(f'#known-ids option[value="{image_id}"]')).to_have_count(1)


@pytest.mark.parametrize(
    "image_id", [*OFFERED, "phantom:ramp?noise=20&seed=3", "phantom:smpte?photometric=YBR_FULL&tint=30ff80"]
)
def test_a_phantom_is_painted_as_it_is_rendered_here(viewer: ViewerPage, image_id: str) -> None:
    viewer.open(image_id)
    assert viewer.picture() == sha256(rendered_here(image_id, viewer.view()))


def test_ellipsoids_are_a_stack(viewer: ViewerPage) -> None:
    viewer.open("phantom:ellipsoids")
    viewer.wait_for_status("index", "1 / 48")
