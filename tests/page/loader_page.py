"""A page that registers image loaders written in JavaScript."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

__all__ = ["prepare", "run", "tidy"]

_HELPERS = """
globalThis.noted = [];
// an image of one row with these values, in the fewest fields
globalThis.row = (...values) => ({ rows: 1, columns: values.length, pixelData: Int16Array.from(values) });
globalThis.pixels = (imageId, options) =>
    loadstone.loadImage(imageId, options).promise.then((image) => Array.from(image.getPixelData()));
globalThis.failure = (promise) => promise.then(
    () => "no failure", ({ name, message, imageId }) => [name, message, imageId]);
globalThis.register = (loader, scheme = "js") => loadstone.registerImageLoader(scheme, loader);
globalThis.soon = () => new Promise((resolve) => setTimeout(resolve, 60));
globalThis.python = (source) => loadstone.runPython(source, { replay: false });
globalThis.begun = async () => { while (!noted.length) await soon(); };
"""


def run(page: Page, body: str, argument: object = None) -> Any:
    """What the body of an async function of ``argument`` comes to in the page."""
    return page.evaluate(f"async (argument) => {{ {body} }}", argument)


def prepare(page: Page) -> None:
    """Give the page short names for what tests of loaders do; ``noted`` is for what they hear."""
    run(page, _HELPERS)


def tidy(page: Page) -> None:
    """Leave no image of one test to the next."""
    run(page, "await loadstone.cache.purgeCache();")
