"""pytest-pyodide in the shared Chromium."""

import pytest
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def playwright_browsers(browser: Browser) -> dict[str, Browser]:
    """pytest-pyodide's browsers by runtime (it would start Playwright's own download)."""
    return {"chrome": browser}
