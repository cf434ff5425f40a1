"""Measuring in turns: what is compared runs alternately in the same browser, so that the machine's moods hit both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page

__all__ = ["Bench", "print_head", "print_row"]


@dataclass(frozen=True)
class Bench:
    """The browser, the address of the repository's root on a local server, and how often to measure."""

    browser: Browser
    address: str
    rounds: int

    @contextmanager
    def page(self, path: str) -> Iterator[Page]:
        """A page of this server, or one with an address of its own, in a context of its own: nothing is cached."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
        page = context.new_page()
        page.goto(urljoin(self.address, path))
        yield page
        context.close()

    def compare(self, title: str, ours: str, measures: Mapping[str, Callable[[], float]]) -> None:
        """Measure each in turns; print medians in ms and the ratio of ``ours`` to each other one."""
        taken = self.take_turns(measures)
        print(f"\n{title} (median of {self.rounds})")
        mine = median(taken[ours])
        for name, values in taken.items():
            middle = median(values)
            ratio = "" if name == ours else f"   ours / this = {mine / middle:.2f}"
            print(f"  {name:<58} {middle:9.2f} ms  ({min(values):.2f} to {max(values):.2f}){ratio}")

    def take_turns(self, measures: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
        """What each measure gave, one value for each round; in a round each has one turn."""
        taken: dict[str, list[float]] = {name: [] for name in measures}
        for _ in range(self.rounds):
            for name, measure in measures.items():
                taken[name].append(measure())
        return taken


def print_row(*cells: str) -> None:
    """A row of a Markdown table."""
    print(f"| {' | '.join(cells)} |", flush=True)


def print_head(*cells: str) -> None:
    """The first two rows of a Markdown table: the first column is text, the others are numbers."""
    print_row(*cells)
    print_row("---", *["---:"] * (len(cells) - 1))
