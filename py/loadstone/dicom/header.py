"""The header of a DICOM file, read without the rest of the file."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO

from pydicom import Dataset
from pydicom.filereader import read_partial
from pydicom.tag import BaseTag, Tag

from ..errors import DecodeError, NotAnImageError
from .instances import INSTANCE_KEYWORDS

__all__ = ["HEAD_BYTES", "looks_like_dicom", "read_header"]

HEAD_BYTES = 16 * 1024
"""How many of its first bytes hold the header of most files."""

_TAGS: list[BaseTag | int] = [Tag(keyword) for keyword in INSTANCE_KEYWORDS]
_LAST = max(_TAGS)
# of what is no image nothing is known before its end; but an image's header is not this long
_LONGEST = 16 * 1024**2

# a data set without preamble and file meta starts with group 0002 or 0008
_BARE_STARTS = (b"\x02\x00", b"\x08\x00", b"\x00\x02", b"\x00\x08")


def looks_like_dicom(head: bytes) -> bool:
    """Whether a file that begins with ``head`` has DICOM's mark, or might be a data set without it."""
    return head[128:132] == b"DICM" or head[:2] in _BARE_STARTS


def read_header(head: bytes, size: int, read: Callable[[int, int], bytes]) -> Dataset:
    """The elements of ``INSTANCE_KEYWORDS`` of a file of ``size`` bytes, and its file meta.

    ``head`` is what is at hand of the file's beginning; ``read(start, end)`` gives more where the header is longer.
    Raises :class:`NotAnImageError` where it is no DICOM, :class:`DecodeError` where it can not be parsed.
    """
    while True:
        complete = len(head) >= min(size, _LONGEST)
        parsed = _parse(head, last_try=complete)
        if parsed is not None:
            break
        head = read(0, min(_LONGEST, 16 * len(head)))
    if not parsed.keys() & {Tag("SOPClassUID"), Tag("SOPInstanceUID"), Tag("Rows")}:
        raise NotAnImageError("holds no DICOM data set that can be read; compare its size with the original")
    return parsed


def _parse(head: bytes, *, last_try: bool) -> Dataset | None:
    """The data set in ``head``; None where it goes on behind it, unless this is the last try."""
    ended = False

    def is_behind(tag: BaseTag, vr: str | None, length: int) -> bool:
        nonlocal ended
        ended = int(tag) > _LAST
        return ended

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = read_partial(BytesIO(head), is_behind, force=head[128:132] != b"DICM", specific_tags=_TAGS)
    except Exception as cause:
        # pydicom lets struct, EOF and key errors through for damaged and for cut headers
        if not last_try:
            return None
        raise DecodeError(
            f"the DICOM header is damaged or cut off ({type(cause).__name__}: {cause}); ask for the file again "
            "from its source"
        ) from cause
    return parsed if ended or last_try else None
