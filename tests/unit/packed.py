"""Local files for tests: in memory, and packed."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Mapping

from loadstone.errors import LocalFileError


class InMemory:
    """A file of these bytes that notes what is read of it."""

    def __init__(self, data: bytes, path: str = "cd.zip", size: int | None = None) -> None:
        self.data = data
        self.path = path
        self.size = len(data) if size is None else size
        self.reads: list[tuple[int, int]] = []

    def read(self, start: int, end: int) -> bytes:
        self.reads.append((start, end))
        return self.data[start:end]


class Gone(InMemory):
    """A file that was removed after it was opened."""

    def read(self, start: int, end: int) -> bytes:
        raise LocalFileError(f"{self.path} can not be read (No such file): was it moved? Open it again")


class Slow(InMemory):
    """A file on a slow disk."""

    def read(self, start: int, end: int) -> bytes:
        time.sleep(0.001)
        return super().read(start, end)


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return written.getvalue()


def with_flag(data: bytes, flag: int) -> bytes:
    """The archive with this flag set in every central header (APPNOTE 4.3.12: flags lie at byte 8)."""
    changed = bytearray(data)
    at = data.find(b"PK\1\2")
    while at >= 0:
        struct.pack_into("<H", changed, at + 8, struct.unpack_from("<H", data, at + 8)[0] | flag)
        at = data.find(b"PK\1\2", at + 4)
    return bytes(changed)
