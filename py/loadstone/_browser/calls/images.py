"""Calls about images: load, describe, keep, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...description import image_description
from ...image import Image
from ...metadata import as_cornerstone
from ..context import Call, Context
from ..parameters import Parameters
from ..plain import image_data

__all__ = ["IMAGES", "cached_image", "load_arguments"]


async def cached_image(context: Context, params: Mapping[str, Any]) -> Image:
    """The image of ``params["imageId"]``, loaded and cached where need be, as urgently as ``params`` say."""
    return await context.session.load_and_cache_image(**load_arguments(params))


async def _schemes(context: Context, params: Parameters) -> Any:
    return list(context.session.schemes)


async def _samples(context: Context, params: Parameters) -> Any:
    from ...loaders.example import samples

    return [{"imageId": image_id, "title": title} for image_id, title in samples().items()]


async def _load_image(context: Context, params: Parameters) -> Any:
    return image_data(await context.session.load_image(**load_arguments(params)))


async def _load_and_cache_image(context: Context, params: Parameters) -> Any:
    return image_data(await cached_image(context, params))


async def _describe(context: Context, params: Parameters) -> Any:
    return image_description(await cached_image(context, params))


async def _meta_data(context: Context, params: Parameters) -> Any:
    # pydicom's data set is no JavaScript value: there its DICOM JSON stands for it
    module = "dicomJson" if params["type"] == "dataset" else params["type"]
    return as_cornerstone(context.session.metadata.get(module, params["imageId"]))


async def _frames(context: Context, params: Parameters) -> Any:
    return list(await context.session.frames(params["imageId"]))


async def _identifiers(context: Context, params: Parameters) -> Any:
    return as_cornerstone(await context.session.identifiers(params["imageIds"]))


async def _display(context: Context, params: Parameters) -> Any:
    context.session.display(params["imageIds"])


async def _start_prefetch(context: Context, params: Parameters) -> Any:
    context.session.prefetch(params["imageIds"], int(params["index"]))


async def _cancel_load_image(context: Context, params: Parameters) -> Any:
    return context.session.cancel_load_image(params["imageId"])


def load_arguments(params: Mapping[str, Any]) -> dict[str, Any]:
    """What ``params`` say of a load, under the names that the session's methods have for it."""
    arguments = {"image_id": params["imageId"]}
    if params.get("requestType") is not None:
        arguments["request_type"] = params["requestType"]
    if params.get("priority") is not None:
        arguments["priority"] = params["priority"]
    return arguments


IMAGES: Mapping[str, Call] = {
    "cancelLoadImage": _cancel_load_image,
    "describe": _describe,
    "display": _display,
    "frames": _frames,
    "identifiers": _identifiers,
    "loadAndCacheImage": _load_and_cache_image,
    "loadImage": _load_image,
    "metaData": _meta_data,
    "prefetch": _start_prefetch,
    "samples": _samples,
    "schemes": _schemes,
}
