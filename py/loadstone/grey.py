"""From stored values to modality values to grey levels (PS3.3 C.11.1, C.11.2; PS3.4 N.2)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from math import inf, isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .image import Image, LookupTable, Pixels, VoiLutFunction, Window
from .view import View

__all__ = ["grey_levels", "modality_floats", "modality_values", "voi_values", "with_voi"]

Floats = NDArray[np.float64]


def modality_values(image: Image, stored: Pixels) -> NDArray[Any]:
    """Stored values in modality units: through the modality LUT, or ``stored * slope + intercept``.

    The type stays as it is where there is nothing to do, else it is the LUT's or float64.
    """
    if image.modality_lut is not None:
        return _look_up(image.modality_lut, np.asarray(stored))
    if image.rescale_slope == 1 and image.rescale_intercept == 0:
        return np.asarray(stored)
    with np.errstate(over="ignore"):
        return np.asarray(stored.astype(np.float64) * image.rescale_slope + image.rescale_intercept)


def modality_floats(image: Image, stored: NDArray[Any]) -> NDArray[Any]:
    """Stored values of a grey image in modality units, as floats; padding, which is a stored value, becomes NaN."""
    values = modality_values(image, stored).astype(np.result_type(stored.dtype, np.float32))
    if image.padding is not None:
        values[(stored >= image.padding[0]) & (stored <= image.padding[1])] = np.nan
    return values


def _look_up(table: LookupTable, values: NDArray[Any]) -> NDArray[Any]:
    """The entries for ``values``; below the first and above the last mapped value, the first and last entry.

    NaN takes the first entry.
    """
    place = np.floor(values.astype(np.float64)) - table.first_mapped
    return np.asarray(table.entries[np.nan_to_num(place.clip(0, len(table.entries) - 1)).astype(np.intp)])


def voi_values(
    values: NDArray[Any], center: float, width: float, function: VoiLutFunction, y_min: float, y_max: float
) -> Floats:
    """Window ``values`` onto ``y_min`` to ``y_max``: LINEAR (PS3.3 C.11.2.1.2.1), SIGMOID (C.11.2.1.3.1) or
    LINEAR_EXACT (C.11.2.1.3.2)."""
    x = values.astype(np.float64)
    y_range = y_max - y_min
    if function == "SIGMOID":
        with np.errstate(over="ignore"):
            return np.asarray(y_range / (1 + np.exp(-4 * (x - center) / width)) + y_min)
    if function == "LINEAR":
        center, width = center - 0.5, width - 1
    if width <= 0:
        # LINEAR with a width of 1 is a threshold
        return np.where(x <= center, float(y_min), float(y_max))
    y = ((x - center) / width + 0.5) * y_range + y_min
    y[x <= center - width / 2] = y_min
    y[x > center + width / 2] = y_max
    return y


def grey_levels(image: Image, view: View, stored: Pixels) -> NDArray[np.uint8]:
    """The grey level, 0 to 255, of each of the ``stored`` values; ``view`` must have its VOI filled in."""
    values = modality_values(image, stored)
    if view.voi_lut is not None:
        table = image.voi_luts[view.voi_lut]
        levels = _look_up(table, values) * (255.0 / (2**table.bits - 1))
    else:
        assert view.window_center is not None
        assert view.window_width is not None
        function = view.voi_lut_function or image.voi_lut_function
        levels = voi_values(values, view.window_center, view.window_width, function, 0.0, 255.0)
    # NaN has no grey level; it is shown as the lowest
    levels = np.where(np.isnan(values), 0.0, levels)
    shown: NDArray[np.uint8] = np.floor(levels + 0.5).clip(0, 255).astype(np.uint8)
    if view.invert != (image.photometric_interpretation == "MONOCHROME1"):
        np.subtract(255, shown, out=shown)
    return shown


def with_voi(image: Image, view: View) -> View:
    """``view`` with its VOI filled in: what it asks for, else the image's VOI LUT, first window, or full range.

    A window of the image that is not finite, or not wider than 0, is passed over. ``window`` and ``voi_lut`` of the
    result are None where the image has none of that index. The full range runs over the pixels that are not padding
    and is exact: the lowest value is black, the highest white.
    """
    luts = () if image.is_color else image.voi_luts
    voi_lut = view.voi_lut if _is_place_in(luts, view.voi_lut) else None
    if view.window_center is not None and view.window_width is not None:
        function = view.voi_lut_function or _function(image)
        return replace(view, window=None, voi_lut=voi_lut, voi_lut_function=function)
    chosen = None
    if view.window is not None and voi_lut is None and not image.is_color and _is_place_in(image.windows, view.window):
        chosen = image.windows[view.window] if _shows_something(image.windows[view.window]) else None
    if chosen is None and voi_lut is None and luts:
        voi_lut = 0
    view = replace(view, window=None if chosen is None else view.window, voi_lut=voi_lut)
    own = chosen or (None if image.is_color or luts else _own_window(image))
    if own is not None:
        center, width, function = own.center, own.width, image.voi_lut_function
    else:
        low, high = _full_range(image, view)
        # halved first: the sum of two large floats may be infinite, and so may be their distance
        center, width = low / 2 + high / 2, min((high - low) or 1.0, sys.float_info.max)
        function = "LINEAR_EXACT"
    return replace(
        view,
        window_center=center if view.window_center is None else view.window_center,
        window_width=width if view.window_width is None else view.window_width,
        voi_lut_function=view.voi_lut_function or function,
    )


def _is_place_in(several: Sequence[object], index: int | None) -> bool:
    return index is not None and index < len(several)


def _own_window(image: Image) -> Window | None:
    """The image's first window that shows something."""
    return next(filter(_shows_something, image.windows), None)


def _shows_something(window: Window) -> bool:
    return isfinite(window.center) and 0 < window.width < inf


def _function(image: Image) -> VoiLutFunction:
    return image.voi_lut_function if _own_window(image) is not None else "LINEAR_EXACT"


def _full_range(image: Image, view: View) -> tuple[float, float]:
    """The lowest and highest value that can come out of the image, in modality units; of a VOI LUT, its domain."""
    if image.is_color:
        return (0.0, float(2**image.bits_stored - 1) if image.pixels.dtype.kind != "f" else 1.0)
    if view.voi_lut is not None:
        table = image.voi_luts[view.voi_lut]
        return (float(table.first_mapped), float(table.first_mapped + len(table.entries) - 1))
    ends = np.array(image.value_range)
    if image.modality_lut is not None:
        # a LUT may rise and fall: all that it makes of the values in between counts
        first, last = np.clip(np.floor(ends) - image.modality_lut.first_mapped, 0, len(image.modality_lut.entries) - 1)
        possible = image.modality_lut.entries[int(first) : int(last) + 1]
    else:
        possible = np.nan_to_num(modality_values(image, ends))
    return (float(possible.min()), float(possible.max()))
