"""What every suite shares: one Chromium for the whole run, and fast tests before those that need it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from tests.conformance.laboratory import Laboratory
from tests.interop.orthanc import Orthanc, running_orthanc
from tests.interop.proxy import Proxy, proxy_of

from loadstone_build.chromium import ensure_chromium, launch
from loadstone_build.orthanc import ensure_orthanc

TESTS = Path(__file__).parent
# the slow ones last; also, once Playwright has started its event loop runs in this thread for good, and
# pytest-asyncio can start no other: async tests come first
SUITES = ("unit", "conformance", "promises", "interop", "browser", "page", "cornerstone")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_suite)


def _suite(item: pytest.Item) -> int:
    room = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
    return SUITES.index(room) if room in SUITES else len(SUITES)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium, the one of the machine."""
    # ten times as much runs before it is compiled anew to run faster: a page of a test is gone before that pays
    started = launch(playwright, ensure_chromium(), "--js-flags=--wasm-tiering-budget=130000000")
    yield started
    started.close()


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """The files that other people's encoders make, each made and measured once for the whole run."""
    return Laboratory(tmp_path_factory.mktemp("conformance"))


@pytest.fixture(scope="session")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    """A real DICOM server with a DICOMweb root; what tests upload stays for the others."""
    with running_orthanc(ensure_orthanc(), tmp_path_factory.mktemp("orthanc")) as running:
        yield running


@pytest.fixture
def proxy(orthanc: Orthanc) -> Iterator[Proxy]:
    """What stands in front of Orthanc, as faultless as each test begins."""
    with proxy_of(orthanc.url) as server:
        yield server
