"""Colour models as RGB (PS3.3 C.7.6.3.1.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import DecodeError
from ..image import Pixels

__all__ = ["ybr_full_to_rgb", "ybr_partial_to_rgb"]

# rows: Y, Cb, Cr; columns: R, G, B; the inverse of the standard's equations for YBR_FULL
_FULL = np.array([[1, 1, 1], [0, -0.114 * 1.772 / 0.587, 1.772], [1.402, -0.299 * 1.402 / 0.587, 0]], np.float32)
# Y from 16 to 235, Cb and Cr from 16 to 240
_PARTIAL = (_FULL * np.array([[255 / 219], [255 / 224], [255 / 224]])).astype(np.float32)


def ybr_full_to_rgb(pixels: Pixels, bits: int) -> Pixels:
    """RGB of YBR_FULL samples of ``bits`` bits, rounded and clipped to them."""
    return _to_rgb(pixels, bits, _FULL, 0)


def ybr_partial_to_rgb(pixels: Pixels, bits: int) -> Pixels:
    """RGB of samples of ``bits`` bits with the range of CCIR 601-2: YBR_PARTIAL_422 and YBR_PARTIAL_420."""
    return _to_rgb(pixels, bits, _PARTIAL, 16 << bits - 8 if bits >= 8 else 0)


def _to_rgb(pixels: Pixels, bits: int, matrix: NDArray[np.float32], black: int) -> Pixels:
    if pixels.dtype.kind != "u" or not 8 <= bits <= 16:
        raise DecodeError(f"YCbCr samples are of type {pixels.dtype} with {bits} bits; 8 to 16 unsigned bits are known")
    centered = pixels.astype(np.float32)
    middle = 1 << bits - 1
    centered -= np.array([black, middle, middle], np.float32)
    np.matmul(centered, matrix, out=centered)
    centered += 0.5
    np.floor(centered, out=centered)
    np.clip(centered, 0, (1 << bits) - 1, out=centered)
    return centered.astype(pixels.dtype)
