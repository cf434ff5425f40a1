"""Planes through a volume, as the pictures that are made of them: where their pixels lie in patient space."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .volume import Volume

__all__ = ["ORTHOGONAL", "Plane", "PlaneStack", "meets", "oblique_plane", "plane_stack", "reach_of"]

Floats = NDArray[np.float64]

# by name, the axes of LPS along rows and down columns, with their signs, and the one from plane to plane, which always
# rises: to the head, to the back, to the left. Seen as radiology does: the patient's right on the left of axial and
# coronal planes, the front on the left of sagittal ones, the head on top.
ORTHOGONAL = MappingProxyType(
    {
        "axial": ((0, 1), (1, 1), 2),
        "coronal": ((0, 1), (2, -1), 1),
        "sagittal": ((1, 1), (2, -1), 0),
    }
)
# a volume whose voxels lie nowhere farther than this from a grid along the patient's axes, in voxels, has these axes
_ALONG_AXES = 0.05


@dataclass(frozen=True, eq=False)
class Plane:
    """``position`` is the centre of the first pixel, ``row`` and ``column`` are the unit vectors along a row and down a
    column, spacings the distances of neighbouring rows and columns, and of the next plane where there are several.
    LPS, mm."""

    position: Floats
    row: Floats
    column: Floats
    row_spacing: float
    column_spacing: float
    rows: int
    columns: int
    spacing_between: float | None = None

    @property
    def normal(self) -> Floats:
        return np.asarray(np.cross(self.row, self.column))

    def moved(self, offset: Floats) -> Plane:
        """The same plane elsewhere."""
        return replace(self, position=self.position + offset)


@dataclass(frozen=True, eq=False)
class PlaneStack:
    """``count`` planes, each ``step`` from the one before."""

    first: Plane
    step: Floats
    count: int

    @property
    def spacing(self) -> float:
        """From plane to plane."""
        return float(np.linalg.norm(self.step))

    def plane(self, index: int) -> Plane:
        """Plane ``index``, from 0; it need not be one of the stack."""
        return self.first.moved(index * self.step)


def plane_stack(volume: Volume, name: str, spacing: float | None = None) -> PlaneStack:
    """All "axial", "coronal" or "sagittal" planes of ``volume``, along the patient's axes, from the feet, the front or
    the right on.

    Each axis is divided as the voxels are along the axis of the volume that is nearest to it, so the planes of a volume
    along the patient's axes are its own voxels; with a ``spacing``, pixels are that far apart, planes as before.
    """
    low, high = _extent(volume)
    steps = _steps(volume)
    counts = _count(high - low, steps)
    (across, across_sign), (down, down_sign), through = ORTHOGONAL[name]
    pixels = steps if spacing is None else np.full(3, spacing)
    sizes = counts if spacing is None else _count(high - low, pixels)
    position = low.copy()
    for axis, sign in ((across, across_sign), (down, down_sign)):
        if sign < 0:
            position[axis] = low[axis] + (sizes[axis] - 1) * pixels[axis]
    axes = np.eye(3)
    first = Plane(
        position,
        axes[across] * across_sign,
        axes[down] * down_sign,
        float(pixels[down]),
        float(pixels[across]),
        int(sizes[down]),
        int(sizes[across]),
        float(steps[through]),
    )
    return PlaneStack(first, axes[through] * steps[through], int(counts[through]))


def oblique_plane(
    volume: Volume, point: ArrayLike, row: ArrayLike, column: ArrayLike, spacing: float | None = None
) -> Plane:
    """The plane through ``point`` with these directions, as large as the volume can be seen in it.

    So the picture stays where it is while the point moves within the plane, and as large as it is while it moves
    through the volume. Without ``spacing``, pixels are as far apart as the nearest neighbours among voxels.
    """
    along, down = np.asarray(row, np.float64), np.asarray(column, np.float64)
    along = along / np.linalg.norm(along)
    down = down - (down @ along) * along
    down = down / np.linalg.norm(down)
    pixel = min(volume.spacing) if spacing is None else spacing
    corners = _corners(volume)
    centre = (corners.min(axis=0) + corners.max(axis=0)) / 2
    seen = (corners - centre) @ np.array([along, down]).T
    columns, rows = _count(np.ptp(seen, axis=0), np.full(2, pixel))
    middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
    first = middle - (np.array([columns, rows]) - 1) * pixel / 2
    normal = np.cross(along, down)
    through = (np.asarray(point, np.float64) - centre) @ normal
    position = centre + first[0] * along + first[1] * down + through * normal
    return Plane(position, along, down, pixel, pixel, int(rows), int(columns))


def meets(volume: Volume, plane: Plane) -> bool:
    """Whether ``plane`` goes through the volume, its outermost voxels included as far as they reach."""
    inverse = np.linalg.inv(volume.affine)
    distances = (_corners(volume) - plane.position) @ plane.normal
    # half a voxel, in mm along the normal
    margin = 0.5 / np.abs(inverse[:3, :3] @ plane.normal).max()
    return bool(distances.min() <= margin and distances.max() >= -margin)


def reach_of(volume: Volume, plane: Plane) -> float:
    """How far from ``plane``, in mm, the volume reaches to one side or the other, as far as its outermost voxels do."""
    distances = (_corners(volume) - plane.position) @ plane.normal
    return float(np.abs(distances).max()) + max(volume.spacing)


def _corners(volume: Volume) -> Floats:
    """The centres of the eight outermost voxels."""
    slices, rows, columns = volume.shape
    return np.array([volume.position(*corner) for corner in product((0, columns - 1), (0, rows - 1), (0, slices - 1))])


def _extent(volume: Volume) -> tuple[Floats, Floats]:
    corners = _corners(volume)
    return corners.min(axis=0), corners.max(axis=0)


def _steps(volume: Volume) -> Floats:
    """The distances that x, y and z are divided into: those of the voxels along the axis that runs most that way."""
    axes = volume.affine[:3, :3] / np.linalg.norm(volume.affine[:3, :3], axis=0)
    spacing = np.array(volume.spacing)
    steps = np.zeros(3)
    free = [0, 1, 2]
    # the axis that is nearest to one of the patient's chooses first
    for patient_axis in np.argsort(-np.abs(axes).max(axis=1)):
        nearest = max(free, key=lambda axis: abs(axes[patient_axis, axis]))
        free.remove(nearest)
        steps[patient_axis] = spacing[nearest]
    return steps


def _count(lengths: Floats, steps: Floats) -> NDArray[np.intp]:
    """How many points with these distances lie on lengths; one that a rounding error takes away counts."""
    return (np.floor(lengths / steps + _ALONG_AXES) + 1).astype(np.intp)
