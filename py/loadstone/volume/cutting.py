"""The values of a plane, or of a slab around it that is projected onto it."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .interpolation import Interpolation, sample
from .planes import Plane, reach_of
from .volume import Volume
from .voxels import common_type

__all__ = ["Projection", "cut"]

Projection = Literal["max", "min", "mean"]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# places that are no farther from voxels than this, in voxels, are theirs
_ON_VOXELS = 0.1


def cut(
    volume: Volume, plane: Plane, *, interpolation: Interpolation = "linear", slab: float = 0, mode: Projection = "max"
) -> NDArray[Any]:
    """The stored values of ``plane``, shape (rows, columns); ``volume.outside`` where it leaves the volume.

    They have the volume's own type, or a wider one where that has no value for the outside; what is interpolated or a
    mean of whole numbers is rounded, half to even. A plane whose pixels are voxels is not interpolated. Of a ``slab``
    of that many mm, half to each side, the planes that are a voxel apart along the normal count, the outside and
    padding do not. ``max`` and ``min`` are those of modality values, also where a negative slope turns them round.
    """
    if volume.rescale_slope < 0 and mode != "mean":
        mode = "min" if mode == "max" else "max"
    inverse = np.linalg.inv(volume.affine)
    start = inverse[:3, :3] @ plane.position + inverse[:3, 3]
    across = inverse[:3, :3] @ plane.row * plane.column_spacing
    down = inverse[:3, :3] @ plane.column * plane.row_spacing
    # one voxel on along the axis on which it is most
    normal = inverse[:3, :3] @ plane.normal
    step = normal / np.abs(normal).max()
    # no farther than there are voxels, however thick the slab
    reach = int(min(slab / 2, reach_of(volume, plane)) * np.abs(normal).max() + 1e-6)
    shape = (plane.rows, plane.columns)
    picked = _Picked.of(volume, start, across, down, shape)
    if picked is not None and np.abs(step - np.rint(step)).max() * max(reach, 1) < _ON_VOXELS:
        return picked.plane() if reach == 0 else picked.slab(reach, mode, volume)
    if reach == 0:
        return _filled(volume, *sample(volume.voxels, start, across, down, shape, interpolation))
    projected = _Projected(mode, volume, shape)
    for offset in range(-reach, reach + 1):
        projected.add(*sample(volume.voxels, start + offset * step, across, down, shape, interpolation))
    return projected.result()


class _Picked:
    """A plane whose pixels are voxels: a view of them."""

    def __init__(self, along: int, index: int, view: NDArray[Any]) -> None:
        # the voxels with the axes of the plane last, turned and cut as its pixels are
        self._index = index
        self._view = view
        self._along = along

    @classmethod
    def of(cls, volume: Volume, start: Floats, across: Floats, down: Floats, shape: tuple[int, int]) -> _Picked | None:
        rows, columns = shape
        # by the end of a row, or a column, it must not have left its voxels
        drift = max(
            np.abs(start - np.rint(start)).max(),
            np.abs(across - np.rint(across)).max() * columns,
            np.abs(down - np.rint(down)).max() * rows,
        )
        axes = [int(np.abs(direction).argmax()) for direction in (across, down)]
        signs = [round(float(direction[axis])) for direction, axis in zip((across, down), axes, strict=True)]
        if drift > _ON_VOXELS or axes[0] == axes[1] or any(abs(sign) != 1 for sign in signs):
            return None
        first = np.rint(start).astype(int)
        through = 3 - axes[0] - axes[1]
        # arrays have slices, rows, columns
        view = volume.voxels.transpose(2 - through, 2 - axes[1], 2 - axes[0])
        slices = [slice(None)]
        for axis, sign, count in zip((axes[1], axes[0]), reversed(signs), (rows, columns), strict=True):
            begin, last = int(first[axis]), int(first[axis]) + sign * (count - 1)
            if min(begin, last) < 0 or max(begin, last) >= volume.voxels.shape[2 - axis]:
                return None
            stop = last + sign
            slices.append(slice(begin, stop if stop >= 0 else None, sign))
        if not 0 <= first[through] < volume.voxels.shape[2 - through]:
            return None
        return cls(through, int(first[through]), view[tuple(slices)])

    def plane(self) -> NDArray[Any]:
        # copied, so that an image in the cache does not hold on to the whole volume
        return np.array(self._view[self._index], order="C")

    def slab(self, reach: int, mode: Projection, volume: Volume) -> NDArray[Any]:
        planes = self._view[max(0, self._index - reach) : self._index + reach + 1]
        if volume.padding is not None or volume.voxels.dtype.kind == "f":
            projected = _Projected(mode, volume, planes.shape[1:])
            for plane in planes:
                projected.add(plane, None)
            return projected.result()
        if mode == "mean":
            wide = np.float32 if volume.voxels.dtype.itemsize <= 2 else np.float64
            mean = np.add.reduce(planes, axis=0, dtype=wide) / len(planes)
            return np.asarray(np.rint(mean), volume.voxels.dtype)
        reduce = np.maximum.reduce if mode == "max" else np.minimum.reduce
        return np.ascontiguousarray(reduce(planes, axis=0))


class _Projected:
    """Planes that come one after the other, as one; what is outside or padding does not count."""

    def __init__(self, mode: Projection, volume: Volume, shape: tuple[int, ...]) -> None:
        self._mode = mode
        self._volume = volume
        dtype = volume.voxels.dtype
        wide = np.float32 if dtype.itemsize <= 2 or dtype == np.float32 else np.float64
        self._values = np.zeros(shape, wide if mode == "mean" else dtype)
        self._counts = np.zeros(shape, np.int32)

    def add(self, values: NDArray[Any], inside: Mask | None) -> None:
        counts = _meant(self._volume, values)
        if inside is not None:
            counts = inside if counts is None else counts & inside
        if self._mode == "mean":
            np.add(self._values, values, out=self._values, where=True if counts is None else counts)
        else:
            first = self._counts == 0
            if first.any():
                np.copyto(self._values, values, where=first)
            join = np.maximum if self._mode == "max" else np.minimum
            join(self._values, values, out=self._values, where=True if counts is None else counts)
        self._counts += 1 if counts is None else counts

    def result(self) -> NDArray[Any]:
        values: NDArray[Any] = self._values
        if self._mode == "mean":
            values = values / np.maximum(self._counts, 1).astype(values.dtype)
            if self._volume.voxels.dtype.kind != "f":
                values = np.rint(values).astype(self._volume.voxels.dtype)
        return _filled(self._volume, values, self._counts > 0)


def _meant(volume: Volume, values: NDArray[Any]) -> Mask | None:
    """Which values are no padding, None where none can be."""
    if volume.padding is not None:
        low, high = volume.padding
        return np.asarray((values < low) | (values > high))
    return ~np.isnan(values) if values.dtype.kind == "f" else None


def _filled(volume: Volume, values: NDArray[Any], inside: Mask | None) -> NDArray[Any]:
    if inside is None or inside.all():
        return values
    outside = volume.outside
    if values.dtype.kind != "f":
        low, high = volume.value_range
        wide = common_type(values.dtype, np.dtype(np.int64), min(low, outside), max(high, outside))
        values = values.astype(wide, copy=False)
    values[~inside] = outside
    return values
