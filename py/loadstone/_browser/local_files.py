"""Files of the page: read in slices, synchronously, as only workers can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import js
from pyodide.ffi import JsException

from ..errors import LocalFileError
from ..importing import Imported, ImportProgress
from ..metadata import as_cornerstone

__all__ = ["BlobFile", "imported_data", "progress_data"]


class BlobFile:
    """A JavaScript ``File`` as a :class:`~loadstone.local_files.LocalFile`; its bytes stay with the browser."""

    def __init__(self, file: Any, path: str) -> None:
        self._file = file
        self._reader = js.FileReaderSync.new()
        self.path = path
        self.size = int(file.size)

    def read(self, start: int, end: int) -> bytes:
        try:
            data: bytes = self._reader.readAsArrayBuffer(self._file.slice(start, end)).to_bytes()
        except JsException as cause:
            raise LocalFileError(
                f"{self.path} can not be read ({cause.name}): was it moved, changed or removed since it was opened? "
                "Open it again"
            ) from cause
        return data


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
