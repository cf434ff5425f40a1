"""The metadata modules of a DICOM file, each computed when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..metadata import (
    CineModule,
    GeneralImageModule,
    GeneralSeriesModule,
    GeneralStudyModule,
    ImagePixelModule,
    ImagePlaneModule,
    ModalityLutModule,
    MultiframeModule,
    PatientModule,
    PatientStudyModule,
    SopCommonModule,
    TransferSyntax,
    VoiLutModule,
)
from .description import describe
from .file import DicomFile
from .values import number, numbers, required_int, text

__all__ = ["dicom_metadata", "pixel_spacing"]


def dicom_metadata(file: DicomFile) -> Mapping[str, Callable[[], object]]:
    """By module name, the functions that read each module from ``file``."""
    return MappingProxyType({name: _bound(read, file) for name, read in _MODULES.items()})


def pixel_spacing(file: DicomFile) -> tuple[float, float] | None:
    """Row and column spacing in mm (PS3.3 10.7.1.3); for projections, at the detector (PS3.3 C.8.11.4)."""
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        spacing = numbers(file.data_set, keyword)
        if spacing is not None and len(spacing) == 2 and min(spacing) > 0:
            return (spacing[0], spacing[1])
    return None


def _bound(read: Callable[[DicomFile], object], file: DicomFile) -> Callable[[], object]:
    return lambda: read(file)


def _whole(file: DicomFile, keyword: str) -> int | None:
    value = number(file.data_set, keyword)
    return None if value is None else int(value)


def _patient(file: DicomFile) -> PatientModule:
    ds = file.data_set
    return PatientModule(
        text(ds, "PatientName"), text(ds, "PatientID"), text(ds, "PatientBirthDate"), text(ds, "PatientSex")
    )


def _patient_study(file: DicomFile) -> PatientStudyModule:
    ds = file.data_set
    return PatientStudyModule(
        text(ds, "PatientAge"), number(ds, "PatientSize"), text(ds, "PatientSex"), number(ds, "PatientWeight")
    )


def _study(file: DicomFile) -> GeneralStudyModule:
    ds = file.data_set
    return GeneralStudyModule(
        text(ds, "StudyInstanceUID"),
        text(ds, "StudyDate"),
        text(ds, "StudyTime"),
        text(ds, "StudyDescription"),
        text(ds, "AccessionNumber"),
    )


def _series(file: DicomFile) -> GeneralSeriesModule:
    ds = file.data_set
    return GeneralSeriesModule(
        modality=text(ds, "Modality"),
        series_instance_uid=text(ds, "SeriesInstanceUID"),
        series_number=_whole(file, "SeriesNumber"),
        series_description=text(ds, "SeriesDescription"),
        study_instance_uid=text(ds, "StudyInstanceUID"),
        series_date=text(ds, "SeriesDate"),
        series_time=text(ds, "SeriesTime"),
        acquisition_date=text(ds, "AcquisitionDate"),
        acquisition_time=text(ds, "AcquisitionTime"),
    )


def _image(file: DicomFile) -> GeneralImageModule:
    ds = file.data_set
    return GeneralImageModule(
        text(ds, "SOPInstanceUID"),
        _whole(file, "InstanceNumber"),
        text(ds, "LossyImageCompression"),
        number(ds, "LossyImageCompressionRatio"),
        text(ds, "LossyImageCompressionMethod"),
    )


def _sop_common(file: DicomFile) -> SopCommonModule:
    return SopCommonModule(text(file.data_set, "SOPClassUID"), text(file.data_set, "SOPInstanceUID"))


def _transfer_syntax(file: DicomFile) -> TransferSyntax:
    return TransferSyntax(str(file.transfer_syntax))


def _pixel(file: DicomFile) -> ImagePixelModule:
    # the image was within its session's limit when it was loaded
    d = describe(file, sample_limit=sys.maxsize)
    aspect = numbers(file.data_set, "PixelAspectRatio")
    return ImagePixelModule(
        samples_per_pixel=d.samples_per_pixel,
        photometric_interpretation=d.photometric_interpretation,
        rows=d.rows,
        columns=d.columns,
        bits_allocated=d.bits_allocated,
        bits_stored=d.bits_stored,
        high_bit=d.high_bit,
        pixel_representation=int(d.is_signed),
        planar_configuration=d.planar_configuration if d.samples_per_pixel > 1 else None,
        pixel_aspect_ratio=(aspect[0], aspect[1]) if aspect and len(aspect) == 2 else None,
    )


def _plane(file: DicomFile) -> ImagePlaneModule:
    ds = file.data_set
    spacing = pixel_spacing(file)
    orientation = numbers(ds, "ImageOrientationPatient")
    if orientation is not None and len(orientation) != 6:
        orientation = None
    position = numbers(ds, "ImagePositionPatient")
    row, column = spacing or (1.0, 1.0)
    return ImagePlaneModule(
        rows=required_int(ds, "Rows"),
        columns=required_int(ds, "Columns"),
        frame_of_reference_uid=text(ds, "FrameOfReferenceUID"),
        image_orientation_patient=orientation,
        row_cosines=orientation[:3] if orientation else None,
        column_cosines=orientation[3:] if orientation else None,
        image_position_patient=position if position is not None and len(position) == 3 else None,
        slice_thickness=number(ds, "SliceThickness"),
        slice_location=number(ds, "SliceLocation"),
        pixel_spacing=(row, column),
        row_pixel_spacing=row,
        column_pixel_spacing=column,
        using_default_values=spacing is None,
    )


def _modality_lut(file: DicomFile) -> ModalityLutModule:
    ds = file.data_set
    slope, intercept = number(ds, "RescaleSlope"), number(ds, "RescaleIntercept")
    return ModalityLutModule(
        1.0 if slope is None else slope, 0.0 if intercept is None else intercept, text(ds, "RescaleType")
    )


def _voi_lut(file: DicomFile) -> VoiLutModule:
    ds = file.data_set
    return VoiLutModule(numbers(ds, "WindowCenter"), numbers(ds, "WindowWidth"), text(ds, "VOILUTFunction"))


def _multiframe(file: DicomFile) -> MultiframeModule:
    return MultiframeModule(file.frame_count, number(file.data_set, "FrameTime"))


def _cine(file: DicomFile) -> CineModule:
    return CineModule(file.frame_count, number(file.data_set, "FrameTime"))


_MODULES: Mapping[str, Callable[[DicomFile], object]] = MappingProxyType(
    {
        "cineModule": _cine,
        "generalImageModule": _image,
        "generalSeriesModule": _series,
        "generalStudyModule": _study,
        "imagePixelModule": _pixel,
        "imagePlaneModule": _plane,
        "modalityLutModule": _modality_lut,
        "multiframeModule": _multiframe,
        "patientModule": _patient,
        "patientStudyModule": _patient_study,
        "sopCommonModule": _sop_common,
        "transferSyntax": _transfer_syntax,
        "voiLutModule": _voi_lut,
    }
)
