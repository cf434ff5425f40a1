"""Cold page to first painted sample, against the bare stock runtime with numpy in the same browser."""

from __future__ import annotations

from .harness import Bench

__all__ = ["run"]

FIRST_PAINT = "performance.getEntriesByName('loadstone:first-paint')[0].startTime"


def run(bench: Bench) -> None:
    def ours() -> float:
        with bench.page("dist/index.html") as page:
            page.wait_for_selector("body[data-state=ready]", state="attached", timeout=60_000)
            return float(page.evaluate(FIRST_PAINT))

    def stock() -> float:
        with bench.page("tests/bench/stock.html") as page:
            page.wait_for_selector("body[data-state=ready]", state="attached", timeout=60_000)
            return float(page.evaluate("window.imported"))

    bench.compare(
        "From a cold page",
        "Loadstone: first sample painted",
        {"Loadstone: first sample painted": ours, "stock loadPyodide() with numpy imported": stock},
    )
