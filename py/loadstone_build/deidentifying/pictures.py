"""Pictures without their metadata: parts are left out, the compressed pixels are not touched."""

import struct
import zlib

from loadstone.identifiers.picture_parts import MetadataPart, metadata_parts
from loadstone.identifiers.pictures import is_tiff
from loadstone.identifiers.tiff_tags import ORIENTATION, tags
from loadstone_build.deidentifying.changes import Change, NotDeidentifiedError, Report

# tags of TIFF 6.0 and of what builds on it that say how the pixels are stored, or what they mean
_TIFF_NEEDED = frozenset(
    (254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 286, 287,
     290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 334, 336, 338, 339, 340,
     341, 342, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 34665, 34675, 34853)
)  # fmt: skip


def strip_picture(data: bytes, *, report: Report) -> bytes:
    """The picture alone; how it is turned to be seen (Exif Orientation) stays."""
    try:
        if is_tiff(data):
            return _blank_tags(data, report)
        parts = metadata_parts(data)
        for part in parts:
            report(Change(part.name, "removed"))
        turned = next((_orientation(part.content) for part in parts if part.kind == "exif"), 1)
    except (ValueError, IndexError, struct.error) as cause:
        raise NotDeidentifiedError(f"is a damaged picture ({cause}); ask for it again") from cause
    stripped = _without(data, parts)
    if data.startswith(b"RIFF"):
        return _webp(stripped, turned)
    return stripped if turned == 1 else _turned(stripped, turned)


def _without(data: bytes, parts: tuple[MetadataPart, ...]) -> bytes:
    kept, at = [], 0
    for part in parts:
        kept.append(data[at : part.start])
        at = part.end
    return b"".join([*kept, data[at:]])


def _blank_tags(data: bytes, report: Report) -> bytes:
    """Zeros for the values of all tags that the pixels do not need: nothing in the file moves."""
    blanked = bytearray(data)
    for tag in tags(data):
        if tag.directory == "image" and tag.number in _TIFF_NEEDED:
            continue
        if any(data[tag.start : tag.end]):
            report(Change(f"TIFF tag {tag.number}", "emptied"))
        blanked[tag.start : tag.end] = bytes(tag.end - tag.start)
    return bytes(blanked)


def _orientation(block: bytes) -> int:
    """How the picture is turned, 1 to 8, from its Exif block."""
    for tag in tags(block):
        if tag.directory == "image" and tag.number == ORIENTATION:
            (value,) = struct.unpack_from(f"{tag.order}H", block, tag.start)
            return value if 1 <= value <= 8 else 1
    return 1


def _exif(orientation: int) -> bytes:
    """An Exif block of this orientation and nothing else."""
    return struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)


def _turned(picture: bytes, orientation: int) -> bytes:
    """A JPEG or PNG with its orientation."""
    block = _exif(orientation)
    if picture.startswith(b"\xff\xd8"):
        content = b"Exif\0\0" + block
        return picture[:2] + struct.pack(">2sH", b"\xff\xe1", 2 + len(content)) + content + picture[2:]
    # behind the PNG's header
    chunk = b"eXIf" + block
    return picture[:33] + struct.pack(">I", len(block)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + picture[33:]


# bits of a WebP's header that say whether Exif and XMP follow
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04


def _webp(picture: bytes, orientation: int) -> bytes:
    """A WebP whose header says what there is, and how long it is."""
    made = bytearray(picture)
    if made[12:16] == b"VP8X":
        made[20] &= ~(_WEBP_EXIF | _WEBP_XMP) & 0xFF
        if orientation != 1:
            made[20] |= _WEBP_EXIF
            block = _exif(orientation)
            made += struct.pack("<4sI", b"EXIF", len(block)) + block
    made[4:8] = struct.pack("<I", len(made) - 8)
    return bytes(made)
