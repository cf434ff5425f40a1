"""Rendering: an image and a view become the RGBA values of exactly the canvas's pixels.

The stored values are sampled at the view's resolution first; then one look-up through a table of 32-bit RGBA
values paints them. The cost follows the canvas, not the image. The same arrays come out in the browser and on
the desktop.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .colormaps import colormap
from .grey import grey_levels, voi_values, with_voi
from .image import Image, Pixels
from .view import View, pixel_aspect, to_image

__all__ = ["Renderer", "render", "resolve"]

Rgba = NDArray[np.uint8]

# the widest span of stored values that is painted through a table
_TABLE_SPAN = 1 << 16
_OPAQUE_BLACK = np.array([0, 0, 0, 255], np.uint8).view(np.uint32)[0]


def resolve(image: Image, view: View) -> View:
    """``view`` with everything filled in that it left to the image: scale, window, VOI function."""
    return with_voi(image, view.with_scale(image))


def render(image: Image, view: View) -> Rgba:
    """Render ``image`` as ``view`` says: shape ``(view.height, view.width, 4)``, RGBA, 8 bits each.

    Grey: modality LUT or rescale, VOI, inversion (MONOCHROME1 too), colour map. Colour passes through unless
    the view has a window. Beside the image the canvas is opaque black.
    """
    return Renderer().render(image, view)


@dataclass(frozen=True, eq=False)
class _Sampled:
    """The stored values under the canvas pixels that the image covers: from ``top``, ``left`` of the canvas.

    For values that span little, ``places`` are their places in a table that starts at the value ``low``.
    """

    image: Image
    geometry: View
    top: int
    left: int
    values: Pixels
    places: NDArray[np.intp] | None
    low: int


class Renderer:
    """Renders, and keeps what the last rendering sampled: while only the window moves, only the table changes."""

    def __init__(self) -> None:
        self._sampled: _Sampled | None = None

    def render(self, image: Image, view: View) -> Rgba:
        """See :func:`render`."""
        view = resolve(image, view)
        sampled = self._sample(image, view)
        canvas = np.full((view.height, view.width), _OPAQUE_BLACK, np.uint32)
        rows, columns = sampled.values.shape[:2]
        inside = canvas[sampled.top : sampled.top + rows, sampled.left : sampled.left + columns]
        if image.is_color:
            inside.view(np.uint8).reshape(rows, columns, 4)[...] = _color(image, view, sampled.values)
        else:
            inside[...] = _grey(image, view, sampled)
        return canvas.view(np.uint8).reshape(view.height, view.width, 4)

    def _sample(self, image: Image, view: View) -> _Sampled:
        geometry = replace(
            view,
            window_center=None,
            window_width=None,
            voi_lut=None,
            voi_lut_function=None,
            invert=False,
            colormap="gray",
        )
        kept = self._sampled
        if kept is None or kept.image is not image or kept.geometry != geometry:
            kept = _sample(image, geometry)
            self._sampled = kept
        return kept


def _sample(image: Image, view: View) -> _Sampled:
    turned = view.rotation in (90, 270)
    # the canvas's x axis runs along the image's rows, or down its columns where the image is turned
    across = _positions(image, view, view.width, along_x=True)
    down = _positions(image, view, view.height, along_x=False)
    limits = (image.rows, image.columns) if turned else (image.columns, image.rows)
    left, across = _covered(across, limits[0])
    top, down = _covered(down, limits[1])
    rows, columns = (across, down) if turned else (down, across)
    take = _linear if view.interpolation == "linear" else _nearest
    values = take(image.pixels, rows, columns)
    if turned:
        values = values.swapaxes(0, 1)
    values = np.ascontiguousarray(values)
    places, low = (None, 0) if image.is_color else _places(image, values)
    return _Sampled(image, view, top, left, values, places, low)


def _positions(image: Image, view: View, count: int, *, along_x: bool) -> NDArray[np.float64]:
    """The image position (row or column, continuous) under the centre of each canvas pixel along one axis."""
    x0, y0 = to_image(image, view, 0.5, 0.5)
    x1, y1 = to_image(image, view, 1.5, 0.5) if along_x else to_image(image, view, 0.5, 1.5)
    runs_down_columns = along_x == (view.rotation in (90, 270))
    start = y0 if runs_down_columns else x0
    sign = np.sign((y1 - y0) if runs_down_columns else (x1 - x0))
    assert view.scale is not None
    per_pixel = view.scale * (pixel_aspect(image) if runs_down_columns else 1.0)
    return np.asarray(start + sign * np.arange(count) / per_pixel)


def _covered(positions: NDArray[np.float64], limit: int) -> tuple[int, NDArray[np.float64]]:
    """Where the positions inside 0 to ``limit`` begin, and those positions."""
    inside = np.flatnonzero((positions >= 0) & (positions < limit))
    if inside.size == 0:
        return 0, positions[:0]
    return int(inside[0]), positions[inside[0] : inside[-1] + 1]


def _nearest(pixels: Pixels, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Pixels:
    return pixels.take(np.floor(rows).astype(np.intp), axis=0).take(np.floor(columns).astype(np.intp), axis=1)


def _linear(pixels: Pixels, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Pixels:
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


def _places(image: Image, values: Pixels) -> tuple[NDArray[np.intp] | None, int]:
    if values.dtype.kind == "f":
        return None, 0
    low, high = image.stored_extremes
    if high - low >= _TABLE_SPAN or high > np.iinfo(np.int64).max:
        return None, 0
    wide = values.astype(np.int64 if values.dtype.itemsize > 2 else np.intp)
    return (wide - int(low)).astype(np.intp, copy=False), int(low)


def _grey(image: Image, view: View, sampled: _Sampled) -> NDArray[np.uint32]:
    if sampled.places is None:
        return _painted(view.colormap).take(grey_levels(image, view, sampled.values))
    low, high = image.stored_extremes
    domain = np.arange(int(low), int(high) + 1, dtype=np.int64)
    table = _painted(view.colormap).take(grey_levels(image, view, domain))
    # every place is inside the table; "clip" only spares numpy a second, buffered pass
    return table.take(sampled.places, mode="clip")


@lru_cache(maxsize=16)
def _painted(name: str) -> NDArray[np.uint32]:
    """The 256 grey levels as opaque RGBA, one 32-bit value each."""
    rgba = np.full((256, 4), 255, np.uint8)
    rgba[:, :3] = colormap(name)
    return rgba.view(np.uint32).reshape(256)


def _color(image: Image, view: View, values: Pixels) -> Rgba:
    rgba = np.full((*values.shape[:2], 4), 255, np.uint8)
    rgba[..., :3] = _color_levels(view, values[..., :3])
    if values.shape[2] == 4:
        top = float(2**image.bits_stored - 1) if values.dtype.kind != "f" else 1.0
        alpha = values[..., 3]
        rgba[..., 3] = alpha if values.dtype == np.uint8 else _to_bytes(alpha.astype(np.float64) * (255 / top))
    return rgba


def _color_levels(view: View, values: NDArray[Any]) -> NDArray[np.uint8]:
    assert view.window_center is not None
    assert view.window_width is not None
    function = view.voi_lut_function or "LINEAR_EXACT"
    identity = (view.window_center, view.window_width, function) == (127.5, 255.0, "LINEAR_EXACT")
    if values.dtype != np.uint8:
        levels = voi_values(values, view.window_center, view.window_width, function, 0.0, 255.0)
        shown = _to_bytes(levels)
    elif identity:
        shown = np.asarray(values, np.uint8)
    else:
        ramp = voi_values(np.arange(256), view.window_center, view.window_width, function, 0.0, 255.0)
        shown = _to_bytes(ramp).take(values)
    return np.subtract(255, shown) if view.invert else shown


def _to_bytes(levels: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Rounded half up, held within 0 to 255; NaN becomes 0."""
    return np.asarray(np.nan_to_num(np.floor(levels + 0.5).clip(0, 255)), np.uint8)


# a little endian machine is assumed where RGBA bytes are written as one 32-bit value
assert sys.byteorder == "little"
