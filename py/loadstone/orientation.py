"""Directions in patient space, and the letters that they are told by."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["direction_letters", "edge_letters"]

# PS3.3 C.7.6.2.1.1: x runs to the left, y to the back (posterior), z to the head
_LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
# the sine of an angle that is not worth a letter: six degrees
_LEAST = 0.1


def direction_letters(direction: ArrayLike) -> str:
    """Where ``direction`` (x, y, z in LPS) points, the strongest first, as DICOM's Patient Orientation has it
    (PS3.3 C.7.6.1.1.1): "L", or "LA" between left and front; "" for a direction without a length."""
    vector = np.asarray(direction, np.float64)
    length = np.linalg.norm(vector)
    if not length > 0:
        return ""
    parts = vector / length
    strongest = sorted(range(3), key=lambda axis: -abs(parts[axis]))
    return "".join(_LETTERS[axis][int(parts[axis] < 0)] for axis in strongest if abs(parts[axis]) > _LEAST)


def edge_letters(row_cosines: ArrayLike, column_cosines: ArrayLike) -> dict[str, str]:
    """The letters at the ``left``, ``right``, ``top`` and ``bottom`` of an image with these directions."""
    row, column = np.asarray(row_cosines, np.float64), np.asarray(column_cosines, np.float64)
    return {
        "left": direction_letters(-row),
        "right": direction_letters(row),
        "top": direction_letters(-column),
        "bottom": direction_letters(column),
    }
