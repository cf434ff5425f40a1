"""The header of a NIfTI file: which version and byte order it has, and what nibabel reads from it."""

from __future__ import annotations

import logging
from typing import Any, Literal

from ..errors import DecodeError, NotAnImageError, TruncatedError

__all__ = ["LONGEST_HEADER", "read_header"]

ByteOrder = Literal["little", "big"]

# NIfTI-2's; what both begin with is the header's own size
LONGEST_HEADER = 540
_VERSIONS = {348: 1, 540: 2}
_SINGLE_FILE = {1: b"n+1\0", 2: b"n+2\0\r\n\x1a\n"}
_PAIR = {1: b"ni1\0", 2: b"ni2\0\r\n\x1a\n"}
_MAGIC_AT = {1: 344, 2: 4}


def read_header(start: bytes, size_in_bytes: int) -> tuple[Any, tuple[str, ...]]:
    """nibabel's header of the file that begins with ``start``, and what was odd about it.

    Raises :class:`NotAnImageError` for what is no single-file NIfTI, :class:`TruncatedError`, and
    :class:`DecodeError` for what nibabel refuses.
    """
    from nibabel.nifti1 import Nifti1Header
    from nibabel.nifti2 import Nifti2Header

    version, order = _version_and_byte_order(start, size_in_bytes)
    length = 348 if version == 1 else 540
    if len(start) < length:
        raise TruncatedError(
            f"the NIfTI-{version} header is cut off: the file has {len(start)} of its {length} bytes; "
            "compare its size with the original"
        )
    _check_magic(start, version)
    kind = Nifti1Header if version == 1 else Nifti2Header
    header = kind(start[:length], endianness="<" if order == "little" else ">", check=False)
    _check_dimensions(header)
    _check_datatype(header)
    return header, _put_right(header)


def _version_and_byte_order(start: bytes, size_in_bytes: int) -> tuple[int, ByteOrder]:
    orders: tuple[ByteOrder, ...] = ("little", "big")
    for order in orders:
        size = int.from_bytes(start[:4], order)
        if len(start) >= 4 and size in _VERSIONS:
            return _VERSIONS[size], order
    for version, at in _MAGIC_AT.items():
        magic = start[at : at + 4]
        if magic in (_SINGLE_FILE[version][:4], _PAIR[version][:4]):
            raise DecodeError(
                f"the header of the NIfTI-{version} file says that it is {int.from_bytes(start[:4], 'little')} bytes "
                f"long (sizeof_hdr), where it must say {348 if version == 1 else 540}; the file is damaged: ask for it "
                "again from its source"
            )
    raise NotAnImageError(
        f"this is no NIfTI file: it has {size_in_bytes} bytes and begins with {start[:16]!r}, where the header's size, "
        "348 or 540, must stand; check what the address gives (a log-in page? DICOM needs wadouri: before the address)"
    )


def _check_magic(start: bytes, version: int) -> None:
    at = _MAGIC_AT[version]
    magic = start[at : at + len(_SINGLE_FILE[version])]
    if magic == _SINGLE_FILE[version]:
        return
    if magic == _PAIR[version]:
        raise NotAnImageError(
            f"this is the header of a pair of files, .hdr and .img (magic {magic!r}), whose voxels lie in the other; "
            "make one .nii of both: nibabel.save(nibabel.load('x.hdr'), 'x.nii')"
        )
    raise NotAnImageError(
        f"the header has the size of NIfTI-{version}, but its magic is {magic!r}, not {_SINGLE_FILE[version]!r}; "
        "ANALYZE files must be converted to NIfTI, a damaged one asked for again"
    )


def _check_dimensions(header: Any) -> None:
    dim = [int(length) for length in header["dim"]]
    if not 1 <= dim[0] <= 7:
        raise DecodeError(f"the header says dim[0]={dim[0]}, but an image has 1 to 7 dimensions; the file is damaged")
    for place in range(1, dim[0] + 1):
        if dim[place] < 1:
            raise DecodeError(
                f"the header says dim[{place}]={dim[place]} of dim={dim[: dim[0] + 1]}; every dimension must be 1 or "
                "more: the file is damaged, or was written by a program that is"
            )


def _check_datatype(header: Any) -> None:
    from nibabel.nifti1 import data_type_codes

    code = int(header["datatype"])
    if code not in data_type_codes.dtype:
        raise DecodeError(f"the datatype {code} of the header is none of NIfTI's; the file is damaged")
    dtype = data_type_codes.dtype[code]
    if (dtype.kind not in "iuf" and not dtype.names) or dtype.itemsize > 8:
        raise DecodeError(
            f"voxels of the datatype {data_type_codes.label[code]} ({code}) can not be shown; convert them to an "
            "integer or float type of at most 64 bits (of complex values, their magnitude)"
        )


def _put_right(header: Any) -> tuple[str, ...]:
    """Let nibabel check and mend what is left; gives what it says of it."""
    from nibabel.spatialimages import HeaderDataError

    said: list[str] = []
    # an own logger: nibabel's writes to the console
    logger = logging.Logger("loadstone.nifti")
    logger.addHandler(_Collector(said))
    try:
        header.check_fix(logger=logger, error_level=40)
    except HeaderDataError as cause:
        raise DecodeError(f"nibabel refuses the header ({cause}); ask for the file again from its source") from cause
    return tuple(said)


class _Collector(logging.Handler):
    """Notes what is worth telling; qfac 0 and offsets that SPM could not map are not."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(level=30)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        if "SPM" not in record.getMessage():
            self._said.append(f"the header was put right: {record.getMessage()}")
