"""``./build.sh demo``: every embedded sample resolved in a real browser, a table of them, and a screenshot."""

import os
import time
import webbrowser
from pathlib import Path
from typing import TypedDict

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page

from loadstone_build.chromium import chromium_browser
from loadstone_build.errors import BuildError
from loadstone_build.server import PREFERRED_PORT, serving

READY = "body[data-state='ready']"
FAILED = "body[data-state='error']"
READY_TIMEOUT_MS = 60_000

RESOLVE_ALL = """
async () => {
    const { createLoadstone } = await import(new URL("./loadstone.js", document.baseURI).href);
    const loadstone = await createLoadstone({});
    const rows = [];
    for (const { imageId } of await loadstone.samples()) {
        const started = performance.now();
        try {
            const image = await loadstone.loadImage(imageId).promise;
            const milliseconds = performance.now() - started;
            const pixels = image.getPixelData();
            const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
            const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
            const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
            const size = `${image.rows} x ${image.columns}`;
            rows.push({ imageId, size, photometric: image.photometricInterpretation, milliseconds, sha256, error: "" });
        } catch (error) {
            rows.push({ imageId, size: "", photometric: "", milliseconds: 0, sha256: "", error: String(error) });
        }
    }
    loadstone.destroy();
    return rows;
}
"""


class Row(TypedDict):
    """One sample as the page resolved it; ``error`` is empty when it did."""

    imageId: str
    size: str
    photometric: str
    milliseconds: float
    sha256: str
    error: str


def run_demo(site: Path) -> None:
    """Resolve every sample, print the table, save ``demo.png`` in the site; BuildError if any failed."""
    with serving(site, port=PREFERRED_PORT) as address:
        with chromium_browser() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="dark")
            rows = _resolve_samples(page, address)
            print(format_table(rows))
            page.screenshot(path=site / "demo.png")
        print(f"screenshot: {site / 'demo.png'}")
        failed = [row["imageId"] for row in rows if row["error"]]
        if failed or not rows:
            raise BuildError(f"samples that could not be resolved: {', '.join(failed) or 'the page has none'}")
        if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
            _show(address)


def _resolve_samples(page: Page, address: str) -> list[Row]:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    try:
        page.goto(address)
        page.wait_for_selector(f"{READY}, {FAILED}", timeout=READY_TIMEOUT_MS)
        complaints += page.locator("[role=alert]:visible").all_inner_texts()
        if not page.locator(READY).count():
            raise BuildError("\n".join(["the page reports an error", *complaints]))
        rows: list[Row] = page.evaluate(RESOLVE_ALL)
    except BrowserError as error:
        complaints += page.locator("[role=alert]:visible").all_inner_texts()
        first_line = error.message.splitlines()[0]
        raise BuildError("\n".join([f"the page did not get ready: {first_line}", *complaints])) from error
    return rows


def format_table(rows: list[Row]) -> str:
    """Return the table as text, columns aligned."""
    cells = [("image id", "rows x columns", "photometric interpretation", "load ms", "sha256 of the stored pixels")]
    for row in rows:
        last = row["sha256"] or f"FAILED: {row['error']}"
        cells.append((row["imageId"], row["size"], row["photometric"], f"{row['milliseconds']:.0f}", last))
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    return "\n".join(
        f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:<{widths[2]}}  {d:>{widths[3]}}  {e}" for a, b, c, d, e in cells
    )


def _show(address: str) -> None:
    print(f"opening {address} (Ctrl-C ends)", flush=True)
    webbrowser.open(address)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print()
