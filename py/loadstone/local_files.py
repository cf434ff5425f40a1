"""Files from the user's machine: numbered, read only where they are needed, and reached through ``local:`` addresses.

``local:7`` is file 7 of the session, ``local:7/2`` member 2 of the ZIP archive that file 7 is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .errors import LocalFileError
from .fetching import Fetch, Fetched, Progress

if TYPE_CHECKING:
    from .zip_archive import ZipArchive

__all__ = ["LocalFile", "LocalFiles", "PathFile", "files_below", "with_local_files"]

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


class PathFile:
    """A file on a disk that Python reaches by itself; ``path`` is what it is called, by default its name."""

    def __init__(self, location: Path, path: str = "") -> None:
        self._location = location
        self.path = path or location.name
        try:
            self.size = location.stat().st_size
        except OSError as cause:
            raise _gone(self.path, cause) from cause

    def read(self, start: int, end: int) -> bytes:
        try:
            with self._location.open("rb") as file:
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


class LocalFiles:
    """The session's local files by number, from 1. They stay where they are: only their names are held here."""

    def __init__(self) -> None:
        self._files: dict[int, LocalFile] = {}
        # their directories are read once
        self._archives: dict[int, ZipArchive] = {}

    def add(self, files: Iterable[LocalFile], *, first: int | None = None) -> range:
        """Number the files from ``first`` (default: on from the highest) and keep them; gives their numbers."""
        start = max(self._files, default=0) + 1 if first is None else first
        numbers = range(start, start)
        for number, file in enumerate(files, start):
            self._files[number] = file
            self._archives.pop(number, None)
            numbers = range(start, number + 1)
        return numbers

    def __getitem__(self, number: int) -> LocalFile:
        """The file of this number; raises :class:`LocalFileError` where there is none."""
        try:
            return self._files[number]
        except KeyError:
            raise LocalFileError(
                f"{_SCHEME}{number}: no file of this number was opened here; open the file again"
            ) from None

    def archive(self, number: int) -> ZipArchive:
        """The ZIP archive that the file of this number is; raises :class:`LocalFileError` where it is none."""
        # only those who open archives need zipfile, which takes long to import
        from .zip_archive import ZipArchive

        if number not in self._archives:
            self._archives[number] = ZipArchive(self[number])
        return self._archives[number]

    def at(self, address: str) -> LocalFile:
        """The file, or the member of an archive, at a ``local:`` address."""
        number, slash, member = address.removeprefix(_SCHEME).partition("/")
        if not (number.isdecimal() and number.isascii()) or (slash and not (member.isdecimal() and member.isascii())):
            raise LocalFileError(f"{address} is no address of an opened file; write local:7, or local:7/2 in a ZIP")
        return self.archive(int(number)).member(int(member)) if slash else self[int(number)]


def with_local_files(fetch: Fetch, files: LocalFiles) -> Fetch:
    """``fetch``, with ``local:`` addresses answered from ``files``: nothing of them goes to the network."""

    async def fetching(url: str, *, headers: Mapping[str, str], progress: Progress | None = None) -> Fetched:
        if not url.startswith(_SCHEME):
            return await fetch(url, headers=headers, progress=progress)
        file = files.at(url)
        data = file.read(0, file.size)
        if len(data) < file.size:
            raise LocalFileError(
                f"{file.path}: only {len(data)} of {file.size} bytes can be read; it has changed, open it again"
            )
        if progress is not None:
            progress(len(data), len(data))
        return Fetched(data)

    return fetching


def _gone(path: str, cause: OSError) -> LocalFileError:
    return LocalFileError(
        f"{path} can not be read ({cause.strerror or cause}): was it moved, renamed or removed? Open it again"
    )
