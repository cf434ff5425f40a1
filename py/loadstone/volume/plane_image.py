"""A plane of a volume as an :class:`~loadstone.image.Image`, with its metadata."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..image import Image, LineageStep
from ..metadata import FrameModule, FrameOfReferenceModule, GeneralImageModule, ImagePixelModule, ImagePlaneModule
from .planes import Plane
from .volume import Volume

__all__ = ["plane_image"]


def plane_image(
    image_id: str,
    volume: Volume,
    plane: Plane,
    pixels: NDArray[Any],
    *,
    step: str,
    index: int,
    count: int,
    slab: float,
) -> Image:
    """``pixels`` of ``plane`` as plane ``index`` of ``count``; values mean what they mean in the volume."""
    outside = volume.outside
    padding = volume.padding
    if padding is None and (pixels == outside).any():
        padding = (outside, outside)
    return Image(
        image_id,
        pixels,
        photometric_interpretation=volume.photometric_interpretation,
        rescale_slope=volume.rescale_slope,
        rescale_intercept=volume.rescale_intercept,
        windows=volume.windows,
        voi_luts=volume.voi_luts,
        voi_lut_function=volume.voi_lut_function,
        padding=padding,
        row_spacing=plane.row_spacing,
        column_spacing=plane.column_spacing,
        unit=volume.unit,
        frame_count=count,
        first_frame_number=0,
        warnings=volume.warnings,
        metadata=_metadata(volume, plane, pixels.dtype, index, count, slab),
        lineage=(*volume.lineage, LineageStep(step, image_id, volume.image_ids)),
    )


def _metadata(
    volume: Volume, plane: Plane, dtype: np.dtype[Any], index: int, count: int, slab: float
) -> Mapping[str, Callable[[], object]]:
    """Of the plane itself, and what is true of all that the volume is made of."""
    own: dict[str, Callable[[], object]] = {
        "frameModule": lambda: FrameModule(
            frame_number=index + 1, number_of_frames=count, in_stack_position_number=index + 1
        ),
        "frameOfReferenceModule": lambda: FrameOfReferenceModule(volume.frame_of_reference_uid),
        "generalImageModule": lambda: GeneralImageModule(
            instance_number=index + 1, image_type=("DERIVED", "SECONDARY", "MPR")
        ),
        "imagePixelModule": lambda: _pixel_module(volume, plane, dtype),
        "imagePlaneModule": lambda: _plane_module(volume, plane, slab),
    }
    return MappingProxyType({**volume.metadata, **own})


def _plane_module(volume: Volume, plane: Plane, slab: float) -> ImagePlaneModule:
    row, column = _vector(plane.row), _vector(plane.column)
    between = plane.spacing_between
    return ImagePlaneModule(
        rows=plane.rows,
        columns=plane.columns,
        frame_of_reference_uid=volume.frame_of_reference_uid,
        image_orientation_patient=row + column,
        row_cosines=row,
        column_cosines=column,
        image_position_patient=_vector(plane.position),
        slice_thickness=slab or between,
        spacing_between_slices=between,
        pixel_spacing=(plane.row_spacing, plane.column_spacing),
        row_pixel_spacing=plane.row_spacing,
        column_pixel_spacing=plane.column_spacing,
    )


def _pixel_module(volume: Volume, plane: Plane, dtype: np.dtype[Any]) -> ImagePixelModule:
    bits = 8 * dtype.itemsize
    return ImagePixelModule(
        samples_per_pixel=1,
        photometric_interpretation=volume.photometric_interpretation,
        rows=plane.rows,
        columns=plane.columns,
        bits_allocated=bits,
        bits_stored=bits,
        high_bit=bits - 1,
        # of floats, DICOM has none
        pixel_representation={"u": 0, "i": 1}.get(dtype.kind),
    )


def _vector(vector: NDArray[np.float64]) -> tuple[float, ...]:
    # + 0.0: no minus zeros
    return tuple(float(part) + 0.0 for part in vector)
