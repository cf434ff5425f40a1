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
from .masking import Mask, hidden_mask, overlay_mask
from .sampling import covered, linear, nearest, positions
from .view import View

__all__ = ["Renderer", "render", "resolve"]

Rgba = NDArray[np.uint8]

# the widest span of stored values that is painted through a table
_TABLE_SPAN = 1 << 16
# told from grey and from most colours; OHIF draws overlays so too
_OVERLAY_COLOR = (255, 127, 127)


def resolve(image: Image, view: View) -> View:
    """``view`` with everything filled in that it left to the image: scale, window, VOI function."""
    return with_voi(image, view.with_scale(image))


def render(image: Image, view: View) -> Rgba:
    """Render ``image`` as ``view`` says: shape ``(view.height, view.width, 4)``, RGBA, 8 bits each.

    Grey: modality LUT or rescale, VOI, inversion (MONOCHROME1 too), colour map. Colour passes through unless
    the view has a window. Beside the image the canvas is opaque black, and so is pixel padding, inverted or not.
    The shutter comes over the picture, the overlays over both.
    """
    return Renderer().render(image, view)


@dataclass(frozen=True, eq=False)
class _Sampled:
    """What lies under the canvas pixels that the image covers, from ``top``, ``left`` of the canvas.

    ``values`` are the stored values in the form that :func:`_prepared` gives them; ``hidden`` and ``overlaid`` are
    the canvas pixels that the shutter and the overlays take. The image itself is not kept.
    """

    image: ReferenceType[Image]
    geometry: View
    top: int
    left: int
    values: NDArray[Any]
    hidden: Mask | None
    overlaid: Mask | None


class Renderer:
    """Renders, and keeps what the last rendering sampled: while only the window moves, only the table changes."""

    def __init__(self) -> None:
        self._sampled: _Sampled | None = None

    def render(self, image: Image, view: View) -> Rgba:
        """See :func:`render`."""
        view = resolve(image, view)
        sampled = self._sample(image, view)
        painted = (_color if image.is_color else _grey)(image, view, sampled.values)
        if painted.shape == (view.height, view.width):
            canvas = painted
        else:
            rows, columns = painted.shape
            canvas = np.full((view.height, view.width), _opaque(), np.uint32)
            canvas[sampled.top : sampled.top + rows, sampled.left : sampled.left + columns] = painted
        if image.shutter is not None and sampled.hidden is not None:
            np.copyto(canvas, _opaque(*image.shutter.color), where=sampled.hidden)
        if sampled.overlaid is not None:
            np.copyto(canvas, _opaque(*_OVERLAY_COLOR), where=sampled.overlaid)
        return canvas.view(np.uint8).reshape(view.height, view.width, 4)

    def _sample(self, image: Image, view: View) -> _Sampled:
        geometry = replace(
            view,
            window_center=None,
            window_width=None,
            window=None,
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
    across = positions(image, view, view.width, along_x=True)
    down = positions(image, view, view.height, along_x=False)
    limits = (image.rows, image.columns) if turned else (image.columns, image.rows)
    left, across = covered(across, limits[0])
    top, down = covered(down, limits[1])
    rows, columns = (across, down) if turned else (down, across)
    if view.interpolation == "nearest" and image.rows * image.columns <= rows.size * columns.size:
        # prepare where there is less of it
        values = nearest(_prepared(image, image.pixels), rows, columns)
    else:
        take = linear if view.interpolation == "linear" else nearest
        values = _prepared(image, take(image.pixels, rows, columns))
    if turned:
        values = values.swapaxes(0, 1)
    hidden = hidden_mask(image, view) if view.shutter and image.shutter is not None else None
    overlaid = overlay_mask(image, view) if view.overlays and image.overlays else None
    # what is kept here must not keep the image
    own = values.copy() if np.may_share_memory(values, image.pixels) else np.ascontiguousarray(values)
    return _Sampled(ref(image), view, top, left, own, hidden, overlaid)


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
    wide -= int(image.stored_extremes[0])
    return wide.astype(np.intp, copy=False)


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


def _grey(image: Image, view: View, values: NDArray[Any]) -> NDArray[np.uint32]:
    colors = _painted(view.colormap)
    if not _has_table(image):
        rgba = colors.take(grey_levels(image, view, values))
        if image.padding is not None:
            rgba[(values >= image.padding[0]) & (values <= image.padding[1])] = _opaque()
        return rgba
    low, high = map(int, image.stored_extremes)
    stored = np.arange(low, high + 1, dtype=np.int64)
    table = colors.take(grey_levels(image, view, stored))
    if image.padding is not None:
        table[(stored >= image.padding[0]) & (stored <= image.padding[1])] = _opaque()
    painted: NDArray[np.uint32] = table[values]
    return painted


def _opaque(red: int = 0, green: int = 0, blue: int = 0) -> np.uint32:
    """One opaque colour, black as it stands, as a 32-bit RGBA value."""
    return np.uint32(red | green << 8 | blue << 16 | 255 << 24)


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
