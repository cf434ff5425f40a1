"""Sampling: the image positions under the canvas's pixels, and the values there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .image import Image, Pixels
from .view import View, pixel_aspect, to_image

__all__ = ["covered", "linear", "nearest", "positions"]


def positions(image: Image, view: View, count: int, *, along_x: bool, first: float = 0.5) -> NDArray[np.float64]:
    """The image position (row or column, continuous) at ``count`` canvas positions along one axis, from ``first`` on.

    As it stands: under the centre of each canvas pixel.
    """
    x0, y0 = to_image(image, view, first, first)
    x1, y1 = to_image(image, view, first + 1, first) if along_x else to_image(image, view, first, first + 1)
    runs_down_columns = along_x == (view.rotation in (90, 270))
    start = y0 if runs_down_columns else x0
    sign = np.sign((y1 - y0) if runs_down_columns else (x1 - x0))
    assert view.scale is not None
    per_pixel = view.scale * (pixel_aspect(image) if runs_down_columns else 1.0)
    return np.asarray(start + sign * np.arange(count) / per_pixel)


def covered(positions: NDArray[np.float64], limit: int) -> tuple[int, NDArray[np.float64]]:
    """Where the positions inside 0 to ``limit`` begin, and those positions."""
    inside = np.flatnonzero((positions >= 0) & (positions < limit))
    if inside.size == 0:
        return 0, positions[:0]
    return int(inside[0]), positions[inside[0] : inside[-1] + 1]


def nearest(pixels: NDArray[Any], rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[Any]:
    down, across = np.floor(rows).astype(np.intp), np.floor(columns).astype(np.intp)
    # whole rows are taken fast, columns one by one: those from as few rows as there are
    if pixels.shape[0] <= down.size:
        return pixels.take(across, axis=1).take(down, axis=0)
    return pixels.take(down, axis=0).take(across, axis=1)


def linear(pixels: Pixels, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Pixels:
    """Bilinear between pixel centres; whole numbers stay whole numbers, rounded half to even."""
    mixed = _mix(_mix(pixels, rows, 0), columns, 1)
    if pixels.dtype.kind == "f":
        return mixed
    whole = np.rint(mixed)
    # beyond 2**53 the nearest float may lie outside the integer type
    fits = pixels.dtype.itemsize < 8 or np.abs(whole).max(initial=0) < 2**53
    return np.asarray(whole.astype(pixels.dtype) if fits else whole)


def _mix(pixels: NDArray[Any], positions: NDArray[np.float64], axis: int) -> NDArray[Any]:
    last = pixels.shape[axis] - 1
    centred = np.clip(positions - 0.5, 0, last)
    first = np.floor(centred).astype(np.intp)
    shape = [1] * pixels.ndim
    shape[axis] = -1
    # values of up to 16 bits are exact in 32-bit floats, wider ones are not
    dtype = np.float32 if pixels.dtype.itemsize <= 2 or pixels.dtype == np.float32 else np.float64
    weight = (centred - first).astype(dtype).reshape(shape)
    before: NDArray[Any] = pixels.take(first, axis=axis).astype(dtype)
    # a neighbour without weight is left out: were it NaN, it would count all the same
    second = np.where(centred > first, first + 1, first)
    after: NDArray[Any] = pixels.take(second, axis=axis).astype(dtype)
    with np.errstate(invalid="ignore"):
        return np.asarray(before + (after - before) * weight)
