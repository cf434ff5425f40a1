"""How a frame's samples are laid out, as the data set says (PS3.3 C.7.6.3), checked before any decoding."""

from __future__ import annotations

from pydicom.uid import ExplicitVRBigEndian

from ..errors import DecodeError, ImageTooLargeError
from ..image import DEFAULT_SAMPLE_LIMIT
from .file import DicomFile
from .frame_description import FrameDescription
from .values import optional_int, required_int, text

__all__ = ["describe"]


def describe(file: DicomFile, *, sample_limit: int = DEFAULT_SAMPLE_LIMIT) -> FrameDescription:
    """The layout of the frames of ``file``.

    Raises :class:`DecodeError` for values that are missing or contradict each other, and
    :class:`ImageTooLargeError` where one frame would hold more than ``sample_limit`` samples.
    """
    data_set = file.data_set
    keyword = file.required_pixel_data().keyword
    samples = optional_int(data_set, "SamplesPerPixel", 1)
    usual = "MONOCHROME2" if samples == 1 else "RGB"
    photometric = (text(data_set, "PhotometricInterpretation") or usual).strip().upper()
    allocated = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}.get(keyword) or required_int(
        data_set, "BitsAllocated"
    )
    stored = optional_int(data_set, "BitsStored", allocated)
    description = FrameDescription(
        rows=required_int(data_set, "Rows"),
        columns=required_int(data_set, "Columns"),
        samples_per_pixel=samples,
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=optional_int(data_set, "HighBit", stored - 1),
        is_signed=optional_int(data_set, "PixelRepresentation", 0) == 1,
        is_float=keyword != "PixelData",
        planar_configuration=optional_int(data_set, "PlanarConfiguration", 0) if samples > 1 else 0,
        photometric_interpretation=photometric,
        is_little_endian=_is_little_endian(file),
        sample_limit=sample_limit,
    )
    _check(description)
    return description


def _check(description: FrameDescription) -> None:
    d = description
    if d.rows < 1 or d.columns < 1:
        raise DecodeError(f"Rows x Columns is {d.rows} x {d.columns}: there is nothing to show")
    if d.samples_per_pixel not in (1, 3, 4):
        raise DecodeError(f"SamplesPerPixel is {d.samples_per_pixel}; 1, 3 and 4 can be shown")
    if d.samples_per_pixel not in _samples_of(d.photometric_interpretation):
        raise DecodeError(
            f"the photometric interpretation {d.photometric_interpretation} does not go with SamplesPerPixel "
            f"{d.samples_per_pixel}; one of them is wrong in the file"
        )
    if d.bits_allocated not in (1, 8, 12, 16, 32, 64):
        raise DecodeError(f"BitsAllocated is {d.bits_allocated}; 1, 8, 12, 16, 32 and 64 can be read")
    if d.bits_allocated in (1, 12) and d.samples_per_pixel > 1:
        raise DecodeError(
            f"SamplesPerPixel is {d.samples_per_pixel} with BitsAllocated {d.bits_allocated}; colour needs 8 or 16 bits"
        )
    if not 1 <= d.bits_stored <= d.bits_allocated:
        raise DecodeError(f"BitsStored is {d.bits_stored}, which does not fit BitsAllocated {d.bits_allocated}")
    if not d.bits_stored - 1 <= d.high_bit < d.bits_allocated:
        raise DecodeError(
            f"HighBit is {d.high_bit}, which does not fit BitsStored {d.bits_stored} "
            f"and BitsAllocated {d.bits_allocated}"
        )
    if d.sample_count > d.sample_limit:
        raise ImageTooLargeError(
            f"Rows x Columns x SamplesPerPixel is {d.rows} x {d.columns} x {d.samples_per_pixel}, more than the limit "
            f"of {d.sample_limit} samples; if that is meant, raise the session's sample_limit"
        )


def _samples_of(photometric: str) -> tuple[int, ...]:
    if photometric.startswith("MONOCHROME") or photometric == "PALETTE COLOR":
        return (1,)
    return (3, 4) if photometric == "RGB" else (3,) if photometric.startswith("YBR") else (1, 3, 4)


def _is_little_endian(file: DicomFile) -> bool:
    # encapsulated and deflated syntaxes are all little endian
    return file.transfer_syntax != ExplicitVRBigEndian
