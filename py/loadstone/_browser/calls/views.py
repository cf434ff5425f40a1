"""Calls that paint images, and tell what lies under a point of the picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...colormaps import COLORMAPS
from ...probing import probe
from ...rendering import render
from ...view import View
from ..context import Call, Context
from ..parameters import Parameters
from ..plain import typed_array, view_data, view_of
from .images import cached_image

__all__ = ["VIEWS"]


async def _render(context: Context, params: Parameters) -> Any:
    view = view_of(params["view"])
    image = await cached_image(context, params)
    rgba = await context.session.paint(image, view)
    return _picture(rgba, view, view_data(image, view))


async def _thumbnail(context: Context, params: Parameters) -> Any:
    image = await cached_image(context, {"requestType": "thumbnail", "imageId": params["imageId"]})
    longest = max(image.rows, image.columns)
    size = min(int(params["size"]), longest)
    view = View(
        max(1, round(image.columns * size / longest)),
        max(1, round(image.rows * size / longest)),
        interpolation="linear",
    )
    return _picture(render(image, view), view, None)


async def _probe(context: Context, params: Parameters) -> Any:
    image = await cached_image(context, params)
    return probe(image, view_of(params["view"]), float(params["x"]), float(params["y"]))


async def _colormaps(context: Context, params: Parameters) -> Any:
    return list(COLORMAPS)


def _picture(rgba: Any, view: View, resolved: Mapping[str, Any] | None) -> dict[str, Any]:
    picture = {"width": view.width, "height": view.height, "data": typed_array(rgba, clamped=True)}
    return picture if resolved is None else {**picture, "view": resolved}


VIEWS: Mapping[str, Call] = {
    "colormaps": _colormaps,
    "probe": _probe,
    "render": _render,
    "thumbnail": _thumbnail,
}
