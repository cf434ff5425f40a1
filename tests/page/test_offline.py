"""The page without a network: what the service worker keeps and serves, what it leaves alone, and new versions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from viewer_page import ViewerPage

from loadstone_build.paths import DIST, WEB
from loadstone_build.phantom import phantom_dicom
from loadstone_build.server import serving
from loadstone_build.site_files import write_site_files

SUB_PATH = "/some/where/"
# what a page does that has the service worker, but neither Python nor the rest of Loadstone
REGISTER = """
async () => {
    const registration = await navigator.serviceWorker.register("./service_worker.js", { type: "module" });
    await navigator.serviceWorker.ready;
    const { active } = registration;
    return active.state === "activated" || new Promise((resolve) => active.addEventListener("statechange", resolve));
}
"""
UPDATE = """
async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update().catch(() => {});
    const coming = registration.installing;
    return coming && new Promise((resolve) => {
        coming.addEventListener("statechange", () => resolve(coming.state), { once: true });
    });
}
"""
TAKE_OVER = """
async () => {
    const { waiting } = await navigator.serviceWorker.ready;
    waiting.postMessage("take over");
    await new Promise((resolve) => waiting.addEventListener("statechange", () => {
        if (waiting.state === "activated") {
            resolve();
        }
    }));
}
"""
TEXT_OF = "async (path) => (await fetch(path)).text()"
KEPT = """
async () => {
    const kept = await (await caches.open(`loadstone ${location.origin}${location.pathname}`)).keys();
    return kept.map(({ url }) => new URL(url).pathname.replace(location.pathname, "")).sort();
}
"""
AN_HOUR_LATER = """
() => {
    const later = Date.now() + 3_601_000;
    Date.now = () => later;
    document.dispatchEvent(new Event("visibilitychange"));
}
"""


class Visit:
    """A page whose site has been visited before; its server runs only while it is asked for."""

    def __init__(self, page: Page, folder: Path, address: str) -> None:
        self.page = page
        self.folder = folder
        self.address = address
        self.viewer = ViewerPage(page)

    def served(self) -> AbstractContextManager[str]:
        return serving(self.folder, sub_path=SUB_PATH, port=urlsplit(self.address).port or 0)

    def wait_until_ready(self) -> None:
        self.page.wait_for_selector("body[data-state=ready]", timeout=60_000)


@contextmanager
def context_with_service_workers(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="allow")
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def visit(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """A second visit, without a server, to a site that was kept at the first."""
    folder = tmp_path_factory.mktemp("offline") / "site"
    shutil.copytree(DIST, folder)
    (folder / "mine.dcm").write_bytes(phantom_dicom())
    with context_with_service_workers(browser) as context:
        page = context.new_page()
        with serving(folder, sub_path=SUB_PATH) as address:
            page.goto(address)
            visited = Visit(page, folder, address)
            visited.wait_until_ready()
            first = visited.viewer.picture()
            expect(page.locator("#offline")).not_to_have_attribute("hidden", "", timeout=30_000)
        page.reload()
        visited.wait_until_ready()
        assert visited.viewer.picture() == first
        yield visited


def test_the_second_visit_needs_no_server(visit: Visit) -> None:
    # the frames of this one are decoded in a worker of its own, which is started from files of the site, too
    visit.viewer.ask_for("example:us-cine")
    expect(visit.viewer.canvas).to_have_attribute("data-image-id", "example:us-cine", timeout=20_000)


def test_what_is_no_file_of_the_site_is_asked_of_the_network(visit: Visit) -> None:
    visit.viewer.ask_for("wadouri:mine.dcm")
    expect(visit.viewer.error).to_contain_text("mine.dcm", timeout=20_000)
    with visit.served():
        visit.viewer.open("wadouri:mine.dcm")


def test_heads_and_ranges_of_kept_files_are_answered_as_a_server_does(visit: Visit) -> None:
    ask = """
    async ([method, range]) => {
        const answer = await fetch("pyodide/pyodide.asm.wasm", { method, headers: range ? { range } : {} });
        const told = ["content-range", "content-length", "content-type"].map((name) => answer.headers.get(name));
        return [answer.status, (await answer.arrayBuffer()).byteLength, ...told];
    }
    """
    size = (visit.folder / "pyodide" / "pyodide.asm.wasm").stat().st_size
    wasm = "application/wasm"
    answers = {
        ("HEAD", ""): [200, 0, None, f"{size}", wasm],
        ("GET", "bytes=2-5"): [206, 4, f"bytes 2-5/{size}", "4", wasm],
        ("GET", "bytes=-7"): [206, 7, f"bytes {size - 7}-{size - 1}/{size}", "7", wasm],
        ("GET", f"bytes={size - 2}-{size + 9}"): [206, 2, f"bytes {size - 2}-{size - 1}/{size}", "2", wasm],
        ("GET", f"bytes={size}-"): [416, 0, f"bytes */{size}", None, None],
        ("GET", "bytes=0-1,5-6"): [200, size, None, f"{size}", wasm],
    }
    assert {asked: visit.page.evaluate(ask, list(asked)) for asked in answers} == answers


def test_a_new_version_is_told_and_shown_when_no_other_page_uses_the_old_one(visit: Visit) -> None:
    page, index = visit.page, visit.folder / "index.html"
    notice = page.locator("#new-version")
    index.write_text(index.read_text().replace('<html lang="en">', '<html lang="en-GB">'))
    write_site_files(visit.folder)
    with visit.served():
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.evaluate(AN_HOUR_LATER)
        expect(notice).to_contain_text("A new version of this page is ready.")
        assert not notice.evaluate("(box) => box.contains(document.activeElement)")
        other = page.context.new_page()
        other.goto(f"{visit.address}manifest.webmanifest")
        visit.viewer.button("Reload").click()
        expect(notice).to_contain_text("Another page of this site still uses the old version; close what you can")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        other.close()
        with page.expect_navigation():
            visit.viewer.button("Reload").click()
        expect(page.locator("html")).to_have_attribute("lang", "en-GB")
        visit.wait_until_ready()
        expect(notice).to_be_hidden()


@pytest.fixture
def small(browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, Path]]:
    """A page of one of two sites of one origin, each of two files and kept by its service worker."""
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "index.html").write_text("<!doctype html><title>small</title>")
        (folder / "text").write_text("old")
        shutil.copy(WEB / "service_worker.js", folder)
        write_site_files(folder)
    with context_with_service_workers(browser) as context, serving(tmp_path) as address:
        page = context.new_page()
        for name in ("two", "one"):
            page.goto(f"{address}{name}/")
            page.evaluate(REGISTER)
        page.reload()
        yield page, tmp_path / "one"


def test_a_version_of_which_a_file_is_damaged_is_not_taken(small: tuple[Page, Path]) -> None:
    page, folder = small
    (folder / "text").write_text("new")
    write_site_files(folder)
    (folder / "text").write_text("damaged")
    assert page.evaluate(UPDATE) == "redundant"
    page.reload()
    assert page.evaluate(TEXT_OF, "text") == "old"
    (folder / "text").write_text("new")
    assert page.evaluate(UPDATE) == "installed"


def test_old_files_go_when_no_page_uses_them_and_those_of_another_site_stay(small: tuple[Page, Path]) -> None:
    page, folder = small
    (folder / "index.html").write_text("<!doctype html><title>new</title>")
    (folder / "text").unlink()
    (folder / "more").write_text("more")
    write_site_files(folder)
    assert page.evaluate(UPDATE) == "installed"
    assert page.evaluate(KEPT) == ["index.html", "index.html", "more", "text"]
    page.evaluate(TAKE_OVER)
    page.reload()
    expect(page).to_have_title("new")
    assert page.evaluate(KEPT) == ["index.html", "more"]
    page.goto(page.url.replace("one", "two"))
    assert page.evaluate(KEPT) == ["index.html", "text"]
