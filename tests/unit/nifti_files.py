"""NIfTI-1 and NIfTI-2 files written byte by byte, after the tables of nifti1.h and nifti2.h."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["DATATYPES", "RAMP", "nifti1", "nifti2"]

# nifti1.h, "type of data": the codes of what can be shown
DATATYPES: Mapping[int, str] = {
    2: "u1",
    4: "i2",
    8: "i4",
    16: "f4",
    64: "f8",
    256: "i1",
    512: "u2",
    768: "u4",
    1024: "i8",
    1280: "u8",
}

# nifti1.h and nifti2.h: byte and struct format of each field
_FIELDS_1 = {
    "sizeof_hdr": (0, "i"), "dim": (40, "8h"), "datatype": (70, "h"), "bitpix": (72, "h"), "pixdim": (76, "8f"),
    "vox_offset": (108, "f"), "scl_slope": (112, "f"), "scl_inter": (116, "f"), "xyzt_units": (123, "B"),
    "cal_max": (124, "f"), "cal_min": (128, "f"), "descrip": (148, "80s"), "qform_code": (252, "h"),
    "sform_code": (254, "h"), "quatern": (256, "3f"), "qoffset": (268, "3f"), "srow": (280, "12f"),
    "magic": (344, "4s"),
}  # fmt: skip
_FIELDS_2 = {
    "sizeof_hdr": (0, "i"), "magic": (4, "8s"), "datatype": (12, "h"), "bitpix": (14, "h"), "dim": (16, "8q"),
    "pixdim": (104, "8d"), "vox_offset": (168, "q"), "scl_slope": (176, "d"), "scl_inter": (184, "d"),
    "cal_max": (192, "d"), "cal_min": (200, "d"), "descrip": (240, "80s"), "qform_code": (344, "i"),
    "sform_code": (348, "i"), "quatern": (352, "3d"), "qoffset": (376, "3d"), "srow": (400, "12d"),
    "xyzt_units": (500, "i"),
}  # fmt: skip

# 2 x 3 x 4 voxels [i, j, k]: i + 10 j + 100 k
RAMP: NDArray[np.int16] = (
    np.arange(2)[:, None, None] + 10 * np.arange(3)[:, None] + 100 * np.arange(4)
).astype(np.int16)  # fmt: skip


def nifti1(voxels: NDArray[Any] = RAMP, order: Literal["<", ">"] = "<", **fields: Any) -> bytes:
    """A file of ``voxels[i, j, k, ...]``; ``fields`` are by nifti1.h's names, the axes along those of RAS, of 1 mm."""
    return _file(_FIELDS_1, 348, 352, b"n+1\0", voxels, order, fields)


def nifti2(voxels: NDArray[Any] = RAMP, order: Literal["<", ">"] = "<", **fields: Any) -> bytes:
    return _file(_FIELDS_2, 540, 544, b"n+2\0\r\n\x1a\n", voxels, order, fields)


def _file(
    table: Mapping[str, tuple[int, str]],
    length: int,
    offset: int,
    magic: bytes,
    voxels: NDArray[Any],
    order: Literal["<", ">"],
    fields: Mapping[str, Any],
) -> bytes:
    codes = {name: code for code, name in DATATYPES.items()}
    code = codes.get(voxels.dtype.str[1:], 0)
    header = {
        "sizeof_hdr": length,
        "dim": (voxels.ndim, *voxels.shape, *[1] * (7 - voxels.ndim)),
        "datatype": code,
        "bitpix": 8 * voxels.dtype.itemsize,
        "pixdim": (1,) * 8,
        "vox_offset": offset,
        "xyzt_units": 2,
        "sform_code": 1,
        "srow": (1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0),
        "magic": magic,
        **fields,
    }
    start = bytearray(offset)
    for name, value in header.items():
        place, form = table[name]
        struct.pack_into(order + form, start, place, *(value if isinstance(value, tuple) else (value,)))
    # the first index runs fastest
    return bytes(start) + voxels.astype(voxels.dtype.newbyteorder(order)).tobytes(order="F")
