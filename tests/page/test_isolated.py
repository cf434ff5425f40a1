"""The page where its host isolates it across origins (COOP, COEP)."""

from playwright.sync_api import Page

from loadstone_build.paths import DIST
from loadstone_build.server import serving


def test_the_page_works_isolated_across_origins(page: Page, complaints: list[str]) -> None:
    with serving(DIST, isolated=True) as address:
        page.goto(address)
        page.wait_for_selector("body[data-state=ready]")
        assert page.evaluate("crossOriginIsolated")
    assert complaints == []
