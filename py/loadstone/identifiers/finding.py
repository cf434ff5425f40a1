"""The identifiers of one file, by what kind of file it is."""

from __future__ import annotations

import zlib

from ..errors import LocalFileError
from ..recognising import FileKind, kind_of
from .identifier import NOT_CHECKED, Identifier

__all__ = ["file_kind", "find_identifiers"]

_GZIP = b"\x1f\x8b"
_HEAD = 1024


def file_kind(data: bytes, name: str) -> FileKind:
    """What kind of file ``name`` is, by its bytes; of one that is packed by gzip, by what is in it."""
    return kind_of(_head(data), name)


def find_identifiers(data: bytes, name: str) -> tuple[Identifier, ...]:
    """What in the bytes of the file ``name`` identifies a person, each by where it lies; values are shortened.

    Empty values and those that name nobody ("ANONYMIZED") are none. A part that can not be read counts as found,
    with the value :data:`NOT_CHECKED`. Never raises for what the file holds.
    """
    match file_kind(data, name):
        case "dicom":
            from .dicom import dicom_identifiers

            return dicom_identifiers(data)
        case "nifti":
            from .nifti import nifti_identifiers

            return nifti_identifiers(data)
        case "picture":
            from .pictures import picture_identifiers

            return picture_identifiers(data)
        case "zip":
            return _in_archive(data, name)
    return ()


def _head(data: bytes) -> bytes:
    """The beginning of what the file holds, unpacked where it is packed by gzip."""
    if not data.startswith(_GZIP):
        return data[:_HEAD]
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _HEAD)
    except zlib.error:
        return b""


def _in_archive(data: bytes, name: str) -> tuple[Identifier, ...]:
    from ..zip_archive import ZipArchive

    try:
        archive = ZipArchive(_Bytes(data, name))
        members = [archive.member(index) for index in archive.file_indices]
    except LocalFileError:
        return (Identifier("the ZIP archive", NOT_CHECKED),)
    found: list[Identifier] = []
    for member in members:
        try:
            inside = find_identifiers(member.read(0, member.size), member.path)
        except LocalFileError:
            inside = (Identifier("the file", NOT_CHECKED),)
        found += [Identifier(f"{one.where} in {member.path}", one.value) for one in inside]
    return tuple(found)


class _Bytes:
    """The bytes of an archive, as it reads them."""

    def __init__(self, data: bytes, path: str) -> None:
        self._data = data
        self.path = path
        self.size = len(data)

    def read(self, start: int, end: int) -> bytes:
        return self._data[start:end]
