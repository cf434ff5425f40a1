"""A ZIP archive, read where it lies: its directory at first, each member when it is asked for."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
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
        reader = _Reader(file)
        try:
            self._zip = zipfile.ZipFile(io.BufferedReader(reader, _READ_AHEAD))
        except LocalFileError:
            raise
        except _DAMAGED as cause:
            raise LocalFileError(
                f"{file.path}: the ZIP archive of {file.size} bytes is damaged or cut off ({cause}); "
                "compare its size with the original"
            ) from cause
        reader.at_most = None
        self._members = self._zip.infolist()
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
        self._position += len(data)
        return len(data)


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)
