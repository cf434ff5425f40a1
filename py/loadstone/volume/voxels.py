"""The array of a volume, filled slice by slice in any order, in place: it is never there twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ImageTooLargeError

__all__ = ["Voxels", "common_type"]

_INTEGERS = tuple(np.dtype(name) for name in ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"))
# the share of the rows that are evened out at a time: that much of the voxels is there twice then
_SHARE = 1 / 64


def common_type(one: np.dtype[Any], other: np.dtype[Any], low: float, high: float) -> np.dtype[Any]:
    """The narrowest type, no narrower than ``one``, for values of both types between ``low`` and ``high``."""
    if one == other:
        return one
    if "f" in (one.kind, other.kind):
        return np.result_type(one, other)
    for dtype in (one, *_INTEGERS):
        limits = np.iinfo(dtype)
        if dtype.itemsize >= one.itemsize and limits.min <= low and high <= limits.max:
            return dtype
    return np.dtype(np.float64)


class Voxels:
    """``count`` slices of ``rows`` x ``columns``, not set at first.

    Raises :class:`ImageTooLargeError`, also of its methods, where they take more than ``limit`` bytes, before memory is
    asked for, and where there is no more.
    """

    def __init__(self, count: int, rows: int, columns: int, dtype: np.dtype[Any], *, limit: int) -> None:
        self._shape = (rows, columns)
        self._limit = limit
        self.dtype = dtype
        # bytes, so that another type or count finds room where the voxels are
        self._bytes = np.empty(0, np.uint8)
        self._resize(count, dtype)

    @property
    def slices(self) -> NDArray[Any]:
        """All slices, as one view; it must not be kept over a change of type or count."""
        return self._bytes.view(self.dtype).reshape(-1, *self._shape)

    def widen(self, dtype: np.dtype[Any]) -> None:
        """Go over to a type that is no narrower."""
        count, narrow = len(self.slices), self.dtype
        size = self._shape[0] * self._shape[1]
        self._resize(count, dtype)
        before, after = self._bytes[: count * size * narrow.itemsize].view(narrow), self._bytes.view(dtype)
        # what is not set yet may be anything
        with np.errstate(all="ignore"):
            # the last first: a slice in its new place lies over its successors' old ones only
            for start in range((count - 1) * size, -1, -size):
                after[start : start + size] = before[start : start + size].copy()
        self.dtype = dtype

    def take(self, order: Sequence[int]) -> None:
        """Slice ``order[k]`` becomes slice k; those that are in no place of ``order`` are left out."""
        slices = self.slices
        left_out = sorted(set(range(len(slices))) - set(order))
        # a permutation of all, walked circle by circle
        source = [*order, *left_out]
        done = [False] * len(source)
        for start in range(len(source)):
            if done[start] or source[start] == start:
                continue
            kept, place = slices[start].copy(), start
            while source[place] != start:
                slices[place] = slices[source[place]]
                done[place] = True
                place = source[place]
            slices[place] = kept
            done[place] = True
        del slices
        if left_out:
            self._resize(len(order), self.dtype)

    def even_out(self, positions: NDArray[np.float64], count: int) -> None:
        """From slices at ``positions``, rising from 0, compute ``count`` at 0, 1, 2 …, linearly between neighbours.

        Whole numbers stay whole numbers, rounded half to even.
        """
        given = len(positions)
        wanted = np.clip(np.arange(count, dtype=np.float64), positions[0], positions[-1])
        before = np.clip(np.searchsorted(positions, wanted, side="right") - 1, 0, given - 2)
        weight = (wanted - positions[before]) / (positions[before + 1] - positions[before])
        if count > given:
            self._resize(count, self.dtype)
        slices = self.slices
        wide = np.float32 if self.dtype.itemsize <= 2 or self.dtype == np.float32 else np.float64
        height = max(1, int(self._shape[0] * _SHARE))
        for top in range(0, self._shape[0], height):
            block = slices[:given, top : top + height].copy()
            for place in range(count):
                first, second = block[before[place]], block[before[place] + 1]
                if weight[place] in (0, 1):
                    # a neighbour without weight is left out: were it NaN, it would count all the same
                    slices[place, top : top + height] = second if weight[place] else first
                    continue
                mixed = first * wide(1 - weight[place]) + second * wide(weight[place])
                slices[place, top : top + height] = mixed if self.dtype.kind == "f" else np.rint(mixed)
        del slices
        if count < given:
            self._resize(count, self.dtype)

    def _resize(self, count: int, dtype: np.dtype[Any]) -> None:
        rows, columns = self._shape
        size = count * rows * columns * dtype.itemsize
        told = f"the volume of {columns} x {rows} x {count} voxels of type {dtype}"
        if size > self._limit:
            raise ImageTooLargeError(
                f"{told} takes {size / 1e6:.4g} MB, more than the {self._limit / 1e6:.4g} MB that volumes may take; "
                "give fewer images, or raise session.volumes.set_maximum_size_in_bytes()"
            )
        try:
            if self._bytes.size:
                self._bytes.resize(size, refcheck=False)
            else:
                self._bytes = np.empty(size, np.uint8)
        except MemoryError as cause:
            raise ImageTooLargeError(
                f"{told} takes {size / 1e6:.4g} MB, for which there is no memory; give fewer images, or call "
                "session.purge() first"
            ) from cause
