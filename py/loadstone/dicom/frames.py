"""One frame of a file: its bytes, its samples, and its colours as RGB."""

from __future__ import annotations

import numpy as np
from pydicom.encaps import get_frame
from pydicom.pixels.processing import apply_color_lut, convert_color_space
from pydicom.pixels.utils import expand_ybr422

from ..errors import DecodeError, TruncatedError, UnsupportedTransferSyntaxError
from ..image import Pixels
from .codecs import Decoded, decode
from .description import FrameDescription
from .file import DicomFile
from .values import element_value

__all__ = ["frame_pixels"]


def frame_pixels(file: DicomFile, index: int, description: FrameDescription) -> Decoded:
    """The samples of frame ``index`` (from 0) in native byte order; colour always as RGB, palettes applied.

    Raises :class:`TruncatedError` where the frame's bytes are not all there, else :class:`DecodeError`.
    """
    syntax = file.transfer_syntax
    if syntax.is_private or not syntax.is_transfer_syntax:
        raise UnsupportedTransferSyntaxError(
            f"the transfer syntax {syntax} is not known; convert the file to Explicit VR Little Endian first"
        )
    if syntax.is_encapsulated:
        decoded = _decoded_frame(file, index, description)
    else:
        decoded = Decoded(_native_samples(file, index, description), description.photometric_interpretation)
    return _as_shown(_within_stored_bits(decoded, description), file)


def _decoded_frame(file: DicomFile, index: int, description: FrameDescription) -> Decoded:
    syntax = file.transfer_syntax
    codestream = _encapsulated_frame(file, index)
    try:
        return decode(codestream, str(syntax), syntax.name, description)
    except UnsupportedTransferSyntaxError:
        # true of every frame
        raise
    except DecodeError as cause:
        raise DecodeError(
            f"frame {index + 1} of {file.frame_count}, {len(codestream)} bytes in the file: {cause}"
        ) from cause


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
    return Decoded(shifted, decoded.photometric_interpretation)


def _as_shown(decoded: Decoded, file: DicomFile) -> Decoded:
    photometric = decoded.photometric_interpretation
    try:
        if photometric == "PALETTE COLOR":
            return Decoded(apply_color_lut(decoded.pixels, file.data_set), "RGB")
        if photometric in ("YBR_FULL", "YBR_FULL_422"):
            return Decoded(convert_color_space(decoded.pixels, photometric, "RGB"), "RGB")
    except Exception as cause:
        raise DecodeError(
            f"{photometric} can not be converted to RGB ({type(cause).__name__}: {cause}); "
            "the palette or the photometric interpretation in the file is wrong"
        ) from cause
    if photometric in ("MONOCHROME1", "MONOCHROME2", "RGB"):
        return decoded
    raise DecodeError(f"the photometric interpretation {photometric} can not be shown yet; convert the file to RGB")
