"""The tags of a TIFF file, and of an Exif block, which is built as one: where each lies and what it holds."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["ORIENTATION", "Directory", "Tag", "tags", "value_text"]

Directory = Literal["image", "exif", "gps"]

ORIENTATION = 0x0112
_EXIF, _GPS, _SUB_IFDS = 0x8769, 0x8825, 0x014A
# bytes of a value of each type (TIFF 6.0 section 2, and 13 of its supplement)
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MOST_DIRECTORIES = 10_000
# Windows writes its tags XPTitle to XPSubject in UTF-16
_UTF_16 = range(0x9C9B, 0x9CA0)
_USER_COMMENT = 0x9286


@dataclass(frozen=True)
class Tag:
    """A tag of a ``directory``; its value lies from ``start`` to ``end``, numbers in the byte order of struct."""

    directory: Directory
    number: int
    start: int
    end: int
    order: str


def tags(data: bytes) -> Iterator[Tag]:
    """The tags of all directories, also of the Exif and GPS ones. Raises struct.error or ValueError where damaged."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        raise ValueError("no byte order")
    (first,) = struct.unpack_from(f"{order}I", data, 4)
    waiting: list[tuple[int, Directory]] = [(first, "image")]
    seen: set[int] = set()
    while waiting:
        at, directory = waiting.pop(0)
        if at == 0 or at in seen:
            continue
        seen.add(at)
        if len(seen) > _MOST_DIRECTORIES:
            raise ValueError("more directories than can be")
        (count,) = struct.unpack_from(f"{order}H", data, at)
        for place in range(at + 2, at + 2 + 12 * count, 12):
            tag = _tag(data, place, order, directory)
            if tag is None:
                continue
            yield tag
            if tag.number in (_EXIF, _GPS, _SUB_IFDS) and directory == "image":
                below: Directory = {_EXIF: "exif", _GPS: "gps"}.get(tag.number, "image")  # type: ignore[assignment]
                waiting += [(offset, below) for (offset,) in struct.iter_unpack(f"{order}I", data[tag.start : tag.end])]
        waiting.append((struct.unpack_from(f"{order}I", data, at + 2 + 12 * count)[0], directory))


def _tag(data: bytes, place: int, order: str, directory: Directory) -> Tag | None:
    number, kind, count = struct.unpack_from(f"{order}HHI", data, place)
    length = _SIZES.get(kind, 0) * count
    start = place + 8 if length <= 4 else struct.unpack_from(f"{order}I", data, place + 8)[0]
    if length == 0:
        return None
    if start + length > len(data):
        raise ValueError(f"the value of tag {number} lies behind the end")
    return Tag(directory, number, start, start + length, order)


def value_text(tag: Tag, data: bytes) -> str:
    """The text of a tag that holds one."""
    raw = data[tag.start : tag.end]
    if tag.number in _UTF_16:
        return raw.decode("utf-16-le", "replace").strip("\0 ")
    if tag.number == _USER_COMMENT:
        # eight bytes name the character set
        code = "utf-16" if raw[:7] == b"UNICODE" else "utf-8"
        return raw[8:].decode(code, "replace").strip("\0 ")
    return raw.decode("utf-8", "replace").strip("\0 ")
