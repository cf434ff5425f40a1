"""Who a phantom is in DICOM: UIDs that follow from the phantom alone; the same one is always the same instance."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from .pattern import Pattern

__all__ = ["CT", "ENHANCED_CT", "SECONDARY_CAPTURE", "Identity", "identity_of", "uid_of"]

_NAMESPACE = uuid.UUID("8c2f5c52-5c0e-5b0c-9a55-0d6b7d9a3f11")


@dataclass(frozen=True)
class Identity:
    """The UIDs and the names that a phantom's file and its metadata have."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str
    frame_of_reference_uid: str | None
    modality: str
    image_type: tuple[str, ...]
    patient_name: str
    series_description: str
    instance_number: int


CT = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def identity_of(pattern: Pattern, frame: int | None) -> Identity:
    """The identity of the whole phantom, or, as a file of its own, of one of its frames (from 0)."""
    described = repr(pattern)
    sop_class = _sop_class(pattern, is_multi_frame=frame is None and pattern.canvas.frames > 1)
    is_volume = pattern.placement is not None
    image_type = ("DERIVED", "PRIMARY", "AXIAL") if sop_class == CT else ("DERIVED", "SECONDARY")
    return Identity(
        sop_class_uid=sop_class,
        sop_instance_uid=uid_of("instance", described, "" if frame is None else str(frame)),
        series_instance_uid=uid_of("series", described, "" if frame is None else "frame by frame"),
        study_instance_uid=uid_of("study", pattern.name),
        # one for all volumes: equal places are the same place, however the slices lie
        frame_of_reference_uid=uid_of("frame of reference", pattern.name) if is_volume else None,
        modality="CT" if is_volume else "OT",
        image_type=("DERIVED", "PRIMARY", "VOLUME", "NONE") if sop_class == ENHANCED_CT else image_type,
        patient_name=f"Phantom^{pattern.name}",
        series_description=pattern.title,
        instance_number=1 if frame is None else frame + 1,
    )


def _sop_class(pattern: Pattern, *, is_multi_frame: bool) -> str:
    """CT where its IOD allows what the phantom is (PS3.3 C.8.2.1, C.8.15.2), else Secondary Capture.

    Of several frames it is that of their kind (PS3.3 A.8.2 to A.8.5), or, where none fits, the plain one, extended.
    """
    storing = pattern.canvas.storing
    photometric, bits = storing.photometric_interpretation, storing.bits
    is_grey = not storing.is_color
    if pattern.placement is not None and 12 <= bits <= 16:
        if not is_multi_frame:
            return CT
        if photometric == "MONOCHROME2":
            return ENHANCED_CT
    if not is_multi_frame:
        return SECONDARY_CAPTURE
    is_plain = not storing.is_signed and (storing.slope, storing.intercept) == (1.0, 0.0)
    if is_plain and is_grey and photometric == "MONOCHROME2":
        kinds = {1: 1, 8: 2, **dict.fromkeys(range(9, 17), 3)}
        return f"{SECONDARY_CAPTURE}.{kinds[bits]}" if bits in kinds else SECONDARY_CAPTURE
    return f"{SECONDARY_CAPTURE}.4" if photometric in ("RGB", "YBR_FULL") and bits == 8 else SECONDARY_CAPTURE


def uid_of(*names: str) -> str:
    """A UID made of a UUID (PS3.5 B.2)."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, '|'.join(names)).int}"
