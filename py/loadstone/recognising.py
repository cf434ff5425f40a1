"""What a file is, by its first bytes and its name."""

from __future__ import annotations

import re
from typing import Literal

__all__ = ["FileKind", "kind_of"]

FileKind = Literal["dicom", "zip", "nifti", "picture", "program", "unknown"]

# signatures of a ZIP's local header, of an empty one's end, and of one that was meant to be split (APPNOTE 4.3)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
_NIFTI_MAGIC = ((344, b"n+1\0"), (4, b"n+2\0"))

# an archive may have other data before it, and the parts of one that was split begin anyhow
_ZIP_NAME = re.compile(r"\.(zip|zip\.\d{3}|z\d\d)$", re.IGNORECASE)

# what macOS puts beside files in ZIP archives and on disks of others, under their names with "._" before (RFC 1740)
_APPLE_DOUBLE = b"\x00\x05\x16\x07"

# a data set without preamble and file meta starts with group 0002 or 0008, in either byte order
_BARE_DICOM = (b"\x02\x00", b"\x08\x00", b"\x00\x02", b"\x00\x08")


def kind_of(head: bytes, path: str) -> FileKind:
    """The kind of a file of this path that begins with ``head``; "dicom" also for what might be a bare data set.

    A "program" may be a ZIP archive that unpacks itself.
    """
    if head.startswith(_APPLE_DOUBLE):
        return "unknown"
    if head[128:132] == b"DICM":
        return "dicom"
    if head.startswith(_ZIP):
        return "zip"
    if head.startswith(_PICTURES) or _is_webp(head) or _is_bitmap(head):
        return "picture"
    if path.lower().endswith((".nii", ".nii.gz")) or any(head[at : at + 4] == magic for at, magic in _NIFTI_MAGIC):
        return "nifti"
    # two bytes are little to go by: the next two are an element's number, and those of a text are none
    if head[:2] in _BARE_DICOM and len(head) > 8 and b"\0" in head[2:4]:
        return "dicom"
    if head and _ZIP_NAME.search(path):
        return "zip"
    if head.startswith(b"MZ") and path.lower().endswith(".exe"):
        return "program"
    return "unknown"


def _is_webp(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


def _is_bitmap(head: bytes) -> bool:
    """Two letters are little to go by; the length of the header behind them is one of a few."""
    return head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in (12, 16, 40, 52, 56, 64, 108, 124)
