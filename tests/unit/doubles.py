"""Doubles for the seams that tests pass into a session."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import numpy as np

from loadstone.errors import ConnectionFailedError
from loadstone.events import (
    ImageCacheAdded,
    ImageCacheFull,
    ImageCacheRemoved,
    ImageLoaded,
    ImageLoadFailed,
    ImageLoadProgress,
)
from loadstone.fetching import Fetched, Progress
from loadstone.session import Session

PIXELS = np.arange(6, dtype=np.int16).reshape(2, 3)


class FakeFetch:
    """Answers from a dict; an exception in it is raised. Counts, and can be held back by ``gate``."""

    def __init__(self, answers: Mapping[str, bytes | Fetched | Exception]) -> None:
        self.answers = answers
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.cancelled: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, url: str, *, headers: Mapping[str, str], progress: Progress | None = None) -> Fetched:
        self.requests.append((url, dict(headers)))
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled.append(url)
            raise
        answer = self.answers.get(url, ConnectionFailedError(f"{url}: no answer came"))
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Fetched):
            return answer
        if progress is not None:
            progress(len(answer) // 2, len(answer))
            progress(len(answer), len(answer))
        return Fetched(answer)


class Heard:
    """Notes all events of a session as (name, image id)."""

    def __init__(self, session: Session) -> None:
        self.events: list[object] = []
        for kind in (
            ImageLoaded,
            ImageLoadFailed,
            ImageLoadProgress,
            ImageCacheAdded,
            ImageCacheRemoved,
            ImageCacheFull,
        ):
            session.events.add_listener(kind, self.events.append)

    @property
    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


async def turns(count: int = 10) -> None:
    """Let everything that is ready run."""
    for _ in range(count):
        await asyncio.sleep(0)
