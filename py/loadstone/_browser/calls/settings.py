"""Calls that set what holds from then on: the cache, limits, headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..context import Call, Context
from ..parameters import Parameters

__all__ = ["SETTINGS"]


async def _cache_info(context: Context, params: Parameters) -> Any:
    cache = context.session.cache
    return {
        "maximumSizeInBytes": cache.maximum_size_in_bytes,
        "cacheSizeInBytes": cache.size_in_bytes,
        "numberOfImagesCached": len(cache),
    }


async def _set_max_cache_size(context: Context, params: Parameters) -> Any:
    context.session.cache.set_maximum_size_in_bytes(int(params["bytes"]))


async def _set_sample_limit(context: Context, params: Parameters) -> Any:
    context.session.sample_limit = int(params["samples"])


async def _remove_image_load_object(context: Context, params: Parameters) -> Any:
    return context.session.cache.remove(params["imageId"])


async def _listen(context: Context, params: Parameters) -> Any:
    context.events.listen(params["events"])


async def _purge_cache(context: Context, params: Parameters) -> Any:
    context.session.purge()


async def _set_headers(context: Context, params: Parameters) -> Any:
    context.headers = {str(name): str(value) for name, value in params["headers"].items()}


SETTINGS: Mapping[str, Call] = {
    "cacheInfo": _cache_info,
    "listen": _listen,
    "purgeCache": _purge_cache,
    "removeImageLoadObject": _remove_image_load_object,
    "setHeaders": _set_headers,
    "setMaxCacheSize": _set_max_cache_size,
    "setSampleLimit": _set_sample_limit,
}
