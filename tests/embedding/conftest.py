"""A project of somebody else that has Loadstone among its packages, and servers for what comes of it."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from loadstone_build.paths import DIST
from loadstone_build.server import SiteHandler


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty folder where ``import "loadstone"`` finds dist/."""
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "loadstone").symlink_to(DIST, target_is_directory=True)
    (tmp_path / "package.json").write_text('{ "type": "module", "private": true }')
    return tmp_path


class AllowingHandler(SiteHandler):
    """Lets pages of all origins read what it serves."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


@contextmanager
def serving_as(handler: type[SiteHandler], folder: Path) -> Iterator[str]:
    """Serve a folder as ``handler`` does; gives its address, with a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, sub_path="/", directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def allowing() -> Iterator[str]:
    """dist/ on an origin of its own, which lets others read it."""
    with serving_as(AllowingHandler, DIST) as address:
        yield address


@pytest.fixture(scope="session")
def refusing() -> Iterator[str]:
    """dist/ on an origin of its own, which lets no others read it."""
    with serving_as(SiteHandler, DIST) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()
