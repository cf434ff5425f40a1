"""Who and what an image is about."""

from __future__ import annotations

from ...metadata import (
    GeneralImageModule,
    GeneralSeriesModule,
    GeneralStudyModule,
    PatientModule,
    PatientStudyModule,
    SopCommonModule,
    TransferSyntax,
)
from ..functional_groups import DicomFrame
from ..values import number, text, texts, whole

__all__ = [
    "general_image",
    "general_series",
    "general_study",
    "patient",
    "patient_study",
    "sop_common",
    "transfer_syntax",
]


def patient(frame: DicomFrame) -> PatientModule:
    ds = frame.data_set
    return PatientModule(
        text(ds, "PatientName"), text(ds, "PatientID"), text(ds, "PatientBirthDate"), text(ds, "PatientSex")
    )


def patient_study(frame: DicomFrame) -> PatientStudyModule:
    ds = frame.data_set
    return PatientStudyModule(
        text(ds, "PatientAge"), number(ds, "PatientSize"), text(ds, "PatientSex"), number(ds, "PatientWeight")
    )


def general_study(frame: DicomFrame) -> GeneralStudyModule:
    ds = frame.data_set
    return GeneralStudyModule(
        text(ds, "StudyInstanceUID"),
        text(ds, "StudyDate"),
        text(ds, "StudyTime"),
        text(ds, "StudyDescription"),
        text(ds, "AccessionNumber"),
    )


def general_series(frame: DicomFrame) -> GeneralSeriesModule:
    ds = frame.data_set
    return GeneralSeriesModule(
        modality=text(ds, "Modality"),
        series_instance_uid=text(ds, "SeriesInstanceUID"),
        series_number=whole(ds, "SeriesNumber"),
        series_description=text(ds, "SeriesDescription"),
        study_instance_uid=text(ds, "StudyInstanceUID"),
        series_date=text(ds, "SeriesDate"),
        series_time=text(ds, "SeriesTime"),
        acquisition_date=text(ds, "AcquisitionDate"),
        acquisition_time=text(ds, "AcquisitionTime"),
    )


def general_image(frame: DicomFrame) -> GeneralImageModule:
    ds = frame.data_set
    return GeneralImageModule(
        sop_instance_uid=text(ds, "SOPInstanceUID"),
        instance_number=whole(ds, "InstanceNumber"),
        lossy_image_compression=text(ds, "LossyImageCompression"),
        lossy_image_compression_ratio=number(ds, "LossyImageCompressionRatio"),
        lossy_image_compression_method=text(ds, "LossyImageCompressionMethod"),
        image_type=texts(ds, "ImageType"),
        content_date=text(ds, "ContentDate"),
        content_time=text(ds, "ContentTime"),
    )


def sop_common(frame: DicomFrame) -> SopCommonModule:
    return SopCommonModule(text(frame.data_set, "SOPClassUID"), text(frame.data_set, "SOPInstanceUID"))


def transfer_syntax(frame: DicomFrame) -> TransferSyntax:
    return TransferSyntax(str(frame.file.transfer_syntax))
