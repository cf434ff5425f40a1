"""Images and metadata as Cornerstone's own DICOM image loader hands them to its viewports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .grey import modality_values
from .image import Image, LookupTable
from .metadata import as_cornerstone

__all__ = ["MODULES", "CornerstonePixels", "cornerstone_lut", "cornerstone_modules", "cornerstone_pixels"]

# what viewports and tools ask for; `instance` and `dicomJson` would walk the whole data set of each image
MODULES = (
    "calibrationModule",
    "cineModule",
    "frameModule",
    "frameOfReferenceModule",
    "generalImageModule",
    "generalSeriesModule",
    "generalStudyModule",
    "imagePixelModule",
    "imagePlaneModule",
    "modalityLutModule",
    "multiframeModule",
    "nmMultiframeGeometryModule",
    "overlayPlaneModule",
    "patientModule",
    "patientStudyModule",
    "petImageModule",
    "petIsotopeModule",
    "petSeriesModule",
    "scalingModule",
    "sopCommonModule",
    "transferSyntax",
    "ultrasoundEnhancedRegionModule",
    "voiLutModule",
)

# the typed arrays that a volume of Cornerstone's can be of
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "Uint8Array": "uint8",
        "Int8Array": "int8",
        "Uint16Array": "uint16",
        "Int16Array": "int16",
        "Float32Array": "float32",
    }
)


@dataclass(frozen=True, eq=False)
class CornerstonePixels:
    """``values`` are ``(rows, columns[, 3|4])``; ``low`` and ``high`` their extremes, without NaN and infinities."""

    values: NDArray[Any]
    is_scaled: bool
    low: float
    high: float


def cornerstone_pixels(
    image: Image, *, scaled: bool = True, rgba: bool = False, type_name: str = ""
) -> CornerstonePixels:
    """The pixels of ``image`` in a type that Cornerstone can show.

    Grey values are in modality units where ``scaled`` asks for it, else as stored. They are 8 or 16 bit integers where
    these hold them, else 32-bit floats; ``type_name`` is the typed array that a volume is made of: what does not fit
    into it is rounded and held within its limits. Colour has 8 bits, and alpha only with ``rgba``.
    """
    if image.is_color:
        colors = _color(image, rgba=rgba)
        return CornerstonePixels(colors, False, *_extremes(colors))
    values: NDArray[Any] = image.pixels.view(np.uint8) if image.pixels.dtype.kind == "b" else image.pixels
    is_scaled = scaled and not _is_stored_as_meant(image)
    if is_scaled:
        values = _scaled(image)
    low, high = _extremes(values)
    return CornerstonePixels(_in_type(values, low, high, type_name), is_scaled, low, high)


def cornerstone_modules(image: Image, module: Callable[[str], object]) -> dict[str, Any]:
    """The modules of ``image`` in Cornerstone's spelling, by name, without what is None in them.

    ``module(name)`` gives one of them or None. Viewports do without most, but not without the layout of the pixels,
    the plane and the series: where there are none, these tell what the image itself does.
    """
    found = {name: _known(as_cornerstone(module(name))) for name in MODULES}
    modules = {name: value for name, value in found.items() if isinstance(value, (dict, list))}
    patient = modules.get("patientModule")
    if isinstance(patient, dict) and "patientID" in patient:
        # Cornerstone's newer provider spells it so, its older one as we do
        patient["patientId"] = patient["patientID"]
    return {"imagePixelModule": _layout(image), "imagePlaneModule": _plane(image), "generalSeriesModule": {}, **modules}


def cornerstone_lut(table: LookupTable) -> dict[str, Any]:
    """A look-up table as the legacy Cornerstone applies it."""
    return {"firstValueMapped": table.first_mapped, "numBitsPerEntry": table.bits, "lut": table.entries}


def _is_stored_as_meant(image: Image) -> bool:
    return image.modality_lut is None and image.rescale_slope == 1 and image.rescale_intercept == 0


def _scaled(image: Image) -> NDArray[Any]:
    slope, intercept = image.rescale_slope, image.rescale_intercept
    is_whole = image.modality_lut is None and float(slope).is_integer() and float(intercept).is_integer()
    if is_whole and image.pixels.dtype.kind in "iub" and image.pixels.dtype.itemsize <= 2:
        bound = 2**31 - 1
        if abs(slope) * 2**16 + abs(intercept) < bound:
            # several times as fast as by floats
            return np.asarray(image.pixels.astype(np.int32) * np.int32(slope) + np.int32(intercept))
    return modality_values(image, image.pixels)


def _in_type(values: NDArray[Any], low: float, high: float, type_name: str) -> NDArray[Any]:
    wanted: np.dtype[Any] = np.dtype(_TYPES.get(type_name) or _natural_type(values.dtype, low, high))
    if wanted == values.dtype:
        return values
    if wanted.kind == "f":
        with np.errstate(over="ignore"):
            return values.astype(wanted)
    limits = np.iinfo(wanted)
    if values.dtype.kind == "f":
        values = np.nan_to_num(np.rint(values), posinf=limits.max, neginf=limits.min)
    if low < limits.min or high > limits.max or values.dtype.kind == "f":
        values = values.clip(limits.min, limits.max)
    return values.astype(wanted)


def _natural_type(dtype: np.dtype[Any], low: float, high: float) -> str:
    """Narrow as the values are, but not one type for this slice and another for the next."""
    if dtype.kind == "f":
        return "float32"
    if dtype in (np.uint8, np.uint16, np.int16):
        return dtype.name
    if low >= -(2**15) and high < 2**15:
        return "int16"
    return "uint16" if low >= 0 and high < 2**16 else "float32"


def _color(image: Image, *, rgba: bool) -> NDArray[np.uint8]:
    values = image.pixels if rgba else image.pixels[..., :3]
    if values.dtype != np.uint8:
        top = 1.0 if values.dtype.kind == "f" else float(2**image.bits_stored - 1)
        levels = np.floor(values.astype(np.float64) * (255 / top) + 0.5)
        values = np.nan_to_num(levels).clip(0, 255).astype(np.uint8)
    if rgba and values.shape[2] == 3:
        opaque = np.full((*values.shape[:2], 1), 255, np.uint8)
        return np.concatenate([values, opaque], axis=2)
    return np.asarray(values, np.uint8)


def _extremes(values: NDArray[Any]) -> tuple[float, float]:
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)]
        if values.size == 0:
            return (0, 0)
    return (values.min().item(), values.max().item())


def _known(value: object) -> object:
    """Without what is None: Cornerstone takes null for an answer, and what is not there for none."""
    if isinstance(value, dict):
        return {name: _known(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_known(item) for item in value]
    return value


def _layout(image: Image) -> dict[str, Any]:
    dtype = np.dtype(np.uint8) if image.is_color else image.pixels.dtype
    bits_stored = 8 if image.is_color else image.bits_stored
    return {
        "samplesPerPixel": image.samples_per_pixel,
        "photometricInterpretation": image.photometric_interpretation,
        "rows": image.rows,
        "columns": image.columns,
        "bitsAllocated": 8 * dtype.itemsize,
        "bitsStored": bits_stored,
        "highBit": bits_stored - 1,
        "pixelRepresentation": int(dtype.kind == "i"),
    }


def _plane(image: Image) -> dict[str, Any]:
    plane: dict[str, Any] = {"rows": image.rows, "columns": image.columns}
    if image.row_spacing is not None and image.column_spacing is not None:
        plane["pixelSpacing"] = [image.row_spacing, image.column_spacing]
        plane["rowPixelSpacing"], plane["columnPixelSpacing"] = plane["pixelSpacing"]
    return plane
