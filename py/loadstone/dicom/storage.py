"""How the frames of a file are stored: as the transfer syntax says, unless the pixel data show that it is wrong."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from pydicom.uid import (
    JPEG2000,
    UID,
    ExplicitVRLittleEndian,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
)

from .codecs import CODESTREAMS
from .codestream import read_header
from .encapsulation import FramePieces, find_frame, is_codestream, is_encapsulated
from .file import DicomFile
from .frame_description import FrameDescription
from .values import element_value

__all__ = [
    "DEFLATED_FRAME",
    "ENCAPSULATED",
    "ENCAPSULATED_UNCOMPRESSED",
    "frame_pieces",
    "stored_syntax",
    "syntax_of_codestream",
]

# compressed with zlib as a whole, and not compressed at all: nothing for an image codec (PS3.5 A.4.11 and 10.18)
DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"
# all the transfer syntaxes whose frames are fragments
ENCAPSULATED = frozenset({*CODESTREAMS, DEFLATED_FRAME, ENCAPSULATED_UNCOMPRESSED})

# a transfer syntax for each kind of codestream that may be found where none should be
_SYNTAX_OF = {
    "JPEG": JPEGBaseline8Bit,
    "JPEG-LS": JPEGLSLossless,
    "JPEG 2000": JPEG2000,
    "JPEG XL": UID("1.2.840.10008.1.2.4.112"),
}


def stored_syntax(file: DicomFile, description: FrameDescription) -> tuple[UID, tuple[str, ...]]:
    """The transfer syntax that the pixel data are really in, and a warning where the file names another one.

    Native data have exactly the length that the description asks for and begin with no item; encapsulated data begin
    with one. Where neither can be said, the file is believed.
    """
    named = file.transfer_syntax
    pixel_data = file.required_pixel_data()
    data = pixel_data.data
    if pixel_data.keyword != "PixelData" or not description.is_little_endian:
        return named, ()
    _, frame_count = file.place_of(0)
    needed = (description.native_bits * frame_count + 7) // 8
    is_native_length = len(data) in (needed, needed + 1)
    if named in ENCAPSULATED:
        if is_encapsulated(data) or is_codestream(data) or not is_native_length:
            return named, ()
        return ExplicitVRLittleEndian, (f"the transfer syntax is {_called(named)}, but the frames are not compressed",)
    if named.is_transfer_syntax and not named.is_encapsulated and not is_native_length:
        found = _found_in(file, data)
        if found is not None:
            return found, (f"the transfer syntax is {_called(named)}, but the frames are {found.name}",)
    return named, ()


def frame_pieces(file: DicomFile, index: int) -> FramePieces:
    """Where the codestream of frame ``index`` (from 0) lies in the pixel data.

    Raises :class:`~loadstone.errors.TruncatedError` where it can not be found.
    """
    data = file.required_pixel_data().data
    if file.frame_syntax and not is_encapsulated(data):
        return FramePieces(((0, len(data)),))
    if file.frame_count == 1 and is_codestream(data):
        return FramePieces(((0, len(data)),), ("the codestream is not encapsulated, as it should be",))
    offsets = element_value(file.data_set, "ExtendedOffsetTable")
    extended: Sequence[int] | None = None
    if isinstance(offsets, bytes) and not file.frame_syntax:
        extended = struct.unpack(f"<{len(offsets) // 8}Q", offsets[: len(offsets) // 8 * 8])
    return find_frame(data, *file.place_of(index), extended)


def syntax_of_codestream(codestream: bytes) -> UID | None:
    """A transfer syntax of the kind of codestream that this is by its header; None where it is none."""
    header = read_header(codestream)
    return None if header is None else UID(_SYNTAX_OF[header.family])


def _found_in(file: DicomFile, data: bytes) -> UID | None:
    """The transfer syntax of what lies in pixel data that should be native; None where they are native indeed."""
    if not is_encapsulated(data) and not is_codestream(data):
        return None
    codestream = frame_pieces(file, 0).of(data)
    found = syntax_of_codestream(codestream)
    if found is not None:
        return found
    # an RLE header: up to 15 segments, the first of them right behind it
    if len(codestream) > 64 and 1 <= codestream[0] <= 15 and codestream[1:8] == b"\0\0\0\x40\0\0\0":
        return UID(RLELossless)
    return UID(ENCAPSULATED_UNCOMPRESSED) if is_encapsulated(data) else None


def _called(syntax: UID) -> str:
    return f"{syntax.name} ({syntax})" if syntax.name != syntax else str(syntax)
