"""Colour maps: grey, and the standard palettes of DICOM (PS3.6 Annex B) as pydicom ships them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .errors import LoadstoneError

__all__ = ["COLORMAPS", "colormap"]

# the UIDs of the well-known palettes, PS3.6 table B.1-1
_PALETTES = {
    "hot-iron": "1.2.840.10008.1.5.1",
    "pet": "1.2.840.10008.1.5.2",
    "hot-metal-blue": "1.2.840.10008.1.5.3",
    "pet-20-step": "1.2.840.10008.1.5.4",
    "spring": "1.2.840.10008.1.5.5",
    "summer": "1.2.840.10008.1.5.6",
    "fall": "1.2.840.10008.1.5.7",
    "winter": "1.2.840.10008.1.5.8",
}

COLORMAPS = ("gray", *_PALETTES)


def colormap(name: str) -> NDArray[np.uint8]:
    """The RGB of each of the 256 grey levels, shape ``(256, 3)``; raises :class:`LoadstoneError` if unknown."""
    levels = np.arange(256, dtype=np.uint8)
    if name == "gray":
        return np.stack([levels] * 3, axis=1)
    if name not in _PALETTES:
        raise LoadstoneError(f"there is no colour map {name!r}; there are {', '.join(COLORMAPS)}")
    from pydicom.pixels.processing import apply_color_lut

    table = apply_color_lut(levels, palette=_PALETTES[name])
    return np.asarray(table >> 8 if table.dtype == np.uint16 else table, dtype=np.uint8)
