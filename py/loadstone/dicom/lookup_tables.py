"""Look-up tables in sequences: modality and VOI LUTs (PS3.3 C.11.1.1, C.11.2.1.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from ..image import LookupTable
from .values import element_value, items, number, numbers, text

__all__ = ["lut_entries", "modality_lut", "voi_luts"]


def modality_lut(data_set: Dataset, *, is_little_endian: bool) -> LookupTable | None:
    """The table from stored to modality values; None where there is none or it is not for display.

    In angiography and fluoroscopy with logarithmic or display values the table leads back to linear ones, for
    measurements (PS3.4 N.2.1.2).
    """
    relationship = (text(data_set, "PixelIntensityRelationship") or "").strip().upper()
    if text(data_set, "Modality") in ("XA", "RF", "XRF") and relationship in ("LOG", "DISP"):
        return None
    is_signed = number(data_set, "PixelRepresentation") == 1
    tables = _tables(data_set, "ModalityLUTSequence", is_signed=is_signed, is_little_endian=is_little_endian)
    return tables[0] if tables else None


def voi_luts(data_set: Dataset, *, is_little_endian: bool) -> tuple[LookupTable, ...]:
    """The tables from modality values to grey levels."""
    if "VOILUTSequence" not in data_set:
        return ()
    slope, intercept = number(data_set, "RescaleSlope"), number(data_set, "RescaleIntercept")
    # what goes in is signed where stored values are or rescaling makes them negative; a modality LUT's never is
    is_signed = number(data_set, "PixelRepresentation") == 1 or (intercept or 0) < 0 or (slope or 0) < 0
    is_signed = is_signed and modality_lut(data_set, is_little_endian=is_little_endian) is None
    return _tables(data_set, "VOILUTSequence", is_signed=is_signed, is_little_endian=is_little_endian)


def lut_entries(value: object, count: int, bits: int, *, is_little_endian: bool) -> NDArray[np.uint16] | None:
    """``count`` entries of ``bits`` bits from the value of a LUT Data element, bytes or numbers; None where it is
    neither."""
    if isinstance(value, bytes):
        words = np.frombuffer(value[: len(value) // 2 * 2], "<u2" if is_little_endian else ">u2").astype("<u2")
    else:
        try:
            words = np.asarray(value, np.int64).reshape(-1).astype("<u2")
        except (TypeError, ValueError, OverflowError):
            return None
    # two entries of 8 bits may share a word, the lower byte is the first
    packed = bits <= 8 and len(words) < count
    return (words.view(np.uint8) if packed else words)[:count].astype(np.uint16)


def _tables(data_set: Dataset, keyword: str, *, is_signed: bool, is_little_endian: bool) -> tuple[LookupTable, ...]:
    tables = (_table(item, is_signed, is_little_endian) for item in items(data_set, keyword))
    return tuple(table for table in tables if table is not None)


def _table(item: Dataset, is_signed: bool, is_little_endian: bool) -> LookupTable | None:
    """The table in a sequence's item (PS3.3 C.11.1.1.1), or None where it is incomplete."""
    descriptor = numbers(item, "LUTDescriptor")
    if descriptor is None or len(descriptor) != 3:
        return None
    count, first, bits = map(int, descriptor)
    # 65536 entries are written as 0
    count = count % 65536 or 65536
    entries = lut_entries(element_value(item, "LUTData"), count, bits, is_little_endian=is_little_endian)
    if entries is None or entries.size == 0 or not 1 <= bits <= 16:
        return None
    if is_signed and first > 32767:
        first -= 65536
    return LookupTable(entries, first, bits, text(item, "LUTExplanation") or text(item, "ModalityLUTType") or "")
