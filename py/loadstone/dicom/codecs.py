"""Codestream decoders, one function per codec family, in one table by transfer syntax.

A new codec is one function ``decode(codestream, frame) -> Decoded`` and its lines in the table. It gives
samples of shape ``(rows, columns)`` or ``(rows, columns, samples)``, colour as stored in the codestream unless
the codestream itself says what it is; it then answers with the new photometric interpretation.

A codestream is decoded by what its header is, whatever the transfer syntax and the data set say (so do gdcm and
Cornerstone), with a warning that names both; never beyond the limit of samples.

imagecodecs and Pillow corrupt each other's JPEG in one WebAssembly interpreter, so in the page this module runs in
interpreters of its own. It needs numpy and imagecodecs only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from ..errors import DecodeError, UnsupportedTransferSyntaxError
from ..image import Pixels
from .codestream import Header, missing_of_tiles, read_header
from .contradictions import as_in_codestream
from .frame_description import FrameDescription
from .high_throughput import is_whole_and_reversible
from .rle import decode_rle

__all__ = ["CODESTREAMS", "Decoded", "decode"]


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded frame, what its samples mean now, and what was odd about its codestream."""

    pixels: Pixels
    photometric_interpretation: str
    warnings: tuple[str, ...] = ()


# OpenJPEG works for a second or more on so many samples before it tells that some are missing
_MANY_SAMPLES = 2**24

Decoder = Callable[[bytes, FrameDescription, Header], Decoded]


def _jpeg(codestream: bytes, description: FrameDescription, header: Header) -> Decoded:
    """JPEG of 8 and 12 bits, lossy and lossless with every selection value."""
    if _has_end(codestream):
        return _jpeg_samples(codestream, description, header)
    if _START_OF_SCAN in codestream:
        # libjpeg fills up what is missing. Two continuations give the same picture only if it needs neither
        begun = codestream.rstrip(b"\xff")
        decoded = _jpeg_samples(begun + _END, description, header)
        continued = _jpeg_samples(begun + b"\xaa" * 4096 + _END, description, header)
        if np.array_equal(decoded.pixels, continued.pixels):
            return replace(decoded, warnings=(*decoded.warnings, _NO_END))
    raise DecodeError(
        f"the codestream ends after {len(codestream)} bytes without its end marker: the frame was cut off; "
        "compare the file's size with the original"
    )


def _jpeg_samples(codestream: bytes, description: FrameDescription, header: Header) -> Decoded:
    import imagecodecs

    photometric = description.photometric_interpretation
    if header.samples == 1:
        return Decoded(imagecodecs.jpeg8_decode(codestream), photometric)
    if header.samples == 4 and header.adobe_transform is not None:
        raise DecodeError("the codestream holds CMYK colours, which can not be shown; convert the file to RGB")
    if header.adobe_transform == 1:
        # the codestream names its colour transform, so libjpeg's RGB is right whatever the tag says
        return Decoded(imagecodecs.jpeg8_decode(codestream, colorspace="YCBCR", outcolorspace="RGB"), "RGB")
    # called the same on both sides, the components come out as they are stored
    stored = imagecodecs.jpeg8_decode(codestream, colorspace="RGB", outcolorspace="RGB")
    if header.adobe_transform == 0:
        return Decoded(stored, "RGB")
    if photometric != "RGB" and header.component_ids in (b"RGB", b"rgb"):
        return Decoded(
            stored, "RGB", (f"the data set says {photometric}, but the codestream names its components R, G and B",)
        )
    if photometric == "RGB" and header.is_jfif and header.process != "lossless":
        return Decoded(
            stored, "YBR_FULL", ("the data set says RGB, but the codestream is JFIF, whose colours are YCbCr",)
        )
    # YCbCr in JPEG has the full range of values, and chroma in its full size when decoded
    return Decoded(stored, "YBR_FULL" if photometric.startswith("YBR") else photometric)


def _jpeg_ls(codestream: bytes, description: FrameDescription, header: Header) -> Decoded:
    import imagecodecs

    pixels, warnings = _to_its_end(codestream, imagecodecs.jpegls_decode)
    return Decoded(pixels, description.photometric_interpretation, warnings)


def _jpeg_2000(codestream: bytes, description: FrameDescription, header: Header) -> Decoded:
    """JPEG 2000 by OpenJPEG, High-Throughput JPEG 2000 by OpenJPH where that may be."""
    import imagecodecs

    if description.sample_count > _MANY_SAMPLES and (missing := missing_of_tiles(codestream)):
        raise DecodeError(
            f"the codestream ends after {len(codestream)} bytes, {missing} less than its tiles hold: "
            "the frame was cut off; compare the file's size with the original"
        )
    photometric = description.photometric_interpretation
    # the decoder undoes the component transform that these two name (PS3.3 C.7.6.3.1.2)
    unmixed = "RGB" if photometric in ("YBR_RCT", "YBR_ICT") else photometric
    if is_whole_and_reversible(codestream):
        return Decoded(_by_openjph(codestream), unmixed)
    pixels, warnings = _to_its_end(codestream, imagecodecs.jpeg2k_decode)
    return Decoded(pixels, unmixed, warnings)


def _by_openjph(codestream: bytes) -> Pixels:
    """imagecodecs answers with a wrong picture where OpenJPH raises, and tells only the unraisable hook."""
    import imagecodecs

    raised: list[str] = []
    hook = sys.unraisablehook
    sys.unraisablehook = lambda unraisable: raised.append(str(unraisable.exc_value))
    try:
        pixels = imagecodecs.htj2k_decode(codestream)
    finally:
        sys.unraisablehook = hook
    if raised:
        raise DecodeError(
            f"the codestream of {len(codestream)} bytes is damaged ({raised[0]}); "
            "ask for the file again from its source"
        )
    return pixels


def _jpeg_xl(codestream: bytes, description: FrameDescription, header: Header) -> Decoded:
    import imagecodecs

    if header.precision not in (0, 8, 16):
        # imagecodecs 2026.10.10 gives as many bits less as are missing to 8 or 16: 12 bits as 8
        raise DecodeError(
            f"JPEG XL of {header.precision} bits for each sample can not be decoded exactly, only that of 8 and 16; "
            "ask the server for Explicit VR Little Endian (1.2.840.10008.1.2.1)"
        )
    photometric = description.photometric_interpretation
    pixels = imagecodecs.jpegxl_decode(codestream, index=0)
    return Decoded(pixels, photometric if pixels.ndim == 2 else "RGB")


# EOI of JPEG and JPEG-LS, EOC of JPEG 2000; nothing within their data looks like it
_END = b"\xff\xd9"
_START_OF_SCAN = b"\xff\xda"
_NO_END = "the codestream has no end marker; the picture is complete without it"


def _to_its_end(codestream: bytes, decoder: Callable[[bytes], Pixels]) -> tuple[Pixels, tuple[str, ...]]:
    """What a decoder gives that tells itself where more than the end marker is missing; and a warning."""
    if _has_end(codestream):
        return decoder(codestream), ()
    try:
        return decoder(codestream + _END), (_NO_END,)
    except Exception:
        if codestream[-1:] != b"\0":
            raise
        # the last byte may be there for an even length only
        return decoder(codestream[:-1] + _END), (_NO_END,)


def _has_end(codestream: bytes) -> bool:
    # the end is looked for at the end first: the whole may be long
    return _END in codestream[-64:] or codestream.rfind(_END) > codestream.rfind(_START_OF_SCAN)


_DECODERS: Mapping[str, Decoder] = MappingProxyType(
    {"JPEG": _jpeg, "JPEG-LS": _jpeg_ls, "JPEG 2000": _jpeg_2000, "JPEG XL": _jpeg_xl}
)

# by transfer syntax, the names of the codestreams that it may hold
CODESTREAMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "1.2.840.10008.1.2.5": ("RLE",),
        "1.2.840.10008.1.2.4.50": ("JPEG baseline",),
        "1.2.840.10008.1.2.4.51": ("JPEG baseline", "JPEG extended"),
        **{f"1.2.840.10008.1.2.4.{n}": ("JPEG progressive", "JPEG extended") for n in (53, 55)},
        **{f"1.2.840.10008.1.2.4.{n}": ("JPEG lossless",) for n in (57, 70)},
        **{f"1.2.840.10008.1.2.4.{n}": ("JPEG-LS",) for n in (80, 81)},
        **{f"1.2.840.10008.1.2.4.{n}": ("JPEG 2000",) for n in (90, 91, 92, 93, 96, 201, 202, 203)},
        # private ones that Cornerstone reads as HTJ2K
        "3.2.840.10008.1.2.4.96": ("JPEG 2000",),
        **{f"1.2.840.10008.1.2.4.{n}": ("JPEG XL",) for n in (110, 111, 112)},
    }
)

# lossless ones, where bits outside BitsStored come out as they went in
_WORDS_KEPT = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (57, 70, 80, 90, 201, 202, 110))


def decode(codestream: bytes, transfer_syntax: str, description: FrameDescription) -> Decoded:
    """Decode one frame's codestream; samples of the type that the description says, unless the codestream knows better.

    Raises :class:`UnsupportedTransferSyntaxError` where no codec is listed, :class:`ImageTooLargeError` where the
    codestream claims more samples than the description's limit, else :class:`DecodeError` only.
    """
    names = CODESTREAMS.get(transfer_syntax)
    if names is None:
        raise UnsupportedTransferSyntaxError(
            f"the transfer syntax {transfer_syntax} can not be decoded; "
            "ask the server for Explicit VR Little Endian (1.2.840.10008.1.2.1)"
        )
    header = read_header(codestream)
    if header is None and "RLE" in names:
        return Decoded(decode_rle(codestream, description), description.photometric_interpretation)
    if header is None:
        raise DecodeError(
            f"the codestream of {len(codestream)} bytes has no header that can be read; it begins with "
            f"{codestream[:8]!r} and is damaged or of another kind than its transfer syntax says"
        )
    warnings: tuple[str, ...] = ()
    if header.name not in names:
        warnings = (f"the transfer syntax {transfer_syntax} is for {' or '.join(names)}, the frame is {header.name}",)
    trusted, contradictions = as_in_codestream(description, header, len(codestream))
    try:
        decoded = _DECODERS[header.family](codestream, trusted, header)
    except DecodeError:
        raise
    except ImportError as cause:
        raise DecodeError(
            f"there is no decoder of {header.family} here ({cause}); a page that was built for its own images has only "
            "those that they need: open this one in Loadstone's own page"
        ) from cause
    except Exception as cause:
        raise DecodeError(
            f"the codestream can not be decoded ({type(cause).__name__}: {cause}); "
            "it is damaged or of a kind that this codec does not read"
        ) from cause
    pixels = _conformed(decoded.pixels, trusted, header)
    if transfer_syntax in _WORDS_KEPT and header.precision > trusted.bits_stored and pixels.dtype.kind == "u":
        # whole words were compressed; what lies above the stored bits is no part of the value (PS3.5 8.1.1)
        pixels = np.bitwise_and(pixels, (1 << trusted.bits_stored) - 1)
    return replace(decoded, pixels=pixels, warnings=warnings + contradictions + decoded.warnings)


def _conformed(pixels: Pixels, description: FrameDescription, header: Header) -> Pixels:
    """Samples in the width and sign of the description, from the lowest bits that the codec gave."""
    d = description
    shape = (d.rows, d.columns) if d.samples_per_pixel == 1 else (d.rows, d.columns, d.samples_per_pixel)
    if pixels.shape != shape:
        raise DecodeError(f"the codestream holds an array of shape {pixels.shape}, the data set says {shape}")
    width = d.dtype.itemsize
    if pixels.dtype.kind == "i" or not d.is_signed:
        return np.ascontiguousarray(pixels.astype(f"{pixels.dtype.kind}{width}", copy=False))
    # unsigned codecs carry signed samples as their lowest bits, as many as the codestream has
    bits = header.precision or d.bits_stored
    signed = _sign_extended(pixels.astype(f"u{width}"), bits)
    if bits > d.bits_stored and signed.min(initial=0) >= 0:
        # the encoder masked the words first; else they reach, near-lossless, a little beyond the stored bits
        signed = _sign_extended(pixels.astype(f"u{width}"), d.bits_stored)
    return np.ascontiguousarray(signed)


def _sign_extended(words: Pixels, bits: int) -> Pixels:
    unused = 8 * words.dtype.itemsize - bits
    extended: Pixels = np.right_shift(np.left_shift(words, unused).view(f"i{words.dtype.itemsize}"), unused)
    return extended
