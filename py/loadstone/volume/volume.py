"""The volume: stored voxels, their place in patient space, and their meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..image import LineageStep, LookupTable, VoiLutFunction, Window

__all__ = ["Volume"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Volume:
    """A stack of images as one array.

    ``voxels`` has the shape ``(slices, rows, columns)`` and holds stored values, in the narrowest type that holds those
    of all slices; it is read-only. A value in modality units is ``stored * rescale_slope + rescale_intercept``, in
    ``unit``. ``affine`` (4 x 4) takes ``(column, row, slice, 1)`` to patient space, LPS in mm; it may be sheared, as
    that of a tilted gantry is. ``image_ids`` are the images that it is made of, in the order of the slices: of several
    at one place the first, none for slices between them that had to be computed. Where that was done, ``image_places``
    tell where each lies among the slices, which need not be a whole number; else they are (). ``made_of`` are all that
    were given, in their order, of which ``key`` is made. ``value_range`` are the lowest and highest voxel,
    NaN left out. Windows, tables and ``metadata`` are those of the middle image; modules that are true
    of a single image only are left out. ``key`` names the volume in image ids: ``mpr:axial/0?volume=KEY``.
    """

    key: str
    made_of: tuple[str, ...] = field(repr=False)
    image_ids: tuple[str, ...]
    voxels: NDArray[Any] = field(repr=False)
    affine: Floats
    value_range: tuple[float, float]
    rescale_slope: float = 1.0
    rescale_intercept: float = 0.0
    unit: str = ""
    windows: tuple[Window, ...] = ()
    voi_luts: tuple[LookupTable, ...] = ()
    voi_lut_function: VoiLutFunction = "LINEAR"
    photometric_interpretation: str = "MONOCHROME2"
    padding: tuple[float, float] | None = None
    frame_of_reference_uid: str | None = None
    warnings: tuple[str, ...] = ()
    metadata: Mapping[str, Callable[[], object]] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    lineage: tuple[LineageStep, ...] = ()
    image_places: tuple[float, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        slices, rows, columns = self.voxels.shape
        return (slices, rows, columns)

    @property
    def size_in_bytes(self) -> int:
        return int(self.voxels.nbytes)

    @cached_property
    def spacing(self) -> tuple[float, float, float]:
        """Of neighbouring columns, rows and slices, in mm; of slices along their normal."""
        across, down, through = self.affine[:3, 0], self.affine[:3, 1], self.affine[:3, 2]
        normal = np.cross(across, down)
        between = abs(normal @ through) / np.linalg.norm(normal)
        return (float(np.linalg.norm(across)), float(np.linalg.norm(down)), float(between))

    def position(self, column: float, row: float, slice_index: float) -> tuple[float, float, float]:
        """Where the centre of a voxel lies, LPS in mm."""
        x, y, z = self.affine[:3] @ (column, row, slice_index, 1.0)
        return (float(x), float(y), float(z))

    @property
    def centre(self) -> tuple[float, float, float]:
        """LPS in mm."""
        slices, rows, columns = self.shape
        return self.position((columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2)

    @property
    def outside(self) -> float:
        """The stored value that stands for "nothing here" beside the volume: its padding, else a value of its type
        that no voxel has, else one below all of them, for which that type is too narrow. NaN for floats."""
        if self.padding is not None:
            return self.padding[0]
        if self.voxels.dtype.kind == "f":
            return float("nan")
        low, high = int(self.value_range[0]), int(self.value_range[1])
        limits = np.iinfo(self.voxels.dtype)
        return low - 1 if low > limits.min or high == limits.max else high + 1
