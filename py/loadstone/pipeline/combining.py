"""Steps that other images go into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

import numpy as np

from ..errors import InvalidArgumentError
from ..grey import modality_floats
from ..image import Image, LineageStep
from .arguments import check_choice, check_number, check_whole, grey_values
from .builtin import StepTools

__all__ = ["create_steps"]


def create_steps(tools: StepTools) -> Mapping[str, Callable[..., object]]:
    async def add(image: Image, other: str | float) -> Image:
        """The sum with ``other``: a number, or the image of this id."""
        return await _combined(image, other, np.add, tools)

    async def subtract(image: Image, other: str | float) -> Image:
        """The difference to ``other``: a number, or the image of this id."""
        return await _combined(image, other, np.subtract, tools)

    async def multiply(image: Image, other: str | float) -> Image:
        """The product with ``other``: a number, or the image of this id, such as a mask of 0 and 1."""
        return await _combined(image, other, np.multiply, tools)

    async def mpr(
        image: Image,
        plane: str,
        index: int,
        /,
        *,
        slab: float | None = None,
        mode: str | None = None,
        interpolation: str | None = None,
        spacing: float | None = None,
    ) -> Image:
        """A plane of the volume that all frames make together, each after the steps before: as in ``mpr:`` ids."""
        check_choice("plane", plane, "axial", "coronal", "sagittal")
        check_whole("index", index, low=0, high=10**9 - 1)
        given = {"slab": slab, "mode": mode, "interpolation": interpolation, "spacing": spacing}
        arguments = "".join(f"&{name}={value}" for name, value in given.items() if value is not None)
        cut = await tools.load_image(f"mpr:{plane}/{index}?volume={quote(image.image_id, safe='')}{arguments}")
        return replace(cut, lineage=(*image.lineage, *cut.lineage[-1:]))

    return {"add": add, "mpr": mpr, "multiply": multiply, "subtract": subtract}


async def _combined(image: Image, other: str | float, combine: np.ufunc, tools: StepTools) -> Image:
    values = grey_values(image)
    if not isinstance(other, str):
        number = check_number("other", other)
        with np.errstate(over="ignore"):
            return replace(image, pixels=combine(values, number))
    second = await tools.load_image(other)
    if second.is_color:
        raise InvalidArgumentError(f'{other} is a colour image; put the step grey behind it, in "pipe:…%7Cgrey"')
    if second.pixels.shape != image.pixels.shape:
        raise InvalidArgumentError(
            f"{other} has {second.columns} x {second.rows} pixels, and this image {image.columns} x {image.rows}; "
            "give one of the same size, or bring one to the size of the other with resize or crop"
        )
    kept = combine is np.multiply and not second.unit
    with np.errstate(over="ignore", invalid="ignore"):
        pixels = combine(values, modality_floats(second, second.pixels))
    lineage = (*image.lineage, *second.lineage, LineageStep("", "", (image.image_id, other)))
    return replace(
        image,
        pixels=pixels,
        unit=image.unit if kept or (image.unit == second.unit and combine is not np.multiply) else "",
        windows=image.windows if kept else (),
        voi_luts=image.voi_luts if kept else (),
        lineage=tuple(dict.fromkeys(lineage)),
    )
