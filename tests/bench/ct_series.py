"""A CT series of 512 x 512 as it comes from a scanner: a head with noise, 12 bits in 16, each slice another.

Files lie in ``build/bench/``, one folder for each encoding, made once.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

from loadstone_build.paths import BUILD
from loadstone_build.phantom import phantom_values
from loadstone_build.stamps import content_hash, refresh

__all__ = [
    "ENCODINGS",
    "INTERCEPT",
    "SLICES",
    "Encode",
    "Encoding",
    "ct_file",
    "lossless_jpeg",
    "rle_encode",
    "series_folder",
    "stored_values",
]

SLICES = 200
SIZE = 512
INTERCEPT = -1024
# standard deviation of the noise of one pixel, in Hounsfield units, before neighbours are averaged
NOISE = 45.0

Encode = Callable[[NDArray[Any]], bytes | bytearray]


@dataclass(frozen=True)
class Encoding:
    """A transfer syntax, and what makes a frame's codestream (None: native)."""

    transfer_syntax: UID
    encode: Encode | None


def rle_encode(frame: NDArray[Any]) -> bytes:
    """RLE Lossless (PS3.5 annex G): a segment for each byte plane, the highest byte first, rows packed apart."""
    samples = frame.reshape(*frame.shape[:2], -1)
    planes = np.moveaxis(samples.astype(frame.dtype.newbyteorder(">")).view("u1"), -1, 0)
    segments = []
    for plane in planes:
        packed = b"".join(imagecodecs.packbits_encode(row.tobytes()) for row in plane)
        segments.append(packed + b"\0" * (len(packed) % 2))
    starts = 64 + np.cumsum([0, *map(len, segments)])[:-1]
    header = struct.pack(f"<{1 + len(segments)}I", len(segments), *starts)
    return header.ljust(64, b"\0") + b"".join(segments)


def lossless_jpeg(frame: NDArray[Any]) -> bytes | bytearray:
    """JPEG lossless, selection value 1; colour stays RGB."""
    space = "RGB" if frame.ndim == 3 else None
    return imagecodecs.jpeg8_encode(frame, lossless=True, predictor=1, colorspace=space, outcolorspace=space)


ENCODINGS: Mapping[str, Encoding] = {
    "native": Encoding(ExplicitVRLittleEndian, None),
    "RLE": Encoding(RLELossless, rle_encode),
    "JPEG-LS": Encoding(JPEGLSLossless, imagecodecs.jpegls_encode),
    "JPEG lossless": Encoding(JPEGLosslessSV1, lossless_jpeg),
    "JPEG 2000": Encoding(
        JPEG2000Lossless, lambda frame: imagecodecs.jpeg2k_encode(frame, codecformat="j2k", reversible=True)
    ),
    "HTJ2K": Encoding(HTJ2KLossless, imagecodecs.htj2k_encode),
}


def stored_values(number: int, slices: int = SLICES) -> NDArray[np.uint16]:
    """The stored values of slice ``number`` (from 0) of so many: 12 bits, Hounsfield units above ``INTERCEPT``."""
    along = 2 * number / slices - 1
    radius = np.sqrt(1 - 0.6 * along**2)
    place = np.clip(np.rint((np.arange(SIZE) - SIZE / 2) / radius + SIZE / 2), 0, SIZE - 1).astype(int)
    noise = np.random.default_rng(number).normal(0, NOISE, (SIZE + 1, SIZE + 1))
    # a scanner's noise is smooth: neighbours share some of it
    smooth = (noise[:-1, :-1] + noise[1:, :-1] + noise[:-1, 1:] + noise[1:, 1:]) / 4
    values = _anatomy()[np.ix_(place, place)] + smooth
    return np.clip(np.rint(values - INTERCEPT), 0, 4095).astype(np.uint16)


@cache
def _anatomy() -> NDArray[np.float64]:
    """Hounsfield units of the middle slice: air -1000, brain around 40, bone up to 1500."""
    levels = phantom_values(SIZE)
    values: NDArray[np.float64] = np.interp(levels, [0, 0.1, 0.2, 0.4, 1], [-1000, 0, 30, 80, 1500])
    return values


def ct_file(number: int, frame: NDArray[Any], encoding: Encoding, **elements: object) -> bytes:
    """A Part 10 file with the header of a real CT of more than 200 elements, and ``frame`` as its pixels."""
    data_set = _header()
    data_set.SOPInstanceUID = generate_uid(entropy_srcs=["loadstone bench", str(number)])
    data_set.InstanceNumber = number + 1
    data_set.ImagePositionPatient = [-128, -128, number]
    data_set.Rows, data_set.Columns = frame.shape[:2]
    data_set.BitsAllocated = 8 * frame.dtype.itemsize
    data_set.BitsStored = 12 if frame.dtype.itemsize == 2 else 8
    data_set.HighBit = data_set.BitsStored - 1
    data_set.PixelRepresentation = 0
    data_set.RescaleSlope, data_set.RescaleIntercept = 1, INTERCEPT
    data_set.WindowCenter, data_set.WindowWidth = 40, 400
    data_set.SamplesPerPixel = 1
    for keyword, value in elements.items():
        setattr(data_set, keyword, value)
    data_set.file_meta.TransferSyntaxUID = encoding.transfer_syntax
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
    if encoding.encode is None:
        data_set.PixelData = frame.tobytes()
    else:
        data_set.PixelData = encapsulate([bytes(encoding.encode(frame))])
        data_set["PixelData"].VR = "OB"
        data_set["PixelData"].is_undefined_length = True
    written = BytesIO()
    data_set.save_as(written, enforce_file_format=True)
    return written.getvalue()


def _header() -> Dataset:
    data_set = dcmread(str(get_testdata_file("CT_small.dcm")))
    for keyword in ("PixelPaddingValue", "SmallestImagePixelValue", "LargestImagePixelValue", "DataSetTrailingPadding"):
        if keyword in data_set:
            del data_set[keyword]
    return data_set


def series_folder(name: str) -> Path:
    """The folder of the series in the encoding ``name``, with files ``0.dcm`` to ``199.dcm``."""
    folder = BUILD / "bench" / name.lower().replace(" ", "-")

    def write() -> None:
        print(f"writing {SLICES} slices, {name}", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(SLICES):
            (folder / f"{number}.dcm").write_bytes(ct_file(number, stored_values(number), ENCODINGS[name]))

    refresh(folder.with_suffix(".stamp"), content_hash([Path(__file__)]), write, made=folder / f"{SLICES - 1}.dcm")
    return folder
