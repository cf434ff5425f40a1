"""The header of a DICOM file, read without the rest of the file."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable, Mapping
from io import BytesIO
from math import isfinite

from pydicom import Dataset
from pydicom.dataelem import RawDataElement
from pydicom.filereader import read_partial
from pydicom.tag import BaseTag, Tag

from ..errors import DecodeError, NotAnImageError
from .instances import INSTANCE_KEYWORDS, DataSetElements, Elements
from .walking import walk

__all__ = ["read_header"]

_TAGS: Mapping[str, int] = {keyword: int(Tag(keyword)) for keyword in INSTANCE_KEYWORDS}
_WANTED = frozenset(_TAGS.values())
_LAST = max(_WANTED)
_ORDERED: list[BaseTag | int] = [Tag(tag) for tag in sorted(_WANTED)]
# of what is no image nothing is known before its end; but an image's header is not this long
_LONGEST = 16 * 1024**2

# a deflated data set can only be read whole, its pixels too
_DEFLATED = b"1.2.840.10008.1.2.1.99"

_ESCAPE = b"\x1b"


def read_header(head: bytes, size: int, read: Callable[[int, int], bytes]) -> Elements:
    """The elements of ``INSTANCE_KEYWORDS`` of a file of ``size`` bytes.

    ``head`` is what is at hand of the file's beginning; ``read(start, end)`` gives more where the header is longer.
    Raises :class:`NotAnImageError` where it is no DICOM, :class:`DecodeError` where it can not be parsed.
    """
    values = walk(head, _WANTED)
    if values is not None:
        return _RawElements(values)
    longest = max(size, _LONGEST) if _DEFLATED in head[132:1024] else _LONGEST
    last_try = len(head) >= min(size, longest)
    while (data_set := _parse(head, last_try=last_try)) is None:
        longer = read(0, min(longest, 16 * len(head)))
        # a file that was cut since it was opened, and one of an archive that lies, hold less than they say
        last_try = len(longer) >= min(size, longest) or len(longer) <= len(head)
        head = longer
    if not data_set.keys() & {Tag("SOPClassUID"), Tag("SOPInstanceUID"), Tag("Rows")}:
        raise NotAnImageError("holds no DICOM data set that can be read; compare its size with the original")
    return DataSetElements(data_set)


def _parse(head: bytes, *, last_try: bool) -> Dataset | None:
    """The data set in ``head``; None where it goes on behind it, unless this is the last try."""
    ended = False

    def is_behind(tag: BaseTag, vr: str | None, length: int) -> bool:
        nonlocal ended
        ended = int(tag) > _LAST
        return ended

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = read_partial(BytesIO(head), is_behind, force=head[128:132] != b"DICM", specific_tags=_ORDERED)
    except Exception as cause:
        # pydicom lets struct, EOF and key errors through for damaged and for cut headers
        if not last_try:
            return None
        raise DecodeError(
            f"the DICOM header is damaged or cut off ({type(cause).__name__}: {cause}); ask for the file again "
            "from its source"
        ) from cause
    return parsed if ended or last_try else None


class _RawElements:
    """The :class:`Elements` of values as they are written, little endian; pydicom reads what needs a character set."""

    def __init__(self, values: Mapping[int, bytes]) -> None:
        self._values = values

    def text(self, keyword: str) -> str:
        raw = self._raw(keyword)
        return raw.decode("ascii").split("\\")[0].strip() if _is_plain(raw) else self._by_pydicom().text(keyword)

    def texts(self, keyword: str) -> tuple[str, ...]:
        raw = self._raw(keyword)
        if not _is_plain(raw):
            return self._by_pydicom().texts(keyword)
        return tuple(item.strip() for item in raw.decode("ascii").split("\\")) if raw else ()

    def numbers(self, keyword: str) -> tuple[float, ...]:
        if keyword in _BINARY:
            value = self._values.get(_TAGS[keyword], b"")
            size, kind = _BINARY[keyword]
            read = struct.unpack(f"<{len(value) // size}{kind}", value[: len(value) // size * size])
        else:
            raw = self._raw(keyword)
            try:
                read = tuple(map(float, raw.split(b"\\"))) if raw else ()
            except ValueError:
                return ()
        return read if all(map(isfinite, read)) else ()

    def person_name(self, keyword: str) -> str:
        raw = self._raw(keyword)
        return (
            raw.decode("ascii").rstrip("^ ")
            if _is_plain(raw) and b"=" not in raw
            else (self._by_pydicom().person_name(keyword))
        )

    def _raw(self, keyword: str) -> bytes:
        return self._values.get(_TAGS[keyword], b"").strip(b"\0 ")

    def _by_pydicom(self) -> DataSetElements:
        data_set = Dataset()
        for tag, value in self._values.items():
            data_set[tag] = RawDataElement(BaseTag(tag), None, len(value), value, 0, True, True)
        return DataSetElements(data_set)


# US and FD: bytes for each, and struct's letter
_BINARY = {"Rows": (2, "H"), "Columns": (2, "H"), "DiffusionBValue": (8, "d")}


def _is_plain(raw: bytes) -> bool:
    """Whether the bytes mean the same in all character sets that DICOM has."""
    return raw.isascii() and _ESCAPE not in raw
