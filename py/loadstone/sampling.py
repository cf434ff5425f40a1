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
    """The pixels that these positions lie in; a view where that is a part of ``pixels`` as it stands."""
    down, across = np.floor(rows).astype(np.intp), np.floor(columns).astype(np.intp)
    # from as few as there are
    if pixels.shape[0] <= down.size:
        return _taken(_taken(pixels, across, 1), down, 0)
    return _taken(_taken(pixels, down, 0), across, 1)


def linear(pixels: Pixels, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Pixels:
    """Bilinear between pixel centres; whole numbers stay whole numbers, rounded half to even."""
    mixed = _mix(_mix(pixels, rows, 0), columns, 1)
    if pixels.dtype.kind == "f" or mixed.dtype == pixels.dtype:
        return mixed
    whole = np.rint(mixed)
    # beyond 2**53 the nearest float may lie outside the integer type
    fits = pixels.dtype.itemsize < 8 or np.abs(whole).max(initial=0) < 2**53
    return np.asarray(whole.astype(pixels.dtype) if fits else whole)


def _mix(pixels: NDArray[Any], positions: NDArray[np.float64], axis: int) -> NDArray[Any]:
    """As floats, but in their own type where no position lies between pixels."""
    last = pixels.shape[axis] - 1
    centred = np.clip(positions - 0.5, 0, last)
    first = np.floor(centred).astype(np.intp)
    # values of up to 16 bits are exact in 32-bit floats, wider ones are not
    dtype = np.float32 if pixels.dtype.itemsize <= 2 or pixels.dtype == np.float32 else np.float64
    weight = (centred - first).astype(dtype)
    if not weight.any():
        return _taken(pixels, first, axis)
    if axis == 1 and _turns_well(pixels, first):
        return _mix(_turned(pixels), positions, 0).swapaxes(0, 1)
    shape = [1] * pixels.ndim
    shape[axis] = -1
    before: NDArray[Any] = pixels.take(first, axis=axis).astype(dtype, copy=False)
    # a neighbour without weight is left out: were it NaN, it would count all the same
    second = np.where(centred > first, first + 1, first)
    after: NDArray[Any] = pixels.take(second, axis=axis).astype(dtype, copy=False)
    with np.errstate(invalid="ignore"):
        after -= before
        after *= weight.reshape(shape)
        after += before
    return after


def _taken(pixels: NDArray[Any], places: NDArray[np.intp], axis: int) -> NDArray[Any]:
    """Whole rows (axis 0) or columns; a view where they are neighbours."""
    if places.size and places[-1] - places[0] == places.size - 1 and (np.diff(places) == 1).all():
        run = slice(int(places[0]), int(places[-1]) + 1)
        return pixels[run] if axis == 0 else pixels[:, run]
    if axis == 1 and _turns_well(pixels, places):
        return _turned(pixels).take(places, axis=0).swapaxes(0, 1)
    return pixels.take(places, axis=axis)


def _turns_well(pixels: NDArray[Any], columns: NDArray[np.intp]) -> bool:
    """Whether columns are had faster as rows, which are taken whole, of the picture turned on its side."""
    return pixels.ndim == 2 and pixels.shape[1] <= 2 * columns.size


def _turned(pixels: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(pixels.swapaxes(0, 1))
