"""What a user notices of 2,000 slices dropped on the built page.

The folder is dropped as a file manager drops it, with a cache of 256 MiB; the page is scrolled while it reads, and then
through all of its images. Times run from the drop, and from the moment at which Python is given the first files.
Say beside the figures what else the machine was busy with.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page

from loadstone_build.paths import BUILD
from loadstone_build.stamps import content_hash, refresh

from .ct_series import ENCODINGS, ct_file, stored_values
from .ct_series import SLICES as CT_SLICES
from .harness import Bench, print_head, print_row

__all__ = ["run"]

SERIES, SLICES = 2, 1000
MEBIBYTE = 1024**2
CACHE = 256 * MEBIBYTE

PREPARE = "async () => { globalThis.sources = await import('/tests/bench/sources.js'); }"
SET_CACHE = f"() => sources.python('session.cache.set_maximum_size_in_bytes({CACHE})')"
MEMORY = """() => sources.python(
    "import pyodide_js; [pyodide_js._module.HEAPU8.length, session.cache.size_in_bytes, len(session.cache)]"
)"""

Figure = Callable[[Mapping[str, Any]], float]
FIGURES: Mapping[str, Figure] = {
    "reading begins, ms from the drop": lambda taken: taken["begun"],
    "first series in the list, ms from the drop": lambda taken: taken["firstSeries"],
    "first image painted, ms from the drop": lambda taken: taken["firstImage"],
    "list complete, ms from the drop": lambda taken: taken["complete"],
    "first series in the list, ms of reading": lambda taken: taken["firstSeries"] - taken["begun"],
    "first image painted, ms of reading": lambda taken: taken["firstImage"] - taken["begun"],
    "list complete, ms of reading": lambda taken: taken["complete"] - taken["begun"],
    "until then: longest time without a frame of the page, ms": lambda taken: taken["pause"],
    "until then: longest answer of Python, ms": lambda taken: taken["answer"],
    "while reading: scrolled, images/s": lambda taken: taken["scrolled"]["rate"],
    "while reading: longest wait for a picture, ms": lambda taken: taken["scrolled"]["longest"],
    "then: scrolled through all, images/s": lambda taken: taken["all"]["rate"],
    "then: longest wait for a picture, ms": lambda taken: taken["all"]["longest"],
    "Python's heap before the drop, MiB": lambda taken: taken["before"][0] / MEBIBYTE,
    "grown after reading, MiB": lambda taken: (taken["read"][0] - taken["before"][0]) / MEBIBYTE,
    "grown after scrolling through all, MiB": lambda taken: (taken["after"][0] - taken["before"][0]) / MEBIBYTE,
    f"in the cache of {CACHE // MEBIBYTE} MiB then, MiB": lambda taken: taken["after"][1] / MEBIBYTE,
    "images in it": lambda taken: taken["after"][2],
}


def run(bench: Bench) -> None:
    folder = _folder()
    print(f"\n{SERIES * SLICES} slices of 512 x 512 dropped as a folder (medians of {bench.rounds})\n")
    taken = [_dropped(bench, folder) for _ in range(bench.rounds)]
    print_head("", "median", "lowest", "highest")
    for name, figure in FIGURES.items():
        values = [figure(one) for one in taken]
        print_row(name, *(f"{value:.0f}" for value in (median(values), min(values), max(values))))


def _dropped(bench: Bench, folder: Path) -> dict[str, Any]:
    with bench.page("dist/index.html") as page:
        _prepare(page)
        page.evaluate(SET_CACHE)
        before = json.loads(page.evaluate(MEMORY))
        page.evaluate("() => { globalThis.watch = sources.watchDrop(); }")
        _drop(page, folder)
        taken: dict[str, Any] = page.evaluate("() => watch.reading")
        assert f"{SERIES * SLICES} images in {SERIES} series" in taken["told"], taken["told"]
        read = json.loads(page.evaluate(MEMORY))
        every = page.evaluate("() => sources.scrollThroughAll()")
        after = json.loads(page.evaluate(MEMORY))
    return taken | {"before": before, "read": read, "all": every, "after": after}


def _prepare(page: Page) -> None:
    page.wait_for_selector("body[data-state=ready]", timeout=120_000)
    page.evaluate(PREPARE)


def _drop(page: Page, folder: Path) -> None:
    """Drop the folder on the picture, as a file manager does."""
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
    session.detach()


def _folder() -> Path:
    folder = BUILD / "bench" / "sources"
    count = SERIES * SLICES

    def write() -> None:
        print(f"writing {count} slices", flush=True)
        # their noise takes long to make, so each serves several slices
        pictures = [stored_values(number) for number in range(0, CT_SLICES, 10)]
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for number in range(count):
            series, index = divmod(number, SLICES)
            uid = {"SeriesInstanceUID": f"1.2.{series}", "SeriesNumber": series}
            pixels = pictures[number % len(pictures)]
            position = [-128, -128, index]
            data = ct_file(number, pixels, ENCODINGS["native"], ImagePositionPatient=position, **uid)
            (folder / f"{number:04}.dcm").write_bytes(data)

    stamp = content_hash([Path(__file__), Path(__file__).with_name("ct_series.py")])
    refresh(folder.with_suffix(".stamp"), stamp, write, made=folder / f"{count - 1:04}.dcm")
    return folder
