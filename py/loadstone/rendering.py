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
from weakref import ReferenceType, ref

import numpy as np
from numpy.typing import NDArray

from .colormaps import colormap
from .grey import grey_levels, voi_values, with_voi
from .image import Image, Pixels, VoiLutFunction
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
    """What lies under the canvas pixels that the image covers, from ``top``, ``left`` of the canvas.

    ``values`` are the stored values in the form that :func:`_prepared` gives them. The image itself is not kept.
    """

    image: ReferenceType[Image]
    geometry: View
    top: int
    left: int
    values: NDArray[Any]


class Renderer:
    """Renders, and keeps what the last rendering sampled: while only the window moves, only the table changes."""

    def __init__(self) -> None:
        self._sampled: _Sampled | None = None

    def render(self, image: Image, view: View) -> Rgba:
        """See :func:`render`."""
        view = resolve(image, view)
        sampled = self._sample(image, view)
        covered = (_color if image.is_color else _grey)(image, view, sampled.values)
        if covered.shape == (view.height, view.width):
            canvas = covered
        else:
            rows, columns = covered.shape
            canvas = np.full((view.height, view.width), _OPAQUE_BLACK, np.uint32)
            canvas[sampled.top : sampled.top + rows, sampled.left : sampled.left + columns] = covered
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
        if kept is None or kept.image() is not image or kept.geometry != geometry:
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
    if view.interpolation == "nearest" and image.rows * image.columns <= rows.size * columns.size:
        # prepare where there is less of it
        values = _nearest(_prepared(image, image.pixels), rows, columns)
    else:
        take = _linear if view.interpolation == "linear" else _nearest
        values = _prepared(image, take(image.pixels, rows, columns))
    if turned:
        values = values.swapaxes(0, 1)
    return _Sampled(ref(image), view, top, left, np.ascontiguousarray(values))


def _prepared(image: Image, stored: Pixels) -> NDArray[Any]:
    """Stored values in the form that is painted fastest.

    8-bit colour is packed into 32-bit RGBA, shape ``(rows, columns)``; grey values that span little become their
    places in a table that starts at the lowest stored value; all others stay as they are.
    """
    if _is_packed(image):
        return _pack(stored)
    if not _has_table(image):
        return stored
    wide = stored.astype(np.int64 if stored.dtype.itemsize > 2 else np.intp)
    return (wide - int(image.stored_extremes[0])).astype(np.intp, copy=False)


def _is_packed(image: Image) -> bool:
    return image.is_color and image.pixels.dtype == np.uint8


def _has_table(image: Image) -> bool:
    if image.is_color or image.pixels.dtype.kind == "f":
        return False
    low, high = image.stored_extremes
    return high - low < _TABLE_SPAN and high <= np.iinfo(np.int64).max


def _pack(color: Pixels) -> NDArray[np.uint32]:
    """8-bit RGB or RGBA, shape ``(rows, columns, 3 or 4)``, as one 32-bit RGBA value each."""
    rgba = np.empty((*color.shape[:2], 4), np.uint8)
    rgba[..., 3] = 255
    rgba[..., : color.shape[2]] = color
    return rgba.view(np.uint32).reshape(color.shape[:2])


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


def _nearest(pixels: NDArray[Any], rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[Any]:
    down, across = np.floor(rows).astype(np.intp), np.floor(columns).astype(np.intp)
    # whole rows are taken fast, columns one by one: those from as few rows as there are
    if pixels.shape[0] <= down.size:
        return pixels.take(across, axis=1).take(down, axis=0)
    return pixels.take(down, axis=0).take(across, axis=1)


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


def _grey(image: Image, view: View, values: NDArray[Any]) -> NDArray[np.uint32]:
    if not _has_table(image):
        return _painted(view.colormap).take(grey_levels(image, view, values))
    low, high = image.stored_extremes
    domain = np.arange(int(low), int(high) + 1, dtype=np.int64)
    table = _painted(view.colormap).take(grey_levels(image, view, domain))
    # every place is inside the table; "clip" only spares numpy a second, buffered pass
    return table.take(values, mode="clip")


@lru_cache(maxsize=16)
def _painted(name: str) -> NDArray[np.uint32]:
    """The 256 grey levels as opaque RGBA, one 32-bit value each."""
    rgba = np.full((256, 4), 255, np.uint8)
    rgba[:, :3] = colormap(name)
    return rgba.view(np.uint32).reshape(256)


def _color(image: Image, view: View, values: NDArray[Any]) -> NDArray[np.uint32]:
    assert view.window_center is not None
    assert view.window_width is not None
    window = (view.window_center, view.window_width, view.voi_lut_function or "LINEAR_EXACT")
    if not _is_packed(image):
        return _pack(_color_levels(image, window, values, view.invert))
    if window == (127.5, 255.0, "LINEAR_EXACT") and not view.invert:
        return np.array(values, np.uint32)
    levels = _to_bytes(voi_values(np.arange(256), *window, 0.0, 255.0))
    rgba = (255 - levels if view.invert else levels).take(values.view(np.uint8))
    rgba[:, 3::4] = values.view(np.uint8)[:, 3::4]
    return rgba.view(np.uint32)


def _color_levels(
    image: Image, window: tuple[float, float, VoiLutFunction], values: NDArray[Any], invert: bool
) -> NDArray[np.uint8]:
    """Colour of more than 8 bits as bytes; the window is for the colours, alpha keeps its full range."""
    levels = _to_bytes(voi_values(values[..., :3], *window, 0.0, 255.0))
    if invert:
        np.subtract(255, levels, out=levels)
    if values.shape[2] == 3:
        return levels
    top = float(2**image.bits_stored - 1) if values.dtype.kind != "f" else 1.0
    alpha = _to_bytes(values[..., 3:].astype(np.float64) * (255 / top))
    return np.concatenate([levels, alpha], axis=2)


def _to_bytes(levels: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Rounded half up, held within 0 to 255; NaN becomes 0."""
    return np.asarray(np.nan_to_num(np.floor(levels + 0.5).clip(0, 255)), np.uint8)


# a little endian machine is assumed where RGBA bytes are written as one 32-bit value
assert sys.byteorder == "little"
