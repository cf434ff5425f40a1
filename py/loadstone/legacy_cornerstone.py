"""Pixels for the legacy Cornerstone, which shows grey by a table with an entry for each whole number that occurs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .cornerstone import cornerstone_pixels
from .image import Image

__all__ = ["LegacyPixels", "legacy_pixels"]

# its table is made anew for every window: of 16 bits it is still made while the mouse is dragged
_TOP = 2**16 - 1


@dataclass(frozen=True, eq=False)
class LegacyPixels:
    """Whole numbers, or RGBA of 8 bits; times ``slope`` plus ``intercept`` they are in modality units."""

    values: NDArray[Any]
    slope: float
    intercept: float
    low: float
    high: float


def legacy_pixels(image: Image) -> LegacyPixels:
    """The stored values of ``image`` if they are whole numbers of up to 16 bits, else in 65,536 steps of their range.

    Not a number is the lowest step. A modality LUT is applied: Cornerstone would look values up in it without regard
    to the first that it maps.
    """
    pixels = cornerstone_pixels(image, scaled=image.modality_lut is not None, rgba=True)
    if image.is_color:
        return LegacyPixels(pixels.values, 1.0, 0.0, 0, 255)
    slope, intercept = (1.0, 0.0) if pixels.is_scaled else (image.rescale_slope, image.rescale_intercept)
    if pixels.values.dtype.kind != "f":
        return LegacyPixels(pixels.values, slope, intercept, pixels.low, pixels.high)
    # divided first: the distance of two large floats may be infinite
    step = (pixels.high / _TOP - pixels.low / _TOP) or 1.0
    steps = np.rint((pixels.values.astype(np.float64) - pixels.low) / step)
    whole = np.nan_to_num(steps, nan=0, posinf=_TOP, neginf=0).clip(0, _TOP).astype(np.uint16)
    low, high = whole.min().item(), whole.max().item()
    return LegacyPixels(whole, slope * step, slope * pixels.low + intercept, low, high)
