"""Studies, series and stacks: what local files and DICOMweb servers hold, in the order in which people look at it."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Instance", "Series", "Stack", "Study"]

Vector = tuple[float, ...]


@dataclass(frozen=True)
class Stack:
    """Images that belong behind each other: slices of one volume, or the frames of one clip.

    ``title`` tells the stack from the others of its series ("sagittal", "echo 2"); it is "" where there is one only.
    """

    image_ids: tuple[str, ...]
    title: str = ""
    rows: int | None = None
    columns: int | None = None


@dataclass(frozen=True)
class Series:
    """One series; what the source does not tell is "" or None. Dates and times are as DICOM writes them.

    ``instance_count`` is told by servers, which give the stacks only when they are asked for them.
    """

    series_instance_uid: str
    modality: str = ""
    number: int | None = None
    description: str = ""
    date: str = ""
    time: str = ""
    body_part: str = ""
    stacks: tuple[Stack, ...] = ()
    instance_count: int | None = None

    @property
    def image_count(self) -> int:
        """The images of all stacks, each frame counted."""
        return sum(len(stack.image_ids) for stack in self.stacks)


@dataclass(frozen=True)
class Study:
    """One study; what the source does not tell is "".

    ``patient_name`` is one component group as DICOM writes it, "Family^Given".
    ``modalities`` and ``instance_count`` are told by servers, which give the series only when they are asked for them.
    """

    study_instance_uid: str
    patient_name: str = ""
    patient_id: str = field(default="", metadata={"cornerstone": "patientId"})
    patient_birth_date: str = ""
    patient_sex: str = ""
    date: str = ""
    time: str = ""
    description: str = ""
    accession_number: str = ""
    series: tuple[Series, ...] = ()
    modalities: tuple[str, ...] = ()
    instance_count: int | None = None


@dataclass(frozen=True)
class Instance:
    """One DICOM instance: the ids of its frames, where it belongs, and what it is sorted by.

    ``study`` and ``series`` describe where it belongs, without their members. ``name`` (a path, an address) decides
    the order where nothing else does. Lengths are mm, times of the trigger ms.
    """

    image_ids: tuple[str, ...]
    study: Study
    series: Series
    name: str = ""
    sop_instance_uid: str = ""
    sop_class_uid: str = ""
    number: int | None = None
    rows: int | None = None
    columns: int | None = None
    image_type: tuple[str, ...] = ()
    position: Vector | None = None
    orientation: Vector | None = None
    temporal_position: int | None = None
    acquisition_number: int | None = None
    echo_number: int | None = None
    echo_time: float | None = None
    b_value: float | None = None
    trigger_time: float | None = None
    acquisition_time: str = ""

    @property
    def is_localizer(self) -> bool:
        return "LOCALIZER" in self.image_type
