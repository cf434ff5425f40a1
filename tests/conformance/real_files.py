"""Files from scanners and other people's programs: those that pydicom brings along, and its package pydicom-data."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pydicom.encaps import encapsulate, generate_frames

from .second_decoders import SecondDecoder, read, second_decoders

__all__ = ["REAL_FILES", "REFUSED", "REFUSED_FILES", "UNREADABLE_BY", "decoders_of", "shortened"]

# of a longer film, so many frames are compared
FRAMES = 5

# images that no decoder can show: cut off, damaged, or two bytes of pixels without a description
REFUSED = MappingProxyType(
    {
        "JPEG2000-embedded-sequence-delimiter.dcm": "the codestream|damaged",
        "MR_truncated.dcm": "frame 1 of 1 needs 8192 bytes .* but only 8130 are there",
        "meta_missing_tsyntax.dcm": "BitsAllocated is missing",
        "nested_priv_SQ.dcm": "BitsAllocated is missing",
    }
)

# second decoders that stop at a file which others read
UNREADABLE_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # scan parameters that are 0 where they must not be
        "JPEG-lossy.dcm": ("pylibjpeg",),
        # an element of the file meta is longer than it says
        "SC_rgb_jpeg.dcm": ("dcmtk",),
    }
)


def _folder(package: str, *inside: str) -> Path:
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent.joinpath(*inside)


def _has_pixels(path: Path) -> bool:
    data_set = read(path)
    return any(keyword in data_set for keyword in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"))


def _images() -> dict[str, Path]:
    folders = (_folder("pydicom", "data", "test_files"), _folder("data_store", "data"))
    paths = (path for folder in folders for path in sorted(folder.glob("*.dcm")))
    return {path.name: path for path in paths if _has_pixels(path)}


def decoders_of(path: Path) -> dict[str, SecondDecoder]:
    """The second decoders that read this file."""
    unable = UNREADABLE_BY.get(path.name, ())
    return {name: decode for name, decode in second_decoders(read(path)).items() if name not in unable}


def shortened(path: Path, folder: Path) -> Path:
    """The file itself, or the first frames of an encapsulated film."""
    data_set = read(path)
    if data_set.NumberOfFrames <= FRAMES or not data_set.file_meta.TransferSyntaxUID.is_encapsulated:
        return path
    frames = generate_frames(data_set.PixelData, number_of_frames=data_set.NumberOfFrames)
    data_set.PixelData = encapsulate([next(frames) for _ in range(FRAMES)])
    data_set.NumberOfFrames = FRAMES
    made = folder / path.name
    data_set.save_as(made)
    return made


_IMAGES = _images()
REAL_FILES = MappingProxyType({name: path for name, path in _IMAGES.items() if name not in REFUSED})
REFUSED_FILES = MappingProxyType({name: path for name, path in _IMAGES.items() if name in REFUSED})
