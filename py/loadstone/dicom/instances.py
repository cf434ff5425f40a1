"""What a data set says about where its image belongs: read from a file's header, or from a server's metadata."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from pydicom import Dataset
from pydicom.valuerep import PersonName

from ..studies import Instance, Series, Study
from .values import element_value, number, numbers, text, texts, whole

__all__ = ["INSTANCE_KEYWORDS", "instance_of"]

INSTANCE_KEYWORDS = (
    "SpecificCharacterSet",
    "ImageType",
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyDate",
    "SeriesDate",
    "StudyTime",
    "SeriesTime",
    "AcquisitionTime",
    "AccessionNumber",
    "Modality",
    "StudyDescription",
    "SeriesDescription",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "BodyPartExamined",
    "EchoTime",
    "EchoNumbers",
    "TriggerTime",
    "DiffusionBValue",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SeriesNumber",
    "AcquisitionNumber",
    "InstanceNumber",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "TemporalPositionIdentifier",
    "NumberOfFrames",
    "Rows",
    "Columns",
)


def instance_of(data_set: Dataset, image_ids: Callable[[int], tuple[str, ...]], *, name: str = "") -> Instance:
    """The instance that ``data_set`` describes; ``image_ids(n)`` gives the ids of its n frames.

    Reads nothing but the elements of ``INSTANCE_KEYWORDS``; those that are absent or malformed count as unknown.
    """
    frames = whole(data_set, "NumberOfFrames") or 1
    return Instance(
        image_ids=image_ids(max(1, frames)),
        study=_study(data_set),
        series=_series(data_set),
        name=name,
        sop_instance_uid=text(data_set, "SOPInstanceUID") or "",
        sop_class_uid=text(data_set, "SOPClassUID") or "",
        number=whole(data_set, "InstanceNumber"),
        rows=whole(data_set, "Rows"),
        columns=whole(data_set, "Columns"),
        image_type=texts(data_set, "ImageType") or (),
        position=_several(data_set, "ImagePositionPatient", 3),
        orientation=_several(data_set, "ImageOrientationPatient", 6),
        temporal_position=whole(data_set, "TemporalPositionIdentifier"),
        acquisition_number=whole(data_set, "AcquisitionNumber"),
        echo_number=whole(data_set, "EchoNumbers"),
        echo_time=number(data_set, "EchoTime"),
        b_value=number(data_set, "DiffusionBValue"),
        trigger_time=number(data_set, "TriggerTime"),
        acquisition_time=text(data_set, "AcquisitionTime") or "",
    )


def _study(data_set: Dataset) -> Study:
    return Study(
        study_instance_uid=text(data_set, "StudyInstanceUID") or "",
        patient_name=_person_name(data_set, "PatientName"),
        patient_id=text(data_set, "PatientID") or "",
        patient_birth_date=text(data_set, "PatientBirthDate") or "",
        patient_sex=text(data_set, "PatientSex") or "",
        date=text(data_set, "StudyDate") or "",
        time=text(data_set, "StudyTime") or "",
        description=text(data_set, "StudyDescription") or "",
        accession_number=text(data_set, "AccessionNumber") or "",
    )


def _series(data_set: Dataset) -> Series:
    return Series(
        series_instance_uid=text(data_set, "SeriesInstanceUID") or "",
        modality=text(data_set, "Modality") or "",
        number=whole(data_set, "SeriesNumber"),
        description=text(data_set, "SeriesDescription") or "",
        date=text(data_set, "SeriesDate") or "",
        time=text(data_set, "SeriesTime") or "",
        body_part=text(data_set, "BodyPartExamined") or "",
    )


def _person_name(data_set: Dataset, keyword: str) -> str:
    """The first component group that is not empty: alphabetic, ideographic, phonetic (PS3.5 6.2.1.1)."""
    value = element_value(data_set, keyword)
    if not isinstance(value, PersonName):
        return text(data_set, keyword) or ""
    # characters that the character set does not have: better a name with gaps than none
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        groups = (group.rstrip("^").strip() for group in value.components)
        return next((group for group in groups if group), "")


def _several(data_set: Dataset, keyword: str, count: int) -> tuple[float, ...] | None:
    value = numbers(data_set, keyword)
    return value if value is not None and len(value) == count else None
