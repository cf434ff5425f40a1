"""Calls for Cornerstone's viewports: images in the shape of its own DICOM image loader, with their metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...cornerstone import CornerstonePixels, cornerstone_lut, cornerstone_modules, cornerstone_pixels
from ...description import array_name, image_description
from ...image import Image
from ...legacy_cornerstone import LegacyPixels, legacy_pixels
from ..context import Call, Context
from ..parameters import Parameters
from ..plain import plain, typed_array
from .images import cached_image, load_arguments

__all__ = ["CORNERSTONE"]


async def _cornerstone_image(context: Context, params: Parameters) -> Any:
    image = await _loaded(context, params)
    modules = _modules(context, image)
    pixels = cornerstone_pixels(image, scaled=params["scaled"], rgba=params["rgba"], type_name=params["dataType"])
    return _as_data(_description(image, pixels, modules), pixels, modules)


async def _legacy_cornerstone_image(context: Context, params: Parameters) -> Any:
    image = await _loaded(context, params)
    pixels = legacy_pixels(image)
    return _as_data(_legacy_description(image, pixels), pixels, _modules(context, image))


async def _loaded(context: Context, params: Parameters) -> Image:
    # not into the cache: Cornerstone has one of its own, and memory is not to be taken twice
    image = await context.session.load_image(**load_arguments(params))
    if params["release"]:
        context.session.cache.remove(image.image_id)
    return image


def _as_data(
    description: Mapping[str, Any], pixels: CornerstonePixels | LegacyPixels, modules: Mapping[str, Any]
) -> Any:
    layout = {
        "minPixelValue": pixels.low,
        "maxPixelValue": pixels.high,
        "sizeInBytes": pixels.values.nbytes,
        "dataType": array_name(pixels.values.dtype),
    }
    data = plain({**description, **layout, "modules": modules})
    data.pixelData = typed_array(pixels.values)
    return data


async def _cornerstone_modules(context: Context, params: Parameters) -> Any:
    return _modules(context, await cached_image(context, params))


def _modules(context: Context, image: Image) -> dict[str, Any]:
    def module(name: str) -> object:
        answer = context.session.metadata.get(name, image.image_id)
        read = image.metadata.get(name)
        # an image that is not in the cache answers for itself
        return read() if answer is None and read is not None else answer

    return cornerstone_modules(image, module)


def _description(image: Image, pixels: CornerstonePixels, modules: Mapping[str, Any]) -> dict[str, Any]:
    """The image in Cornerstone's shape, as far as that is told by :func:`image_description` or differs from it."""
    description = image_description(image)
    if image.is_color:
        # 0 to 255, as its own image loader has it
        components = pixels.values.shape[2]
        window = {"windowCenter": 128, "windowWidth": 256, "voiLUTFunction": "LINEAR"}
        return {**description, **window, "numberOfComponents": components, "rgba": components == 4}
    if pixels.is_scaled:
        scaling = {"enabled": True, "scaled": True, "scalingParameters": _scaling_parameters(modules)}
        return {**description, "slope": 1, "intercept": 0, "preScale": scaling}
    if image.modality_lut is not None:
        description["modalityLUT"] = cornerstone_lut(image.modality_lut)
    if image.voi_luts:
        description["voiLUT"] = cornerstone_lut(image.voi_luts[0])
    return description


def _legacy_description(image: Image, pixels: LegacyPixels) -> dict[str, Any]:
    description = image_description(image)
    if image.is_color:
        # by its formula, ((v - c) / w + 0.5) * 255, the window under which every level stays as it is
        return {**description, "windowCenter": 127.5, "windowWidth": 255, "numberOfComponents": 4, "rgba": True}
    if image.voi_luts:
        description["voiLUT"] = cornerstone_lut(image.voi_luts[0])
    return {**description, "slope": pixels.slope, "intercept": pixels.intercept}


def _scaling_parameters(modules: Mapping[str, Any]) -> dict[str, Any]:
    rescale = modules.get("modalityLutModule", {})
    modality = modules["generalSeriesModule"].get("modality")
    parameters = {
        "rescaleSlope": rescale.get("rescaleSlope", 1),
        "rescaleIntercept": rescale.get("rescaleIntercept", 0),
    }
    if modality is not None:
        parameters["modality"] = modality
    scaling = modules.get("scalingModule", {})
    if "suvbw" in scaling:
        parameters["suvbw"] = scaling["suvbw"]
    if "DoseGridScaling" in scaling:
        parameters["doseGridScaling"] = scaling["DoseGridScaling"]
    return parameters


CORNERSTONE: Mapping[str, Call] = {
    "cornerstoneImage": _cornerstone_image,
    "cornerstoneModules": _cornerstone_modules,
    "legacyCornerstoneImage": _legacy_cornerstone_image,
}
