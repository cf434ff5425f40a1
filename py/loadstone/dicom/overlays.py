"""The overlay planes of one frame (PS3.3 C.9.2, C.9.3): in elements of their own, or in unused bits of the pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.tag import Tag

from ..image import Overlay, Pixels
from .frame_description import FrameDescription
from .values import element_value, number, numbers, text

__all__ = ["FrameOverlays", "frame_overlays"]

# of the group 60xx
_ROWS = 0x0010
_COLUMNS = 0x0011
_NUMBER_OF_FRAMES = 0x0015
_DESCRIPTION = 0x0022
_TYPE = 0x0040
_ORIGIN = 0x0050
_IMAGE_FRAME_ORIGIN = 0x0051
_BITS_ALLOCATED = 0x0100
_BIT_POSITION = 0x0102
_LABEL = 0x1500
_DATA = 0x3000

# an overlay has one of these, in one of the 16 groups that there are (PS3.5 7.6)
_SIGNS = frozenset(Tag(group, element) for group in range(0x6000, 0x6020, 2) for element in (_ROWS, _DATA))

# what a frame's stored words are asked of; None where they can not be had
StoredWords = Callable[[], Pixels | None]


@dataclass(frozen=True, eq=False)
class FrameOverlays:
    """The overlays of one frame by their group, and what is wrong with those that are left out."""

    planes: Mapping[int, Overlay]
    warnings: tuple[str, ...] = ()


class _BrokenOverlayError(Exception):
    """Why an overlay is left out."""


def frame_overlays(
    data_set: Dataset, index: int, description: FrameDescription, stored_words: StoredWords
) -> FrameOverlays:
    """The overlays of frame ``index`` (from 0); ``stored_words`` is called only for overlays in unused bits."""
    planes: dict[int, Overlay] = {}
    warnings: list[str] = []
    for group in sorted({tag.group for tag in _SIGNS.intersection(data_set.keys())}):
        try:
            bits = _bits(data_set, group, index, description, stored_words)
        except _BrokenOverlayError as reason:
            warnings.append(f"Overlay {group:04X} is left out: {reason}")
        else:
            if bits is not None:
                planes[group] = _overlay(data_set, group, bits)
    return FrameOverlays(planes, tuple(warnings))


def _overlay(data_set: Dataset, group: int, bits: NDArray[np.bool_]) -> Overlay:
    origin = numbers(data_set, Tag(group, _ORIGIN))
    return Overlay(
        bits,
        origin=(int(origin[0]), int(origin[1])) if origin and len(origin) == 2 else (1, 1),
        kind="R" if (text(data_set, Tag(group, _TYPE)) or "").strip().upper() == "R" else "G",
        label=(text(data_set, Tag(group, _LABEL)) or "").strip(),
        description=(text(data_set, Tag(group, _DESCRIPTION)) or "").strip(),
    )


def _bits(
    data_set: Dataset, group: int, index: int, description: FrameDescription, stored_words: StoredWords
) -> NDArray[np.bool_] | None:
    """The overlay's bits for this frame; None where it has none for it."""
    rows, columns = (int(number(data_set, Tag(group, element)) or 0) for element in (_ROWS, _COLUMNS))
    if rows < 1 or columns < 1:
        raise _BrokenOverlayError(f"it has {rows} rows x {columns} columns")
    data = element_value(data_set, Tag(group, _DATA))
    if isinstance(data, bytes) and data:
        place = _place_in_overlay(data_set, group, index)
        return None if place is None else _packed_bits(data_set, group, data, place, (rows, columns), description)
    if (number(data_set, Tag(group, _BITS_ALLOCATED)) or 1) == 1:
        raise _BrokenOverlayError("it has no OverlayData")
    if (rows, columns) != (description.rows, description.columns):
        raise _BrokenOverlayError(
            f"it has {rows} rows x {columns} columns in the pixels' unused bits, "
            f"but the image {description.rows} x {description.columns}"
        )
    return _embedded_bits(int(number(data_set, Tag(group, _BIT_POSITION)) or 0), description, stored_words)


def _place_in_overlay(data_set: Dataset, group: int, index: int) -> int | None:
    """Which of the overlay's frames, from 0, goes with the image's frame; one without frames goes with all."""
    count = number(data_set, Tag(group, _NUMBER_OF_FRAMES))
    first = number(data_set, Tag(group, _IMAGE_FRAME_ORIGIN))
    if first is None and (count is None or count <= 1):
        return 0
    place = index - (int(first or 1) - 1)
    return place if 0 <= place < int(count or 1) else None


def _packed_bits(
    data_set: Dataset, group: int, data: bytes, place: int, shape: tuple[int, int], description: FrameDescription
) -> NDArray[np.bool_]:
    """One frame of OverlayData: bits one after the other, the lowest first, frames without a gap (PS3.5 8.1.2)."""
    count = shape[0] * shape[1]
    start = place * count
    needed = (start + count + 7) // 8
    if len(data) < needed:
        raise _BrokenOverlayError(
            f"its OverlayData has {len(data)} bytes, {shape[0]} rows x {shape[1]} columns need {needed}"
        )
    if not description.is_little_endian and data_set[Tag(group, _DATA)].VR == "OW":
        data = np.frombuffer(data[: len(data) // 2 * 2], "<u2").byteswap().tobytes()
    packed = np.frombuffer(data, np.uint8)[start // 8 : needed]
    bits = np.unpackbits(packed, bitorder="little")[start % 8 : start % 8 + count]
    return bits.view(np.bool_).reshape(shape)


def _embedded_bits(position: int, description: FrameDescription, stored_words: StoredWords) -> NDArray[np.bool_]:
    """Retired, and still in archives: one bit of each pixel's word, beside those of its value."""
    lowest = description.high_bit - description.bits_stored + 1
    if not 0 <= position < description.bits_allocated or lowest <= position <= description.high_bit:
        raise _BrokenOverlayError(
            f"bit {position} is none of the pixels' unused bits (BitsAllocated {description.bits_allocated}, "
            f"BitsStored {description.bits_stored}, HighBit {description.high_bit})"
        )
    words = stored_words()
    if words is None:
        raise _BrokenOverlayError("the decoded pixels have no unused bits left")
    return np.asarray(words.astype(np.uint64) >> np.uint64(position) & np.uint64(1), np.bool_)
