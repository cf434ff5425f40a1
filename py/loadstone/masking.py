"""Which canvas pixels belong to the image's overlays, and which its shutter hides (PS3.3 C.9.2, C.7.6.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .image import Image, Overlay, Shutter
from .sampling import positions
from .view import View, pixel_aspect

__all__ = ["Mask", "hidden_mask", "overlay_mask"]

Mask = NDArray[np.bool_]

# how far from an edge of a polygon a pixel's centre may lie and still be on it
_ON_EDGE = 1e-6


def overlay_mask(image: Image, view: View) -> Mask:
    """The canvas pixels under which an overlay has a set bit; ``view`` must have its scale.

    Overlays may reach beyond the image. Where they are shrunk, one set bit of those under a canvas pixel is enough:
    thin lines stay whole.
    """
    canvas = np.zeros((view.height, view.width), np.bool_)
    # the image's own axes: its rows run down the canvas, or across where it is turned
    turned = view.rotation in (90, 270)
    own = canvas.T if turned else canvas
    for overlay in image.overlays:
        rows, columns = _spans(image, view, overlay)
        own[rows.canvas, columns.canvas] |= _any_set(overlay.bits, rows, columns)
    return canvas


def hidden_mask(image: Image, view: View) -> Mask:
    """The canvas pixels over the image that its shutter hides; ``view`` must have its scale.

    A pixel of the image is seen where its centre lies within every shape, or on its edge.
    """
    shutter = image.shutter
    canvas = np.zeros((view.height, view.width), np.bool_)
    if shutter is not None:
        whole = Overlay(np.broadcast_to(np.True_, (image.rows, image.columns)))
        rows, columns = _spans(image, view, whole)
        own = canvas.T if view.rotation in (90, 270) else canvas
        own[rows.canvas, columns.canvas] = ~_seen(image, shutter, rows.first + 1, columns.first + 1)
        if shutter.bitmap is not None:
            rows, columns = _spans(image, view, shutter.bitmap)
            own[rows.canvas, columns.canvas] |= _any_set(shutter.bitmap.bits, rows, columns)
    return canvas


@dataclass(frozen=True, eq=False)
class _Span:
    """Along one axis, the bits from ``first`` to before ``stop`` under each pixel of this part of the canvas."""

    canvas: slice
    first: NDArray[np.intp]
    stop: NDArray[np.intp]


def _spans(image: Image, view: View, overlay: Overlay) -> tuple[_Span, _Span]:
    """The bits of ``overlay`` under the canvas, along the image's rows and columns."""
    turned = view.rotation in (90, 270)
    row, column = overlay.origin
    return (
        _span(image, view, along_x=turned, origin=row, count=overlay.rows),
        _span(image, view, along_x=not turned, origin=column, count=overlay.columns),
    )


def _span(image: Image, view: View, *, along_x: bool, origin: int, count: int) -> _Span:
    length = view.width if along_x else view.height
    edges = positions(image, view, length + 1, along_x=along_x, first=0.0) - (origin - 1)
    lower, upper = np.minimum(edges[:-1], edges[1:]), np.maximum(edges[:-1], edges[1:])
    if upper[0] - lower[0] > 1:
        # each bit is under the canvas pixel that its centre is under
        first, stop = np.ceil(lower - 0.5), np.ceil(upper - 0.5)
    else:
        first = np.floor(positions(image, view, length, along_x=along_x) - (origin - 1))
        stop = first + 1
    first, stop = first.clip(0, count), stop.clip(0, count)
    inside = np.flatnonzero(stop > first)
    canvas = slice(int(inside[0]), int(inside[-1]) + 1) if inside.size else slice(0, 0)
    return _Span(canvas, first[canvas].astype(np.intp), stop[canvas].astype(np.intp))


def _any_set(bits: Mask, rows: _Span, columns: _Span) -> Mask:
    if 0 in (rows.first.size, columns.first.size):
        return np.zeros((rows.first.size, columns.first.size), np.bool_)
    if (rows.stop - rows.first).max() > 1:
        # eight bits of a row at a time
        down = np.unpackbits(_any_along(np.packbits(bits, axis=1), rows, 0), axis=1, count=bits.shape[1])
    else:
        down = bits.take(rows.first, axis=0).view(np.uint8)
    return _any_along(down, columns, 1).view(np.bool_)


def _any_along(bits: NDArray[np.uint8], span: _Span, axis: int) -> NDArray[np.uint8]:
    """The bits of each of the span's groups, or-ed together."""
    if (span.stop - span.first).max() == 1:
        return bits.take(span.first, axis=axis)
    # the groups follow each other without gaps; a flip only turns their order around
    flipped = span.first[0] > span.first[-1]
    first = span.first[::-1] if flipped else span.first
    bits = bits[: span.stop.max()] if axis == 0 else bits[:, : span.stop.max()]
    any_set = np.bitwise_or.reduceat(bits, first, axis=axis)
    return np.flip(any_set, axis) if flipped else any_set


def _seen(image: Image, shutter: Shutter, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Mask:
    """Which of the pixels at ``rows`` and ``columns``, counted from 1, lie within the shapes."""
    seen = np.ones((rows.size, columns.size), np.bool_)
    if shutter.rectangle is not None:
        top, bottom, left, right = shutter.rectangle
        seen &= ((rows >= top) & (rows <= bottom))[:, None] & ((columns >= left) & (columns <= right))
    if shutter.circle is not None:
        row, column, radius = shutter.circle
        # the radius is counted in pixels along a row
        down = (rows - row) * pixel_aspect(image)
        seen &= (down * down)[:, None] + (columns - column) ** 2.0 <= radius * radius
    if shutter.polygon:
        seen &= _within(shutter.polygon, rows, columns)
    return seen


def _within(polygon: tuple[tuple[float, float], ...], rows: NDArray[Any], columns: NDArray[Any]) -> Mask:
    """Even-odd: a point is inside where an odd number of edges lie to its right; on an edge it is inside too."""
    inside = np.zeros((rows.size, columns.size), np.bool_)
    on_edge = np.zeros_like(inside)
    for (row, column), (next_row, next_column) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        low, high = min(row, next_row), max(row, next_row)
        touched = np.flatnonzero((rows >= low) & (rows <= high))
        if row == next_row:
            left, right = min(column, next_column), max(column, next_column)
            on_edge[touched] |= (columns >= left) & (columns <= right)
            continue
        slope = (next_column - column) / (next_row - row)
        crossing = (column + (rows[touched] - row) * slope)[:, None]
        on_edge[touched] |= np.abs(columns - crossing) <= _ON_EDGE
        # a vertex belongs to one of its edges only
        inside[touched] ^= (columns < crossing) & (rows[touched] < high)[:, None]
    return inside | on_edge
