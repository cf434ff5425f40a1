"""A quick walk over the elements of a DICOM header, as far as it is plain little endian.

pydicom reads everything, and takes some milliseconds of the browser's Python for one header; thousands of files
that are dropped at once can not wait for that. What this walk does not know, it leaves to pydicom.
"""

from __future__ import annotations

import struct
from collections.abc import Collection

__all__ = ["transfer_syntax", "walk"]

_IMPLICIT = b"1.2.840.10008.1.2"
# none at all, explicit big endian, and deflated
_LEFT_TO_PYDICOM = (b"", b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99")

_UNDEFINED = 0xFFFFFFFF
# element of group 0002
_TRANSFER_SYNTAX = 0x0010
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
# these VRs have two reserved bytes and a length of four (PS3.5 7.1.2)
_LONG = frozenset((b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"))
_SHORT = frozenset(
    (b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL", b"SS",
     b"ST", b"TM", b"UI", b"UL", b"US")
)  # fmt: skip

_SHORT_HEADER = struct.Struct("<HH2sH").unpack_from
_LONG_HEADER = struct.Struct("<HHL").unpack_from
_LENGTH = struct.Struct("<L").unpack_from


class _TooHardError(Exception):
    """What this walk leaves to pydicom."""


def walk(head: bytes, wanted: Collection[int]) -> dict[int, bytes] | None:
    """The values of the ``wanted`` tags, in a Part 10 file that begins with ``head``, as they are written.

    None where the elements up to the highest wanted tag do not all lie in ``head``, and where the file is of a kind
    that is left to pydicom: without file meta, big endian, deflated, or not as the standard has it.
    """
    if head[128:132] != b"DICM":
        return None
    try:
        syntax, position = _file_meta(head, 132)
        if syntax in _LEFT_TO_PYDICOM:
            return None
        return _elements(head, position, wanted, explicit=syntax != _IMPLICIT)
    except (_TooHardError, struct.error, RecursionError):
        return None


def transfer_syntax(head: bytes) -> str:
    """The transfer syntax that the file meta at a file's beginning name, "" where they name none."""
    try:
        return _file_meta(head, 132 if head[128:132] == b"DICM" else 0)[0].decode("ascii", "replace")
    except (_TooHardError, struct.error):
        return ""


def _file_meta(head: bytes, position: int) -> tuple[bytes, int]:
    """The transfer syntax, b"" where there is none, and where the data set begins; file meta lie at ``position``."""
    syntax = b""
    while head[position : position + 2] == b"\2\0":
        _, number, length, value = _header(head, position, True)
        position = value + length
        if number == _TRANSFER_SYNTAX:
            syntax = head[value:position].rstrip(b"\0 ")
    return syntax, position


def _elements(head: bytes, position: int, wanted: Collection[int], *, explicit: bool) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    before, last = 0, max(wanted)
    while True:
        # in line for most elements: a call for each takes as long as all the rest
        if explicit:
            group, number, vr, length = _SHORT_HEADER(head, position)
            value = position + 8
        if not explicit or vr not in _SHORT:
            group, number, length, value = _header(head, position, explicit)
        tag = group << 16 | number
        if tag > last:
            return found
        # a walk that lost its way meets tags in disorder
        if tag <= before:
            raise _TooHardError
        before = tag
        if length == _UNDEFINED:
            position = _behind_sequence(head, value, explicit)
            continue
        position = value + length
        if tag in wanted:
            if position > len(head):
                raise _TooHardError
            found[tag] = head[value:position]


def _header(head: bytes, position: int, explicit: bool) -> tuple[int, int, int, int]:
    """Group, element, length and the position of the value of the element at ``position``."""
    if not explicit:
        group, number, length = _LONG_HEADER(head, position)
        return group, number, length, position + 8
    group, number, vr, length = _SHORT_HEADER(head, position)
    if vr in _SHORT:
        return group, number, length, position + 8
    if group == 0xFFFE:
        return group, number, _LENGTH(head, position + 4)[0], position + 8
    if vr not in _LONG:
        raise _TooHardError
    length = _LENGTH(head, position + 8)[0]
    # what lies in a sequence of unknown VR is implicit (PS3.5 6.2.2)
    if vr == b"UN" and length == _UNDEFINED:
        raise _TooHardError
    return group, number, length, position + 12


def _behind_sequence(head: bytes, position: int, explicit: bool) -> int:
    """Where the sequence of undefined length ends whose first item lies at ``position``."""
    while True:
        group, number, length = _LONG_HEADER(head, position)
        tag, position = group << 16 | number, position + 8
        if tag == _SEQUENCE_END:
            return position
        if tag != _ITEM:
            raise _TooHardError
        position = position + length if length != _UNDEFINED else _behind_item(head, position, explicit)


def _behind_item(head: bytes, position: int, explicit: bool) -> int:
    while True:
        group, number, length, value = _header(head, position, explicit)
        if group << 16 | number == _ITEM_END:
            return value
        position = value + length if length != _UNDEFINED else _behind_sequence(head, value, explicit)
