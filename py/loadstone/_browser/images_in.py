"""Images that JavaScript gives, in Cornerstone's shape, as :class:`~loadstone.image.Image`."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Mapping
from functools import partial
from math import isfinite
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from pyodide.ffi import JsProxy, jsnull

from ..errors import LoaderError
from ..image import Image, LookupTable, VoiLutFunction, Window
from ..metadata import from_cornerstone
from .plain import from_plain

__all__ = ["image_from_javascript"]

# by which web/plain_image.js goes, too
_NEEDED = "rows, columns, and pixelData (a typed array) or getPixelData()"


def image_from_javascript(given: Any) -> Image:
    """An object in Cornerstone's shape, legacy or 3D, as an image without an id.

    Values that are in modality units already (``preScale.scaled``) get slope 1 and intercept 0. RGBA whose alpha is
    full everywhere becomes RGB. Raises :class:`LoaderError` where something that it needs is missing or wrong.
    """
    said = _Said(given)
    pixels = _shaped(_pixels_of(given), said)
    warnings = [*said.list("warnings"), *said.list("failures")]
    slope, intercept, modality_lut = _modality(said)
    function = said.get("voiLUTFunction")
    if function is not None and function not in get_args(VoiLutFunction):
        warnings.append(f"voiLUTFunction={function!r} is none of {', '.join(get_args(VoiLutFunction))}; LINEAR is used")
        function = None
    voi_lut = _lookup_table(said, "voiLUT")
    return Image(
        "",
        pixels,
        photometric_interpretation=_photometric(said, pixels),
        rescale_slope=slope,
        rescale_intercept=intercept,
        modality_lut=modality_lut,
        windows=_windows(said),
        voi_luts=() if voi_lut is None else (voi_lut,),
        voi_lut_function=function or "LINEAR",
        padding=_padding(said),
        row_spacing=said.length("rowPixelSpacing"),
        column_spacing=said.length("columnPixelSpacing"),
        pixel_aspect_ratio=said.length("pixelAspectRatio"),
        unit=said.text("unit"),
        warnings=tuple(map(str, warnings)),
        metadata=_metadata(said),
    )


def _metadata(said: _Said) -> Mapping[str, Callable[[], object]]:
    """What the page's metadata providers know of the image, by module."""
    modules = said.get("modules")
    return {name: partial(from_cornerstone, name, module) for name, module in modules.items()} if modules else {}


class _Said:
    """What a JavaScript object says, in Python's forms, field by field; null and undefined are None."""

    def __init__(self, given: Any) -> None:
        self._given = given

    def get(self, name: str) -> Any:
        value = getattr(self._given, name, None)
        if isinstance(value, JsProxy):
            return from_plain(value)
        return None if value is jsnull else value

    def list(self, name: str) -> list[Any]:
        """An array, typed or not; a single value is one of one."""
        value = self.get(name)
        if value is None:
            return []
        return list(value) if isinstance(value, (list, memoryview)) else [value]

    def object(self, name: str) -> Mapping[str, Any]:
        """An object; what is not there has nothing in it."""
        value = self.get(name)
        if value and not isinstance(value, dict):
            raise self.wrong(name, value, "an object")
        return value or {}

    def text(self, name: str) -> str:
        value = self.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(name, value, "a text")
        return value or ""

    @staticmethod
    def wrong(name: str, value: Any, wanted: str) -> LoaderError:
        return LoaderError(f"the image of its JavaScript loader has {name}={reprlib.repr(value)}; give {wanted}")

    def number(self, name: str, default: float) -> float:
        value = self.get(name)
        if value is None:
            return default
        if not _is_number(value) or not isfinite(value):
            raise self.wrong(name, value, "a number")
        return float(value)

    def length(self, name: str) -> float | None:
        """A positive number; None for anything else, as Cornerstone's loaders leave it where they do not know."""
        value = self.get(name)
        return float(value) if _is_number(value) and isfinite(value) and value > 0 else None

    def count(self, name: str, other: str) -> int:
        """A whole number above 0 under either name."""
        value = self.get(name)
        if value is None:
            value = self.get(other)
        if value is None:
            raise LoaderError(f"the image of its JavaScript loader has no {name}; give {_NEEDED}")
        if not _is_number(value) or value < 1 or value != int(value):
            raise self.wrong(name, value, "a whole number above 0")
        return int(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _pixels_of(given: Any) -> NDArray[Any]:
    pixels = getattr(given, "pixelData", None)
    if pixels is None:
        ask = getattr(given, "getPixelData", None)
        if ask is None:
            raise LoaderError(f"the image of its JavaScript loader has no pixels; give {_NEEDED}")
        pixels = ask()
    if not hasattr(pixels, "BYTES_PER_ELEMENT"):
        kind = pixels if isinstance(pixels, str) else type(pixels).__name__
        if isinstance(pixels, JsProxy):
            kind = pixels.constructor.name
        raise LoaderError(
            f"the pixels of the image of its JavaScript loader are of the kind {kind}; give a typed array, such as "
            "Int16Array"
        )
    return np.asarray(pixels.to_memoryview())


def _shaped(pixels: NDArray[Any], said: _Said) -> NDArray[Any]:
    """``pixels`` as rows and columns, and colours where there are more values than pixels."""
    rows, columns = said.count("rows", "height"), said.count("columns", "width")
    samples, rest = divmod(pixels.size, rows * columns)
    if rest or samples not in (1, 3, 4):
        raise LoaderError(
            f"the image of its JavaScript loader has {pixels.size} values for {rows} rows x {columns} columns; give "
            f"{rows * columns}, or {3 * rows * columns} for RGB, {4 * rows * columns} for RGBA"
        )
    is_color = said.get("color")
    if is_color is not None and bool(is_color) is not (samples > 1):
        raise LoaderError(
            f"the image of its JavaScript loader has color={str(is_color).lower()}, but {samples} "
            f"value{'s' * (samples > 1)} for each pixel; correct the one or the other"
        )
    if samples == 1:
        return pixels.reshape(rows, columns)
    colors = pixels.reshape(rows, columns, samples)
    return np.ascontiguousarray(colors[..., :3]) if samples == 4 and _is_opaque(colors) else colors


def _is_opaque(colors: NDArray[Any]) -> bool:
    return colors.dtype.kind == "u" and bool((colors[..., 3] == np.iinfo(colors.dtype).max).all())


def _photometric(said: _Said, pixels: NDArray[Any]) -> str:
    if pixels.ndim == 3:
        return "RGB"
    is_inverted = said.get("invert") or said.get("photometricInterpretation") == "MONOCHROME1"
    return "MONOCHROME1" if is_inverted else "MONOCHROME2"


def _modality(said: _Said) -> tuple[float, float, LookupTable | None]:
    if said.get("isPreScaled") or said.object("preScale").get("scaled"):
        return 1.0, 0.0, None
    return said.number("slope", 1.0), said.number("intercept", 0.0), _lookup_table(said, "modalityLUT")


def _windows(said: _Said) -> tuple[Window, ...]:
    windows = said.list("windows")
    if not all(isinstance(window, dict) and {"center", "width"} <= window.keys() for window in windows):
        raise said.wrong("windows", windows, "objects with center and width")
    # an empty array says that there is none
    if said.get("windows") is not None:
        return tuple(Window(window["center"], window["width"], window.get("explanation", "")) for window in windows)
    pairs = zip(said.list("windowCenter"), said.list("windowWidth"), strict=False)
    # Cornerstone's loaders leave undefined or NaN where the file has no window
    return tuple(
        Window(float(center), float(width))
        for center, width in pairs
        if _is_number(center) and _is_number(width) and isfinite(center) and isfinite(width)
    )


def _padding(said: _Said) -> tuple[float, float] | None:
    padding = said.list("pixelPadding")
    if not all(map(_is_number, padding)):
        raise said.wrong("pixelPadding", padding, "one or two numbers")
    return (float(padding[0]), float(padding[-1])) if padding else None


def _lookup_table(said: _Said, name: str) -> LookupTable | None:
    table = said.object(name)
    entries = np.asarray(table.get("lut", ()))
    if entries.size == 0:
        return None
    first, bits = table.get("firstValueMapped", 0), table.get("numBitsPerEntry", 16)
    if entries.ndim != 1 or not _is_number(first) or not _is_number(bits) or entries.dtype.kind not in "iuf":
        raise LoaderError(
            f"the {name} of the image of its JavaScript loader can not be used; give firstValueMapped, "
            "numBitsPerEntry, and lut, an array of whole numbers"
        )
    return LookupTable(entries.astype(np.int64), int(first), int(bits))
