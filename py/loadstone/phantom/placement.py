"""Where the frames of a volume lie in the patient: DICOM's patient space, x to the left, y to the back, z up (LPS)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .decimals import as_written

__all__ = ["Placement", "Vector"]

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Placement:
    """Frames lie ``slice_spacing`` mm apart along ``row_cosines`` x ``column_cosines``.

    ``first_position`` is the centre of the first pixel of the first frame. Cosines are unit vectors.
    """

    row_cosines: Vector
    column_cosines: Vector
    first_position: Vector
    row_spacing: float
    column_spacing: float
    slice_spacing: float

    @property
    def normal(self) -> Vector:
        """The direction from frame to frame."""
        return _vector(np.cross(self.row_cosines, self.column_cosines))

    @property
    def affine(self) -> NDArray[np.float64]:
        """From ``(column, row, frame, 1)``, all from 0, to LPS in mm; shape ``(4, 4)``."""
        affine = np.eye(4)
        affine[:3, 0] = np.array(self.row_cosines) * self.column_spacing
        affine[:3, 1] = np.array(self.column_cosines) * self.row_spacing
        affine[:3, 2] = np.array(self.normal) * self.slice_spacing
        affine[:3, 3] = self.first_position
        return affine

    def position(self, frame: int) -> Vector:
        """The centre of the first pixel of ``frame`` (from 0)."""
        return _vector(np.array(self.first_position) + frame * self.slice_spacing * np.array(self.normal))


def _vector(values: NDArray[np.float64]) -> Vector:
    x, y, z = map(as_written, values.tolist())
    return x, y, z
