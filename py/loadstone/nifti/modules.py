"""The metadata modules of a NIfTI frame; what NIfTI does not tell (patient, study, modality) stays missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from ..metadata import (
    CineModule,
    FrameModule,
    FrameOfReferenceModule,
    GeneralSeriesModule,
    ImagePixelModule,
    ImagePlaneModule,
    ModalityLutModule,
    MultiframeModule,
    VoiLutModule,
)
from .file import NiftiHeader

__all__ = ["NiftiFrame", "nifti_metadata"]


@dataclass(frozen=True, eq=False)
class NiftiFrame:
    """Frame ``index``, from 0, of a file with this header."""

    header: NiftiHeader
    index: int
    frame_of_reference_uid: str

    @property
    def slice_index(self) -> int:
        return self.index % self.header.slices

    @property
    def time_index(self) -> int:
        return self.index // self.header.slices % self.header.shape[3]


def nifti_metadata(frame: NiftiFrame) -> Mapping[str, Callable[[], object]]:
    """By module name, the functions that answer for ``frame``."""
    return MappingProxyType({name: partial(read, frame) for name, read in _MODULES.items()})


def _image_plane(frame: NiftiFrame) -> ImagePlaneModule:
    place = frame.header.placement
    return ImagePlaneModule(
        rows=frame.header.rows,
        columns=frame.header.columns,
        frame_of_reference_uid=frame.frame_of_reference_uid,
        image_orientation_patient=place.row_cosines + place.column_cosines,
        row_cosines=place.row_cosines,
        column_cosines=place.column_cosines,
        image_position_patient=place.position(frame.slice_index),
        slice_thickness=place.slice_spacing,
        spacing_between_slices=place.slice_spacing,
        pixel_spacing=(place.row_spacing, place.column_spacing),
        row_pixel_spacing=place.row_spacing,
        column_pixel_spacing=place.column_spacing,
    )


def _frame_of_reference(frame: NiftiFrame) -> FrameOfReferenceModule:
    return FrameOfReferenceModule(frame.frame_of_reference_uid)


def _image_pixel(frame: NiftiFrame) -> ImagePixelModule:
    header = frame.header
    bits = 8 * header.dtype.itemsize
    colour = header.samples_per_pixel > 1
    return ImagePixelModule(
        samples_per_pixel=header.samples_per_pixel,
        photometric_interpretation="RGB" if colour else "MONOCHROME2",
        rows=header.rows,
        columns=header.columns,
        bits_allocated=bits,
        bits_stored=bits,
        high_bit=bits - 1,
        # of floats, DICOM has none
        pixel_representation={"u": 0, "i": 1}.get(header.dtype.kind),
        planar_configuration=0 if colour else None,
    )


def _general_series(frame: NiftiFrame) -> GeneralSeriesModule:
    return GeneralSeriesModule(series_description=frame.header.description or None)


def _modality_lut(frame: NiftiFrame) -> ModalityLutModule:
    return ModalityLutModule(frame.header.rescale_slope, frame.header.rescale_intercept)


def _voi_lut(frame: NiftiFrame) -> VoiLutModule:
    if frame.header.calibrated is None:
        return VoiLutModule()
    low, high = frame.header.calibrated
    return VoiLutModule((low / 2 + high / 2,), (high - low,), "LINEAR_EXACT", ("cal_min to cal_max",))


def _multiframe(frame: NiftiFrame) -> MultiframeModule:
    return MultiframeModule(number_of_frames=frame.header.frame_count, frame_time=_frame_time(frame))


def _cine(frame: NiftiFrame) -> CineModule:
    return CineModule(number_of_frames=frame.header.frame_count, frame_time=_frame_time(frame))


def _frame_module(frame: NiftiFrame) -> FrameModule:
    step = frame.header.time_step
    return FrameModule(
        frame_number=frame.index + 1,
        number_of_frames=frame.header.frame_count,
        frame_time=_frame_time(frame),
        in_stack_position_number=frame.slice_index + 1,
        temporal_position_index=frame.time_index + 1,
        # seconds (PS3.3 C.7.6.16.2.13)
        temporal_position_time_offset=None if step is None else frame.time_index * step / 1000,
    )


def _frame_time(frame: NiftiFrame) -> float | None:
    """From frame to frame; where there are several slices, the next frame is another place, not another time."""
    return frame.header.time_step if frame.header.slices == 1 else None


_MODULES: Mapping[str, Callable[[NiftiFrame], object]] = MappingProxyType(
    {
        "cineModule": _cine,
        "frameModule": _frame_module,
        "frameOfReferenceModule": _frame_of_reference,
        "generalSeriesModule": _general_series,
        "imagePixelModule": _image_pixel,
        "imagePlaneModule": _image_plane,
        "modalityLutModule": _modality_lut,
        "multiframeModule": _multiframe,
        "voiLutModule": _voi_lut,
    }
)
