"""A series of 200 CT slices by ``wadouri:``, through Loadstone and through Cornerstone's own image loader.

Six loads are under way at once in each, nothing is in any cache. In the first column of Loadstone, as in those of
Cornerstone, each image's pixels arrive in the page; in the second they stay in Python, as the page's own viewer has it.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median

import numpy as np
from playwright.sync_api import Page
from tests.cornerstone.bundles import bundle_cornerstone

from .ct_series import ENCODINGS, INTERCEPT, SLICES, series_folder, stored_values
from .harness import Bench, print_head, print_row

__all__ = ["run"]

PIXELS, KEPT, DEFAULT, SAME, FETCH = (
    "Loadstone",
    "Loadstone, pixels stay in Python",
    "Cornerstone, workers by default",
    "Cornerstone, as many workers as Loadstone",
    "fetch alone",
)
# compared by value before anything is timed
CHECKED_SLICES = (0, SLICES // 2)


def run(bench: Bench) -> None:
    bundle_cornerstone()
    with ExitStack() as stack:

        def opened(library: str, workers: int | None = None) -> Page:
            page = stack.enter_context(bench.page("tests/bench/empty.html"))
            page.evaluate("async () => { globalThis.series = await import('/tests/bench/series.js'); }")
            page.evaluate("([name, workers]) => series.start(name, workers ?? undefined)", [library, workers])
            return page

        loadstone, fetch = opened("loadstone"), opened("fetch")
        workers = int(loadstone.evaluate("series.DECODERS"))
        pages = {PIXELS: loadstone, KEPT: loadstone, DEFAULT: opened("cornerstone"), FETCH: fetch}
        if workers != _default_workers(loadstone):
            pages[SAME] = opened("cornerstone", workers)
        _compare(bench, pages)


def _default_workers(page: Page) -> int:
    """How many workers Cornerstone starts by itself."""
    return int(page.evaluate("Math.max(1, Math.floor(navigator.hardwareConcurrency / 2))"))


def _compare(bench: Bench, pages: dict[str, Page]) -> None:
    page = pages[PIXELS]
    print(
        f"\n{SLICES} CT slices of 512 x 512, 12 bits in 16, by wadouri: six at once, images per second (medians of "
        f"{bench.rounds}); ratios are Loadstone's time / Cornerstone's.\n"
        f"{page.evaluate('navigator.hardwareConcurrency')} cores; Cornerstone's default is {_default_workers(page)} "
        f"worker(s), Loadstone has {page.evaluate('series.DECODERS')} decoders beside its engine.\n"
    )
    print_head("transfer syntax", *pages, *(f"ratio to {name}" for name in pages if name in (DEFAULT, SAME)))
    turns = itertools.count(1)
    for encoding in ENCODINGS:
        path = series_folder(encoding).relative_to(series_folder(encoding).parents[2])

        def image_ids(path: str = str(path)) -> list[str]:
            # an address that is new in each turn is in no cache of the browser
            turn = next(turns)
            return [f"wadouri:{bench.address}{path}/{number}.dcm?turn={turn}" for number in range(SLICES)]

        _check_values(pages, image_ids)
        taken = bench.take_turns({name: _measure(name, page, image_ids) for name, page in pages.items()})
        medians = {name: median(values) for name, values in taken.items()}
        print_row(
            encoding,
            *(f"{SLICES * 1000 / medians[name]:.0f}" for name in pages),
            *(f"{medians[PIXELS] / medians[name]:.2f}" for name in pages if name in (DEFAULT, SAME)),
        )


def _measure(name: str, page: Page, image_ids: Callable[[], list[str]]) -> Callable[[], float]:
    way = "keep" if name == KEPT else "load"
    return lambda: float(page.evaluate("([ids, way]) => series.measure(ids, { way })", [image_ids(), way]))


def _check_values(pages: dict[str, Page], image_ids: Callable[[], list[str]]) -> None:
    """Raise unless every library gives the values that the series was made of; Cornerstone's are rescaled."""
    for name, page in pages.items():
        if name in (KEPT, FETCH):
            continue
        zero = 0 if name == PIXELS else INTERCEPT
        for number in CHECKED_SLICES:
            expected = hashlib.sha256(stored_values(number).astype(np.int32).tobytes()).hexdigest()
            image_id = image_ids()[number]
            found = page.evaluate("([imageId, zero]) => series.valuesHash(imageId, zero)", [image_id, zero])
            if found != expected:
                raise AssertionError(f"{image_id}: {name} gives other values than the series was made of")
