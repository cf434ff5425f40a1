"""What a codestream says of itself in its header, read before anything is decoded or allocated.

Some decoders abort the whole interpreter, or ask for gigabytes, where a damaged header lies about the size.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

__all__ = ["Header", "read_header"]

# markers without a length: TEM, RST0 to RST7, SOI (ITU T.81 table B.1)
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
# SOF0 to SOF15 without DHT, JPG and DAC; SOF55 is JPEG-LS's (ITU T.87 C.1.1)
_START_OF_FRAME = (frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}) | {0xF7}


@dataclass(frozen=True)
class Header:
    """Rows, columns and samples per pixel, and the bits of each sample, as the codestream gives them.

    ``adobe_transform`` is for JPEG, where an APP14 segment names the colour transform: 0 for none, 1 for YCbCr.
    """

    rows: int
    columns: int
    samples: int
    precision: int
    is_signed: bool = False
    adobe_transform: int | None = None


def read_header(codestream: bytes) -> Header | None:
    """The header of a JPEG, JPEG-LS or JPEG 2000 codestream; None for other codecs and where it is damaged."""
    try:
        if codestream[:2] == b"\xff\xd8":
            return _jpeg(codestream)
        # files wrapped in JP2 boxes have the codestream further in, behind headers and a colour profile
        start = codestream.find(b"\xff\x4f\xff\x51", 0, 1 << 16)
        if start >= 0:
            return _jpeg_2000(codestream[start:])
    except (IndexError, struct.error):
        return None
    return None


def _jpeg(codestream: bytes) -> Header | None:
    place, adobe = 2, None
    while True:
        while codestream[place] != 0xFF or codestream[place + 1] in (0x00, 0xFF):
            place += 1
        marker = codestream[place + 1]
        place += 2
        if marker in _STANDALONE:
            continue
        (length,) = struct.unpack_from(">H", codestream, place)
        if marker == 0xEE and length >= 14 and codestream[place + 2 : place + 7] == b"Adobe":
            adobe = codestream[place + 13]
        if marker in _START_OF_FRAME:
            precision, rows, columns, samples = struct.unpack_from(">BHHB", codestream, place + 2)
            return Header(rows, columns, samples, precision, adobe_transform=adobe)
        place += length


def _jpeg_2000(codestream: bytes) -> Header:
    # SIZ: Rsiz, Xsiz, Ysiz, XOsiz, YOsiz, four tile fields, Csiz, Ssiz of the first component (ITU T.800 A.5.1)
    _, right, bottom, left, top, _, _, _, _, samples, depth = struct.unpack_from(">HIIIIIIIIHB", codestream, 6)
    return Header(bottom - top, right - left, samples, (depth & 0x7F) + 1, is_signed=bool(depth & 0x80))
