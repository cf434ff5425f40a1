"""Calls about volumes: put images together, tell which planes there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...description import array_name
from ...orientation import edge_letters
from ...volume import Volume
from ...volume.placing import place_of
from ...volume.planes import ORTHOGONAL, PlaneStack, plane_stack
from ..context import Call, Context
from ..parameters import Parameters
from ..plain import plain
from .images import cached_image

__all__ = ["VOLUMES"]


async def _volume(context: Context, params: Parameters) -> Any:
    number = int(params["building"])

    def report(done: int, total: int) -> None:
        context.emit("LOADSTONE_VOLUME_PROGRESS", plain({"building": number, "done": done, "total": total}))

    urgency = {"request_type": params.get("requestType", "interaction"), "priority": params.get("priority", 0)}
    volume = await context.session.volume(params["imageIds"], progress=report, **urgency)
    return _description(volume)


async def _volume_key(context: Context, params: Parameters) -> Any:
    return context.session.volume_key(params["imageIds"])


async def _edge_letters(context: Context, params: Parameters) -> Any:
    image = await cached_image(context, params)
    place = place_of(image, context.session.metadata.get("imagePlaneModule", image.image_id))
    return None if place.orientation is None else edge_letters(*place.orientation)


def _description(volume: Volume) -> dict[str, Any]:
    return {
        "key": volume.key,
        "shape": list(volume.shape),
        "affine": volume.affine.tolist(),
        "spacing": list(volume.spacing),
        "dataType": array_name(volume.voxels.dtype),
        "sizeInBytes": volume.size_in_bytes,
        "slope": volume.rescale_slope,
        "intercept": volume.rescale_intercept,
        "unit": volume.unit,
        "frameOfReferenceUID": volume.frame_of_reference_uid,
        "imageIds": list(volume.image_ids),
        "imagePlaces": list(volume.image_places or range(len(volume.image_ids))),
        "madeOf": list(volume.made_of),
        "planes": {name: _planes(plane_stack(volume, name)) for name in ORTHOGONAL},
        "warnings": list(volume.warnings),
    }


def _planes(stack: PlaneStack) -> dict[str, Any]:
    first = stack.first
    return {
        "count": stack.count,
        "spacing": stack.spacing,
        "rows": first.rows,
        "columns": first.columns,
        "rowPixelSpacing": first.row_spacing,
        "columnPixelSpacing": first.column_spacing,
        "imagePositionPatient": first.position.tolist(),
        "rowCosines": first.row.tolist(),
        "columnCosines": first.column.tolist(),
        "direction": (stack.step / stack.spacing).tolist(),
        "letters": edge_letters(first.row, first.column),
    }


VOLUMES: Mapping[str, Call] = {
    "edgeLetters": _edge_letters,
    "volume": _volume,
    "volumeKey": _volume_key,
}
