"""Decodes damaged codestreams of one kind; run as a program of its own, so that a crash is that program's.

Prints ``seed`` before each codestream and, at the end, how many were decoded and how many refused, the longest time
of one and the most memory of all.
"""

from __future__ import annotations

import random
import resource
import struct
import sys
import time
from collections.abc import Callable

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from loadstone.dicom.codecs import decode
from loadstone.dicom.frame_description import FrameDescription
from loadstone.errors import DecodeError, ImageTooLargeError

Unsigned = NDArray[np.uint8] | NDArray[np.uint16]

ROWS, COLUMNS = 48, 64
_WAVES = np.add.outer(np.sin(np.arange(ROWS) / 3), np.cos(np.arange(COLUMNS) / 4)) * 60 + 127
GREY = _WAVES.astype(np.uint8)
WORDS = (_WAVES * 16).astype(np.uint16)
COLOR = np.stack([GREY, GREY[::-1], 255 - GREY], axis=2)


def _rle(pixels: Unsigned) -> bytes:
    planes = pixels.astype(">u2").view("u1").reshape(-1, 2).T
    segments = [imagecodecs.packbits_encode(plane.tobytes()) for plane in planes]
    segments = [segment + b"\0" * (len(segment) % 2) for segment in segments]
    return struct.pack("<16I", 2, 64, 64 + len(segments[0]), *[0] * 13) + b"".join(segments)


# transfer syntax, the picture, its codestream
KINDS: dict[str, tuple[str, Unsigned, Callable[[Unsigned], bytes | bytearray]]] = {
    "rle": ("1.2.840.10008.1.2.5", WORDS, _rle),
    "jpeg": ("1.2.840.10008.1.2.4.50", GREY, imagecodecs.jpeg8_encode),
    "jpeg-color": ("1.2.840.10008.1.2.4.50", COLOR, imagecodecs.jpeg8_encode),
    "jpeg-lossless": ("1.2.840.10008.1.2.4.70", WORDS, lambda p: imagecodecs.jpeg8_encode(p, lossless=True)),
    "jpeg-ls": ("1.2.840.10008.1.2.4.80", WORDS, imagecodecs.jpegls_encode),
    "jpeg-ls-color": ("1.2.840.10008.1.2.4.81", COLOR, lambda p: imagecodecs.jpegls_encode(p, level=2)),
    "jpeg-2000": (
        "1.2.840.10008.1.2.4.90",
        WORDS,
        lambda p: imagecodecs.jpeg2k_encode(p, level=0, reversible=True, codecformat="j2k"),
    ),
    "htj2k": ("1.2.840.10008.1.2.4.201", COLOR, imagecodecs.htj2k_encode),
    "jpeg-xl": ("1.2.840.10008.1.2.4.110", WORDS, lambda p: imagecodecs.jpegxl_encode(p, lossless=True)),
}


def describe(pixels: Unsigned) -> FrameDescription:
    bits = 8 * pixels.dtype.itemsize
    samples = pixels.shape[2] if pixels.ndim == 3 else 1
    photometric = "RGB" if samples == 3 else "MONOCHROME2"
    # a small limit: what may be allocated shall be seen
    return FrameDescription(
        ROWS, COLUMNS, samples, bits, bits, bits - 1, False, False, 0, photometric, True, sample_limit=1 << 20
    )


def damaged(codestream: bytes, chance: random.Random) -> bytes:
    """Bits flipped, bytes changed in the header, or the end cut off."""
    changed = bytearray(codestream)
    how = chance.randrange(4)
    header = min(len(changed), 700 if codestream[:2] == b"\xff\xd8" else 130)
    if how == 0:
        return codestream[: chance.randrange(len(codestream))]
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(2, header if how < 3 else len(changed))
        changed[place] = chance.choice([0, 1, 0x7F, 0x80, 0xFF, changed[place] ^ 1 << chance.randrange(8)])
    return bytes(changed)


def main(kind: str, first: int, count: int) -> None:
    syntax, pixels, encode = KINDS[kind]
    codestream, description = bytes(encode(pixels)), describe(pixels)
    np.testing.assert_array_equal(decode(codestream, syntax, description).pixels.shape, pixels.shape)
    shown, refused, longest = 0, 0, 0.0
    for seed in range(first, first + count):
        print("seed", seed, flush=True)
        started = time.perf_counter()
        try:
            found = decode(damaged(codestream, random.Random(seed)), syntax, description)
            assert found.pixels.size <= description.sample_limit
            shown += 1
        except (DecodeError, ImageTooLargeError):
            refused += 1
        longest = max(longest, time.perf_counter() - started)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"done {shown} {refused} {longest:.3f} {memory}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
