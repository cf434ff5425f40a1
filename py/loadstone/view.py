"""The view: how an image is laid on a canvas, and what is at a canvas position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from numbers import Integral, Real
from typing import Literal

from .errors import InvalidArgumentError
from .image import Image, VoiLutFunction

__all__ = ["Interpolation", "Point", "View", "fit_scale", "pixel_aspect", "to_canvas", "to_image"]

Interpolation = Literal["nearest", "linear"]
Point = tuple[float, float]

_LONGEST_SIDE = 16384
# RGBA, so 256 MiB of output
_MOST_PIXELS = 64 * 1024**2
# the height of a pixel over its width, or the other way round, beyond which a file's spacing can not be meant
_MOST_ELONGATED = 1e6


@dataclass(frozen=True)
class View:
    """How an image is shown on a canvas of ``width`` x ``height`` pixels.

    ``window_center`` and ``window_width`` are in modality units; None takes the image's own. ``window`` is the index
    of one of the image's windows, for where they are None; ``voi_lut`` the index of one of its VOI LUTs, which then
    takes any window's place. An image that has no window or VOI LUT of this index is shown by its default, so that
    one view serves a stack of different images. ``overlays`` and ``shutter`` show the image's overlays and hide what
    its display shutter hides. ``scale`` is the number of canvas
    pixels per image column; None fits the whole image in. ``pan`` moves the image's centre by canvas pixels
    from the canvas's centre. The image is flipped first (``hflip``: left for right), then turned by
    ``rotation`` degrees clockwise: 0, 90, 180 or 270.

    Raises :class:`InvalidArgumentError` for values that can not be shown.
    """

    width: int
    height: int
    window_center: float | None = None
    window_width: float | None = None
    window: int | None = None
    voi_lut_function: VoiLutFunction | None = None
    voi_lut: int | None = None
    invert: bool = False
    colormap: str = "gray"
    scale: float | None = None
    pan: Point = (0.0, 0.0)
    rotation: int = 0
    hflip: bool = False
    vflip: bool = False
    interpolation: Interpolation = "nearest"
    overlays: bool = True
    shutter: bool = True

    def __post_init__(self) -> None:
        self._check_size()
        self._check_voi()
        if self.rotation not in (0, 90, 180, 270):
            raise InvalidArgumentError(f"rotation={self.rotation!r}; give 0, 90, 180 or 270 degrees")
        if self.scale is not None and not (_is_number(self.scale) and 0 < self.scale < 1e6):
            raise InvalidArgumentError(f"scale={self.scale!r}; give canvas pixels per image column, above 0")
        if not _is_point(self.pan):
            raise InvalidArgumentError(f"pan={self.pan!r}; give canvas pixels to the right and down")
        if not isinstance(self.colormap, str):
            raise InvalidArgumentError(f"colormap={self.colormap!r}; give the name of a colour map")
        if self.interpolation not in ("nearest", "linear"):
            raise InvalidArgumentError(f"interpolation={self.interpolation!r}; give nearest or linear")

    def _check_voi(self) -> None:
        if self.window_center is not None and not _is_number(self.window_center):
            raise InvalidArgumentError(f"window_center={self.window_center!r}; give a number in modality units")
        if self.window_width is not None and not (_is_number(self.window_width) and self.window_width > 0):
            raise InvalidArgumentError(f"window_width={self.window_width!r}; give a width above 0")
        for name, index, what in (("window", self.window, "window"), ("voi_lut", self.voi_lut, "VOI LUT")):
            if index is not None and not (_is_whole(index) and index >= 0):
                raise InvalidArgumentError(f"{name}={index!r}; give the index of a {what}, counted from 0")
        if self.voi_lut_function not in (None, "LINEAR", "LINEAR_EXACT", "SIGMOID"):
            raise InvalidArgumentError(
                f"voi_lut_function={self.voi_lut_function!r}; give LINEAR, LINEAR_EXACT or SIGMOID"
            )

    def _check_size(self) -> None:
        size = f"a view of {self.width!r} x {self.height!r} pixels"
        if not all(_is_whole(side) and 1 <= side <= _LONGEST_SIDE for side in (self.width, self.height)):
            raise InvalidArgumentError(f"{size}; give whole sides from 1 to {_LONGEST_SIDE}")
        if int(self.width) * int(self.height) > _MOST_PIXELS:
            raise InvalidArgumentError(f"{size} has more than {_MOST_PIXELS} pixels; make it smaller")

    def with_scale(self, image: Image) -> View:
        """This view with its scale filled in."""
        return self if self.scale is not None else replace(self, scale=fit_scale(image, self))


def _is_number(value: object) -> bool:
    # True is 1 to Python, but no measure
    try:
        return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)
    except OverflowError:
        # a whole number that no float can hold
        return False


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_point(value: object) -> bool:
    return isinstance(value, Sequence) and len(value) == 2 and all(map(_is_number, value))


def pixel_aspect(image: Image) -> float:
    """Height of an image pixel over its width: of the spacings, else the aspect ratio (PS3.3 C.7.6.3.1.7), else 1.

    It is 1 too where what the file says would leave nothing to see.
    """
    aspect = image.pixel_aspect_ratio or 1.0
    if image.row_spacing and image.column_spacing:
        aspect = image.row_spacing / image.column_spacing
    return aspect if 1 / _MOST_ELONGATED <= aspect <= _MOST_ELONGATED else 1.0


def fit_scale(image: Image, view: View) -> float:
    """The scale at which the whole image just fits into the view."""
    width, height = float(image.columns), image.rows * pixel_aspect(image)
    if view.rotation in (90, 270):
        width, height = height, width
    return min(view.width / width, view.height / height)


def to_image(image: Image, view: View, x: float, y: float) -> Point:
    """Column and row, as continuous positions, at the canvas position ``(x, y)``.

    Positions are measured from the upper left corner: the first pixel covers 0 to 1, its centre is 0.5.
    """
    scale = view.scale or fit_scale(image, view)
    dx = x - (view.width / 2 + view.pan[0])
    dy = y - (view.height / 2 + view.pan[1])
    along, down = {0: (dx, dy), 90: (dy, -dx), 180: (-dx, -dy), 270: (-dy, dx)}[view.rotation]
    along = -along if view.hflip else along
    down = -down if view.vflip else down
    return (image.columns / 2 + along / scale, image.rows / 2 + down / (scale * pixel_aspect(image)))


def to_canvas(image: Image, view: View, column: float, row: float) -> Point:
    """The canvas position of an image position; the inverse of :func:`to_image`."""
    scale = view.scale or fit_scale(image, view)
    along = (column - image.columns / 2) * scale
    down = (row - image.rows / 2) * scale * pixel_aspect(image)
    along = -along if view.hflip else along
    down = -down if view.vflip else down
    dx, dy = {0: (along, down), 90: (-down, along), 180: (-along, -down), 270: (down, -along)}[view.rotation]
    return (view.width / 2 + view.pan[0] + dx, view.height / 2 + view.pan[1] + dy)
