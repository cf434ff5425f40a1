"""One frame of a file: its bytes, its samples, and its colours as RGB."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np
from pydicom.uid import RLELossless

from ..errors import DecodeError, ImageTooLargeError, UnsupportedTransferSyntaxError
from ..image import Pixels
from .codecs import CODESTREAMS, Decoded, decode
from .colors import ybr_full_to_rgb, ybr_partial_to_rgb
from .file import DicomFile
from .frame_description import FrameDescription
from .native import native_samples, within_stored_bits
from .palette import read_palette
from .storage import DEFLATED_FRAME, ENCAPSULATED, ENCAPSULATED_UNCOMPRESSED, frame_pieces, stored_syntax

__all__ = ["EncodedFrame", "encoded_frame", "frame_pixels", "stored_words"]


@dataclass(frozen=True, eq=False)
class EncodedFrame:
    """What a decoder is given: one frame's codestream, its transfer syntax, and the layout that comes out.

    ``name`` says in an error which frame it was: its number, its bytes, its transfer syntax in words.
    """

    codestream: bytes
    transfer_syntax: str
    description: FrameDescription
    name: str

    def error(self, cause: DecodeError | ImageTooLargeError) -> DecodeError:
        """What a decoder said, with the name of the frame."""
        return DecodeError(f"{self.name}: {cause}")


def encoded_frame(file: DicomFile, index: int, description: FrameDescription) -> EncodedFrame | None:
    """Frame ``index`` (from 0) as a decoder takes it; None where the frame needs no image codec.

    Raises :class:`UnsupportedTransferSyntaxError` for a syntax that there is no codec for, and
    :class:`TruncatedError` where the frame can not be taken out.
    """
    syntax, _ = stored_syntax(file, description)
    if syntax in CODESTREAMS:
        codestream = frame_pieces(file, index).of(file.required_pixel_data().data)
        name = f"frame {index + 1} of {file.frame_count}, {len(codestream)} bytes of {syntax.name}"
        return EncodedFrame(codestream, str(syntax), description, name)
    if syntax in (DEFLATED_FRAME, ENCAPSULATED_UNCOMPRESSED):
        return None
    if syntax.is_private or not syntax.is_transfer_syntax:
        raise UnsupportedTransferSyntaxError(
            f"the transfer syntax {syntax} is not known; convert the file to Explicit VR Little Endian first"
        )
    if syntax.is_encapsulated:
        raise UnsupportedTransferSyntaxError(
            f"the transfer syntax {syntax.name} ({syntax}) can not be decoded; "
            "ask the server for Explicit VR Little Endian (1.2.840.10008.1.2.1)"
        )
    return None


def frame_pixels(
    file: DicomFile, index: int, description: FrameDescription, *, decoded: Decoded | None = None
) -> Decoded:
    """The samples of frame ``index`` (from 0) in native byte order; colour always as RGB, palettes applied.

    ``decoded`` is what a decoder made of :func:`encoded_frame` elsewhere; without it, it is decoded here. Raises
    :class:`TruncatedError` where the frame's bytes are not all there, else :class:`DecodeError`.
    """
    syntax, warnings = stored_syntax(file, description)
    if decoded is None:
        encoded = encoded_frame(file, index, description)
        if encoded is not None:
            decoded = _decoded_here(encoded)
        else:
            native = _native(file, index, description)
            decoded = Decoded(native, description.photometric_interpretation)
    if syntax not in CODESTREAMS or syntax == RLELossless:
        # other codecs keep values, not words
        decoded = replace(decoded, pixels=within_stored_bits(decoded.pixels, description))
    if syntax in ENCAPSULATED:
        warnings += frame_pieces(file, index).warnings
    shown = _as_shown(decoded, description, file)
    return replace(shown, warnings=warnings + shown.warnings) if warnings else shown


def stored_words(
    file: DicomFile, index: int, description: FrameDescription, *, decoded: Decoded | None = None
) -> Pixels | None:
    """The words of grey frame ``index`` as stored, unsigned, with the bits that are no part of the sample's value.

    Old overlays lie in those bits (PS3.5 8.1.1). ``decoded`` as for :func:`frame_pixels`, before the bits are
    masked there. None for codecs that keep the values only: all but native and RLE; and where a pixel is no single
    whole number. Raises what :func:`frame_pixels` raises.
    """
    if description.samples_per_pixel != 1 or description.is_float or description.bits_allocated == 1:
        return None
    encoded = encoded_frame(file, index, description)
    if encoded is None:
        words = _native(file, index, description)
    elif encoded.transfer_syntax == RLELossless:
        words = (decoded or _decoded_here(encoded)).pixels
    else:
        return None
    return words.view(f"u{words.dtype.itemsize}")


def _decoded_here(frame: EncodedFrame) -> Decoded:
    try:
        return decode(frame.codestream, frame.transfer_syntax, frame.description)
    except (DecodeError, ImageTooLargeError) as cause:
        raise frame.error(cause) from cause


def _native(file: DicomFile, index: int, description: FrameDescription) -> Pixels:
    element = file.required_pixel_data()
    data, (frame_index, frame_count) = element.data, file.place_of(index)
    syntax, _ = stored_syntax(file, description)
    if syntax in (DEFLATED_FRAME, ENCAPSULATED_UNCOMPRESSED):
        # each frame on its own
        data = frame_pieces(file, index).of(data)
        frame_index, frame_count = 0, 1
    if syntax == DEFLATED_FRAME:
        data = _inflated(data, description)
    return native_samples(data, frame_index, frame_count, description, in_words=element.vr == "OW")


def _inflated(frame: bytes, description: FrameDescription) -> bytes:
    # no more than the frame needs, whatever the stream would inflate to
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(frame, description.native_bits // 8 + 1)
    except zlib.error as cause:
        raise DecodeError(f"the deflated frame of {len(frame)} bytes is damaged: {cause}") from cause


def _as_shown(decoded: Decoded, description: FrameDescription, file: DicomFile) -> Decoded:
    """The colours as RGB; what each model means is in PS3.3 C.7.6.3.1.2."""
    photometric, pixels = decoded.photometric_interpretation, decoded.pixels
    same_width = 8 * pixels.dtype.itemsize == description.bits_allocated
    bits = description.bits_stored if same_width else 8 * pixels.dtype.itemsize
    warnings = decoded.warnings
    if photometric in ("MONOCHROME1", "MONOCHROME2", "RGB"):
        return decoded
    if photometric == "PALETTE COLOR":
        palette = read_palette(
            file.data_set, is_signed=description.is_signed, is_little_endian=description.is_little_endian
        )
        pixels = palette.applied_to(pixels)
    elif photometric in ("YBR_FULL", "YBR_FULL_422"):
        pixels = ybr_full_to_rgb(pixels, bits)
    elif photometric == "YBR_PARTIAL_422":
        pixels = ybr_partial_to_rgb(pixels, bits)
    elif photometric in ("YBR_RCT", "YBR_ICT"):
        # left over from JPEG 2000, whose decoders give RGB
        warnings += (f"{photometric} is for JPEG 2000 only; the samples are taken as RGB",)
    elif photometric == "ARGB":
        pixels = np.ascontiguousarray(pixels[..., 1:])
        warnings += ("the alpha plane of ARGB is not shown",)
    else:
        raise DecodeError(f"the photometric interpretation {photometric} can not be shown yet; convert the file to RGB")
    return Decoded(pixels, "RGB", warnings)
