"""Palette Color Lookup Tables (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6) and segmented ones (C.7.9.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from ..errors import DecodeError
from ..image import Pixels
from .values import element_value, numbers

__all__ = ["Palette", "read_palette"]

_DISCRETE, _LINEAR, _INDIRECT = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Palette:
    """Colours of shape ``(entries, 3)``, uint8 or uint16; ``first_mapped`` takes the first of them."""

    colors: Pixels
    first_mapped: int

    def applied_to(self, pixels: Pixels) -> Pixels:
        """RGB; values below the first mapped take the first colour, those behind the last one take the last."""
        wide = np.int32 if pixels.dtype.itemsize <= 2 else np.int64
        places = np.clip(pixels.astype(wide) - self.first_mapped, 0, len(self.colors) - 1)
        shown: Pixels = np.take(self.colors, places, axis=0)
        return shown


def read_palette(data_set: Dataset, *, is_signed: bool, is_little_endian: bool) -> Palette:
    """The palette of a data set; 8-bit entries may be packed, or lie in words of their own.

    Raises :class:`DecodeError` where it is missing or incomplete.
    """
    descriptor = numbers(data_set, "RedPaletteColorLookupTableDescriptor")
    if descriptor is None or len(descriptor) != 3:
        raise DecodeError("the element RedPaletteColorLookupTableDescriptor is missing or damaged: no colour is known")
    count, first, bits = map(int, descriptor)
    # 65536 entries are written as 0; as signed words, more than 32767 are negative
    count = count % 65536 or 65536
    if is_signed and first > 32767:
        first -= 65536
    tables = [_table(data_set, color, count, bits, is_little_endian) for color in ("Red", "Green", "Blue")]
    length = min(map(len, tables))
    colors = np.stack([table[:length] for table in tables], axis=1)
    # some writers say 16 bits where they use 8 of them
    is_narrow = bits <= 8 or colors.max() <= 255
    return Palette(colors.astype(np.uint8 if is_narrow else np.uint16), first)


def _table(data_set: Dataset, color: str, count: int, bits: int, is_little_endian: bool) -> NDArray[np.uint16]:
    plain = _words(element_value(data_set, f"{color}PaletteColorLookupTableData"), is_little_endian)
    if plain is not None:
        # as many bytes as entries, and one to make them even: two entries share a word
        packed = 2 * plain.size in (count, count + 1) and count > 1
        entries: NDArray[np.uint16] = (plain.view(np.uint8) if packed else plain)[:count].astype(np.uint16)
    else:
        keyword = f"Segmented{color}PaletteColorLookupTableData"
        words = _words(element_value(data_set, keyword), is_little_endian)
        if words is None:
            raise DecodeError(f"neither {color}PaletteColorLookupTableData nor {keyword} is there: no colour is known")
        entries = _expanded((words.view(np.uint8) if bits <= 8 else words).tolist(), count, keyword, bits)
    if bits <= 8 and entries.size and entries.max() > 255:
        entries = (entries >> 8).astype(np.uint16)
    if entries.size == 0:
        raise DecodeError(f"{color}PaletteColorLookupTableData is empty: no colour is known")
    return entries


def _words(data: object, is_little_endian: bool) -> NDArray[np.uint16] | None:
    if isinstance(data, bytes) and data:
        even = data + b"\0" * (len(data) % 2)
        return np.frombuffer(even, "<u2" if is_little_endian else ">u2").astype("<u2")
    if isinstance(data, (int, Sequence)) and not isinstance(data, (bytes, str)):
        # a table that was written as numbers (US)
        return np.asarray(data, np.int64).reshape(-1).astype("<u2")
    return None


def _expanded(segments: list[int], count: int, keyword: str, bits: int) -> NDArray[np.uint16]:
    """Discrete, linear and indirect segments (PS3.3 C.7.9.2) as entries, no more than ``count``."""
    entries: list[int] = []
    try:
        place = 0
        # a last value that is no segment makes the length even
        while place + 1 < len(segments) and len(entries) < count:
            if segments[place] == _INDIRECT:
                place = _repeat(segments, place, entries, bits)
            else:
                place = _add_segment(segments, place, entries)
    except IndexError as cause:
        raise DecodeError(f"{keyword} is cut off or damaged: a segment is not complete") from cause
    return np.asarray(entries[:count], np.uint16)


def _add_segment(segments: list[int], place: int, entries: list[int]) -> int:
    """Append one discrete or linear segment; returns the place behind it."""
    kind, length = segments[place], segments[place + 1]
    if kind == _DISCRETE:
        entries += segments[place + 2 : place + 2 + length]
        return place + 2 + length
    if kind != _LINEAR or not entries:
        raise DecodeError(
            f"a segmented palette has a segment of type {kind} after {len(entries)} entries: it is damaged"
        )
    start, end = entries[-1], segments[place + 2]
    entries += [round(start + (end - start) * n / length) for n in range(1, length + 1)]
    return place + 3


def _repeat(segments: list[int], place: int, entries: list[int], bits: int) -> int:
    """Append the segments that an indirect one points at, by an offset in bytes, lowest part first."""
    number = segments[place + 1]
    size, width = (4, 8) if bits <= 8 else (2, 16)
    offset = sum(segments[place + 2 + n] << width * n for n in range(size))
    source = offset if bits <= 8 else offset // 2
    for _ in range(number):
        source = _add_segment(segments, source, entries)
        if len(entries) > 65536:
            break
    return place + 2 + size
