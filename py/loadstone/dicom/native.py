"""Samples that are stored as they are (PS3.5 section 8): bits, bytes and words, by pixel or by plane."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pydicom.pixels.utils import expand_ybr422

from ..errors import DecodeError, TruncatedError
from ..image import Pixels
from .frame_description import FrameDescription

__all__ = ["native_samples", "within_stored_bits"]


def native_samples(
    data: bytes, index: int, frame_count: int, description: FrameDescription, *, in_words: bool
) -> Pixels:
    """Frame ``index`` of ``frame_count`` in ``data``, in native byte order; colour by pixel, 4:2:2 expanded.

    ``in_words`` is for OW, whose bytes are swapped in big endian files. Bits outside BitsStored are left as they are.
    Raises :class:`TruncatedError` where not all the bytes are there.
    """
    d = description
    if d.is_subsampled and d.columns % 2:
        return _odd_subsampled(data, index, frame_count, d, in_words=in_words)
    start_bit = index * d.native_bits
    end_bit = start_bit + d.native_bits
    if len(data) * 8 < end_bit:
        raise TruncatedError(
            f"frame {index + 1} of {frame_count} needs {(d.native_bits + 7) // 8} bytes "
            f"({d.rows} rows x {d.columns} columns x {d.samples_per_pixel} samples of {d.bits_allocated} bits), "
            f"but only {max(0, len(data) - start_bit // 8)} are there: "
            "the file was cut off or its Rows and Columns are wrong"
        )
    if d.bits_allocated in (1, 12):
        return _unpacked(data, start_bit, d).reshape(d.rows, d.columns)
    if d.bits_allocated == 8 and in_words and not d.is_little_endian:
        # samples of 8 bits in big endian words: each pair is swapped
        data = np.frombuffer(data[: len(data) // 2 * 2], "<u2").byteswap().tobytes()
    frame = data[start_bit // 8 : end_bit // 8]
    if d.is_subsampled:
        frame = expand_ybr422(frame, d.bits_allocated)
    samples = np.frombuffer(frame, d.dtype)
    samples = samples.astype(d.dtype.newbyteorder("="), copy=False)
    if d.samples_per_pixel == 1:
        return samples.reshape(d.rows, d.columns)
    if d.planar_configuration == 1 and not d.is_subsampled:
        planes = samples.reshape(d.samples_per_pixel, d.rows, d.columns)
        # copies plane by plane, four times as fast as a copy of the transposed array
        return np.stack(list(planes), axis=-1)
    return samples.reshape(d.rows, d.columns, d.samples_per_pixel)


def within_stored_bits(pixels: Pixels, description: FrameDescription) -> Pixels:
    """Bits outside BitsStored (old overlays, rubbish) are no part of the value (PS3.5 8.1.1)."""
    d = description
    width = 8 * pixels.dtype.itemsize
    if pixels.dtype.kind not in "iu" or d.bits_stored >= width or d.bits_allocated == 1:
        return pixels
    if pixels.dtype.kind == "u" and d.high_bit == d.bits_stored - 1:
        return np.bitwise_and(pixels, (1 << d.bits_stored) - 1)
    lifted = np.left_shift(pixels, width - d.high_bit - 1)
    return np.right_shift(lifted, width - d.bits_stored)


def _unpacked(data: bytes, start_bit: int, description: FrameDescription) -> Pixels:
    """Samples that are packed without a gap, lowest bit first (PS3.5 annex D); frames may begin within a byte."""
    d = description
    end_bit = start_bit + d.native_bits
    packed = np.frombuffer(data, np.uint8)[start_bit // 8 : (end_bit + 7) // 8]
    bits = np.unpackbits(packed, bitorder="little")[start_bit % 8 : start_bit % 8 + d.native_bits]
    if d.bits_allocated == 1:
        return bits
    words = np.zeros((d.sample_count, 16), np.uint8)
    words[:, : d.bits_allocated] = bits.reshape(-1, d.bits_allocated)
    return np.packbits(words, axis=1, bitorder="little").view(d.dtype.newbyteorder("<")).reshape(-1)


def _odd_subsampled(
    data: bytes, index: int, frame_count: int, description: FrameDescription, *, in_words: bool
) -> Pixels:
    """4:2:2 of an odd width: pairs run on into the next row, or each row is filled up; the length tells which."""
    d = description
    width = d.bits_allocated // 8
    run_on, filled_up = 2 * d.rows * d.columns * width, 2 * d.rows * (d.columns + 1) * width
    if d.rows % 2 == 0 and len(data) == frame_count * run_on:
        one_row = replace(d, rows=1, columns=d.rows * d.columns)
        pixels = native_samples(data, index, frame_count, one_row, in_words=in_words)
        return pixels.reshape(d.rows, d.columns, d.samples_per_pixel)
    if len(data) == frame_count * filled_up:
        wider = replace(d, columns=d.columns + 1)
        pixels = native_samples(data, index, frame_count, wider, in_words=in_words)
        return np.ascontiguousarray(pixels[:, : d.columns])
    raise DecodeError(
        f"Columns is {d.columns}, but {d.photometric_interpretation} stores pixels in pairs along a row: "
        "one of them is wrong in the file"
    )
