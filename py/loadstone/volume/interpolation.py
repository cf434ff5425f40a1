"""Voxels at places between voxels."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Interpolation", "sample"]

Interpolation = Literal["nearest", "linear"]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# pixels that are computed at a time: what is computed for them stays in the processor's cache
_AT_A_TIME = 1 << 14


def sample(
    voxels: NDArray[Any],
    start: Floats,
    across: Floats,
    down: Floats,
    shape: tuple[int, int],
    interpolation: Interpolation,
) -> tuple[NDArray[Any], Mask | None]:
    """The values at ``start + row * down + column * across``, in the order (column, row, slice) of voxel places.

    Gives them in the type of the voxels, whole numbers rounded half to even, and where they are inside the volume, or
    None where all are: a voxel reaches half way to its neighbours, and as far at the volume's edges. What lies outside
    has no meaning.
    """
    rows, columns = shape
    values = np.zeros(shape, voxels.dtype)
    inside = np.zeros(shape, np.bool_)
    take = _linear if interpolation == "linear" else _nearest
    lengths = np.array(voxels.shape[::-1])
    height = max(1, _AT_A_TIME // columns)
    for top in range(0, rows, height):
        block = np.arange(top, min(top + height, rows), dtype=np.float64)
        left, right = _span(start, across, down, block, columns, lengths)
        if left >= right:
            continue
        places, within = _places(start, across, down, block, np.arange(left, right, dtype=np.float64), lengths)
        values[top : top + height, left:right] = take(voxels, places)
        inside[top : top + height, left:right] = True if within is None else within
    return values, None if inside.all() else inside


def _places(
    start: Floats, across: Floats, down: Floats, rows: Floats, columns: Floats, lengths: NDArray[np.intp]
) -> tuple[list[Floats], Mask | None]:
    """Along each axis, the places of these rows and columns, held within the volume, and which were; None if all."""
    places, within = [], None
    for axis, length in enumerate(lengths):
        first, step = start[axis] + rows * down[axis], columns * across[axis]
        place = first[:, None] + step
        # they rise or fall evenly, so the corners tell of all
        if min(first[0], first[-1]) + min(step[0], step[-1]) < 0 or (
            max(first[0], first[-1]) + max(step[0], step[-1]) > length - 1
        ):
            reached = (place >= -0.5) & (place < length - 0.5)
            within = reached if within is None else within & reached
            np.clip(place, 0, length - 1, out=place)
        places.append(place)
    return places, within


def _span(
    start: Floats, across: Floats, down: Floats, block: Floats, columns: int, lengths: NDArray[np.intp]
) -> tuple[int, int]:
    """The first column of the block, and the one behind the last, that may be inside the volume."""
    first, last = np.zeros(len(block)), np.full(len(block), columns - 1.0)
    for axis, length in enumerate(lengths):
        begin = start[axis] + block * down[axis]
        if abs(across[axis]) < 1e-12:
            missed = (begin < -0.5) | (begin >= length - 0.5)
            last[missed] = -1
            continue
        ends = (-0.5 - begin) / across[axis], (length - 0.5 - begin) / across[axis]
        first, last = np.maximum(first, np.minimum(*ends)), np.minimum(last, np.maximum(*ends))
    met = first <= last
    if not met.any():
        return 0, 0
    # rounding errors may take a column away
    return max(0, int(first[met].min()) - 1), min(columns, int(last[met].max()) + 2)


def _nearest(voxels: NDArray[Any], places: list[Floats]) -> NDArray[Any]:
    strides = _strides(voxels)
    index = np.zeros(places[0].shape, np.intp)
    for place, stride in zip(places, strides, strict=True):
        place += 0.5
        before = place.astype(np.intp)
        before *= stride
        index += before
    return voxels.reshape(-1).take(index, mode="clip")


def _linear(voxels: NDArray[Any], places: list[Floats]) -> NDArray[Any]:
    # values of up to 16 bits are exact in 32-bit floats, wider ones are not
    wide = np.float32 if voxels.dtype.itemsize <= 2 or voxels.dtype == np.float32 else np.float64
    index = np.zeros(places[0].shape, np.intp)
    weights, neighbours = [], []
    for place, stride, length in zip(places, _strides(voxels), voxels.shape[::-1], strict=True):
        # places are not below 0, so that this is their floor
        before = place.astype(np.intp)
        # at the last voxel all weight lies on the neighbour
        np.minimum(before, max(length - 2, 0), out=before)
        place -= before
        weights.append(place.astype(wide))
        neighbours.append(stride if length > 1 else 0)
        before *= stride
        index += before
    flat = voxels.reshape(-1)
    mixed_of = _mixed_floats if voxels.dtype.kind == "f" else _mixed

    def along_row(offset: int) -> NDArray[Any]:
        # the same index into an array that begins later: no sum to compute
        one = flat[offset:].take(index, mode="clip").astype(wide)
        other = flat[offset + neighbours[0] :].take(index, mode="clip").astype(wide)
        return mixed_of(one, other, weights[0])

    def in_slice(offset: int) -> NDArray[Any]:
        return mixed_of(along_row(offset), along_row(offset + neighbours[1]), weights[1])

    mixed = mixed_of(in_slice(0), in_slice(neighbours[2]), weights[2])
    return mixed if voxels.dtype.kind == "f" else np.rint(mixed, out=mixed)


def _mixed(one: NDArray[Any], other: NDArray[Any], weight: NDArray[Any]) -> NDArray[Any]:
    """Between ``one`` and ``other``, which is used up."""
    other -= one
    other *= weight
    other += one
    return other


def _mixed_floats(one: NDArray[Any], other: NDArray[Any], weight: NDArray[Any]) -> NDArray[Any]:
    """As :func:`_mixed`; a neighbour without weight is left out: were it NaN, it would count all the same."""
    with np.errstate(invalid="ignore"):
        mixed = np.asarray(one + (other - one) * weight)
    if not np.isfinite(mixed).all():
        np.copyto(mixed, one, where=weight == 0)
        np.copyto(mixed, other, where=weight == 1)
    return mixed


def _strides(voxels: NDArray[Any]) -> tuple[int, int, int]:
    """From voxel to voxel along columns, rows and slices."""
    return (1, voxels.shape[2], voxels.shape[1] * voxels.shape[2])
