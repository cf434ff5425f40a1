"""Identifiers in what pictures hold besides their pixels: Exif, XMP, IPTC, comments and texts."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from .identifier import NOT_CHECKED, Identifier, is_dummy, shortened
from .picture_parts import MetadataPart, metadata_parts
from .tiff_tags import Directory, tags, value_text

__all__ = ["is_tiff", "picture_identifiers"]

# Exif 3.0 and TIFF 6.0
_TEXTS: Mapping[tuple[Directory, int], str] = MappingProxyType(
    {
        ("image", 0x010D): "DocumentName",
        ("image", 0x010E): "ImageDescription",
        ("image", 0x013B): "Artist",
        ("image", 0x013C): "HostComputer",
        ("image", 0x8298): "Copyright",
        ("image", 0x9C9B): "XPTitle",
        ("image", 0x9C9C): "XPComment",
        ("image", 0x9C9D): "XPAuthor",
        ("image", 0x9C9E): "XPKeywords",
        ("image", 0x9C9F): "XPSubject",
        ("exif", 0x9286): "UserComment",
        ("exif", 0xA430): "CameraOwnerName",
        ("exif", 0xA431): "BodySerialNumber",
        ("exif", 0xA435): "LensSerialNumber",
        ("exif", 0xA437): "Photographer",
        ("exif", 0xA438): "ImageEditor",
    }
)
_XMP_TAG, _IPTC_TAG, _PHOTOSHOP_TAG, _MAKER_NOTE = 0x02BC, 0x83BB, 0x8649, 0x927C
_LATITUDE, _LONGITUDE = 2, 4
_IN_XMP = re.compile(
    rb"dc:creator|dc:description|dicom:\w+|\w+:(\w*SerialNumber|\w*OwnerName|GPSL\w+|Author\w*|Creator(?!Tool)\w*)\b"
)
# what programs write of themselves, and times
_HARMLESS_TEXTS = re.compile(r"PNG text (Software|Creation Time|date:\w+|Raw profile type ic[cm])")
_BY_PROGRAMS = re.compile(r"ImageJ=|\{\"shape\": \[|CREATOR: gd-jpeg|Created with (The )?GIMP|Lavc|LEAD Technologies")


def is_tiff(data: bytes) -> bool:
    return data.startswith((b"II*\0", b"MM\0*"))


def picture_identifiers(data: bytes) -> tuple[Identifier, ...]:
    """What a PNG, JPEG, WebP, GIF or TIFF says besides its picture; what can not be read of it counts as found."""
    try:
        if is_tiff(data):
            return tuple(dict.fromkeys(_in_tags(data, "TIFF")))
        return tuple(dict.fromkeys(one for part in metadata_parts(data) for one in _in_part(part)))
    except (ValueError, IndexError, struct.error) as cause:
        return (Identifier("the picture's metadata", f"{NOT_CHECKED} ({cause})"),)


def _in_part(part: MetadataPart) -> Iterator[Identifier]:
    match part.kind:
        case "exif":
            yield from _in_tags(part.content, "Exif")
        case "xmp":
            yield from _in_xmp(part.content)
        case "iptc":
            yield from _in_iptc(part.content)
        case "text" if not _HARMLESS_TEXTS.fullmatch(part.name):
            yield from _in_text(part.name, part.content.decode("utf-8", "replace"))


def _in_tags(data: bytes, block: str) -> Iterator[Identifier]:
    for tag in tags(data):
        name = _TEXTS.get((tag.directory, tag.number))
        value = data[tag.start : tag.end]
        if name is not None:
            yield from _in_text(f"{block} {name}", value_text(tag, data))
        elif tag.directory == "gps" and tag.number in (_LATITUDE, _LONGITUDE) and any(value):
            yield Identifier(f"{block} GPS", "a position")
        elif tag.number == _MAKER_NOTE and any(value):
            yield Identifier(f"{block} MakerNote", f"{len(value)} bytes")
        elif tag.number == _XMP_TAG:
            yield from _in_xmp(value)
        elif tag.number in (_IPTC_TAG, _PHOTOSHOP_TAG):
            yield from _in_iptc(value)


def _in_text(where: str, text: str) -> Iterator[Identifier]:
    if not is_dummy(text) and not _BY_PROGRAMS.match(text):
        yield Identifier(where, shortened(text))


def _in_xmp(packet: bytes) -> Iterator[Identifier]:
    found = _IN_XMP.search(packet)
    if found is not None:
        yield Identifier("XMP", found.group().decode("ascii"))


# "By-line", "By-line Title", "Credit", "Writer/Editor", "Caption", "Contact" of the IPTC-IIM's record 2
_IPTC_PERSONS = re.compile(rb"\x1c\x02([\x50\x55\x6e\x76\x78\x7a])(..)", re.DOTALL)


def _in_iptc(data: bytes) -> Iterator[Identifier]:
    for found in _IPTC_PERSONS.finditer(data):
        length = int.from_bytes(found.group(2), "big")
        text = data[found.end() : found.end() + length].decode("utf-8", "replace")
        yield from _in_text(f"IPTC 2:{found.group(1)[0]}", text)
