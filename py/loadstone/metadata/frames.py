"""Frames and their time."""

from __future__ import annotations

from dataclasses import dataclass

from .cornerstone import spelled

__all__ = ["CineModule", "FrameModule", "MultiframeModule"]


@dataclass(frozen=True)
class MultiframeModule:
    """``frame_increment_pointer`` names what changes from frame to frame, by keyword; times are in ms."""

    number_of_frames: int | None = spelled("NumberOfFrames")
    frame_increment_pointer: tuple[str, ...] | None = None
    frame_time: float | None = None
    frame_time_vector: tuple[float, ...] | None = None


@dataclass(frozen=True)
class FrameModule:
    """Which of the file's frames this is, counted from 1, and what sets it apart.

    ``frame_time`` is the time in ms since the frame before (PS3.3 C.7.6.5), as Frame Time or its place in the Frame
    Time Vector.
    """

    sop_class_uid: str | None = None
    sop_instance_uid: str | None = None
    frame_number: int | None = None
    number_of_frames: int | None = None
    frame_time: float | None = None
    frame_type: tuple[str, ...] | None = None
    frame_acquisition_number: int | None = None
    frame_acquisition_date_time: str | None = None
    frame_reference_date_time: str | None = None
    frame_acquisition_duration: float | None = None
    stack_id: str | None = None
    in_stack_position_number: int | None = None
    temporal_position_index: int | None = None
    temporal_position_time_offset: float | None = None
    dimension_index_values: tuple[int, ...] | None = None
    frame_label: str | None = None
    frame_comments: str | None = None


@dataclass(frozen=True)
class CineModule:
    """Times in ms, rates in frames per second."""

    number_of_frames: int | None = None
    frame_time: float | None = None
    frame_time_vector: tuple[float, ...] | None = None
    cine_rate: float | None = None
    recommended_display_frame_rate: float | None = None
    frame_delay: float | None = None
    start_trim: int | None = None
    stop_trim: int | None = None
    preferred_playback_sequencing: int | None = None
