"""A DICOM file in memory: parsed once, its frames taken out one at a time."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO

from pydicom import Dataset, dcmread
from pydicom.config import IGNORE
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from ..errors import DecodeError, FrameIndexError, ImageTooLargeError, NotAnImageError
from .values import optional_int, text

__all__ = ["DicomFile", "PixelData", "read_file"]

_PIXEL_KEYWORDS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")

# a data set without preamble and file meta starts with group 0002 or 0008, in either byte order
_BARE_STARTS = (b"\x02\x00", b"\x08\x00", b"\x00\x02", b"\x00\x08")


@dataclass(frozen=True, eq=False)
class PixelData:
    """The pixel data element: which of the three it is, its VR, and its bytes."""

    keyword: str
    vr: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, eq=False)
class DicomFile:
    """A parsed file: its data set without the pixel data, the pixel data beside it, and what was odd about it.

    Apart, so that metadata can outlive the pixels. ``size_in_bytes`` is the size of the file. ``frame_syntax`` is
    set where the pixel data are one frame alone, as WADO-RS gives it: the transfer syntax of that frame.
    """

    data_set: Dataset = field(repr=False)
    pixel_data: PixelData | None
    size_in_bytes: int
    warnings: tuple[str, ...] = ()
    frame_syntax: str = ""

    def without_pixels(self) -> DicomFile:
        """The same file with empty pixel data; shares the data set."""
        emptied = None if self.pixel_data is None else replace(self.pixel_data, data=b"")
        return replace(self, pixel_data=emptied)

    def required_pixel_data(self) -> PixelData:
        """The pixel data; raises :class:`DecodeError` where the file has none."""
        if self.pixel_data is not None:
            return self.pixel_data
        sop_class = text(self.data_set, "SOPClassUID")
        kind = f" ({UID(sop_class, IGNORE).name})" if sop_class else ""
        raise DecodeError(
            f"the DICOM file{kind} has no pixel data: either it is no image or its end is missing; "
            "compare its size with the original"
        )

    @cached_property
    def transfer_syntax(self) -> UID:
        """The transfer syntax; for files without file meta, the one that pydicom found by reading."""
        if self.frame_syntax:
            return UID(self.frame_syntax, IGNORE)
        meta = getattr(self.data_set, "file_meta", None)
        uid = None if meta is None else text(meta, "TransferSyntaxUID")
        if uid:
            return UID(uid, IGNORE)
        implicit, little_endian = self.data_set.original_encoding
        if implicit:
            return ImplicitVRLittleEndian
        return ExplicitVRLittleEndian if little_endian else ExplicitVRBigEndian

    @cached_property
    def frame_count(self) -> int:
        """Number of frames; 1 where the file does not say or says nonsense, such as more frames than bytes."""
        count = optional_int(self.data_set, "NumberOfFrames", 1)
        return count if 1 <= count <= self.size_in_bytes else 1

    def place_of(self, index: int) -> tuple[int, int]:
        """Frame ``index`` (from 0) of the file is which frame (from 0) of how many of its pixel data."""
        return (0, 1) if self.frame_syntax else (index, self.frame_count)

    def check_frame(self, index: int) -> None:
        """Raise :class:`FrameIndexError` unless there is a frame of this 0-based index."""
        if not 0 <= index < self.frame_count:
            raise FrameIndexError(
                f"frame={index + 1} does not exist: the file has {self.frame_count} "
                f"frame{'s' if self.frame_count > 1 else ''}, counted from 1"
            )


def read_file(data: bytes) -> DicomFile:
    """Parse the bytes of a Part 10 file (or a bare data set).

    Raises :class:`NotAnImageError` where it is no DICOM, :class:`DecodeError` where it can not be parsed.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data_set = _parse(data)
        pixel_data = _take_pixel_data(data_set)
    messages = dict.fromkeys(str(warning.message) for warning in caught)
    return DicomFile(data_set, pixel_data, len(data), tuple(messages))


def _parse(data: bytes) -> Dataset:
    bare = data[128:132] != b"DICM"
    if bare and data[:2] not in _BARE_STARTS:
        shown = data[:16]
        raise NotAnImageError(
            f"this is no DICOM file: it has {len(data)} bytes, begins with {shown!r} and has no DICM mark "
            "at byte 128; check what the address gives (a log-in page? a PNG or JPEG would be web:…)"
        )
    try:
        # closed, since the data set refers to it: else each cached image would keep its whole file as well
        with BytesIO(data) as buffer:
            data_set = dcmread(buffer, force=bare)
    except InvalidDicomError as cause:
        raise NotAnImageError(f"this is no DICOM file: {cause}; check what the address gives") from cause
    except MemoryError as cause:
        raise ImageTooLargeError(
            f"the DICOM file of {len(data)} bytes unpacks to more than there is memory for; "
            "ask for single frames, or for one of less resolution"
        ) from cause
    except Exception as cause:
        # pydicom lets struct, EOF and key errors through for damaged files
        raise DecodeError(
            f"the DICOM file of {len(data)} bytes is damaged or cut off ({type(cause).__name__}: {cause}); "
            "ask for it again from its source"
        ) from cause
    if len(data_set) == 0:
        raise NotAnImageError(
            f"the DICOM file of {len(data)} bytes holds no data set; compare its size with the original"
        )
    return data_set


def _take_pixel_data(data_set: Dataset) -> PixelData | None:
    for keyword in _PIXEL_KEYWORDS:
        if keyword in data_set:
            try:
                element = data_set[keyword]
            except Exception as cause:
                raise DecodeError(
                    f"{keyword} of the DICOM file is damaged ({type(cause).__name__}: {cause}); "
                    "ask for it again from its source"
                ) from cause
            del data_set[keyword]
            return PixelData(keyword, element.VR, element.value or b"")
    return None
