"""Where a frame lies and how large its pixels are."""

from __future__ import annotations

from pydicom import Dataset

from ...metadata import (
    CalibrationModule,
    FrameOfReferenceModule,
    ImagePlaneModule,
    NmMultiframeGeometryModule,
    UltrasoundRegion,
)
from ..functional_groups import DicomFrame
from ..geometry import image_orientation, image_position, is_nm_reconstruction, pixel_spacing
from ..values import items, number, text, texts, whole

__all__ = ["calibration", "frame_of_reference", "image_plane", "nm_multiframe_geometry", "ultrasound_regions"]


def image_plane(frame: DicomFrame) -> ImagePlaneModule:
    ds = frame.data_set
    spacing = pixel_spacing(ds)
    orientation = image_orientation(frame)
    return ImagePlaneModule(
        rows=whole(ds, "Rows"),
        columns=whole(ds, "Columns"),
        frame_of_reference_uid=text(ds, "FrameOfReferenceUID"),
        image_orientation_patient=orientation,
        row_cosines=orientation[:3] if orientation else None,
        column_cosines=orientation[3:] if orientation else None,
        image_position_patient=image_position(frame),
        slice_thickness=number(ds, "SliceThickness"),
        slice_location=number(ds, "SliceLocation"),
        spacing_between_slices=number(ds, "SpacingBetweenSlices"),
        pixel_spacing=spacing,
        row_pixel_spacing=spacing[0] if spacing else None,
        column_pixel_spacing=spacing[1] if spacing else None,
    )


def frame_of_reference(frame: DicomFrame) -> FrameOfReferenceModule:
    ds = frame.data_set
    return FrameOfReferenceModule(text(ds, "FrameOfReferenceUID"), text(ds, "PositionReferenceIndicator"))


def nm_multiframe_geometry(frame: DicomFrame) -> NmMultiframeGeometryModule | None:
    ds = frame.data_set
    if text(ds, "Modality") != "NM":
        return None
    image_type = texts(ds, "ImageType")
    return NmMultiframeGeometryModule(
        modality="NM",
        image_type=image_type,
        image_sub_type=image_type[2] if image_type and len(image_type) > 2 else None,
        image_orientation_patient=image_orientation(frame),
        image_position_patient=image_position(frame),
        slice_thickness=number(ds, "SliceThickness"),
        spacing_between_slices=number(ds, "SpacingBetweenSlices"),
        pixel_spacing=pixel_spacing(ds),
        number_of_frames=frame.file.frame_count,
        is_nm_reconstructable=is_nm_reconstruction(ds),
    )


def calibration(frame: DicomFrame) -> CalibrationModule | None:
    regions = ultrasound_regions(frame)
    return None if regions is None else CalibrationModule(regions)


def ultrasound_regions(frame: DicomFrame) -> tuple[UltrasoundRegion, ...] | None:
    """The calibrated regions; None where there are none."""
    return tuple(map(_ultrasound_region, items(frame.data_set, "SequenceOfUltrasoundRegions"))) or None


def _ultrasound_region(item: Dataset) -> UltrasoundRegion:
    return UltrasoundRegion(
        region_location_min_x0=whole(item, "RegionLocationMinX0"),
        region_location_min_y0=whole(item, "RegionLocationMinY0"),
        region_location_max_x1=whole(item, "RegionLocationMaxX1"),
        region_location_max_y1=whole(item, "RegionLocationMaxY1"),
        reference_pixel_x0=whole(item, "ReferencePixelX0"),
        reference_pixel_y0=whole(item, "ReferencePixelY0"),
        physical_delta_x=number(item, "PhysicalDeltaX"),
        physical_delta_y=number(item, "PhysicalDeltaY"),
        physical_units_x_direction=whole(item, "PhysicalUnitsXDirection"),
        physical_units_y_direction=whole(item, "PhysicalUnitsYDirection"),
        reference_physical_pixel_value_x=number(item, "ReferencePixelPhysicalValueX"),
        reference_physical_pixel_value_y=number(item, "ReferencePixelPhysicalValueY"),
        region_spatial_format=whole(item, "RegionSpatialFormat"),
        region_data_type=whole(item, "RegionDataType"),
        region_flags=whole(item, "RegionFlags"),
        transducer_frequency=number(item, "TransducerFrequency"),
    )
