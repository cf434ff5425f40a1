"""Files that hold many frames: fetched and parsed once, also when many frames are asked for at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ..cache import Cache, Entry
from ..fetching import Progress

__all__ = ["FileOfFrames", "SharedFiles"]


class FileOfFrames(Protocol):
    """A parsed file; ``size_in_bytes`` is what keeping it costs."""

    @property
    def frame_count(self) -> int: ...

    @property
    def size_in_bytes(self) -> int: ...


_F = TypeVar("_F", bound=FileOfFrames)


class SharedFiles(Generic[_F]):
    """Parsed files by key: reads in flight are shared, multi-frame files kept in ``files`` for their further frames."""

    def __init__(self, files: Cache[_F]) -> None:
        self._files = files
        self._in_flight: dict[str, _Reading[_F]] = {}

    async def get(self, key: str, read: Callable[[Progress], Awaitable[_F]], progress: Progress) -> _F:
        """The file of ``key``: the one that is kept, or what ``read`` gives; ``progress`` hears of its fetch.

        When the last who waits for it is cancelled, ``read`` is cancelled too.
        """
        kept = self._files.get(key)
        if kept is not None:
            return kept
        reading = self._in_flight.get(key)
        if reading is None:
            reading = self._in_flight[key] = self._begin(key, read)
        reading.listeners.append(progress)
        try:
            # shield: one frame's load that is cancelled must not cancel the fetch that others wait for
            return await asyncio.shield(reading.task)
        finally:
            reading.listeners.remove(progress)
            if not reading.listeners and self._in_flight.get(key) is reading:
                del self._in_flight[key]
                reading.task.cancel()

    def _begin(self, key: str, read: Callable[[Progress], Awaitable[_F]]) -> _Reading[_F]:
        listeners: list[Progress] = []

        def tell(loaded: int, total: int | None) -> None:
            for listener in tuple(listeners):
                listener(loaded, total)

        async def reading() -> _F:
            file = await read(tell)
            if file.frame_count > 1:
                self._files.put(key, Entry(file, file.size_in_bytes))
            return file

        return _Reading(asyncio.ensure_future(reading()), listeners)


@dataclass(frozen=True, eq=False)
class _Reading(Generic[_F]):
    """A file that is being fetched, and who hears of its progress."""

    task: asyncio.Task[_F]
    listeners: list[Progress]
