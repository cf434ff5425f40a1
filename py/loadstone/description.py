"""An image as plain data: what the page, programs in JavaScript and ``loadstone info --json`` are told of it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from .image import Image, Overlay, Shutter
from .rendering import resolve
from .view import View

__all__ = ["array_name", "image_description"]

_ARRAY_NAMES = {
    "b1": "Uint8Array",
    "u1": "Uint8Array",
    "i1": "Int8Array",
    "u2": "Uint16Array",
    "i2": "Int16Array",
    "u4": "Uint32Array",
    "i4": "Int32Array",
    "f4": "Float32Array",
    "f8": "Float64Array",
}


def array_name(dtype: np.dtype[Any]) -> str:
    """The JavaScript typed array that holds values of ``dtype``, in the page."""
    wide = "Float32Array" if dtype.kind == "f" else "Float64Array"
    return _ARRAY_NAMES.get(f"{dtype.kind}{dtype.itemsize}", wide)


def image_description(image: Image) -> dict[str, Any]:
    """The image in Cornerstone's shape, but for its stored values."""
    view = resolve(image, View(1, 1))
    low, high = image.value_range
    return {
        "imageId": image.image_id,
        "rows": image.rows,
        "columns": image.columns,
        "height": image.rows,
        "width": image.columns,
        "color": image.is_color,
        "rgba": image.samples_per_pixel == 4,
        "slope": image.rescale_slope,
        "intercept": image.rescale_intercept,
        "windowCenter": view.window_center,
        "windowWidth": view.window_width,
        "voiLUTFunction": view.voi_lut_function,
        "windows": [dataclasses.asdict(window) for window in image.windows],
        "voiLUTs": [
            {"explanation": lut.explanation, "firstValueMapped": lut.first_mapped, "numBitsPerEntry": lut.bits}
            for lut in image.voi_luts
        ],
        "minPixelValue": low,
        "maxPixelValue": high,
        "invert": image.photometric_interpretation == "MONOCHROME1",
        "rowPixelSpacing": image.row_spacing,
        "columnPixelSpacing": image.column_spacing,
        "pixelAspectRatio": image.pixel_aspect_ratio,
        "pixelPadding": image.padding,
        "overlays": [_overlay_data(overlay) for overlay in image.overlays],
        "shutter": None if image.shutter is None else _shutter_data(image.shutter),
        "sizeInBytes": image.size_in_bytes,
        "photometricInterpretation": image.photometric_interpretation,
        "numberOfComponents": image.samples_per_pixel,
        "numberOfFrames": image.frame_count,
        "dataType": array_name(image.pixels.dtype),
        "unit": image.unit,
        "loadTimeInMS": image.load_time * 1000,
        "warnings": list(image.warnings),
        "lineage": [{"step": one.step, "imageId": one.image_id, "sources": list(one.sources)} for one in image.lineage],
    }


def _overlay_data(overlay: Overlay) -> dict[str, Any]:
    names = ("rows", "columns", "origin", "kind", "label", "description")
    return {name: getattr(overlay, name) for name in names}


def _shutter_data(shutter: Shutter) -> dict[str, Any]:
    names = ("rectangle", "circle", "polygon", "color")
    return {name: getattr(shutter, name) for name in names} | {"bitmap": shutter.bitmap is not None}
