"""One frame from the page to a decoder worker and back, for each codec, against Cornerstone's own on the same bytes.

Loadstone's decoder worker answers as it does in the page. Cornerstone is measured twice: its codec alone in a worker
of its own, codestream and samples transferred; and the task that its image loader gives to its worker, which also
measures the samples and copies both ways.
"""

from __future__ import annotations

from base64 import b64decode
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page
from tests.cornerstone.bundles import bundle_cornerstone

from .codestreams import Codestream, codestreams
from .harness import Bench, print_head, print_row

__all__ = ["run"]

OURS, CODEC, TASK = "loadstone", "codec", "task"
# how many frames one measurement decodes
FRAMES = 10


def run(bench: Bench) -> None:
    bundle_cornerstone()
    with bench.page("tests/bench/empty.html") as page:
        page.evaluate(
            "async () => { globalThis.decoding = await import('/tests/bench/decoding.js'); await decoding.start(); }"
        )
        print(
            f"\nDecoding one frame of 512 x 512, there and back, in ms (medians of {bench.rounds} times {FRAMES} "
            "frames); ratios are Loadstone's time / Cornerstone's.\n"
        )
        print_head(
            "codestream",
            "bytes",
            "Loadstone",
            "Cornerstone's codec",
            "ratio",
            "Cornerstone's task",
            "ratio",
            "largest difference",
        )
        for codestream in codestreams():
            _row(bench, page, codestream)


def _row(bench: Bench, page: Page, codestream: Codestream) -> None:
    frame = codestream.in_javascript()
    difference = _checked_difference(page, codestream, frame)

    def measure(name: str) -> float:
        return float(page.evaluate("([name, frame, n]) => decoding.measure(name, frame, n)", [name, frame, FRAMES]))

    taken = bench.take_turns({name: partial(measure, name) for name in (OURS, CODEC, TASK)})
    ours, codec, task = (median(values) for values in taken.values())
    print_row(
        codestream.name,
        str(len(codestream.data)),
        f"{ours:.1f}",
        f"{codec:.1f}",
        f"{ours / codec:.2f}",
        f"{task:.1f}",
        f"{ours / task:.2f}",
        str(difference),
    )


def _checked_difference(page: Page, codestream: Codestream, frame: dict[str, Any]) -> int:
    """The largest difference of the two decoders' samples; raises where lossless samples are not the original's."""

    def samples(name: str) -> NDArray[np.int32]:
        text = page.evaluate("([name, frame]) => decoding.samples(name, frame)", [name, frame])
        return np.frombuffer(b64decode(text), np.int32).reshape(codestream.original.shape)

    decoded = {name: samples(name) for name in (OURS, CODEC, TASK)}
    if codestream.is_lossless:
        for name, values in decoded.items():
            if not np.array_equal(values, codestream.original):
                raise AssertionError(f"{codestream.name}: {name} gives other samples than the original's")
    return int(max(np.abs(decoded[OURS] - values).max() for values in decoded.values()))
