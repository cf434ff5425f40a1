"""Stored samples to what is shown, by the standard's words in plain numpy: the yardstick, so nothing of Loadstone's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import ExplicitVRBigEndian

__all__ = ["Samples", "looked_up", "rgb_of_ybr", "shown"]

Samples = NDArray[Any]


def shown(samples: Samples, data_set: Dataset) -> Samples:
    """Samples ``(frames, rows, columns[, 3])`` as Loadstone promises them: colour as RGB, palettes applied."""
    photometric = data_set.PhotometricInterpretation
    if photometric == "PALETTE COLOR":
        return looked_up(samples, data_set)
    return rgb_of_ybr(samples, data_set.BitsStored) if photometric in ("YBR_FULL", "YBR_FULL_422") else samples


def rgb_of_ybr(samples: Samples, bits: int) -> Samples:
    """YBR_FULL as RGB: the equations of ITU-T T.871, clause 7, which PS3.3 C.7.6.3.1.2 gives the other way round."""
    middle = 1 << (bits - 1)
    luma, blue, red = (samples[..., n].astype(np.float64) for n in range(3))
    blue, red = blue - middle, red - middle
    colours = [luma + 1.402 * red, luma - (0.114 * 1.772 * blue + 0.299 * 1.402 * red) / 0.587, luma + 1.772 * blue]
    return np.clip(np.rint(np.stack(colours, axis=-1)), 0, (1 << bits) - 1).astype(samples.dtype)


def looked_up(samples: Samples, data_set: Dataset) -> Samples:
    """Palette indices as RGB (PS3.3 C.7.6.3.1.5); tables of 8 or 16 bits, plain or segmented, in either byte order."""
    word = ">u2" if data_set.file_meta.TransferSyntaxUID == ExplicitVRBigEndian else "<u2"
    tables = []
    for colour in ("Red", "Green", "Blue"):
        count, first, bits = data_set[f"{colour}PaletteColorLookupTableDescriptor"].value
        plain = f"{colour}PaletteColorLookupTableData"
        keyword = plain if plain in data_set else f"Segmented{plain}"
        words = np.frombuffer(data_set[keyword].value, word).astype("<u2")
        # 8 bits: two entries share a word, the lower byte is the first; or each has a word of its own
        is_packed = bits == 8 and (keyword != plain or len(words) < (count or 65536))
        entries = words.view("u1") if is_packed else words
        table = entries if keyword == plain else np.array(_expanded(entries.tolist()), entries.dtype)
        tables.append(table[np.clip(samples.astype(int) - first, 0, len(table) - 1)])
    return np.stack(tables, axis=-1)


def _expanded(data: list[int]) -> list[int]:
    """A segmented table (PS3.3 C.7.9.2) of discrete and linear segments."""
    table: list[int] = []
    place = 0
    while place + 2 < len(data):
        kind, length = data[place : place + 2]
        if kind == 0:
            table += data[place + 2 : place + 2 + length]
            place += 2 + length
        elif kind == 1:
            start, end = table[-1], data[place + 2]
            table += [round(start + (end - start) * step / length) for step in range(1, length + 1)]
            place += 3
        else:
            raise ValueError(f"segment {kind} at {place} is neither discrete nor linear")
    return table
