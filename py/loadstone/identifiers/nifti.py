"""Identifiers in the text fields and extensions of a NIfTI header. Voxels are not read, nor inflated."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from .identifier import NOT_CHECKED, Identifier, is_dummy, shortened

__all__ = ["TEXT_FIELDS", "header_end", "nifti_identifiers"]

TEXT_FIELDS: Mapping[int, Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        348: {"db_name": (14, 18), "descrip": (148, 80), "aux_file": (228, 24)},
        540: {"descrip": (240, 80), "aux_file": (320, 24)},
    }
)
"""Where a header of this size has text, and how many bytes of it (nifti1.h, nifti2.h)."""

# where vox_offset lies, and how it is written
_VOX_OFFSET = {348: (108, "f"), 540: (168, "q")}
_LARGEST_HEADER = 16 * 1024**2
# which program wrote the file (FSL), and echo time and time of day (dcm2niix)
_BY_PROGRAMS = re.compile(r"(FSL)?\d+(\.\d+)+(:[0-9a-f]+)?|([A-Za-z]+=[-+.\d]+;?)+|SPM compatible", re.IGNORECASE)


class _Header(NamedTuple):
    data: bytes
    size: int
    order: str


def nifti_identifiers(data: bytes) -> tuple[Identifier, ...]:
    """What the header's texts and extensions say; a header that can not be read counts as found."""
    try:
        return tuple(_found(_header(data)))
    except (ValueError, struct.error, zlib.error) as cause:
        return (Identifier("the NIfTI header", f"{NOT_CHECKED} ({cause})"),)


def header_end(header: bytes) -> tuple[int, str, int]:
    """The header's own size, its byte order for struct, and where the voxels begin; ValueError where it is none."""
    for order in "<>":
        (size,) = struct.unpack_from(f"{order}i", header)
        if size in TEXT_FIELDS:
            at, form = _VOX_OFFSET[size]
            (offset,) = struct.unpack_from(order + form, header, at)
            # not a number is less than nothing here, too
            return size, order, int(offset) if size < offset < _LARGEST_HEADER else size
    raise ValueError("its size is neither 348 nor 540")


def _header(data: bytes) -> _Header:
    """All that lies before the voxels."""
    packed = data[:2] == b"\x1f\x8b"
    size, order, end = header_end(_beginning(data, 540) if packed else data)
    return _Header(_beginning(data, end) if packed else data[:end], size, order)


def _beginning(data: bytes, size: int) -> bytes:
    return zlib.decompressobj(wbits=31).decompress(data, size)


def _found(header: _Header) -> Iterator[Identifier]:
    for field, (at, length) in TEXT_FIELDS[header.size].items():
        text = header.data[at : at + length].partition(b"\0")[0].decode("latin-1").strip()
        if not is_dummy(text) and not _BY_PROGRAMS.fullmatch(text):
            yield Identifier(f"NIfTI {field}", shortened(text))
    # the first of four bytes behind the header says whether extensions follow
    if header.data[header.size : header.size + 1] in (b"", b"\0"):
        return
    at = header.size + 4
    while at + 8 <= len(header.data):
        length, code = struct.unpack_from(f"{header.order}ii", header.data, at)
        if not any(header.data[at:]):
            # the voxels begin at some round number
            return
        if length < 8:
            raise ValueError("an extension of its header has no length")
        text = header.data[at + 8 : at + length].strip(b"\0 ").decode("latin-1")
        if text:
            yield Identifier(f"NIfTI extension of code {code}", shortened(text))
        at += length
