"""The display shutter of a frame (PS3.3 C.7.6.11, C.7.6.15)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from pydicom import Dataset
from pydicom.multival import MultiValue

from ..image import Overlay, Shutter
from .values import element_value, number, numbers

__all__ = ["frame_shutter", "shutter_group"]

# the white of CIELab in a profile's connection space (PS3.3 C.10.7.1.1), and from there to linear sRGB
_D50 = (0.9642, 1.0, 0.8249)
_XYZ_TO_RGB = np.array([[3.13386, -1.61687, -0.49061], [-0.97877, 1.91614, 0.03345], [0.07195, -0.22899, 1.40524]])


def frame_shutter(data_set: Dataset, overlays: Mapping[int, Overlay]) -> Shutter | None:
    """The shutter that ``data_set`` describes, or None; shapes that are incomplete are left out.

    ``overlays`` are the frame's, by group: one of them may be the shutter's bitmap.
    """
    shapes = _shapes(data_set)
    rectangle = _rectangle(data_set) if "RECTANGULAR" in shapes else None
    circle = _circle(data_set) if "CIRCULAR" in shapes else None
    polygon = _polygon(data_set) if "POLYGONAL" in shapes else ()
    group = shutter_group(data_set)
    bitmap = overlays.get(group) if group is not None else None
    if rectangle is None and circle is None and not polygon and bitmap is None:
        return None
    return Shutter(rectangle, circle, polygon, bitmap, _color(data_set))


def shutter_group(data_set: Dataset) -> int | None:
    """The group of the overlay that is a shutter, and no graphics."""
    group = number(data_set, "ShutterOverlayGroup") if "BITMAP" in _shapes(data_set) else None
    return None if group is None else int(group)


def _shapes(data_set: Dataset) -> set[str]:
    value = element_value(data_set, "ShutterShape")
    return {str(shape).strip().upper() for shape in (value if isinstance(value, MultiValue) else [value])}


def _rectangle(data_set: Dataset) -> tuple[float, float, float, float] | None:
    top = number(data_set, "ShutterUpperHorizontalEdge")
    bottom = number(data_set, "ShutterLowerHorizontalEdge")
    left = number(data_set, "ShutterLeftVerticalEdge")
    right = number(data_set, "ShutterRightVerticalEdge")
    if top is None or bottom is None or left is None or right is None:
        return None
    return (top, bottom, left, right)


def _circle(data_set: Dataset) -> tuple[float, float, float] | None:
    center, radius = numbers(data_set, "CenterOfCircularShutter"), number(data_set, "RadiusOfCircularShutter")
    return None if center is None or len(center) != 2 or radius is None else (*center, radius)


def _polygon(data_set: Dataset) -> tuple[tuple[float, float], ...]:
    places = numbers(data_set, "VerticesOfThePolygonalShutter") or ()
    vertices = tuple(zip(places[::2], places[1::2], strict=False))
    return vertices if len(vertices) >= 3 else ()


def _color(data_set: Dataset) -> tuple[int, int, int]:
    """What takes the place of hidden pixels, on a display that knows colours; black where the file does not say."""
    lab = numbers(data_set, "ShutterPresentationColorCIELabValue")
    if lab is not None and len(lab) == 3:
        return _rgb(*lab)
    grey = round((number(data_set, "ShutterPresentationValue") or 0) * 255 / 65535)
    return (grey, grey, grey)


def _rgb(lightness: float, a: float, b: float) -> tuple[int, int, int]:
    """CIELab in DICOM's 16 bits (PS3.3 C.10.7.1.1) as sRGB."""
    y = (lightness * 100 / 65535 + 16) / 116
    roots = np.array([y + (a / 257 - 128) / 500, y, y - (b / 257 - 128) / 200])
    xyz = np.where(roots > 6 / 29, roots**3, 3 * (6 / 29) ** 2 * (roots - 4 / 29)) * _D50
    linear = np.clip(_XYZ_TO_RGB @ xyz, 0, 1)
    encoded = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
    red, green, blue = np.rint(encoded * 255).astype(int).tolist()
    return (red, green, blue)
