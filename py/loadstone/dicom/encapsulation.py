"""Where one frame lies in encapsulated pixel data (PS3.5 A.4): found anew for each frame, without copying any."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..errors import TruncatedError

__all__ = ["FramePieces", "find_frame", "is_codestream", "is_encapsulated"]

_ITEM = b"\xfe\xff\x00\xe0"
_UNDEFINED = 0xFFFFFFFF
# SOI, SOC, JPEG XL's signature, and the signature box of the file formats of JPEG 2000 and JPEG XL
_CODESTREAM_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\xff\x0a", b"\x00\x00\x00\x0c")


@dataclass(frozen=True)
class FramePieces:
    """Begin and end of each fragment of a frame, and what was odd about finding them."""

    pieces: tuple[tuple[int, int], ...]
    warnings: tuple[str, ...] = ()

    def of(self, data: bytes) -> bytes:
        """The frame as one codestream."""
        return b"".join(data[begin:end] for begin, end in self.pieces)


def is_encapsulated(data: bytes) -> bool:
    """Whether pixel data begin as encapsulated ones do: with the item of an offset table, then another item."""
    if data[:4] != _ITEM or len(data) < 12:
        return False
    (length,) = struct.unpack_from("<I", data, 4)
    return length % 4 == 0 and data[8 + length : 12 + length] == _ITEM


def is_codestream(data: bytes) -> bool:
    """Whether pixel data begin with a codestream itself, without any item."""
    return data.startswith(_CODESTREAM_STARTS)


def find_frame(data: bytes, index: int, frame_count: int, extended_offsets: Sequence[int] | None = None) -> FramePieces:
    """The fragments of frame ``index`` (from 0) by the extended or the basic offset table, else by themselves.

    An offset table that does not go with the fragments is passed over with a warning. Raises
    :class:`TruncatedError` where the frame can not be found.
    """
    try:
        basic, first = _basic_offsets(data)
    except struct.error as cause:
        raise _not_found(data, index, frame_count, "the offset table is cut off") from cause
    warnings = []
    for name, offsets in (("extended", extended_offsets), ("basic", basic)):
        if not offsets:
            continue
        pieces = _by_table(data, index, frame_count, first, offsets)
        if pieces:
            return FramePieces(pieces)
        warnings.append(f"the {name} offset table is wrong; frames are found by their fragments")
    items = [item for item in _items(data, first) if item[0] < item[1]]
    frames = _frames_of(data, items, frame_count)
    if index >= len(frames):
        raise _not_found(data, index, frame_count, f"{len(items)} fragments hold {len(frames)} frames")
    return FramePieces(tuple(frames[index]), tuple(warnings))


def _items(data: bytes, place: int, end: int | None = None) -> list[tuple[int, int]]:
    """Begin and end of the contents of each item from ``place`` to ``end``; one that is cut off ends there."""
    end = len(data) if end is None else end
    items = []
    while place + 8 <= end and data[place : place + 4] == _ITEM:
        (length,) = struct.unpack_from("<I", data, place + 4)
        begin = place + 8
        place = end if length == _UNDEFINED else begin + length
        items.append((begin, min(place, end)))
    return items


def _basic_offsets(data: bytes) -> tuple[Sequence[int], int]:
    """The offsets, and where the first fragment's item is."""
    if data[:4] != _ITEM:
        return (), 0
    (length,) = struct.unpack_from("<I", data, 4)
    return struct.unpack_from(f"<{length // 4}I", data, 8), 8 + length


def _by_table(
    data: bytes, index: int, frame_count: int, first: int, offsets: Sequence[int]
) -> tuple[tuple[int, int], ...] | None:
    if len(offsets) != frame_count or any(a >= b for a, b in pairwise(offsets)):
        return None
    begin = first + offsets[index]
    if index + 1 == frame_count:
        return tuple(_items(data, begin)) or None
    end = first + offsets[index + 1]
    pieces = _items(data, begin, end) if begin < end <= len(data) else []
    # the last fragment must end where the next frame begins
    if not pieces or data[end : end + 4] != _ITEM:
        return None
    last_begin, last_end = pieces[-1]
    fits = last_end == end and data[last_begin - 4 : last_begin] == struct.pack("<I", end - last_begin)
    return tuple(pieces) if fits else None


def _frames_of(data: bytes, items: list[tuple[int, int]], frame_count: int) -> list[list[tuple[int, int]]]:
    """The fragments of each frame, told by their number or by their beginnings."""
    if frame_count == 1:
        return [items] if items else []
    if len(items) <= frame_count:
        return [[item] for item in items]
    frames: list[list[tuple[int, int]]] = []
    for item in items:
        if data.startswith(_CODESTREAM_STARTS, item[0]) or not frames:
            frames.append([])
        frames[-1].append(item)
    # one run of fragments without any beginning tells nothing
    return frames if len(frames) > 1 else []


def _not_found(data: bytes, index: int, frame_count: int, reason: str) -> TruncatedError:
    return TruncatedError(
        f"frame {index + 1} of {frame_count} can not be taken out of the encapsulated pixel data of "
        f"{len(data)} bytes ({reason}); compare the file's size with the original"
    )
