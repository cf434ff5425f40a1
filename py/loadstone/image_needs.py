"""What showing the image of a file needs, and imagecodecs without the codecs that nobody needs."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from .dicom.walking import transfer_syntax
from .recognising import kind_of

__all__ = ["EVERY_CODEC", "IMAGECODECS", "ImageNeeds", "image_needs", "members_for", "wheel_for"]

IMAGECODECS = "imagecodecs"

_JPEG_2000 = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (90, 91, 92, 93))
# the extension modules of imagecodecs that a codestream of each transfer syntax is decoded by
_CODECS: Mapping[str, frozenset[str]] = {
    "1.2.840.10008.1.2.5": frozenset(),
    **{f"1.2.840.10008.1.2.4.{n}": frozenset({"_jpeg8"}) for n in (50, 51, 53, 55, 57, 70)},
    **{f"1.2.840.10008.1.2.4.{n}": frozenset({"_jpegls"}) for n in (80, 81)},
    **dict.fromkeys(_JPEG_2000, frozenset({"_jpeg2k"})),
    **{f"1.2.840.10008.1.2.4.{n}": frozenset({"_jpeg2k", "_htj2k"}) for n in (96, 201, 202, 203)},
    "3.2.840.10008.1.2.4.96": frozenset({"_jpeg2k", "_htj2k"}),
    **{f"1.2.840.10008.1.2.4.{n}": frozenset({"_jpegxl"}) for n in (110, 111, 112)},
}
# RLE is decoded by the second, and the others begin with the first
_CODECS_ALWAYS = frozenset({"_imcd", "_shared", "_shared_cython"})
EVERY_CODEC = _CODECS_ALWAYS.union(*_CODECS.values())


@dataclass(frozen=True)
class ImageNeeds:
    """Packages beside those that Loadstone starts with, and extension modules of imagecodecs, where that is one."""

    packages: frozenset[str] = frozenset()
    codecs: frozenset[str] = frozenset()


def image_needs(head: bytes, name: str) -> ImageNeeds:
    """What showing a file of this name needs that begins with ``head``, of :data:`~loadstone.contents.HEAD_BYTES`."""
    match kind_of(head, name):
        case "picture":
            return ImageNeeds(frozenset({"pillow"}))
        case "nifti":
            return ImageNeeds(frozenset({"nibabel"}))
        case "dicom":
            codecs = _CODECS.get(transfer_syntax(head))
            if codecs is not None:
                return ImageNeeds(frozenset({IMAGECODECS}), _CODECS_ALWAYS | codecs)
    return ImageNeeds()


def members_for(codecs: Collection[str], names: Iterable[str]) -> list[str]:
    """Those members of imagecodecs's wheel that are no extension modules, or those of these codecs."""
    names = list(names)
    # an extension module is name.wasm, or name.<tag>.so, beside the .pyc that loads it
    extensions = {
        name.partition(".")[0] for name in names if name.startswith("imagecodecs/") and name.endswith((".wasm", ".so"))
    }
    unneeded = extensions - {f"imagecodecs/{codec}" for codec in codecs}
    return [name for name in names if name.partition(".")[0] not in unneeded]


def wheel_for(codecs: Collection[str], wheel: bytes) -> bytes:
    """imagecodecs's wheel with the extension modules of these codecs alone; the same wheel gives the same bytes."""
    import zipfile

    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wheel)) as before, zipfile.ZipFile(written, "w") as after:
        kept = members_for(codecs, before.namelist())
        for name in kept:
            content = before.read(name)
            if name.endswith(".dist-info/RECORD"):
                lines = content.decode().splitlines(keepends=True)
                content = "".join(line for line in lines if line.partition(",")[0] in kept).encode()
            after.writestr(before.getinfo(name), content, zipfile.ZIP_STORED)
    return written.getvalue()
