"""A ZIP archive, read where it lies: its directory at first, each member when it is asked for."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from .errors import LocalFileError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

__all__ = ["ZipArchive", "ZipMember"]

_MOST_MEMBERS = 100_000
_LARGEST_DIRECTORY = 64 * 1024**2
# zipfile reads a header, a name and some data for each member: one read of the file for all three
_READ_AHEAD = 32 * 1024
_LARGEST_MEMBER = 1024**3
# deflate gives at most 1032 bytes for one; pictures that are large and real stay far below
_HIGHEST_RATIO = 200
_NEVER_SUSPICIOUS = 64 * 1024**2
# where the end of the directory is looked for: a comment may come behind it
_TAIL = 1024
# the flag of names that are UTF-8 (APPNOTE 4.4.4)
_UTF_8 = 0x800

# all that zipfile raises for archives that are damaged or were made to harm
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OSError,
    MemoryError,
    struct.error,
)


class _Source(Protocol):
    @property
    def path(self) -> str: ...

    @property
    def size(self) -> int: ...

    def read(self, start: int, end: int) -> bytes: ...


class ZipArchive:
    """The members of a ZIP file, by their place in its directory. Nothing is unpacked before it is read.

    Raises :class:`LocalFileError` where the directory can not be read or holds more than can be true.
    """

    def __init__(self, file: _Source) -> None:
        self.path = file.path
        end = _end_of_directory(file)
        if _is_part(file, end):
            raise LocalFileError(
                f"{file.path}: is one part of a ZIP archive that was split into several files; join them "
                "(zip -s 0 last.zip --out whole.zip), or unpack them, and open what comes of it"
            )
        try:
            self._zip, reader = _opened(file, end)
        except LocalFileError:
            raise
        except _DAMAGED as cause:
            raise LocalFileError(
                f"{file.path}: the ZIP archive of {file.size} bytes is damaged or cut off ({cause}); "
                "compare its size with the original"
            ) from cause
        reader.at_most = None
        self._members = self._zip.infolist()
        # where a member's own header says otherwise than the directory how its name is written, the directory counts
        reader.change(
            {info.header_offset + 7: info.flag_bits >> 8 for info in self._members if not info.orig_filename.isascii()}
        )
        if len(self._members) > _MOST_MEMBERS:
            raise LocalFileError(
                f"{file.path}: the ZIP archive holds {len(self._members)} files, more than {_MOST_MEMBERS}; "
                "unpack it and open a part of it"
            )

    def __len__(self) -> int:
        return len(self._members)

    def is_folder(self, index: int) -> bool:
        # not is_dir(): older Pythons fail at an empty name
        return self._members[index].filename.endswith("/")

    @property
    def file_indices(self) -> list[int]:
        """The places of all members but the folders."""
        return [index for index in range(len(self._members)) if not self.is_folder(index)]

    def member(self, index: int) -> ZipMember:
        """The member of this place in the directory, from 0; raises :class:`LocalFileError` where there is none."""
        if not 0 <= index < len(self._members):
            raise LocalFileError(f"{self.path} has no member {index}; it has {len(self._members)}, counted from 0")
        return ZipMember(self.path, self._zip, self._members[index])


class ZipMember:
    """One packed file: a :class:`~loadstone.local_files.LocalFile` that inflates as far as it is read."""

    def __init__(self, archive_path: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._archive = archive
        self._info = info
        self.path = f"{archive_path}/{_printable(info.filename)}"
        self.size = info.file_size

    @property
    def is_encrypted(self) -> bool:
        return bool(self._info.flag_bits & 0x41)

    def refusal(self) -> str | None:
        """Why this member is not read, or None where it can be."""
        name, packed = self._info.orig_filename.replace("\\", "/"), max(1, self._info.compress_size)
        if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
            return "its path leads out of the archive; such an archive was made to do harm, ask where it comes from"
        if self.is_encrypted:
            return "is encrypted; unpack the archive with its password, and open the files"
        if self._info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return f"is packed by method {self._info.compress_type}, which is not read here; unpack the archive first"
        if self.size > _LARGEST_MEMBER:
            return f"unpacks to {self.size} bytes, more than {_LARGEST_MEMBER}; unpack the archive, and open the file"
        if self.size > _NEVER_SUSPICIOUS and self.size > _HIGHEST_RATIO * packed:
            return (
                f"{packed} bytes would unpack to {self.size}, more than {_HIGHEST_RATIO} times as many: "
                "this looks like a ZIP bomb; if it is none, unpack the archive, and open the file"
            )
        return None

    def read(self, start: int, end: int) -> bytes:
        """The unpacked bytes from ``start`` up to ``end``; raises :class:`LocalFileError` where it can not."""
        refusal = self.refusal()
        if refusal is not None:
            raise LocalFileError(f"{self.path}: {refusal}")
        try:
            with self._archive.open(self._info) as packed:
                if start:
                    packed.seek(start)
                return packed.read(end - start)
        except LocalFileError:
            raise
        except _DAMAGED as cause:
            raise LocalFileError(
                f"{self.path}: is damaged within the ZIP archive ({cause}); compare the archive with its original"
            ) from cause


class _Reader(io.RawIOBase):
    """A :class:`_Source` as a file that seeks; reads ``at_most`` so many bytes before it gives up."""

    def __init__(self, source: _Source) -> None:
        self._source = source
        self._position = 0
        self.at_most: int | None = _LARGEST_DIRECTORY
        self._changed: list[tuple[int, int]] = []

    def change(self, changed: Mapping[int, int]) -> None:
        """From now on give these bytes in place of the file's own, by their positions."""
        self._changed = sorted(changed.items())

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}[whence]
        if origin + offset < 0:
            raise OSError(f"position {origin + offset} lies before the file's begin")
        self._position = origin + offset
        return self._position

    def readinto(self, buffer: Buffer) -> int:
        room = memoryview(buffer).cast("B")
        end = min(self._source.size, self._position + len(room))
        if end <= self._position:
            return 0
        data = self._source.read(self._position, end)
        if self.at_most is not None:
            self.at_most -= len(data)
            if self.at_most < 0:
                raise OSError(f"its directory is longer than {_LARGEST_DIRECTORY} bytes")
        room[: len(data)] = data
        behind = bisect_left(self._changed, (self._position + len(data), 0))
        for position, byte in self._changed[bisect_left(self._changed, (self._position, 0)) : behind]:
            room[position - self._position] = byte
        self._position += len(data)
        return len(data)


def _opened(file: _Source, end: _DirectoryEnd | None) -> tuple[zipfile.ZipFile, _Reader]:
    reader = _Reader(file)
    try:
        return zipfile.ZipFile(io.BufferedReader(reader, _READ_AHEAD)), reader
    except _DAMAGED:
        # one name that is no UTF-8 is enough for zipfile to refuse them all
        changed = _undecodable_names(file, end)
        if not changed:
            raise
    # the one before was closed with its ZipFile
    reader = _Reader(file)
    reader.change(changed)
    return zipfile.ZipFile(io.BufferedReader(reader, _READ_AHEAD)), reader


@dataclass(frozen=True)
class _DirectoryEnd:
    """The record behind the directory (APPNOTE 4.3.16): where it lies, and what it says."""

    position: int
    disk: int
    directory_size: int
    directory_offset: int


def _end_of_directory(file: _Source) -> _DirectoryEnd | None:
    """The record at the file's end; None where there is none, or a long comment behind it, which is left to zipfile."""
    tail_at = max(0, file.size - _TAIL)
    tail = file.read(tail_at, file.size)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        return None
    disk, size, offset = struct.unpack_from("<4xH6xLL", tail, at)
    return _DirectoryEnd(tail_at + at, disk, size, offset)


def _is_part(file: _Source, end: _DirectoryEnd | None) -> bool:
    """Whether the archive goes on in other files: this is the last of them, or one before it."""
    if end is not None:
        # 65535 stands for what ZIP64 says elsewhere
        return 0 < end.disk < 0xFFFF
    return re.search(r"\.z(ip\.)?\d+$", file.path.lower()) is not None or file.read(0, 4) == b"PK\7\x08"


def _undecodable_names(file: _Source, end: _DirectoryEnd | None) -> dict[int, int]:
    """Other flags, by position, for the names in the directory that say they are UTF-8 and are not.

    Without the flag each of their bytes is a letter (code page 437).
    """
    changed: dict[int, int] = {}
    if end is None or not 0 < end.directory_size <= min(end.position, _LARGEST_DIRECTORY):
        return changed
    # ZIP64 puts records between, and a program that unpacks itself comes before all: the directory is not there then
    start = end.position - end.directory_size
    directory = file.read(start, end.position)
    at = 0
    while directory[at : at + 4] == b"PK\1\2" and at + 46 <= len(directory):
        flags, name, extra, comment = struct.unpack_from("<4x4xH18xHHH", directory, at)
        if flags & _UTF_8 and not _is_utf_8(directory[at + 46 : at + 46 + name]):
            changed[start + at + 9] = (flags & ~_UTF_8) >> 8
        at += 46 + name + extra + comment
    return changed


def _is_utf_8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)
