"""Codestream decoders, one function per codec, in one table by transfer syntax.

A new codec is one function ``decode(codestream, description) -> array`` of shape ``(rows, columns)`` or
``(rows, columns, samples)``, and its lines in the table. It gives back colour as stored in the codestream
unless the codestream itself says what it is; it then answers with the new photometric interpretation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType

import numpy as np

from ..errors import DecodeError, UnsupportedTransferSyntaxError
from ..image import Pixels
from .description import FrameDescription

__all__ = ["DECODERS", "Decoded", "decode", "decode_jpeg"]


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded frame and what its samples mean now."""

    pixels: Pixels
    photometric_interpretation: str


Decoder = Callable[[bytes, FrameDescription], Decoded]


def decode_jpeg(codestream: bytes, description: FrameDescription) -> Decoded:
    """8-bit lossy JPEG by Pillow's libjpeg."""
    from PIL import Image as PillowImage

    picture = PillowImage.open(BytesIO(codestream), formats=("JPEG",))
    _check_size(picture.size, len(picture.getbands()), description)
    photometric = description.photometric_interpretation
    if description.samples_per_pixel == 3:
        if "adobe_transform" in picture.info:
            # the codestream names its colour transform, so libjpeg's RGB is right whatever the tag says
            photometric = "RGB"
        else:
            # ask for YCbCr of what libjpeg takes for YCbCr: no transform, the components as stored
            picture.draft("YCbCr", picture.size)
    return Decoded(np.asarray(picture), photometric)


def _check_size(size: tuple[int, int], components: int, description: FrameDescription) -> None:
    columns, rows = size
    d = description
    if (rows, columns, components) != (d.rows, d.columns, d.samples_per_pixel):
        raise DecodeError(
            f"the codestream holds {rows} x {columns} x {components} (rows, columns, samples), the data set says "
            f"{d.rows} x {d.columns} x {d.samples_per_pixel}; one of them is damaged"
        )


DECODERS: Mapping[str, Decoder] = MappingProxyType(
    {
        "1.2.840.10008.1.2.4.50": decode_jpeg,
        "1.2.840.10008.1.2.4.51": decode_jpeg,
    }
)


def decode(codestream: bytes, transfer_syntax: str, name: str, description: FrameDescription) -> Decoded:
    """Decode one frame's codestream.

    Raises :class:`UnsupportedTransferSyntaxError` where no codec is listed, else :class:`DecodeError` only.
    """
    decoder = DECODERS.get(transfer_syntax)
    if decoder is None:
        raise UnsupportedTransferSyntaxError(
            f"the transfer syntax {name} ({transfer_syntax}) can not be decoded yet; "
            "ask the server for Explicit VR Little Endian (1.2.840.10008.1.2.1) or JPEG Baseline"
        )
    try:
        return decoder(codestream, description)
    except DecodeError:
        raise
    except Exception as cause:
        raise DecodeError(
            f"the {name} codestream can not be decoded ({type(cause).__name__}: {cause}); "
            "it is damaged or of a kind that this codec does not read"
        ) from cause
