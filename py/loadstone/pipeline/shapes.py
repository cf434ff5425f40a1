"""Steps that move pixels, or change how many there are; position, orientation and spacing follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import numpy as np

from ..errors import ImageTooLargeError, InvalidArgumentError
from ..image import Image
from .arguments import check_choice, check_number, check_whole, grey_values
from .builtin import StepTools
from .placing import moved

__all__ = ["create_steps", "crop", "flip", "resize", "rotate90"]

_ORDERS = {"nearest": 0, "linear": 1, "cubic": 3}


def create_steps(tools: StepTools) -> Mapping[str, Callable[..., object]]:
    @wraps(resize)
    async def resize_with_scipy(image: Image, *arguments: Any, **named: Any) -> Image:
        grey_values(image)
        shape = _new_shape(image, *arguments, **named)
        if shape[0] * shape[1] > tools.sample_limit():
            raise ImageTooLargeError(
                f"the image would have {shape[1]} x {shape[0]} pixels, more than the limit of {tools.sample_limit()} "
                "samples; make it smaller, or raise the session's sample_limit"
            )
        await tools.require("scipy")
        return resize(image, *arguments, **named)

    return {"crop": crop, "flip": flip, "resize": resize_with_scipy, "rotate90": rotate90}


def flip(image: Image, direction: str) -> Image:
    """Mirrored: left and right change places with ``horizontal``, top and bottom with ``vertical``."""
    if check_choice("direction", direction, "horizontal", "vertical") == "horizontal":
        return moved(image, image.pixels[:, ::-1], first=(0, image.columns - 1), across=(0, -1), down=(1, 0))
    return moved(image, image.pixels[::-1], first=(image.rows - 1, 0), across=(0, 1), down=(-1, 0))


def rotate90(image: Image, turns: int = 1) -> Image:
    """Turned by quarters of a circle, clockwise."""
    turns = check_whole("turns", turns, low=-3, high=3)
    last_row, last_column = image.rows - 1, image.columns - 1
    first, across, down = (
        ((0, 0), (0, 1), (1, 0)),
        ((last_row, 0), (-1, 0), (0, 1)),
        ((last_row, last_column), (0, -1), (-1, 0)),
        ((0, last_column), (1, 0), (0, -1)),
    )[turns % 4]
    return moved(image, np.rot90(image.pixels, -turns), first=first, across=across, down=down)


def crop(image: Image, row: int, column: int, rows: int, columns: int) -> Image:
    """``rows`` x ``columns`` pixels from ``row`` and ``column`` on, both counted from 0."""
    row = check_whole("row", row, low=0, high=image.rows - 1)
    column = check_whole("column", column, low=0, high=image.columns - 1)
    rows = check_whole("rows", rows, low=1, high=image.rows - row)
    columns = check_whole("columns", columns, low=1, high=image.columns - column)
    # a copy: the rest of the picture need not stay in memory
    pixels = image.pixels[row : row + rows, column : column + columns].copy()
    return moved(image, pixels, first=(row, column), across=(0, 1), down=(1, 0))


def resize(
    image: Image, factor: float | None = None, spacing: float | None = None, interpolation: str = "linear"
) -> Image:
    """``factor`` times as many rows and columns, or square pixels ``spacing`` mm apart.

    The area stays the same. Before it gets smaller, an image is blurred by (1 / factor - 1) / 2 pixels, but for
    ``nearest``: what is too fine to be shown would make patterns that are not there.
    """
    values = grey_values(image)
    order = _ORDERS[check_choice("interpolation", interpolation, *_ORDERS)]
    rows, columns = _new_shape(image, factor, spacing)
    down, across = image.rows / rows, image.columns / columns
    from scipy import ndimage

    holes = ~np.isfinite(values)
    scale = (1 / down, 1 / across)
    if holes.any() and not holes.all():
        nearest = ndimage.distance_transform_edt(holes, return_distances=False, return_indices=True)
        values = values[tuple(nearest)]
    if order and max(down, across) > 1:
        sigmas = (max(0.0, (down - 1) / 2), max(0.0, (across - 1) / 2))
        values = ndimage.gaussian_filter(values, sigmas, mode="nearest")
    pixels = ndimage.zoom(values, scale, order=order, mode="nearest", grid_mode=True)
    if holes.any():
        pixels[ndimage.zoom(holes.astype(np.uint8), scale, order=0, mode="nearest", grid_mode=True) > 0] = np.nan
    # the outermost edges stay where they are, so the first pixel's centre moves by half the difference
    first = ((down - 1) / 2, (across - 1) / 2)
    return moved(image, pixels, first=first, across=(0, across), down=(down, 0))


def _new_shape(
    image: Image, factor: float | None = None, spacing: float | None = None, interpolation: str = "linear"
) -> tuple[int, int]:
    if (factor is None) == (spacing is None):
        raise InvalidArgumentError("give a factor or a spacing in mm, one of the two")
    if factor is not None:
        factors = (check_number("factor", factor, above=0),) * 2
    else:
        wanted = check_number("spacing", spacing, above=0)
        if image.row_spacing is None or image.column_spacing is None:
            raise InvalidArgumentError(
                f"spacing={wanted:g}: it is not known how large the image's pixels are; give a factor"
            )
        factors = (image.row_spacing / wanted, image.column_spacing / wanted)
    return max(1, round(image.rows * factors[0])), max(1, round(image.columns * factors[1]))
