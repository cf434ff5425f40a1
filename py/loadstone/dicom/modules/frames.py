"""Frames and their time."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.datadict import keyword_for_tag
from pydicom.multival import MultiValue

from ...metadata import CineModule, FrameModule, MultiframeModule
from ..functional_groups import DicomFrame
from ..values import element_value, number, numbers, text, texts, whole

__all__ = ["cine", "frame_module", "multiframe"]


def multiframe(frame: DicomFrame) -> MultiframeModule:
    ds = frame.data_set
    return MultiframeModule(
        number_of_frames=frame.file.frame_count,
        frame_increment_pointer=_frame_increment_pointer(ds),
        frame_time=number(ds, "FrameTime"),
        frame_time_vector=numbers(ds, "FrameTimeVector"),
    )


def frame_module(frame: DicomFrame) -> FrameModule:
    ds = frame.data_set
    indices = numbers(ds, "DimensionIndexValues")
    return FrameModule(
        sop_class_uid=text(ds, "SOPClassUID"),
        sop_instance_uid=text(ds, "SOPInstanceUID"),
        frame_number=frame.index + 1,
        number_of_frames=frame.file.frame_count,
        frame_time=_frame_time(frame),
        frame_type=texts(ds, "FrameType"),
        frame_acquisition_number=whole(ds, "FrameAcquisitionNumber"),
        frame_acquisition_date_time=text(ds, "FrameAcquisitionDateTime"),
        frame_reference_date_time=text(ds, "FrameReferenceDateTime"),
        frame_acquisition_duration=number(ds, "FrameAcquisitionDuration"),
        stack_id=text(ds, "StackID"),
        in_stack_position_number=whole(ds, "InStackPositionNumber"),
        temporal_position_index=whole(ds, "TemporalPositionIndex"),
        temporal_position_time_offset=number(ds, "TemporalPositionTimeOffset"),
        dimension_index_values=None if indices is None else tuple(map(int, indices)),
        frame_label=text(ds, "FrameLabel"),
        frame_comments=text(ds, "FrameComments"),
    )


def cine(frame: DicomFrame) -> CineModule:
    ds = frame.data_set
    return CineModule(
        number_of_frames=frame.file.frame_count,
        frame_time=number(ds, "FrameTime"),
        frame_time_vector=numbers(ds, "FrameTimeVector"),
        cine_rate=number(ds, "CineRate"),
        recommended_display_frame_rate=number(ds, "RecommendedDisplayFrameRate"),
        frame_delay=number(ds, "FrameDelay"),
        start_trim=whole(ds, "StartTrim"),
        stop_trim=whole(ds, "StopTrim"),
        preferred_playback_sequencing=whole(ds, "PreferredPlaybackSequencing"),
    )


def _frame_time(frame: DicomFrame) -> float | None:
    vector = numbers(frame.data_set, "FrameTimeVector")
    if vector is not None and frame.index < len(vector):
        return vector[frame.index]
    return number(frame.data_set, "FrameTime")


def _frame_increment_pointer(data_set: Dataset) -> tuple[str, ...] | None:
    value = element_value(data_set, "FrameIncrementPointer")
    tags = value if isinstance(value, MultiValue) else [value]
    # a private tag has no keyword
    return tuple(keyword_for_tag(tag) or f"{int(tag):08X}" for tag in tags if isinstance(tag, int)) or None
