"""Where JPEG, PNG, WebP and GIF files hold something else than the picture: their parts, found without decoding."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

__all__ = ["MetadataPart", "metadata_parts"]

PartKind = Literal["exif", "xmp", "iptc", "text", "other"]


@dataclass(frozen=True)
class MetadataPart:
    """A part of the file, from ``start`` to ``end``, that the picture does not need.

    ``name`` is what it is called, ``content`` what it holds, without the words of its format.
    """

    kind: PartKind
    name: str
    start: int
    end: int
    content: bytes = field(repr=False)


def metadata_parts(data: bytes) -> tuple[MetadataPart, ...]:
    """The parts of a JPEG, PNG, WebP or GIF file that its picture does not need, in their order; none of other files.

    Colour profiles, resolutions and the steps of an animation belong to the picture. Raises struct.error,
    IndexError or ValueError where the file is damaged.
    """
    for mark, parts in _FORMATS.items():
        if data.startswith(mark):
            return tuple(parts(data))
    return ()


# in a scan, 0xFF is followed by 0, by one of the restart marks D0 to D7, or by 0xFF as fill (ITU-T T.81 B.1.1)
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SCAN, _END_OF_IMAGE, _COMMENT = 0xDA, 0xD9, 0xFE
# beginnings of segments that say what colours mean, by marker: JFIF, colour profiles, Adobe's transformation
_JPEG_NEEDED = ((0xE0, b"JFIF"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
_JPEG_KNOWN: tuple[tuple[int, bytes, PartKind, str], ...] = (
    (0xE1, b"Exif\0\0", "exif", "Exif"),
    (0xE1, b"http://ns.adobe.com/xap/1.0/\0", "xmp", "XMP"),
    (0xE1, b"http://ns.adobe.com/xmp/extension/\0", "xmp", "XMP"),
    (0xED, b"Photoshop 3.0\0", "iptc", "IPTC"),
    (_COMMENT, b"", "text", "JPEG comment"),
)


def _jpeg_parts(data: bytes) -> Iterator[MetadataPart]:
    at = 2
    while True:
        found = _NEXT_MARKER.search(data, at)
        if found is None:
            # cut off; a picture may still be seen
            return
        start, marker = found.start(), data[found.start() + 1]
        if marker == _END_OF_IMAGE:
            yield from _behind(data, found.end())
            return
        (length,) = struct.unpack_from(">H", data, start + 2)
        at = start + 2 + length
        if marker == _COMMENT or 0xE0 <= marker <= 0xEF:
            content = data[start + 4 : at]
            if not any(marker == needed and content.startswith(mark) for needed, mark in _JPEG_NEEDED):
                yield _jpeg_part(marker, content, start, at)


def _jpeg_part(marker: int, content: bytes, start: int, end: int) -> MetadataPart:
    for known, mark, kind, name in _JPEG_KNOWN:
        if marker == known and content.startswith(mark):
            return MetadataPart(kind, name, start, end, content[len(mark) :])
    return MetadataPart("other", f"JPEG application data {marker - 0xE0}", start, end, content)


_PNG_NEEDED = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD hIST pHYs sPLT acTL fcTL fdAT cICP mDCV cLLI".split()
)
_LONGEST_TEXT = 1024**2


def _png_parts(data: bytes) -> Iterator[MetadataPart]:
    at = 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        start, at = at, at + 12 + length
        content = data[start + 8 : start + 8 + length]
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            yield _png_text(kind, content, start, at)
        elif kind == b"eXIf":
            yield MetadataPart("exif", "Exif", start, at, content.removeprefix(b"Exif\0\0"))
        elif kind not in _PNG_NEEDED:
            yield MetadataPart("other", f"PNG chunk {kind.decode('latin-1')}", start, at, content)
        if kind == b"IEND":
            yield from _behind(data, at)
            return


def _png_text(kind: bytes, content: bytes, start: int, end: int) -> MetadataPart:
    keyword, _, text = content.partition(b"\0")
    packed = kind == b"zTXt"
    if packed:
        text = text[1:]
    elif kind == b"iTXt":
        packed = text[:1] == b"\1"
        # compression, language and translated keyword come first
        text = text[2:].split(b"\0", 2)[-1]
    if packed:
        try:
            text = zlib.decompressobj().decompress(text, _LONGEST_TEXT)
        except zlib.error as cause:
            raise ValueError(f"a text of the PNG is damaged: {cause}") from cause
    name = keyword.decode("latin-1")
    if name == "XML:com.adobe.xmp":
        return MetadataPart("xmp", "XMP", start, end, text)
    return MetadataPart("text", f"PNG text {name}", start, end, text)


def _webp_parts(data: bytes) -> Iterator[MetadataPart]:
    if data[8:12] != b"WEBP":
        return
    known: Mapping[bytes, tuple[PartKind, str]] = {b"EXIF": ("exif", "Exif"), b"XMP ": ("xmp", "XMP")}
    at = 12
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= end:
        name, length = struct.unpack_from("<4sI", data, at)
        start, at = at, at + 8 + length + length % 2
        if name in known:
            content = data[start + 8 : start + 8 + length].removeprefix(b"Exif\0\0")
            yield MetadataPart(*known[name], start, at, content)
    yield from _behind(data, at)


_GIF_EXTENSION, _GIF_IMAGE = 0x21, 0x2C
_GIF_COMMENT, _GIF_APPLICATION = 0xFE, 0xFF
_GIF_NEEDED = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def _gif_parts(data: bytes) -> Iterator[MetadataPart]:
    at = 13 + _color_table(data[10])
    while data[at] in (_GIF_EXTENSION, _GIF_IMAGE):
        start = at
        if data[at] == _GIF_IMAGE:
            at = _behind_blocks(data, at + 11 + _color_table(data[at + 9]))
            continue
        at = _behind_blocks(data, at + 2)
        content = data[start + 3 : at - 1]
        if data[start + 1] == _GIF_COMMENT:
            yield MetadataPart("text", "GIF comment", start, at, content)
        elif data[start + 1] == _GIF_APPLICATION and not content.startswith(_GIF_NEEDED):
            kind: PartKind = "xmp" if content.startswith(b"XMP Data") else "other"
            yield MetadataPart(kind, "XMP" if kind == "xmp" else "GIF application data", start, at, content[11:])
    yield from _behind(data, at + 1)


def _color_table(flags: int) -> int:
    return 3 * 2 << (flags & 7) if flags & 0x80 else 0


def _behind_blocks(data: bytes, at: int) -> int:
    """Where the chain of blocks ends that begins at ``at``; each says its length, the last one 0."""
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _behind(data: bytes, end: int) -> Iterator[MetadataPart]:
    """What follows the end of the picture."""
    if end < len(data):
        yield MetadataPart("other", "bytes behind the picture", end, len(data), data[end:])


_FORMATS: Mapping[bytes, Callable[[bytes], Iterator[MetadataPart]]] = MappingProxyType(
    {b"\xff\xd8": _jpeg_parts, b"\x89PNG": _png_parts, b"RIFF": _webp_parts, b"GIF8": _gif_parts}
)
