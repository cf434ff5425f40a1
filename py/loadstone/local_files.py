"""Files from the user's machine: numbered, read only where they are needed, and reached through ``local:`` addresses.

``local:7`` is file 7 of the session, ``local:7/2`` member 2 of the ZIP archive that file 7 is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .errors import InvalidImageIdError, LocalFileError
from .fetching import Fetch, Fetched, Progress
from .image_id import ImageId

if TYPE_CHECKING:
    from .zip_archive import ZipArchive

__all__ = [
    "LocalFile",
    "LocalFiles",
    "PathFile",
    "ReadWhole",
    "files_below",
    "local_address",
    "read_whole",
    "with_local_files",
]

_SCHEME = "local:"


class LocalFile(Protocol):
    """A file that the user gave.

    ``path`` holds the folders that it came with, separated by "/"; ``size`` counts bytes. ``read`` gives the bytes
    from ``start`` up to ``end``, fewer at the file's end, and raises :class:`LocalFileError` where the file is gone.
    """

    @property
    def path(self) -> str: ...

    @property
    def size(self) -> int: ...

    def read(self, start: int, end: int) -> bytes: ...


ReadWhole = Callable[[LocalFile], Awaitable[bytes]]
"""Gives all bytes of a file, and may let others run meanwhile; raises :class:`LocalFileError` where it is gone."""


async def read_whole(file: LocalFile) -> bytes:
    """All bytes of the file, read at once."""
    return file.read(0, file.size)


class PathFile:
    """A file on a disk that Python reaches by itself; ``path`` is what it is called, by default its name."""

    def __init__(self, location: Path, path: str = "") -> None:
        self.location = location
        self.path = path or location.name
        try:
            self.size = location.stat().st_size
        except OSError as cause:
            raise _gone(self.path, cause) from cause

    def read(self, start: int, end: int) -> bytes:
        try:
            with self.location.open("rb") as file:
                file.seek(start)
                return file.read(end - start)
        except OSError as cause:
            raise _gone(self.path, cause) from cause


def files_below(folder: Path) -> Iterator[PathFile]:
    """All files in ``folder`` and its folders, by name; or the file itself, if it is none."""
    if not folder.is_dir():
        yield PathFile(folder)
        return
    for location in sorted(folder.rglob("*")):
        if location.is_file():
            yield PathFile(location, location.relative_to(folder.parent).as_posix())


def local_address(name: str) -> str | None:
    """Where the opened file lies that an image id names (``dicomfile:7?frame=2``, ``web:local:7``), or None."""
    try:
        parsed = ImageId.parse(name)
    except InvalidImageIdError:
        return None
    if parsed.scheme in ("dicomfile", "local"):
        return f"{_SCHEME}{parsed.locator}"
    return parsed.locator if parsed.locator.startswith(_SCHEME) else None


class LocalFiles:
    """The session's local files by number, from 1. They stay where they are: only their names are held here."""

    def __init__(self) -> None:
        self._files: dict[int, LocalFile] = {}
        # their directories are read once
        self._archives: dict[int, ZipArchive] = {}
        self._next = 1
        self._closed: set[int] = set()
        self._closed_members: dict[int, set[int]] = {}
        self._close_listeners: list[Callable[[Sequence[str]], object]] = []

    def add(self, files: Iterable[LocalFile], *, first: int | None = None) -> range:
        """Number the files from ``first`` (default: on from the highest) and keep them; gives their numbers.

        A file that is closed keeps its number: no other gets it by itself.
        """
        start = self._next if first is None else first
        numbers = range(start, start)
        for number, file in enumerate(files, start):
            self._let_go(number)
            self._closed.discard(number)
            self._files[number] = file
            numbers = range(start, number + 1)
        self._next = max(self._next, numbers.stop)
        return numbers

    def __getitem__(self, number: int) -> LocalFile:
        """The file of this number; raises :class:`LocalFileError` where there is none."""
        if number in self._files:
            return self._files[number]
        if number in self._closed:
            raise _closed(f"{_SCHEME}{number}")
        raise LocalFileError(f"{_SCHEME}{number}: no file of this number was opened here; open the file again")

    def archive(self, number: int) -> ZipArchive:
        """The ZIP archive that the file of this number is; raises :class:`LocalFileError` where it is none."""
        # only those who open archives need zipfile, which takes long to import
        from .zip_archive import ZipArchive

        if number not in self._archives:
            self._archives[number] = ZipArchive(self[number])
        return self._archives[number]

    def at(self, address: str) -> LocalFile:
        """The file, or the member of an archive, at a ``local:`` address."""
        number, member = _numbers(address)
        if number in self._closed or member in self._closed_members.get(number, ()):
            raise _closed(address)
        return self[number] if member is None else self.archive(number).member(member)

    def close(self, addresses: Iterable[str]) -> None:
        """Let the files at these addresses go; an archive goes with the last of its members.

        What is not open is passed over; raises :class:`LocalFileError` for what is no ``local:`` address.
        """
        closed: list[str] = []
        archives: set[int] = set()
        for address in addresses:
            number, member = _numbers(address)
            if number not in self._files or member in self._closed_members.get(number, ()):
                continue
            closed.append(address)
            if member is None:
                self._let_go(number)
            else:
                self._closed_members.setdefault(number, set()).add(member)
                archives.add(number)
        for number in filter(self._is_spent, archives):
            closed.append(f"{_SCHEME}{number}")
            self._let_go(number)
        if closed:
            for listener in self._close_listeners:
                listener(closed)

    def close_others(self, numbers: Iterable[int], kept: Iterable[str]) -> None:
        """Of the files of these numbers, and of the members of archives, close all but those at ``kept``."""
        kept_members: dict[int, set[int | None]] = {}
        for address in kept:
            number, member = _numbers(address)
            kept_members.setdefault(number, set()).add(member)
        others: list[str] = []
        for number in numbers:
            members = kept_members.get(number)
            if members is None:
                others.append(f"{_SCHEME}{number}")
            elif None not in members and number in self._files:
                others += [f"{_SCHEME}{number}/{i}" for i in self.archive(number).file_indices if i not in members]
        self.close(others)

    def on_close(self, listener: Callable[[Sequence[str]], object]) -> None:
        """Call ``listener`` with the addresses of what is closed from now on, after it is."""
        self._close_listeners.append(listener)

    def _let_go(self, number: int) -> None:
        self._closed.add(number)
        self._closed_members.pop(number, None)
        self._archives.pop(number, None)
        self._files.pop(number, None)

    def _is_spent(self, number: int) -> bool:
        """Whether all members of an archive are closed."""
        if number not in self._files:
            return False
        try:
            members = self.archive(number).file_indices
        except LocalFileError:
            return False
        return self._closed_members[number].issuperset(members)


def with_local_files(fetch: Fetch, files: LocalFiles, read_whole: ReadWhole = read_whole) -> Fetch:
    """``fetch``, with ``local:`` addresses answered from ``files``: nothing of them goes to the network."""

    async def fetching(url: str, *, headers: Mapping[str, str], progress: Progress | None = None) -> Fetched:
        if not url.startswith(_SCHEME):
            return await fetch(url, headers=headers, progress=progress)
        file = files.at(url)
        data = await read_whole(file)
        if len(data) < file.size:
            raise LocalFileError(
                f"{file.path}: only {len(data)} of {file.size} bytes can be read; it has changed, open it again"
            )
        if progress is not None:
            progress(len(data), len(data))
        return Fetched(data)

    return fetching


def _numbers(address: str) -> tuple[int, int | None]:
    """The number of the file at ``address``, and of the member where it is an archive's."""
    scheme, _, path = address.partition(":")
    number, slash, member = path.partition("/")
    if (
        f"{scheme}:" != _SCHEME
        or not (number.isdecimal() and number.isascii())
        or (slash and not (member.isdecimal() and member.isascii()))
    ):
        raise LocalFileError(f"{address} is no address of an opened file; write local:7, or local:7/2 in a ZIP")
    return int(number), int(member) if slash else None


def _closed(address: str) -> LocalFileError:
    return LocalFileError(f"{address}: this file was closed; open it again to load its images")


def _gone(path: str, cause: OSError) -> LocalFileError:
    return LocalFileError(
        f"{path} can not be read ({cause.strerror or cause}): was it moved, renamed or removed? Open it again"
    )
