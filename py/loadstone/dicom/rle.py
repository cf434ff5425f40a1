"""RLE Lossless (PS3.5 annex G): byte planes, highest byte first, one colour after the other."""

from __future__ import annotations

import struct

import numpy as np

from ..errors import DecodeError
from ..image import Pixels
from .frame_description import FrameDescription

__all__ = ["decode_rle"]

_HEADER = 64
_MOST_SEGMENTS = 15


def decode_rle(codestream: bytes, description: FrameDescription) -> Pixels:
    """The words of one frame; colour by pixel. Raises :class:`DecodeError` where the segments can not hold them."""
    import imagecodecs

    d = description
    offsets = _segment_offsets(codestream, d)
    try:
        decoded = imagecodecs.dicomrle_decode(codestream, d.dtype)
    except Exception:
        decoded = b""
    wanted = (d.rows * d.columns + 7) // 8 if d.bits_allocated == 1 else d.sample_count * d.dtype.itemsize
    if len(decoded) != wanted:
        # segments that are longer or shorter than they should be have to be taken one by one
        decoded = _interleaved(codestream, offsets, d, wanted // len(offsets))
    if d.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(decoded, "u1"), bitorder="little")[: d.rows * d.columns]
        return bits.reshape(d.rows, d.columns)
    planes = np.frombuffer(decoded, d.dtype).reshape(d.samples_per_pixel, d.rows, d.columns)
    # stack copies plane by plane, four times as fast as a copy of the transposed array
    return planes[0] if d.samples_per_pixel == 1 else np.stack(list(planes), axis=-1)


def _segment_offsets(codestream: bytes, description: FrameDescription) -> list[int]:
    d = description
    if len(codestream) < _HEADER:
        raise DecodeError(f"the frame has {len(codestream)} bytes, less than the {_HEADER} of its RLE header")
    count, *table = struct.unpack_from("<16I", codestream)
    wanted = d.samples_per_pixel * d.dtype.itemsize
    if count != wanted or count > _MOST_SEGMENTS:
        raise DecodeError(
            f"the RLE header says {count} segments, but {d.samples_per_pixel} samples of {d.bits_allocated} bits are "
            f"{wanted}: the frame or its description is damaged"
        )
    offsets: list[int] = table[:count]
    if offsets[0] < _HEADER or offsets != sorted(offsets) or offsets[-1] > len(codestream):
        raise DecodeError(
            f"the RLE segments begin at {offsets}, which does not go with a frame of {len(codestream)} bytes: "
            "it is damaged or was cut off"
        )
    return offsets


def _interleaved(codestream: bytes, offsets: list[int], description: FrameDescription, plane_size: int) -> bytes:
    """The segments one by one, cut to the size of a plane, as words in the file's byte order."""
    import imagecodecs

    width = description.dtype.itemsize
    words = np.empty((len(offsets) // width, plane_size, width), "u1")
    for number, (begin, end) in enumerate(zip(offsets, [*offsets[1:], len(codestream)], strict=True)):
        try:
            plane = imagecodecs.packbits_decode(codestream[begin:end])
        except Exception as cause:
            raise DecodeError(f"RLE segment {number + 1} of {len(offsets)} is damaged or cut off ({cause})") from cause
        if len(plane) < plane_size:
            raise DecodeError(
                f"RLE segment {number + 1} of {len(offsets)} holds {len(plane)} of {plane_size} bytes: "
                "it is damaged or was cut off"
            )
        # the first segment has the highest bytes, of the first colour
        words[number // width, :, width - 1 - number % width] = np.frombuffer(plane, "u1", plane_size)
    return words.tobytes()
