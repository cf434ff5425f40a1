"""One frame in each encoding that is compared: a CT slice of 12 bits in 16, the same in 8 bits, and in colour."""

from __future__ import annotations

import dataclasses
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.uid import (
    JPEG2000,
    UID,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from loadstone.dicom.description import describe
from loadstone.dicom.file import read_file
from loadstone.dicom.frames import encoded_frame

from .ct_series import SLICES, Encode, Encoding, ct_file, lossless_jpeg, rle_encode, stored_values

__all__ = ["Codestream", "codestreams"]


@dataclass(frozen=True)
class Codestream:
    """A frame to decode: what it was made of, and what each of the decoders is told.

    ``decoder`` is Cornerstone's name for its codec.
    """

    name: str
    original: NDArray[Any]
    is_lossless: bool
    decoder: str
    data: bytes
    parameters: dict[str, Any]

    def in_javascript(self) -> dict[str, Any]:
        """What tests/bench/decoding.js takes."""
        description = self.parameters["description"]
        return {
            "codestream": b64encode(self.data).decode(),
            "parameters": self.parameters,
            "decoder": self.decoder,
            "imageFrame": {
                "rows": description["rows"],
                "columns": description["columns"],
                "samplesPerPixel": description["samples_per_pixel"],
                "bitsAllocated": description["bits_allocated"],
                "bitsStored": description["bits_stored"],
                "bytesPerPixel": description["bits_allocated"] // 8,
                "pixelRepresentation": 0,
                "signed": False,
                "planarConfiguration": 0,
                "photometricInterpretation": description["photometric_interpretation"],
            },
        }


@dataclass(frozen=True)
class _Kind:
    name: str
    transfer_syntax: UID
    decoder: str
    encode: Encode
    frames: str
    is_lossless: bool = True
    photometric_interpretation: str = "RGB"


_KINDS = (
    _Kind("RLE", RLELossless, "RLE", rle_encode, "16 RGB"),
    _Kind("JPEG", JPEGBaseline8Bit, "JPEGBaseline8Bit", lambda f: imagecodecs.jpeg8_encode(f, level=90), "8", False),
    _Kind(
        "JPEG, 12 bits",
        JPEGExtended12Bit,
        "JPEGBaseline12Bit",
        lambda f: imagecodecs.jpeg8_encode(f, level=90, bitspersample=12),
        "16",
        False,
    ),
    _Kind(
        "JPEG lossless",
        JPEGLosslessSV1,
        "JPEGLossless",
        lossless_jpeg,
        "16 RGB",
    ),
    _Kind("JPEG-LS", JPEGLSLossless, "JPEGLS", imagecodecs.jpegls_encode, "16 RGB"),
    _Kind(
        "JPEG-LS, off by 2 at most",
        JPEGLSNearLossless,
        "JPEGLS",
        lambda f: imagecodecs.jpegls_encode(f, level=2),
        "16",
        False,
    ),
    _Kind(
        "JPEG 2000 lossless",
        JPEG2000Lossless,
        "JPEG2000",
        lambda f: imagecodecs.jpeg2k_encode(f, codecformat="j2k", reversible=True),
        "16 RGB",
        photometric_interpretation="YBR_RCT",
    ),
    _Kind(
        "JPEG 2000 lossy",
        JPEG2000,
        "JPEG2000",
        lambda f: imagecodecs.jpeg2k_encode(f, level=90, codecformat="j2k", reversible=False),
        "16",
        False,
    ),
    _Kind(
        "HTJ2K lossless",
        HTJ2KLossless,
        "HTJ2K",
        imagecodecs.htj2k_encode,
        "16 RGB",
        photometric_interpretation="YBR_RCT",
    ),
)


def codestreams() -> Iterator[Codestream]:
    """Every kind of codestream, of each frame that it can hold."""
    grey = stored_values(SLICES // 2)
    byte = (grey >> 4).astype(np.uint8)
    # three windows of one slice: colours that are smooth where the slice is, and noisy where it is
    color = np.stack([np.clip(grey // 6, 0, 255), np.clip(grey // 9, 0, 255), byte], axis=-1).astype(np.uint8)
    frames: dict[str, tuple[str, NDArray[Any]]] = {
        "16": ("16-bit grey", grey),
        "8": ("8-bit grey", byte),
        "RGB": ("8-bit RGB", color),
    }
    for kind in _KINDS:
        for name in kind.frames.split():
            title, frame = frames[name]
            yield _codestream(kind, f"{kind.name}, {title}", frame)


def _codestream(kind: _Kind, name: str, frame: NDArray[Any]) -> Codestream:
    elements: dict[str, object] = {}
    if frame.ndim == 3:
        elements = {"SamplesPerPixel": 3, "PlanarConfiguration": 0}
        elements["PhotometricInterpretation"] = kind.photometric_interpretation
    file = read_file(ct_file(0, frame, Encoding(kind.transfer_syntax, kind.encode), **elements))
    encoded = encoded_frame(file, 0, describe(file))
    assert encoded is not None
    parameters = {
        "transferSyntax": encoded.transfer_syntax,
        "description": dataclasses.asdict(encoded.description),
    }
    return Codestream(name, frame, kind.is_lossless, kind.decoder, encoded.codestream, parameters)
