"""Files of the page: read in slices, synchronously, or as a whole while others run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyodide.ffi import JsException, to_js

from ..contents import HEAD_BYTES
from ..errors import LocalFileError
from ..importing import Imported, ImportProgress
from ..local_files import LocalFile, read_whole
from ..metadata import as_cornerstone

__all__ = ["BlobFile", "HeadReader", "ReadSlice", "imported_data", "progress_data", "read_blob"]

ReadSlice = Callable[[Any, int, int], Any]


class BlobFile:
    """A JavaScript ``File`` as a :class:`~loadstone.local_files.LocalFile`; its bytes stay with the browser.

    ``read_slice(file, start, end)`` gives them as a ``Uint8Array``.
    """

    def __init__(self, read_slice: ReadSlice, file: Any, path: str, size: int) -> None:
        self._read_slice = read_slice
        self.file = file
        self.path = path
        self.size = size

    def read(self, start: int, end: int) -> bytes:
        try:
            data: bytes = self._read_slice(self.file, start, end).to_bytes()
        except JsException as cause:
            raise _gone(self.path, cause) from cause
        return data


async def read_blob(file: LocalFile) -> bytes:
    """All bytes of the file. Python goes on meanwhile: the browser may be busy with the heads of many others."""
    if not isinstance(file, BlobFile):
        return await read_whole(file)
    try:
        data: bytes = (await file.file.arrayBuffer()).to_bytes()
    except JsException as cause:
        raise _gone(file.path, cause) from cause
    return data


class HeadReader:
    """Reads the heads of files by ``read_heads(files, length)``, a JavaScript function that gives a promise of them."""

    def __init__(self, read_heads: Callable[[Any, int], Any]) -> None:
        self._read_heads = read_heads

    async def __call__(self, files: Sequence[LocalFile]) -> Sequence[bytes | None]:
        blobs = [file.file for file in files if isinstance(file, BlobFile)]
        try:
            data: bytes = (await self._read_heads(to_js(blobs), HEAD_BYTES)).to_bytes()
        except JsException:
            # one of them is gone; which one is seen when each is read by itself
            return [None] * len(files)
        heads: list[bytes | None] = []
        start = 0
        for file in files:
            length = min(HEAD_BYTES, file.size)
            heads.append(data[start : start + length])
            start += length
        return heads


def progress_data(progress: ImportProgress) -> dict[str, Any]:
    """``{read, total, studies, others}``."""
    return {
        "read": progress.read,
        "total": progress.total,
        "studies": as_cornerstone(progress.studies),
        "others": as_cornerstone(progress.others),
    }


def imported_data(imported: Imported) -> Mapping[str, Any]:
    """``{studies, others, skipped}``."""
    return {
        "studies": as_cornerstone(imported.studies),
        "others": as_cornerstone(imported.others),
        "skipped": as_cornerstone(imported.skipped),
    }


def _gone(path: str, cause: JsException) -> LocalFileError:
    return LocalFileError(
        f"{path} can not be read ({cause.name}): was it moved, changed or removed since it was opened? Open it again"
    )
