"""What a header says about where its image belongs: read from a file, or from a server's metadata."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol
from uuid import NAMESPACE_OID, uuid5

from pydicom import Dataset
from pydicom.valuerep import PersonName

from ..studies import Instance, Series, Study
from .values import element_value, numbers, text, texts

__all__ = [
    "INSTANCE_KEYWORDS",
    "SORTING_KEYWORDS",
    "DataSetElements",
    "Elements",
    "InstanceReader",
    "instance_of",
    "read_instance",
    "series_of",
    "study_of",
]

# what images of a series are sorted by
SORTING_KEYWORDS = (
    "ImageType",
    "SOPClassUID",
    "SOPInstanceUID",
    "AcquisitionTime",
    "EchoTime",
    "EchoNumbers",
    "TriggerTime",
    "DiffusionBValue",
    "AcquisitionNumber",
    "InstanceNumber",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "TemporalPositionIdentifier",
    "NumberOfFrames",
    "Rows",
    "Columns",
)
INSTANCE_KEYWORDS = (
    *SORTING_KEYWORDS,
    "SpecificCharacterSet",
    "StudyDate",
    "SeriesDate",
    "StudyTime",
    "SeriesTime",
    "AccessionNumber",
    "Modality",
    "StudyDescription",
    "SeriesDescription",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "BodyPartExamined",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SeriesNumber",
)


class Elements(Protocol):
    """Values by keyword; what is absent or malformed is unknown: "" or ()."""

    def text(self, keyword: str) -> str: ...

    def texts(self, keyword: str) -> tuple[str, ...]: ...

    def numbers(self, keyword: str) -> tuple[float, ...]: ...

    def person_name(self, keyword: str) -> str:
        """The first component group that is not empty: alphabetic, ideographic, phonetic (PS3.5 6.2.1.1)."""
        ...


class DataSetElements:
    """The :class:`Elements` of a data set."""

    def __init__(self, data_set: Dataset) -> None:
        self._data_set = data_set

    def text(self, keyword: str) -> str:
        return text(self._data_set, keyword) or ""

    def texts(self, keyword: str) -> tuple[str, ...]:
        return texts(self._data_set, keyword) or ()

    def numbers(self, keyword: str) -> tuple[float, ...]:
        return numbers(self._data_set, keyword) or ()

    def person_name(self, keyword: str) -> str:
        value = element_value(self._data_set, keyword)
        if not isinstance(value, PersonName):
            return self.text(keyword)
        # characters that the character set does not have: better a name with gaps than none
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            groups = (group.rstrip("^ ") for group in value.components)
            return next((group for group in groups if group), "")


def instance_of(data_set: Dataset, image_ids: Callable[[int], tuple[str, ...]], *, name: str = "") -> Instance:
    """The instance that ``data_set`` describes; ``image_ids(n)`` gives the ids of its n frames.

    Reads nothing but the elements of ``INSTANCE_KEYWORDS``; those that are absent or malformed count as unknown.
    """
    return InstanceReader().read(DataSetElements(data_set), image_ids, name=name)


class InstanceReader:
    """Reads instances; of a study and of a series, what its first instance says.

    A study or series without UID gets one, so that images of several patients never come into one.
    """

    def __init__(self) -> None:
        self._studies: dict[str, Study] = {}
        self._series: dict[tuple[str, str], Series] = {}

    def read(self, elements: Elements, image_ids: Callable[[int], tuple[str, ...]], *, name: str = "") -> Instance:
        """The instance; ``image_ids(n)`` gives the ids of its n frames."""
        return read_instance(
            elements, image_ids, study=self._study(elements), series=self._one_series(elements), name=name
        )

    def _study(self, elements: Elements) -> Study:
        uid = _study_uid(elements)
        if uid not in self._studies:
            self._studies[uid] = replace(study_of(elements), study_instance_uid=uid)
        return self._studies[uid]

    def _one_series(self, elements: Elements) -> Series:
        study = _study_uid(elements)
        uid = elements.text("SeriesInstanceUID") or _made_uid(
            elements, "Modality", "SeriesNumber", "SeriesDescription", within=study
        )
        key = (study, uid)
        if key not in self._series:
            self._series[key] = replace(series_of(elements), series_instance_uid=uid)
        return self._series[key]


def read_instance(
    elements: Elements, image_ids: Callable[[int], tuple[str, ...]], *, study: Study, series: Series, name: str = ""
) -> Instance:
    """The instance of a known study and series, by the elements of ``SORTING_KEYWORDS`` alone."""

    def number(keyword: str) -> float | None:
        values = elements.numbers(keyword)
        return values[0] if values else None

    def whole(keyword: str) -> int | None:
        value = number(keyword)
        return None if value is None else int(value)

    return Instance(
        image_ids=image_ids(max(1, whole("NumberOfFrames") or 1)),
        study=study,
        series=series,
        name=name,
        sop_instance_uid=elements.text("SOPInstanceUID"),
        sop_class_uid=elements.text("SOPClassUID"),
        number=whole("InstanceNumber"),
        rows=whole("Rows"),
        columns=whole("Columns"),
        image_type=elements.texts("ImageType"),
        position=_several(elements, "ImagePositionPatient", 3),
        orientation=_several(elements, "ImageOrientationPatient", 6),
        temporal_position=whole("TemporalPositionIdentifier"),
        acquisition_number=whole("AcquisitionNumber"),
        echo_number=whole("EchoNumbers"),
        echo_time=number("EchoTime"),
        b_value=number("DiffusionBValue"),
        trigger_time=number("TriggerTime"),
        acquisition_time=elements.text("AcquisitionTime"),
    )


def study_of(elements: Elements) -> Study:
    """The study that the elements tell of, without its series."""
    return Study(
        study_instance_uid=elements.text("StudyInstanceUID"),
        patient_name=elements.person_name("PatientName"),
        patient_id=elements.text("PatientID"),
        patient_birth_date=elements.text("PatientBirthDate"),
        patient_sex=elements.text("PatientSex"),
        date=elements.text("StudyDate"),
        time=elements.text("StudyTime"),
        description=elements.text("StudyDescription"),
        accession_number=elements.text("AccessionNumber"),
    )


def series_of(elements: Elements) -> Series:
    """The series that the elements tell of, without its stacks."""
    numbered = elements.numbers("SeriesNumber")
    return Series(
        series_instance_uid=elements.text("SeriesInstanceUID"),
        modality=elements.text("Modality"),
        number=int(numbered[0]) if numbered else None,
        description=elements.text("SeriesDescription"),
        date=elements.text("SeriesDate"),
        time=elements.text("SeriesTime"),
        body_part=elements.text("BodyPartExamined"),
    )


def _study_uid(elements: Elements) -> str:
    return elements.text("StudyInstanceUID") or _made_uid(
        elements, "PatientName", "PatientID", "PatientBirthDate", "StudyDate"
    )


def _made_uid(elements: Elements, *keywords: str, within: str = "") -> str:
    """A UID that is the same where these elements are, ``within`` the same study (PS3.5 B.2: made of a UUID)."""
    told = [within, *(elements.texts(keyword) for keyword in keywords)]
    return f"2.25.{uuid5(NAMESPACE_OID, repr(told)).int}"


def _several(elements: Elements, keyword: str, count: int) -> tuple[float, ...] | None:
    values = elements.numbers(keyword)
    return values if len(values) == count else None
