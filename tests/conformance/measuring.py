"""How far Loadstone's frames are from those of others, and how far they may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom import Dataset

from loadstone.dicom.description import describe
from loadstone.dicom.file import read_file
from loadstone.dicom.frames import frame_pixels

from .colours import Samples
from .second_decoders import SecondDecoder, read

__all__ = ["ALLOWANCES", "Allowance", "Measurement", "allowance", "measure", "our_frames"]


@dataclass(frozen=True)
class Measurement:
    """One file's frames, each compared with each second decoder: the largest difference by its name."""

    transfer_syntax: str
    photometric: str
    bits: str
    frames: int
    differences: Mapping[str, float]


@dataclass(frozen=True)
class Allowance:
    """What lossy decoders may differ by, with the reason. All else must be equal."""

    decoder: str
    transfer_syntaxes: tuple[int, ...]
    photometrics: tuple[str, ...]
    largest: int
    reason: str


ALLOWANCES = (
    Allowance(
        "pylibjpeg",
        (50, 51),
        ("MONOCHROME1", "MONOCHROME2", "RGB"),
        2,
        "its inverse DCT rounds otherwise than libjpeg's",
    ),
    Allowance(
        "pylibjpeg", (50, 51), ("YBR_FULL", "YBR_FULL_422"), 16, "it enlarges subsampled chroma by a filter of its own"
    ),
    Allowance(
        "dcmtk", (51, 53, 55), ("YBR_FULL_422",), 1, "with 12 bits, RGB can be a half exactly: 1.402 * 250 = 350.5"
    ),
    Allowance(
        "openjph",
        (203,),
        ("MONOCHROME1", "MONOCHROME2", "RGB"),
        3,
        "the irreversible wavelet is in floats; samples near the ends of the range are left out, which it wraps",
    ),
    Allowance("pylibjpeg", (203,), ("RGB",), 1, "the irreversible transforms are in floats"),
    Allowance(
        "djxl",
        (111, 112),
        ("MONOCHROME1", "MONOCHROME2", "RGB"),
        1,
        "lossy JPEG XL is in floats, which versions of libjxl round in different ways",
    ),
)


def allowance(decoder: str, transfer_syntax: str, photometric: str) -> int:
    """The largest difference that a decoder may show."""
    number = int(transfer_syntax.rpartition(".")[2])
    allowed = [
        each.largest
        for each in ALLOWANCES
        if each.decoder == decoder and number in each.transfer_syntaxes and photometric in each.photometrics
    ]
    return max(allowed, default=0)


def our_frames(path: Path) -> Samples:
    """All frames of a file as Loadstone decodes them: grey as stored, colour as RGB, palettes applied."""
    file = read_file(path.read_bytes())
    description = describe(file)
    return np.stack([frame_pixels(file, index, description).pixels for index in range(file.frame_count)])


def measure(path: Path, others: Mapping[str, SecondDecoder]) -> Measurement:
    """Decode a file and compare; raises AssertionError where shapes or types differ."""
    ours = our_frames(path)
    data_set = read(path)
    return Measurement(
        str(data_set.file_meta.TransferSyntaxUID),
        data_set.PhotometricInterpretation,
        _bits(data_set),
        len(ours),
        {name: _difference(ours, decode(path), wraps=name == "openjph") for name, decode in others.items()},
    )


def _difference(ours: Samples, theirs: Samples, *, wraps: bool) -> float:
    """The largest difference; two NaN are equal. A decoder that wraps is not believed at the ends of the range."""
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
    apart = np.abs(ours.astype(np.float64) - theirs.astype(np.float64))
    if ours.dtype.kind == "f":
        apart[np.isnan(ours) & np.isnan(theirs)] = 0
    elif wraps:
        ends = np.iinfo(ours.dtype)
        apart = apart[(ours > ends.min + 4) & (ours < ends.max - 4)]
    return float(apart.max(initial=0))


def _bits(data_set: Dataset) -> str:
    """As ``12 of 16 signed``."""
    if "PixelData" not in data_set:
        return "64 float" if "DoubleFloatPixelData" in data_set else "32 float"
    allocated, stored = data_set.BitsAllocated, data_set.BitsStored
    number = f"{stored}" if stored == allocated else f"{stored} of {allocated}"
    return f"{number} signed" if data_set.PixelRepresentation == 1 else number
