"""Calls that set what holds from then on: the cache, limits, headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..context import Call, Context
from ..parameters import Parameters

__all__ = ["SETTINGS"]


async def _cache(context: Context, params: Parameters) -> Any:
    cache = context.session.cache
    return {
        "sizeInBytes": cache.size_in_bytes,
        "maximumSizeInBytes": cache.maximum_size_in_bytes,
        "numberOfImages": len(cache),
    }


async def _set_cache_size(context: Context, params: Parameters) -> Any:
    context.session.cache.set_maximum_size_in_bytes(int(params["bytes"]))


async def _set_sample_limit(context: Context, params: Parameters) -> Any:
    context.session.sample_limit = int(params["samples"])


async def _purge_cache(context: Context, params: Parameters) -> Any:
    context.session.purge()


async def _set_headers(context: Context, params: Parameters) -> Any:
    context.headers = {str(name): str(value) for name, value in params["headers"].items()}


SETTINGS: Mapping[str, Call] = {
    "cache": _cache,
    "purgeCache": _purge_cache,
    "setCacheSize": _set_cache_size,
    "setHeaders": _set_headers,
    "setSampleLimit": _set_sample_limit,
}
