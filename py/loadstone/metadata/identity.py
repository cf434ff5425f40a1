"""Who and what an image is about: patient, study, series, image."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "GeneralImageModule",
    "GeneralSeriesModule",
    "GeneralStudyModule",
    "PatientModule",
    "PatientStudyModule",
    "SopCommonModule",
    "TransferSyntax",
]


@dataclass(frozen=True)
class PatientModule:
    patient_name: str | None = None
    patient_id: str | None = None
    patient_birth_date: str | None = None
    patient_sex: str | None = None


@dataclass(frozen=True)
class PatientStudyModule:
    """Size in m, weight in kg."""

    patient_age: str | None = None
    patient_size: float | None = None
    patient_sex: str | None = None
    patient_weight: float | None = None


@dataclass(frozen=True)
class GeneralStudyModule:
    study_instance_uid: str | None = None
    study_date: str | None = None
    study_time: str | None = None
    study_description: str | None = None
    accession_number: str | None = None


@dataclass(frozen=True)
class GeneralSeriesModule:
    modality: str | None = None
    series_instance_uid: str | None = None
    series_number: int | None = None
    series_description: str | None = None
    study_instance_uid: str | None = None
    series_date: str | None = None
    series_time: str | None = None
    acquisition_date: str | None = None
    acquisition_time: str | None = None


@dataclass(frozen=True)
class GeneralImageModule:
    sop_instance_uid: str | None = None
    instance_number: int | None = None
    lossy_image_compression: str | None = None
    lossy_image_compression_ratio: float | None = None
    lossy_image_compression_method: str | None = None
    image_type: tuple[str, ...] | None = None
    content_date: str | None = None
    content_time: str | None = None


@dataclass(frozen=True)
class SopCommonModule:
    sop_class_uid: str | None = None
    sop_instance_uid: str | None = None


@dataclass(frozen=True)
class TransferSyntax:
    transfer_syntax_uid: str | None = None
