"""Codestream decoders, one function per codec family, in one table by transfer syntax.

A new codec is one function ``decode(codestream, description) -> Decoded`` and its lines in the table. It gives
samples of shape ``(rows, columns)`` or ``(rows, columns, samples)``, colour as stored in the codestream unless
the codestream itself says what it is; it then answers with the new photometric interpretation.

imagecodecs and Pillow corrupt each other's JPEG in one WebAssembly interpreter, so in the page this module runs in
interpreters of its own. It needs numpy and imagecodecs only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ..errors import DecodeError, UnsupportedTransferSyntaxError
from ..image import Pixels
from .codestream import Header, read_header
from .frame_description import FrameDescription

__all__ = ["DECODERS", "Decoded", "decode"]


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded frame and what its samples mean now."""

    pixels: Pixels
    photometric_interpretation: str


# a frame may be filled up behind its end marker
_PADDING = 64

Decoder = Callable[[bytes, FrameDescription], Decoded]


def _jpeg(codestream: bytes, description: FrameDescription) -> Decoded:
    """JPEG of 8 and 12 bits, lossy and lossless with every selection value."""
    import imagecodecs

    header = _checked_header(codestream, description)
    if b"\xff\xd9" not in codestream[-_PADDING:]:
        # libjpeg would fill up what is missing with grey
        raise DecodeError(
            f"the codestream ends after {len(codestream)} bytes without its end marker: the frame was cut off; "
            "compare the file's size with the original"
        )
    if header.samples == 1:
        return Decoded(imagecodecs.jpeg8_decode(codestream), description.photometric_interpretation)
    if header.adobe_transform == 1:
        # the codestream names its colour transform, so libjpeg's RGB is right whatever the tag says
        return Decoded(imagecodecs.jpeg8_decode(codestream, colorspace="YCBCR", outcolorspace="RGB"), "RGB")
    # called the same on both sides, the components come out as they are stored
    stored = imagecodecs.jpeg8_decode(codestream, colorspace="RGB", outcolorspace="RGB")
    return Decoded(stored, "RGB" if header.adobe_transform == 0 else description.photometric_interpretation)


def _jpeg_ls(codestream: bytes, description: FrameDescription) -> Decoded:
    import imagecodecs

    _checked_header(codestream, description)
    return Decoded(imagecodecs.jpegls_decode(codestream), description.photometric_interpretation)


def _jpeg_2000(codestream: bytes, description: FrameDescription) -> Decoded:
    """JPEG 2000 and High-Throughput JPEG 2000, both by OpenJPEG."""
    import imagecodecs

    _checked_header(codestream, description)
    photometric = description.photometric_interpretation
    # the decoder undoes the component transform that these two name (PS3.3 C.7.6.3.1.2)
    unmixed = "RGB" if photometric in ("YBR_RCT", "YBR_ICT") else photometric
    return Decoded(imagecodecs.jpeg2k_decode(codestream), unmixed)


def _jpeg_xl(codestream: bytes, description: FrameDescription) -> Decoded:
    import imagecodecs

    photometric = description.photometric_interpretation
    return Decoded(imagecodecs.jpegxl_decode(codestream), photometric if description.samples_per_pixel == 1 else "RGB")


def _rle(codestream: bytes, description: FrameDescription) -> Decoded:
    """RLE Lossless (PS3.5 annex G): byte planes, colour as one plane after the other."""
    import imagecodecs

    d = description
    if d.bits_allocated == 1:
        packed = imagecodecs.dicomrle_decode(codestream, "u1")
        bits = np.unpackbits(np.frombuffer(packed, "u1"), bitorder="little")[: d.rows * d.columns]
        return Decoded(bits.reshape(d.rows, d.columns), d.photometric_interpretation)
    samples = np.frombuffer(imagecodecs.dicomrle_decode(codestream, d.dtype), d.dtype)
    planes = samples[: d.sample_count].reshape(d.samples_per_pixel, d.rows, d.columns)
    return Decoded(planes[0] if d.samples_per_pixel == 1 else planes.transpose(1, 2, 0), d.photometric_interpretation)


def _checked_header(codestream: bytes, description: FrameDescription) -> Header:
    d = description
    header = read_header(codestream)
    if header is None:
        raise DecodeError(
            f"the codestream of {len(codestream)} bytes has no header that can be read; it begins with "
            f"{codestream[:8]!r} and is damaged or of another kind than its transfer syntax says"
        )
    if (header.rows, header.columns, header.samples) != (d.rows, d.columns, d.samples_per_pixel):
        raise DecodeError(
            f"the codestream holds {header.rows} x {header.columns} x {header.samples} (rows, columns, samples), "
            f"the data set says {d.rows} x {d.columns} x {d.samples_per_pixel}; one of them is damaged"
        )
    if header.precision > d.bits_allocated:
        raise DecodeError(
            f"the codestream has {header.precision} bits for each sample, the data set allocates {d.bits_allocated}; "
            "one of them is damaged"
        )
    return header


DECODERS: Mapping[str, Decoder] = MappingProxyType(
    {
        "1.2.840.10008.1.2.5": _rle,
        **{f"1.2.840.10008.1.2.4.{n}": _jpeg for n in (50, 51, 53, 55, 57, 70)},
        **{f"1.2.840.10008.1.2.4.{n}": _jpeg_ls for n in (80, 81)},
        **{f"1.2.840.10008.1.2.4.{n}": _jpeg_2000 for n in (90, 91, 92, 93, 96, 201, 202, 203)},
        **{f"1.2.840.10008.1.2.4.{n}": _jpeg_xl for n in (110, 111, 112)},
    }
)


def decode(codestream: bytes, transfer_syntax: str, description: FrameDescription) -> Decoded:
    """Decode one frame's codestream to samples of the type that the description says.

    Raises :class:`UnsupportedTransferSyntaxError` where no codec is listed, else :class:`DecodeError` only.
    """
    decoder = DECODERS.get(transfer_syntax)
    if decoder is None:
        raise UnsupportedTransferSyntaxError(
            f"the transfer syntax {transfer_syntax} can not be decoded; "
            "ask the server for Explicit VR Little Endian (1.2.840.10008.1.2.1)"
        )
    try:
        decoded = decoder(codestream, description)
    except DecodeError:
        raise
    except Exception as cause:
        raise DecodeError(
            f"the codestream can not be decoded ({type(cause).__name__}: {cause}); "
            "it is damaged or of a kind that this codec does not read"
        ) from cause
    return Decoded(_conformed(decoded.pixels, description), decoded.photometric_interpretation)


def _conformed(pixels: Pixels, description: FrameDescription) -> Pixels:
    """Samples in the width and sign of the description; a codestream that is signed itself keeps its sign."""
    d = description
    shape = (d.rows, d.columns) if d.samples_per_pixel == 1 else (d.rows, d.columns, d.samples_per_pixel)
    if pixels.shape != shape:
        raise DecodeError(f"the codestream holds an array of shape {pixels.shape}, the data set says {shape}")
    width = max(1, d.bits_allocated // 8)
    if pixels.dtype.kind == "i" or not d.is_signed:
        return np.ascontiguousarray(pixels.astype(f"{pixels.dtype.kind}{width}", copy=False))
    # unsigned codecs carry signed samples as their lowest bits
    unused = 8 * width - d.bits_stored
    lifted = np.left_shift(pixels.astype(f"u{width}"), unused)
    return np.ascontiguousarray(np.right_shift(lifted.view(f"i{width}"), unused))
