"""What runs in a decoder worker: numpy and imagecodecs, one frame at a time."""

from __future__ import annotations

from typing import Any

from ..dicom.codecs import decode
from ..dicom.frame_description import FrameDescription
from ..errors import LoadstoneError
from .plain import plain, typed_array

__all__ = ["decode_frame"]


def decode_frame(codestream: Any, parameters: Any) -> Any:
    """Decode a ``Uint8Array``: ``{data, dtype, shape, photometricInterpretation, warnings}``.

    ``{message}`` if it can not. ``data`` is a copy that may be transferred.
    """
    given = parameters.to_py()
    try:
        decoded = decode(codestream.to_bytes(), given["transferSyntax"], FrameDescription(**given["description"]))
    except LoadstoneError as error:
        return plain({"message": str(error)})
    pixels = decoded.pixels
    answer = plain(
        {
            "dtype": pixels.dtype.str,
            "shape": list(pixels.shape),
            "photometricInterpretation": decoded.photometric_interpretation,
            "warnings": list(decoded.warnings),
        }
    )
    answer.data = typed_array(pixels.reshape(-1).view("u1"))
    return answer
