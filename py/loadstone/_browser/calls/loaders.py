"""Calls about the loaders that the page keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..context import Call, Context
from ..parameters import Parameters

__all__ = ["LOADERS"]


async def _register(context: Context, params: Parameters) -> Any:
    context.page_loaders.register(params["scheme"], int(params["loader"]))


async def _register_unknown(context: Context, params: Parameters) -> Any:
    context.page_loaders.register_unknown(int(params["loader"]))


async def _unregister(context: Context, params: Parameters) -> Any:
    return context.page_loaders.unregister(int(params["loader"]))


LOADERS: Mapping[str, Call] = {
    "registerImageLoader": _register,
    "registerUnknownImageLoader": _register_unknown,
    "unregisterImageLoader": _unregister,
}
