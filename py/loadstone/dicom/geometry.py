"""Where a frame lies and how large its pixels are, for each kind of file that says so in its own way."""

from __future__ import annotations

from pydicom import Dataset

from .functional_groups import DicomFrame
from .values import items, number, numbers, text, texts

__all__ = ["image_orientation", "image_position", "is_nm_reconstruction", "pixel_spacing"]

Vector = tuple[float, ...]


def pixel_spacing(data_set: Dataset) -> tuple[float, float] | None:
    """Row and column spacing in mm (PS3.3 10.7.1.3); for projections, at the detector (PS3.3 C.8.11.4) or, in
    radiotherapy, at the image plane (PS3.3 C.8.8.2)."""
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing", "ImagePlanePixelSpacing"):
        spacing = numbers(data_set, keyword)
        if spacing is not None and len(spacing) == 2 and min(spacing) > 0:
            return (spacing[0], spacing[1])
    return None


def image_orientation(frame: DicomFrame) -> Vector | None:
    """The cosines of rows and columns; of a reconstruction in nuclear medicine, its first detector's."""
    own = _several(frame.data_set, "ImageOrientationPatient", 6)
    detector = _detector(frame.data_set)
    return _several(detector, "ImageOrientationPatient", 6) if own is None and detector is not None else own


def image_position(frame: DicomFrame) -> Vector | None:
    """The centre of the frame's first pixel in mm; None where the file does not say it for this frame."""
    data_set = frame.data_set
    own = _several(data_set, "ImagePositionPatient", 3)
    if "GridFrameOffsetVector" in data_set and own is not None:
        return _dose_position(frame, own)
    detector = _detector(data_set)
    if own is None and detector is not None:
        return _slice_position(frame, _several(detector, "ImagePositionPatient", 3))
    return own


def is_nm_reconstruction(data_set: Dataset) -> bool:
    """Whether the frames are slices reconstructed in nuclear medicine (PS3.3 C.8.4.9.1.1)."""
    image_type = texts(data_set, "ImageType") or ()
    return text(data_set, "Modality") == "NM" and image_type[2:3] in (("RECON TOMO",), ("RECON GATED TOMO",))


def _detector(data_set: Dataset) -> Dataset | None:
    # of a projection, it says where the detector began to turn, which is true of no other frame
    detectors = items(data_set, "DetectorInformationSequence") if is_nm_reconstruction(data_set) else []
    return detectors[0] if detectors else None


def _several(data_set: Dataset, keyword: str, count: int) -> Vector | None:
    value = numbers(data_set, keyword)
    return value if value is not None and len(value) == count else None


def _normal(orientation: Vector) -> Vector:
    a, b, c, d, e, f = orientation
    return (b * f - c * e, c * d - a * f, a * e - b * d)


def _moved(position: Vector, direction: Vector, distance: float) -> Vector:
    return tuple(p + distance * d for p, d in zip(position, direction, strict=True))


def _slice_position(frame: DicomFrame, first: Vector | None) -> Vector | None:
    """Slices lie a spacing apart along the normal (PS3.3 C.8.4.15); the Slice Vector numbers them from 1."""
    vector = numbers(frame.data_set, "SliceVector")
    number_of_slice = int(vector[frame.index]) - 1 if vector and frame.index < len(vector) else frame.index
    if first is None or number_of_slice == 0:
        return first
    spacing, orientation = number(frame.data_set, "SpacingBetweenSlices"), image_orientation(frame)
    if spacing is None or orientation is None:
        return None
    return _moved(first, _normal(orientation), number_of_slice * spacing)


def _dose_position(frame: DicomFrame, first: Vector) -> Vector | None:
    """Planes of a dose grid lie at offsets from the first along the normal, or, where the offsets do not begin with 0
    and the planes are axial, at patient coordinates z (PS3.3 C.8.8.3.2)."""
    offsets = numbers(frame.data_set, "GridFrameOffsetVector") or ()
    orientation = _several(frame.data_set, "ImageOrientationPatient", 6)
    if frame.index == 0:
        return first
    if frame.index >= len(offsets) or orientation is None:
        return None
    normal = _normal(orientation)
    if offsets[0] != 0 and abs(normal[2]) > 0.999:
        normal = (0.0, 0.0, 1.0)
    return _moved(first, normal, offsets[frame.index] - offsets[0])
