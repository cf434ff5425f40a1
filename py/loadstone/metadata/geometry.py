"""Where an image lies and how large its pixels are."""

from __future__ import annotations

from dataclasses import dataclass

from .cornerstone import spelled

__all__ = [
    "CalibrationModule",
    "FrameOfReferenceModule",
    "ImagePlaneModule",
    "NmMultiframeGeometryModule",
    "UltrasoundRegion",
]


@dataclass(frozen=True)
class ImagePlaneModule:
    """Where the frame lies: cosines are unit vectors in patient space (PS3.3 C.7.6.2.1.1), lengths in mm."""

    rows: int | None = None
    columns: int | None = None
    frame_of_reference_uid: str | None = None
    image_orientation_patient: tuple[float, ...] | None = None
    row_cosines: tuple[float, ...] | None = None
    column_cosines: tuple[float, ...] | None = None
    image_position_patient: tuple[float, ...] | None = None
    slice_thickness: float | None = None
    slice_location: float | None = None
    spacing_between_slices: float | None = None
    pixel_spacing: tuple[float, float] | None = None
    row_pixel_spacing: float | None = None
    column_pixel_spacing: float | None = None


@dataclass(frozen=True)
class FrameOfReferenceModule:
    frame_of_reference_uid: str | None = None
    position_reference_indicator: str | None = None


@dataclass(frozen=True)
class NmMultiframeGeometryModule:
    """Geometry of nuclear medicine; ``image_sub_type`` is the third value of ``image_type``."""

    modality: str | None = None
    image_type: tuple[str, ...] | None = None
    image_sub_type: str | None = None
    image_orientation_patient: tuple[float, ...] | None = None
    image_position_patient: tuple[float, ...] | None = None
    slice_thickness: float | None = None
    spacing_between_slices: float | None = None
    pixel_spacing: tuple[float, float] | None = None
    number_of_frames: int | None = None
    is_nm_reconstructable: bool | None = spelled("isNMReconstructable")


@dataclass(frozen=True)
class UltrasoundRegion:
    """A calibrated region of an ultrasound image (PS3.3 C.8.5.5); deltas are in the units of PS3.3 C.8.5.5.1.15."""

    region_location_min_x0: int | None = None
    region_location_min_y0: int | None = None
    region_location_max_x1: int | None = None
    region_location_max_y1: int | None = None
    reference_pixel_x0: int | None = None
    reference_pixel_y0: int | None = None
    physical_delta_x: float | None = None
    physical_delta_y: float | None = None
    physical_units_x_direction: int | None = None
    physical_units_y_direction: int | None = None
    reference_physical_pixel_value_x: float | None = None
    reference_physical_pixel_value_y: float | None = None
    region_spatial_format: int | None = None
    region_data_type: int | None = None
    region_flags: int | None = None
    transducer_frequency: float | None = None


@dataclass(frozen=True)
class CalibrationModule:
    sequence_of_ultrasound_regions: tuple[UltrasoundRegion, ...] | None = None
