"""Opening what people drop: DICOM files, folders, ZIP archives and CDs, and pictures among them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from .contents import HEAD_BYTES, Contents, OtherImage, Skipped
from .errors import LoadstoneError
from .local_files import LocalFile, LocalFiles
from .studies import Study

__all__ = [
    "ImportProgress",
    "Imported",
    "MoreNumbers",
    "OtherImage",
    "ReadHeads",
    "Skipped",
    "import_files",
    "read_heads",
]

_FIRST_BATCH = 4
_BATCH = 64
_LONGEST_TURN = 0.01
_BETWEEN_REPORTS = 0.1
# sorting what is there so far may take this part of the time, no more
_SHARE_OF_REPORTS = 0.1

MoreNumbers = Callable[[], Awaitable[Sequence[int]]]
"""Gives the numbers of further files as soon as there are some, none when there will be no more."""

ReadHeads = Callable[[Sequence[LocalFile]], Awaitable[Sequence[bytes | None]]]


@dataclass(frozen=True)
class ImportProgress:
    """How far it is: ``read`` of ``total`` files, those in ZIP archives counted too, and what they gave so far."""

    read: int
    total: int
    studies: tuple[Study, ...]
    others: tuple[OtherImage, ...]


@dataclass(frozen=True)
class Imported:
    """What the files hold: studies, other images, and what was skipped."""

    studies: tuple[Study, ...]
    others: tuple[OtherImage, ...]
    skipped: tuple[Skipped, ...]


async def read_heads(files: Sequence[LocalFile]) -> Sequence[bytes | None]:
    """The first ``HEAD_BYTES`` of each file; None for one that can not be read."""
    heads: list[bytes | None] = []
    for file in files:
        try:
            heads.append(file.read(0, HEAD_BYTES))
        except LoadstoneError:
            heads.append(None)
    return heads


async def import_files(
    files: LocalFiles,
    more: MoreNumbers,
    *,
    require: Callable[[str], Awaitable[None]],
    read_heads: ReadHeads = read_heads,
    progress: Callable[[ImportProgress], object] = lambda progress: None,
) -> Imported:
    """Look into the files of the numbers that ``more`` gives and sort what they hold; reads their headers only.

    The first are read before the others are known. Others run meanwhile: a turn is some 10 ms long. Nothing that a file
    holds makes it raise: what can not be read is in ``skipped``. ``read_heads`` reads ahead, many files at once. At its
    end, also when it is cancelled, the files that gave no image are closed.
    """
    await require("pydicom")
    contents = Contents(files)
    turn = _Turn(contents, progress)
    given: list[int] = []

    async def noted() -> Sequence[int]:
        numbers = await more()
        given.extend(numbers)
        contents.total += len(numbers)
        return numbers

    try:
        async with aclosing(_heads(files, noted, read_heads)) as heads:
            async for number, head in heads:
                for _ in contents.look_into(number, head):
                    await turn.pause()
        for _ in contents.compare_directories():
            await turn.pause()
    finally:
        files.close_others(given, contents.addresses)
    progress(_progress(contents))
    return Imported(contents.studies, tuple(contents.others), tuple(contents.skipped))


async def _heads(
    files: LocalFiles, more: MoreNumbers, read_heads: ReadHeads
) -> AsyncGenerator[tuple[int, bytes | None], None]:
    """The files' numbers and heads; while one batch is looked into, the next is read."""
    waiting: deque[int] = deque()
    # a small batch at first, for the first image's sake
    size = _FIRST_BATCH

    async def read_next() -> Sequence[tuple[int, bytes | None]]:
        if not waiting:
            waiting.extend(await more())
        batch = [waiting.popleft() for _ in range(min(size, len(waiting)))]
        heads = await read_heads([files[number] for number in batch]) if batch else []
        return list(zip(batch, heads, strict=True))

    coming = asyncio.ensure_future(read_next())
    try:
        while pairs := await coming:
            size = _BATCH
            coming = asyncio.ensure_future(read_next())
            for pair in pairs:
                yield pair
    finally:
        coming.cancel()


class _Turn:
    """Lets others run after each 10 ms, and tells of the progress at times."""

    def __init__(self, contents: Contents, progress: Callable[[ImportProgress], object]) -> None:
        self._contents = contents
        self._progress = progress
        self._next_report = time.perf_counter()
        self._ends = self._next_report + _LONGEST_TURN

    async def pause(self) -> None:
        now = time.perf_counter()
        if now >= self._next_report:
            self._progress(_progress(self._contents))
            took = time.perf_counter() - now
            self._next_report = now + max(_BETWEEN_REPORTS, took / _SHARE_OF_REPORTS)
        if now >= self._ends:
            await asyncio.sleep(0)
            self._ends = time.perf_counter() + _LONGEST_TURN


def _progress(contents: Contents) -> ImportProgress:
    return ImportProgress(contents.read, contents.total, contents.studies, tuple(contents.others))
