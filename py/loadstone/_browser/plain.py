"""Python values as plain JavaScript data: nothing that crosses keeps a proxy alive."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, cast

import js
import numpy as np
from numpy.typing import NDArray
from pyodide.ffi import jsnull, to_js

from ..description import array_name, image_description
from ..errors import InvalidArgumentError
from ..image import Image
from ..rendering import resolve
from ..tracebacks import formatted, place_of
from ..view import View, fit_scale

__all__ = [
    "error_data",
    "from_plain",
    "image_data",
    "plain",
    "typed_array",
    "view_data",
    "view_of",
]

# the first whole number of which pyodide makes a BigInt; a float holds it and those up to 2**53 exactly
_FIRST_BIGINT = 2**52

# the view's fields under Cornerstone's names, where camel case alone does not give them
_VIEW_NAMES = {
    "window_center": "windowCenter",
    "window_width": "windowWidth",
    "voi_lut_function": "voiLUTFunction",
    "voi_lut": "voiLUT",
}


def plain(value: object) -> Any:
    """``value`` (numbers, text, lists, dicts, numpy arrays) as JavaScript data.

    Arrays are copied to typed ones, None is null, and every number a JavaScript number: whole ones beyond 2**53 are
    rounded, they are no BigInt.
    """
    if isinstance(value, (dict, list)):
        try:
            # as text it crosses at once: several times as fast as value by value
            return js.JSON.parse(json.dumps(value, allow_nan=False))
        except (TypeError, ValueError):
            # arrays, numpy's numbers, infinities: JSON has none of them
            pass
    return to_js(_as_javascript_has_it(value), dict_converter=js.Object.fromEntries, create_pyproxies=False)


def _as_javascript_has_it(value: object) -> object:
    if value is None:
        return jsnull
    if isinstance(value, dict):
        return {name: _as_javascript_has_it(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_javascript_has_it(item) for item in value]
    if isinstance(value, np.ndarray):
        return typed_array(value)
    if isinstance(value, np.floating):
        return float(value)
    if isinstance(value, (np.bool_, np.integer)):
        value = value.item()
    if isinstance(value, int) and abs(value) >= _FIRST_BIGINT:
        return float(value)
    return value


def from_plain(data: Any) -> Any:
    """JavaScript data as dicts, lists and None: JavaScript's null and undefined are both None."""
    return _without_null(data.to_py())


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_null(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_null(item) for item in value]
    return None if value is jsnull else value


def typed_array(values: NDArray[Any], *, clamped: bool = False) -> Any:
    """A JavaScript typed array with a copy of ``values`` in row-major order: the one copy that there is.

    64-bit integers and half floats, which JavaScript's readers do not expect, arrive as Float64 and Float32.
    """
    if values.dtype.kind in "iu" and values.dtype.itemsize == 8:
        values = values.astype(np.float64)
    elif values.dtype.kind == "f" and values.dtype.itemsize not in (4, 8):
        values = values.astype(np.float32)
    name = "Uint8ClampedArray" if clamped else array_name(values.dtype)
    flat = np.ascontiguousarray(values).reshape(-1)
    array = getattr(js, name).new(flat.size)
    array.assign(flat.view(np.uint8) if flat.dtype.kind == "b" else flat)
    return array


def image_data(image: Image) -> Any:
    """The image in Cornerstone's shape, as JavaScript data, with a copy of its stored values."""
    data = plain(image_description(image))
    data.pixelData = typed_array(image.pixels)
    return data


def view_of(data: Mapping[str, Any]) -> View:
    """A view from its JavaScript form; raises :class:`InvalidArgumentError` for what can be no view."""
    names = {_VIEW_NAMES.get(f.name, f.name): f.name for f in dataclasses.fields(View)}
    fields: dict[str, Any] = {}
    for name, value in data.items():
        if name == "fitScale" or value is None:
            continue
        if name not in names:
            raise InvalidArgumentError(f"a view has no field {name!r}; there are {', '.join(names)}")
        fields[names[name]] = value
    if "pan" in fields:
        fields["pan"] = _point(fields["pan"])
    for name in ("width", "height"):
        if name not in fields:
            raise InvalidArgumentError(f"a view needs its {name} in canvas pixels")
    return View(**fields)


def _point(pan: object) -> Any:
    if not isinstance(pan, dict) or not pan.keys() >= {"x", "y"}:
        raise InvalidArgumentError(f"pan={pan!r}; give an object with x and y, canvas pixels to the right and down")
    return (pan["x"], pan["y"])


def view_data(image: Image, view: View) -> dict[str, Any]:
    """``view`` with everything filled in, in its JavaScript form, and the scale at which the image just fits."""
    full = resolve(image, view)
    data = {_VIEW_NAMES.get(f.name, f.name): getattr(full, f.name) for f in dataclasses.fields(full)}
    return {**data, "pan": {"x": full.pan[0], "y": full.pan[1]}, "fitScale": fit_scale(image, full)}


def error_data(error: BaseException) -> dict[str, Any]:
    """An error as ``{name, message, imageId, traceback, program, line}``, the last two null where no program did it."""
    place = place_of(error)
    return {
        "name": type(error).__name__,
        "message": str(error),
        "imageId": cast(object, getattr(error, "image_id", None)),
        "traceback": formatted(error),
        "program": None if place is None else place.program,
        "line": None if place is None else place.line,
    }
