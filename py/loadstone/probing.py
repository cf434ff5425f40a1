"""What is under a canvas position: the pixel, its stored value, its value in modality units."""

from __future__ import annotations

from typing import TypedDict

from .grey import modality_values
from .image import Image
from .view import View, to_image

__all__ = ["Probe", "probe"]


class Probe(TypedDict):
    """``column`` and ``row`` count from 0; values are lists for colour and None outside the image."""

    column: int
    row: int
    stored: float | list[float] | None
    modality: float | list[float] | None
    unit: str
    inside: bool


def probe(image: Image, view: View, x: float, y: float) -> Probe:
    """The pixel of ``image`` under the canvas position ``(x, y)`` of ``view``."""
    u, v = to_image(image, view, x, y)
    column, row = int(u // 1), int(v // 1)
    inside = 0 <= column < image.columns and 0 <= row < image.rows
    if not inside:
        return Probe(column=column, row=row, stored=None, modality=None, unit=image.unit, inside=False)
    stored = image.pixels[row, column]
    modality = stored if image.is_color else modality_values(image, stored)
    return Probe(
        column=column, row=row, stored=stored.tolist(), modality=modality.tolist(), unit=image.unit, inside=True
    )
