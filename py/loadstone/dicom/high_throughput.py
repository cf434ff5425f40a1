"""Whether a High-Throughput JPEG 2000 codestream is one that OpenJPH may be given (ITU T.800 annex A, T.814).

OpenJPH is several times faster than OpenJPEG, but crashes where a header is damaged, says nothing where the end is cut
off, and wraps around where a lossy transform overshoots. So it gets reversible codestreams whose every header is whole
and of the common kind, and OpenJPEG all the others.
"""

from __future__ import annotations

import struct

__all__ = ["is_whole_and_reversible"]

_SIZ, _CAP, _COD, _TLM, _PLT, _QCD, _COM = 0xFF51, 0xFF50, 0xFF52, 0xFF55, 0xFF58, 0xFF5C, 0xFF64
_SOT, _SOD, _EOC = 0xFF90, 0xFF93, 0xFFD9
_HIGH_THROUGHPUT = 0x40


def is_whole_and_reversible(codestream: bytes) -> bool:
    """True where all headers are consistent, and tile parts follow each other up to the end marker."""
    try:
        place, tiles = _main_header(codestream)
        while _word(codestream, place) == _SOT:
            place = _tile_part(codestream, place, tiles)
        return _word(codestream, place) == _EOC
    except (struct.error, ValueError):
        return False


def _main_header(codestream: bytes) -> tuple[int, int]:
    """The place behind the main header, and the number of tiles."""
    place, seen, tiles, components, levels = 2, set[int](), 0, 0, -1
    while (marker := _word(codestream, place)) != _SOT:
        length = _word(codestream, place + 2)
        segment = codestream[place + 4 : place + 2 + length]
        _require(len(segment) == length - 2 and (marker in (_COM, _TLM) or marker not in seen))
        seen.add(marker)
        if marker == _SIZ:
            tiles, components = _size(segment)
        elif marker == _COD:
            levels = _coding_style(segment, components)
        elif marker == _QCD:
            # no quantization: one byte for each band
            _require(levels >= 0 and segment[0] & 0x1F == 0 and len(segment) == 2 + 3 * levels)
        else:
            _require(marker in (_CAP, _COM, _TLM))
        place += 2 + length
    _require({_SIZ, _CAP, _COD, _QCD} <= seen)
    return place, tiles


def _size(segment: bytes) -> tuple[int, int]:
    _, right, bottom, left, top, width, height, tile_left, tile_top, count = struct.unpack_from(">H8IH", segment)
    _require(left == top == tile_left == tile_top == 0 and min(right, bottom, width, height) > 0)
    component = segment[36:39]
    # components of one kind, none of them subsampled, of no more bits than DICOM knows
    _require(segment[36:] == component * count and component[1:] == b"\1\1" and (component[0] & 0x7F) < 16)
    tiles = -(-right // width) * -(-bottom // height)
    _require(tiles <= 65535)
    return int(tiles), int(count)


def _coding_style(segment: bytes, components: int) -> int:
    """The number of decomposition levels."""
    style, order, layers, mixed, levels, width, height, blocks, transform = struct.unpack_from(">BBHBBBBBB", segment)
    _require(components > 0 and style <= 7 and order <= 4 and layers == 1 and mixed <= (components == 3))
    _require(levels <= 32 and max(width, height) <= 8 and width + height <= 8)
    _require(blocks == _HIGH_THROUGHPUT and transform == 1)
    # with precincts, one byte for each level
    _require(len(segment) == 10 + (levels + 1 if style & 1 else 0))
    return int(levels)


def _tile_part(codestream: bytes, place: int, tiles: int) -> int:
    """The place behind a tile part."""
    length, tile, size, _, _ = struct.unpack_from(">HHIBB", codestream, place + 2)
    _require(length == 10 and tile < tiles and size >= 14)
    header = place + 12
    while _word(codestream, header) == _PLT:
        header += 2 + _word(codestream, header + 2)
    _require(_word(codestream, header) == _SOD and header + 2 <= place + size)
    return int(place + size)


def _word(codestream: bytes, place: int) -> int:
    (word,) = struct.unpack_from(">H", codestream, place)
    return int(word)


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError("not of the common kind, or damaged")
