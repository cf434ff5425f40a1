"""The metadata modules of a phantom: what its file says, without the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType

import numpy as np

from ..metadata import (
    FrameModule,
    FrameOfReferenceModule,
    GeneralImageModule,
    GeneralSeriesModule,
    GeneralStudyModule,
    ImagePixelModule,
    ImagePlaneModule,
    ModalityLutModule,
    MultiframeModule,
    PatientModule,
    SopCommonModule,
    VoiLutModule,
)
from .identity import Identity, identity_of
from .pattern import Pattern

__all__ = ["PATIENT_ID", "STUDY_DESCRIPTION", "PhantomFrame", "phantom_metadata"]

PATIENT_ID = "PHANTOM"
STUDY_DESCRIPTION = "Phantoms"


@dataclass(frozen=True)
class PhantomFrame:
    """Frame ``index``, from 0, of a phantom."""

    pattern: Pattern
    index: int

    @cached_property
    def identity(self) -> Identity:
        return identity_of(self.pattern, None)


def phantom_metadata(frame: PhantomFrame) -> Mapping[str, Callable[[], object]]:
    """By module name, the functions that answer for ``frame``."""
    return MappingProxyType({name: partial(read, frame) for name, read in _MODULES.items()})


def _image_plane(frame: PhantomFrame) -> ImagePlaneModule:
    canvas, place = frame.pattern.canvas, frame.pattern.placement
    spacing = (canvas.row_spacing, canvas.column_spacing)
    size = partial(
        ImagePlaneModule,
        rows=canvas.rows,
        columns=canvas.columns,
        pixel_spacing=spacing,
        row_pixel_spacing=spacing[0],
        column_pixel_spacing=spacing[1],
    )
    if place is None:
        return size()
    return size(
        frame_of_reference_uid=frame.identity.frame_of_reference_uid,
        image_orientation_patient=place.row_cosines + place.column_cosines,
        row_cosines=place.row_cosines,
        column_cosines=place.column_cosines,
        image_position_patient=place.position(frame.index),
        slice_thickness=place.slice_spacing,
        spacing_between_slices=place.slice_spacing,
    )


def _image_pixel(frame: PhantomFrame) -> ImagePixelModule:
    canvas, storing = frame.pattern.canvas, frame.pattern.canvas.storing
    samples = storing.samples_per_pixel
    layout = partial(
        ImagePixelModule,
        samples_per_pixel=samples,
        photometric_interpretation=storing.photometric_interpretation,
        rows=canvas.rows,
        columns=canvas.columns,
        bits_allocated=storing.bits_allocated,
        bits_stored=storing.bits,
        high_bit=storing.bits - 1,
        pixel_representation=int(storing.is_signed),
        planar_configuration=0 if samples == 3 else None,
    )
    if storing.photometric_interpretation != "PALETTE COLOR":
        return layout()
    table = storing.palette().astype(np.uint16)
    descriptor = (len(table), 0, storing.color_bits)
    return layout(
        red_palette_color_lookup_table_descriptor=descriptor,
        green_palette_color_lookup_table_descriptor=descriptor,
        blue_palette_color_lookup_table_descriptor=descriptor,
        red_palette_color_lookup_table_data=table[:, 0],
        green_palette_color_lookup_table_data=table[:, 1],
        blue_palette_color_lookup_table_data=table[:, 2],
    )


def _modality_lut(frame: PhantomFrame) -> ModalityLutModule:
    storing = frame.pattern.canvas.storing
    if storing.is_color:
        return ModalityLutModule()
    kind = "HU" if frame.identity.modality == "CT" else "US"
    return ModalityLutModule(storing.slope, storing.intercept, kind)


def _voi_lut(frame: PhantomFrame) -> VoiLutModule:
    if frame.pattern.canvas.storing.is_color:
        return VoiLutModule()
    windows = frame.pattern.windows
    return VoiLutModule(
        tuple(window.center for window in windows),
        tuple(window.width for window in windows),
        "LINEAR_EXACT",
        tuple(window.explanation for window in windows),
    )


def _multiframe(frame: PhantomFrame) -> MultiframeModule:
    pattern = frame.pattern
    is_paged = pattern.canvas.frames > 1 and pattern.placement is None
    return MultiframeModule(
        number_of_frames=pattern.canvas.frames, frame_increment_pointer=("PageNumberVector",) if is_paged else None
    )


def _frame_module(frame: PhantomFrame) -> FrameModule:
    identity, frames = frame.identity, frame.pattern.canvas.frames
    return FrameModule(
        sop_class_uid=identity.sop_class_uid,
        sop_instance_uid=identity.sop_instance_uid,
        frame_number=frame.index + 1,
        number_of_frames=frames,
    )


def _general_series(frame: PhantomFrame) -> GeneralSeriesModule:
    identity = frame.identity
    return GeneralSeriesModule(
        modality=identity.modality,
        series_instance_uid=identity.series_instance_uid,
        series_number=1,
        series_description=identity.series_description,
        study_instance_uid=identity.study_instance_uid,
    )


def _general_image(frame: PhantomFrame) -> GeneralImageModule:
    identity = frame.identity
    return GeneralImageModule(
        sop_instance_uid=identity.sop_instance_uid,
        instance_number=identity.instance_number,
        image_type=identity.image_type,
    )


_MODULES: Mapping[str, Callable[[PhantomFrame], object]] = MappingProxyType(
    {
        "frameModule": _frame_module,
        "frameOfReferenceModule": lambda frame: FrameOfReferenceModule(frame.identity.frame_of_reference_uid),
        "generalImageModule": _general_image,
        "generalSeriesModule": _general_series,
        "generalStudyModule": lambda frame: GeneralStudyModule(
            study_instance_uid=frame.identity.study_instance_uid, study_description=STUDY_DESCRIPTION
        ),
        "imagePixelModule": _image_pixel,
        "imagePlaneModule": _image_plane,
        "modalityLutModule": _modality_lut,
        "multiframeModule": _multiframe,
        "patientModule": lambda frame: PatientModule(frame.identity.patient_name, PATIENT_ID),
        "sopCommonModule": lambda frame: SopCommonModule(frame.identity.sop_class_uid, frame.identity.sop_instance_uid),
        "voiLutModule": _voi_lut,
    }
)
