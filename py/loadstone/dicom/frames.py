"""One frame of a file: its bytes, its samples, and its colours as RGB."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np
from pydicom.encaps import get_frame
from pydicom.pixels.processing import apply_color_lut, convert_color_space
from pydicom.pixels.utils import expand_ybr422
from pydicom.uid import RLELossless

from ..errors import DecodeError, ImageTooLargeError, TruncatedError, UnsupportedTransferSyntaxError
from ..image import Pixels
from .codecs import CODESTREAMS, Decoded, decode
from .file import DicomFile
from .frame_description import FrameDescription
from .values import element_value

__all__ = ["EncodedFrame", "encoded_frame", "frame_pixels", "stored_words"]

# compressed with zlib as a whole, and not compressed at all: nothing for an image codec (PS3.5 A.4.11 and 10.18)
_DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
_ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"


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
    syntax = file.transfer_syntax
    if syntax in CODESTREAMS:
        codestream = _encapsulated_frame(file, index)
        name = f"frame {index + 1} of {file.frame_count}, {len(codestream)} bytes of {syntax.name}"
        return EncodedFrame(codestream, str(syntax), description, name)
    if syntax in (_DEFLATED_FRAME, _ENCAPSULATED_UNCOMPRESSED):
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
    if decoded is None:
        encoded = encoded_frame(file, index, description)
        if encoded is not None:
            decoded = _decoded_here(encoded)
        else:
            native = _native_samples(file, index, description)
            decoded = Decoded(native, description.photometric_interpretation)
    if file.transfer_syntax not in CODESTREAMS or file.transfer_syntax == RLELossless:
        # other codecs keep values, not words
        decoded = _within_stored_bits(decoded, description)
    return _as_shown(decoded, file)


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
        words = _native_samples(file, index, description)
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


def _encapsulated_frame(file: DicomFile, index: int) -> bytes:
    data = file.required_pixel_data().data
    offsets = element_value(file.data_set, "ExtendedOffsetTable")
    lengths = element_value(file.data_set, "ExtendedOffsetTableLengths")
    extended = (offsets, lengths) if isinstance(offsets, bytes) and isinstance(lengths, bytes) else None
    try:
        return get_frame(data, index, number_of_frames=file.frame_count, extended_offsets=extended)
    except Exception as cause:
        raise TruncatedError(
            f"frame {index + 1} of {file.frame_count} can not be taken out of the encapsulated pixel data of "
            f"{len(data)} bytes ({cause}); compare the file's size with the original"
        ) from cause


def _native_samples(file: DicomFile, index: int, description: FrameDescription) -> Pixels:
    d = description
    element = file.required_pixel_data()
    data = element.data
    if file.transfer_syntax == _ENCAPSULATED_UNCOMPRESSED:
        data, index = _encapsulated_frame(file, index), 0
    elif file.transfer_syntax == _DEFLATED_FRAME:
        data, index = _inflated(_encapsulated_frame(file, index), d), 0
    start_bit = index * d.native_bits
    end_bit = start_bit + d.native_bits
    if len(data) * 8 < end_bit:
        raise TruncatedError(
            f"frame {index + 1} of {file.frame_count} needs {(d.native_bits + 7) // 8} bytes "
            f"({d.rows} rows x {d.columns} columns x {d.samples_per_pixel} samples of {d.bits_allocated} bits), "
            f"but only {max(0, len(data) - start_bit // 8)} are there: "
            "the file was cut off or its Rows and Columns are wrong"
        )
    if d.bits_allocated == 1:
        packed = np.frombuffer(data, np.uint8)[start_bit // 8 : (end_bit + 7) // 8]
        bits = np.unpackbits(packed, bitorder="little")
        return bits[start_bit % 8 : start_bit % 8 + d.native_bits].reshape(d.rows, d.columns)
    if d.bits_allocated == 8 and element.vr == "OW" and not d.is_little_endian:
        # samples of 8 bits in big endian words: each pair is swapped
        data = np.frombuffer(data[: len(data) // 2 * 2], "<u2").byteswap().tobytes()
    frame = data[start_bit // 8 : end_bit // 8]
    if d.is_subsampled:
        if d.columns % 2:
            raise DecodeError(
                f"Columns is {d.columns}, but {d.photometric_interpretation} stores pixels in pairs along a row: "
                "one of them is wrong in the file"
            )
        frame = expand_ybr422(frame, d.bits_allocated)
    samples = np.frombuffer(frame, d.dtype)
    samples = samples.astype(d.dtype.newbyteorder("="), copy=False)
    if d.samples_per_pixel == 1:
        return samples.reshape(d.rows, d.columns)
    if d.planar_configuration == 1 and not d.is_subsampled:
        planes = samples.reshape(d.samples_per_pixel, d.rows, d.columns)
        return np.ascontiguousarray(planes.transpose(1, 2, 0))
    return samples.reshape(d.rows, d.columns, d.samples_per_pixel)


def _inflated(frame: bytes, description: FrameDescription) -> bytes:
    # no more than the frame needs, whatever the stream would inflate to
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(frame, description.native_bits // 8 + 1)
    except zlib.error as cause:
        raise DecodeError(f"the deflated frame of {len(frame)} bytes is damaged: {cause}") from cause


def _within_stored_bits(decoded: Decoded, description: FrameDescription) -> Decoded:
    """Bits outside BitsStored (old overlays, rubbish) are no part of the value (PS3.5 8.1.1)."""
    d = description
    pixels = decoded.pixels
    if pixels.dtype.kind not in "iu" or d.bits_stored >= 8 * pixels.dtype.itemsize or d.bits_allocated == 1:
        return decoded
    if 8 * pixels.dtype.itemsize != d.bits_allocated:
        return decoded
    above = d.bits_allocated - d.high_bit - 1
    below = d.bits_allocated - d.bits_stored
    shifted = np.right_shift(np.left_shift(pixels, above), below)
    return replace(decoded, pixels=shifted)


def _as_shown(decoded: Decoded, file: DicomFile) -> Decoded:
    photometric = decoded.photometric_interpretation
    try:
        if photometric == "PALETTE COLOR":
            return _in_rgb(decoded, apply_color_lut(decoded.pixels, file.data_set))
        if photometric in ("YBR_FULL", "YBR_FULL_422"):
            return _in_rgb(decoded, convert_color_space(decoded.pixels, photometric, "RGB"))
    except Exception as cause:
        raise DecodeError(
            f"{photometric} can not be converted to RGB ({type(cause).__name__}: {cause}); "
            "the palette or the photometric interpretation in the file is wrong"
        ) from cause
    if photometric in ("MONOCHROME1", "MONOCHROME2", "RGB"):
        return decoded
    raise DecodeError(f"the photometric interpretation {photometric} can not be shown yet; convert the file to RGB")


def _in_rgb(decoded: Decoded, pixels: Pixels) -> Decoded:
    return replace(decoded, pixels=pixels, photometric_interpretation="RGB")
