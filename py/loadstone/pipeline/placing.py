"""Where the pixels of an image lie that were moved, or are larger or smaller than before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import hypot
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from ..image import Image
from ..metadata import ImagePlaneModule

__all__ = ["moved", "without_place"]

# modules that speak of places in the pixels, or of where these lie
_OF_PLACES = (
    "calibrationModule",
    "imagePlaneModule",
    "nmMultiframeGeometryModule",
    "ultrasoundEnhancedRegionModule",
)

Pair = tuple[float, float]


def moved(image: Image, pixels: NDArray[Any], *, first: Pair, across: Pair, down: Pair) -> Image:
    """``image`` with ``pixels`` whose first one lies where ``first`` was, as a row and column of the image.

    ``across`` and ``down`` are the steps to the next column and row, in rows and columns of the image, of which one is
    0. Overlays and shutter, which speak of the old rows and columns, are left out.
    """
    read = image.metadata.get("imagePlaneModule")
    module = read() if read is not None else None
    rows, columns = pixels.shape[:2]
    known = image.row_spacing is not None and image.column_spacing is not None
    row_spacing = image.row_spacing or image.pixel_aspect_ratio or 1.0
    column_spacing = image.column_spacing or 1.0
    high, wide = (hypot(step[0] * row_spacing, step[1] * column_spacing) for step in (down, across))
    result = replace(
        without_place(image, pixels),
        row_spacing=high if known else None,
        column_spacing=wide if known else None,
        pixel_aspect_ratio=None if image.pixel_aspect_ratio is None else high / wide,
    )
    if not isinstance(module, ImagePlaneModule):
        return result
    plane = replace(
        module,
        rows=rows,
        columns=columns,
        slice_location=None,
        **_directions(module, first, across, down, (row_spacing, column_spacing)),
        pixel_spacing=(high, wide) if known else None,
        row_pixel_spacing=high if known else None,
        column_pixel_spacing=wide if known else None,
    )
    return replace(result, metadata=MappingProxyType({**result.metadata, "imagePlaneModule": lambda: plane}))


def without_place(image: Image, pixels: NDArray[Any]) -> Image:
    """``image`` with ``pixels`` of which nobody knows where they lie."""
    modules: dict[str, Callable[[], object]] = {
        name: read for name, read in image.metadata.items() if name not in _OF_PLACES
    }
    return replace(
        image,
        pixels=pixels,
        row_spacing=None,
        column_spacing=None,
        pixel_aspect_ratio=None,
        overlays=(),
        shutter=None,
        metadata=MappingProxyType(modules),
    )


def _directions(module: ImagePlaneModule, first: Pair, across: Pair, down: Pair, spacing: Pair) -> dict[str, Any]:
    """Position and orientation, as far as the module has them."""
    row, column, position = module.row_cosines, module.column_cosines, module.image_position_patient
    if row is None or column is None:
        return {}

    def combined(steps: Pair) -> tuple[float, ...]:
        """In mm: ``steps`` down a column and along a row."""
        return tuple(
            steps[0] * spacing[0] * one + steps[1] * spacing[1] * other + 0.0
            for one, other in zip(column, row, strict=True)
        )

    def direction(steps: Pair) -> tuple[float, ...]:
        vector = combined(steps)
        length = hypot(*vector)
        return tuple(part / length for part in vector)

    along, below = direction(across), direction(down)
    if position is not None:
        position = tuple(part + moved_by for part, moved_by in zip(position, combined(first), strict=True))
    return {
        "row_cosines": along,
        "column_cosines": below,
        "image_orientation_patient": along + below,
        "image_position_patient": position,
    }
