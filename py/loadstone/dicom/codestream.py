"""What a codestream says of itself in its header, read before anything is decoded or allocated.

Some decoders abort the whole interpreter, or ask for gigabytes, where a damaged header lies about the size.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Family", "Header", "missing_of_tiles", "read_header"]

Family = Literal["JPEG", "JPEG-LS", "JPEG 2000", "JPEG XL"]

# markers without a length: TEM, RST0 to RST7, SOI (ITU T.81 table B.1)
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_START_OF_SCAN, _END = 0xDA, 0xD9
# SOF0 to SOF15 without DHT, JPG and DAC (ITU T.81 table B.1)
_PROCESSES = {
    0xC0: "baseline",
    0xC1: "extended",
    0xC2: "progressive",
    0xC3: "lossless",
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), "hierarchical"),
    **dict.fromkeys((0xC9, 0xCA, 0xCB), "arithmetic"),
}
# SOF55 (ITU T.87 C.1.1)
_JPEG_LS = 0xF7


@dataclass(frozen=True)
class Header:
    """Rows, columns and samples per pixel, and the bits of each sample, as the codestream gives them.

    The rest is for JPEG: ``process`` by its start of frame; ``adobe_transform`` where an APP14 segment names the
    colour transform (0 for none, 1 for YCbCr); ``component_ids``; ``is_jfif`` where an APP0 segment says so.
    JPEG XL's ``samples`` are not read (0), nor its ``precision`` (0) where the picture is in floats or moves.
    """

    family: Family
    rows: int
    columns: int
    samples: int
    precision: int
    is_signed: bool = False
    process: str = ""
    adobe_transform: int | None = None
    component_ids: bytes = b""
    is_jfif: bool = False

    @property
    def name(self) -> str:
        return f"{self.family} {self.process}".rstrip()


def read_header(codestream: bytes) -> Header | None:
    """The header of a JPEG, JPEG-LS, JPEG 2000 or JPEG XL codestream; None for others and where it is damaged.

    JPEG 2000 and JPEG XL may lie in the boxes of their file formats.
    """
    try:
        if codestream[:2] == b"\xff\xd8":
            return _jpeg(codestream)
        if codestream[:4] == b"\xff\x4f\xff\x51":
            return _jpeg_2000(codestream)
        if codestream[:2] == b"\xff\x0a":
            return _jpeg_xl(codestream[2:32])
        for kind, place in _boxes(codestream):
            if kind == b"jp2c":
                return _jpeg_2000(codestream[place : place + 64])
            if kind in (b"jxlc", b"jxlp"):
                # jxlp begins with the number of its part
                skipped = place + (2 if kind == b"jxlc" else 6)
                return _jpeg_xl(codestream[skipped : skipped + 32])
    except (IndexError, struct.error):
        return None
    return None


def missing_of_tiles(codestream: bytes) -> int:
    """How many bytes a JPEG 2000 codestream lacks of what its tile parts say that they hold (ITU T.800 A.4.2).

    0 where that can not be said: a last tile part may leave its length open, and a damaged header tells nothing.
    """
    try:
        place = next((place for kind, place in _boxes(codestream) if kind == b"jp2c"), 0) + 2
        while codestream[place : place + 2] != b"\xff\x90":
            place += 2 + int(struct.unpack_from(">H", codestream, place + 2)[0])
        while codestream[place : place + 2] == b"\xff\x90":
            (length,) = struct.unpack_from(">I", codestream, place + 6)
            if length < 12:
                return 0
            place += length
    except struct.error:
        return 0
    return max(0, place - len(codestream))


def _jpeg(codestream: bytes) -> Header | None:
    place, adobe, is_jfif = 2, None, False
    while True:
        while codestream[place] != 0xFF or codestream[place + 1] in (0x00, 0xFF):
            place += 1
        marker = codestream[place + 1]
        place += 2
        if marker in _STANDALONE:
            continue
        if marker in (_START_OF_SCAN, _END):
            return None
        (length,) = struct.unpack_from(">H", codestream, place)
        if marker == 0xE0 and codestream[place + 2 : place + 7] == b"JFIF\0":
            is_jfif = True
        if marker == 0xEE and length >= 14 and codestream[place + 2 : place + 7] == b"Adobe":
            adobe = codestream[place + 13]
        if marker in _PROCESSES or marker == _JPEG_LS:
            precision, rows, columns, samples = struct.unpack_from(">BHHB", codestream, place + 2)
            ids = codestream[place + 8 : place + 8 + 3 * samples : 3]
            family: Family = "JPEG-LS" if marker == _JPEG_LS else "JPEG"
            process = _PROCESSES.get(marker, "")
            return Header(family, rows, columns, samples, precision, False, process, adobe, ids, is_jfif)
        place += length


def _jpeg_2000(codestream: bytes) -> Header:
    # SIZ: Rsiz, Xsiz, Ysiz, XOsiz, YOsiz, four tile fields, Csiz, Ssiz of the first component (ITU T.800 A.5.1)
    _, right, bottom, left, top, _, _, _, _, samples, depth = struct.unpack_from(">HIIIIIIIIHB", codestream, 6)
    rows, columns = max(0, bottom - top), max(0, right - left)
    return Header("JPEG 2000", rows, columns, samples, (depth & 0x7F) + 1, is_signed=bool(depth & 0x80))


def _jpeg_xl(start: bytes) -> Header:
    """SizeHeader and ImageMetadata (ISO/IEC 18181-1 annex D): bits from the lowest of each byte on."""
    bits, place = int.from_bytes(start, "little"), 0

    def take(count: int) -> int:
        nonlocal place
        if place + count > 8 * len(start):
            raise IndexError("the header is cut off")
        place += count
        return bits >> place - count & (1 << count) - 1

    def length(is_small: int) -> int:
        return (take(5) + 1) * 8 if is_small else take((9, 13, 18, 30)[take(2)]) + 1

    def size() -> tuple[int, int]:
        is_small = take(1)
        rows = length(is_small)
        across, down = ((0, 1), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))[take(3)]
        return rows, rows * across // down if across else length(is_small)

    def precision() -> int:
        is_default = take(1)
        if is_default:
            return 8
        has_more = take(1)
        if has_more:
            take(3)  # orientation
            has_intrinsic_size = take(1)
            if has_intrinsic_size:
                size()
            has_preview, has_animation = take(1), take(1)
            if has_preview or has_animation:
                return 0
        is_float = take(1)
        return 0 if is_float else (8, 10, 12, 0)[kind] if (kind := take(2)) < 3 else take(6) + 1

    rows, columns = size()
    return Header("JPEG XL", rows, columns, samples=0, precision=precision())


def _boxes(codestream: bytes) -> Iterator[tuple[bytes, int]]:
    """The boxes of an ISO base media file: their types, and where their contents begin."""
    place = 0
    # the signature box of both formats: 12 bytes, "jP  " or "JXL "
    if codestream[:4] != b"\0\0\0\x0c":
        return
    while place + 8 <= len(codestream):
        length, kind = struct.unpack_from(">I4s", codestream, place)
        content = place + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", codestream, content)
            content += 8
        yield kind, content
        if length < content - place:
            # 0 is for the last box; less than its own header is damage
            return
        place += length
