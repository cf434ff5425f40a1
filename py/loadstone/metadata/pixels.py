"""How pixels are stored, and the tables that give them meaning."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ImagePixelModule", "LutItem", "ModalityLutModule", "OverlayPlane", "OverlayPlaneModule", "VoiLutModule"]

Entries = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True)
class ImagePixelModule:
    """The layout of stored pixels as the file says it (PS3.3 C.7.6.3), which need not be that of the decoded ones.

    A palette's descriptor is its number of entries, the first value that it maps, and the bits of an entry.
    """

    samples_per_pixel: int | None = None
    photometric_interpretation: str | None = None
    rows: int | None = None
    columns: int | None = None
    bits_allocated: int | None = None
    bits_stored: int | None = None
    high_bit: int | None = None
    pixel_representation: int | None = None
    planar_configuration: int | None = None
    pixel_aspect_ratio: tuple[float, float] | None = None
    smallest_pixel_value: int | None = None
    largest_pixel_value: int | None = None
    pixel_padding_value: int | None = None
    pixel_padding_range_limit: int | None = None
    red_palette_color_lookup_table_descriptor: tuple[int, int, int] | None = None
    green_palette_color_lookup_table_descriptor: tuple[int, int, int] | None = None
    blue_palette_color_lookup_table_descriptor: tuple[int, int, int] | None = None
    red_palette_color_lookup_table_data: Entries | None = field(default=None, compare=False, repr=False)
    green_palette_color_lookup_table_data: Entries | None = field(default=None, compare=False, repr=False)
    blue_palette_color_lookup_table_data: Entries | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class LutItem:
    """A look-up table: the input ``first_value_mapped`` and all below take the first entry of ``lut``."""

    id: str
    first_value_mapped: int
    num_bits_per_entry: int
    lut: Entries = field(compare=False, repr=False)
    lut_explanation: str = ""


@dataclass(frozen=True)
class ModalityLutModule:
    """The file's own way from stored to modality values (PS3.3 C.11.1); SUV and dose are in the scaling module."""

    rescale_slope: float | None = None
    rescale_intercept: float | None = None
    rescale_type: str | None = None
    modality_lut_sequence: tuple[LutItem, ...] | None = None


@dataclass(frozen=True)
class VoiLutModule:
    """Windows and tables in the file's own modality units (PS3.3 C.11.2)."""

    window_center: tuple[float, ...] | None = None
    window_width: tuple[float, ...] | None = None
    voi_lut_function: str | None = None
    window_center_width_explanation: tuple[str, ...] | None = None
    voi_lut_sequence: tuple[LutItem, ...] | None = None


@dataclass(frozen=True)
class OverlayPlane:
    """One overlay of a frame (PS3.3 C.9.2), graphics (``type`` G) or a region of interest (R).

    ``x`` and ``y`` are the column and row, from 0, of its upper left bit; ``pixel_data`` has a 0 or 1 for each of its
    ``rows`` x ``columns`` bits.
    """

    group: int
    rows: int
    columns: int
    type: str
    x: int
    y: int
    pixel_data: Entries = field(compare=False, repr=False)
    description: str | None = None
    label: str | None = None
    roi_area: float | None = None
    roi_mean: float | None = None
    roi_standard_deviation: float | None = None


@dataclass(frozen=True)
class OverlayPlaneModule:
    overlays: tuple[OverlayPlane, ...]
