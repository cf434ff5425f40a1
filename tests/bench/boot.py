"""Cold page to first painted sample, against the bare stock runtime with numpy, and as one file from the disk."""

from __future__ import annotations

import tempfile
from pathlib import Path

from loadstone_build.demo_file import write_demo_file
from loadstone_build.paths import DIST

from .harness import Bench

__all__ = ["run"]

FIRST_PAINT = "performance.getEntriesByName('loadstone:first-paint')[0].startTime"


def run(bench: Bench) -> None:
    with tempfile.TemporaryDirectory(prefix="loadstone-bench-") as folder:
        single_file = Path(folder) / "demo.html"
        write_demo_file(DIST, single_file)
        _compare(bench, single_file)


def _compare(bench: Bench, single_file: Path) -> None:
    def first_paint(address: str) -> float:
        with bench.page(address) as page:
            page.wait_for_selector("body[data-state=ready]", state="attached", timeout=60_000)
            return float(page.evaluate(FIRST_PAINT))

    def ours() -> float:
        return first_paint("dist/index.html")

    def from_disk() -> float:
        return first_paint(single_file.as_uri())

    def stock() -> float:
        with bench.page("tests/bench/stock.html") as page:
            page.wait_for_selector("body[data-state=ready]", state="attached", timeout=60_000)
            return float(page.evaluate("window.imported"))

    bench.compare(
        "From a cold page",
        "Loadstone: first sample painted",
        {"Loadstone: first sample painted": ours, "stock loadPyodide() with numpy imported": stock},
    )
    bench.compare(
        "As one HTML file",
        "from file://: first sample painted",
        {"from file://: first sample painted": from_disk, "the site as it is served": ours},
    )
