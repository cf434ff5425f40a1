"""The DICOMDIR of a CD: which files it says there are (PS3.3 F)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from pydicom import Dataset
from pydicom.filereader import read_partial, read_sequence_item
from pydicom.tag import BaseTag

from ..errors import DecodeError
from .values import text, texts

__all__ = ["ReferencedFile", "is_directory", "referenced_files"]

_MEDIA_STORAGE_DIRECTORY = b"1.2.840.10008.1.3.10"

_RECORDS = 0x00041220


@dataclass(frozen=True)
class ReferencedFile:
    """A file that a DICOMDIR names: its path from the DICOMDIR's folder, with "/", and its SOP Instance UID."""

    path: str
    sop_instance_uid: str


def is_directory(head: bytes) -> bool:
    """Whether a DICOM file that begins with ``head`` is a DICOMDIR, as its file meta says."""
    return _MEDIA_STORAGE_DIRECTORY in head[132:512]


def referenced_files(data: bytes) -> Iterator[ReferencedFile | None]:
    """The files that the DICOMDIR in ``data`` names, record by record; None for a record that names none.

    Raises :class:`DecodeError` where it is damaged; what came until then is right.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield from map(_referenced, _records(data))
    except Exception as cause:
        # pydicom lets struct, EOF and key errors through for damaged files
        raise DecodeError(
            f"the DICOMDIR of {len(data)} bytes is damaged or cut off ({type(cause).__name__}: {cause}); "
            "the files beside it are read without it"
        ) from cause


def _records(data: bytes) -> Iterator[Dataset]:
    """One record after the other: all at once would take seconds for a large CD."""
    stream = BytesIO(data)

    def are_records(tag: BaseTag, vr: str | None, length: int) -> bool:
        return int(tag) >= _RECORDS

    implicit, little_endian = read_partial(stream, are_records).original_encoding
    # the length is the last four bytes of the element's header
    length = int.from_bytes(stream.read(8 if implicit else 12)[-4:], "little" if little_endian else "big")
    end = min(len(data), stream.tell() + length)
    while stream.tell() < end:
        record = read_sequence_item(stream, bool(implicit), bool(little_endian), "ascii")
        if record is None:
            return
        yield record


def _referenced(record: Dataset) -> ReferencedFile | None:
    parts = texts(record, "ReferencedFileID")
    if parts is None:
        return None
    path = "/".join(part.replace("\\", "/").strip("/ ") for part in parts)
    return ReferencedFile(path, text(record, "ReferencedSOPInstanceUIDInFile") or "")
