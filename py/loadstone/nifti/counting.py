"""How many planes a NIfTI file has, by its first bytes alone: a list of files must not wait for nibabel."""

from __future__ import annotations

import struct
from math import prod

from ..errors import LoadstoneError
from .inflating import inflate, is_gzip

__all__ = ["count_planes"]

# by the header's own size: where dim[8] is, and how it is written (nifti1.h, nifti2.h)
_DIMENSIONS = {348: (40, "8h"), 540: (16, "8q")}
# where the later one of them ends
_NEEDED = 80


def count_planes(head: bytes) -> tuple[int, int]:
    """The slices of one volume and the planes of all; (1, 1) where ``head``, a file's first bytes, does not tell."""
    try:
        start = bytes(inflate(head, _NEEDED)) if is_gzip(head) else head
    except LoadstoneError:
        return 1, 1
    for order in "<>" if len(start) >= _NEEDED else "":
        (size,) = struct.unpack_from(f"{order}i", start)
        if size in _DIMENSIONS:
            place, form = _DIMENSIONS[size]
            count, *lengths = struct.unpack_from(order + form, start, place)
            lengths = lengths[:count] if 3 <= count <= 7 else [1, 1, 1]
            return (lengths[2], prod(lengths[2:])) if min(lengths) > 0 else (1, 1)
    return 1, 1
