"""Where a codestream's header contradicts the data set: the codestream is believed, as gdcm and Cornerstone do."""

from __future__ import annotations

from dataclasses import replace

from ..errors import DecodeError, ImageTooLargeError
from .codestream import Header
from .frame_description import FrameDescription

__all__ = ["as_in_codestream"]


def as_in_codestream(
    description: FrameDescription, header: Header, size_in_bytes: int
) -> tuple[FrameDescription, tuple[str, ...]]:
    """The description as ``header`` has it, and a warning for each difference, with both values.

    Nothing is decoded or allocated. Raises :class:`ImageTooLargeError` where the codestream claims more samples than
    the limit, and :class:`DecodeError` where it claims what can not be: no rows, a picture that ``size_in_bytes`` can
    not hold.
    """
    d, warnings = description, []
    if (header.rows, header.columns) != (d.rows, d.columns):
        warnings.append(
            f"the data set says {d.rows} rows x {d.columns} columns, the codestream holds {header.rows} x "
            f"{header.columns}; it is shown as the codestream says, distances may be wrong"
        )
        d = replace(d, rows=header.rows, columns=header.columns)
    if header.samples not in (0, d.samples_per_pixel):
        photometric = "MONOCHROME2" if header.samples == 1 else _color_model(header)
        warnings.append(
            f"the data set says {d.samples_per_pixel} samples per pixel ({d.photometric_interpretation}), "
            f"the codestream holds {header.samples}: taken as {photometric}"
        )
        d = replace(d, samples_per_pixel=header.samples, photometric_interpretation=photometric)
    if header.precision > d.bits_allocated:
        warnings.append(
            f"the data set allocates {d.bits_allocated} bits for a sample, the codestream has {header.precision}"
        )
        allocated = next((width for width in (8, 16, 32) if width >= header.precision), 64)
        d = replace(d, bits_allocated=allocated, bits_stored=header.precision)
    if header.family == "JPEG 2000" and header.is_signed != d.is_signed:
        warnings.append(_signs(d, header))
    _check(d, header, size_in_bytes)
    return d, tuple(warnings)


def _color_model(header: Header) -> str:
    # JPEG without other notice is YCbCr, as every JPEG decoder takes it; the others undo their transforms themselves
    named_rgb = header.adobe_transform == 0 or header.component_ids in (b"RGB", b"rgb") or header.process == "lossless"
    return "YBR_FULL" if header.family == "JPEG" and not named_rgb else "RGB"


def _signs(description: FrameDescription, header: Header) -> str:
    names = ("unsigned", "signed")
    said, held = names[description.is_signed], names[header.is_signed]
    taken = "signed" if description.is_signed or header.is_signed else "unsigned"
    return f"the data set says {said} samples, the codestream holds {held} ones: taken as {taken}"


def _check(claimed: FrameDescription, header: Header, size_in_bytes: int) -> None:
    size = f"{claimed.rows} x {claimed.columns} x {claimed.samples_per_pixel} (rows, columns, samples)"
    if claimed.sample_count == 0 or claimed.samples_per_pixel not in (1, 3, 4):
        raise DecodeError(f"the codestream claims to hold {size}, which is no picture: its header is damaged")
    if claimed.sample_count > claimed.sample_limit:
        raise ImageTooLargeError(
            f"the codestream claims to hold {size}, more than the limit of {claimed.sample_limit} samples; "
            "if that is meant, raise the session's sample_limit"
        )
    if size_in_bytes < _least_bytes(claimed, header):
        raise DecodeError(
            f"the codestream claims to hold {size}, which {size_in_bytes} bytes can not: "
            "it was cut off or its header is damaged"
        )


def _least_bytes(claimed: FrameDescription, header: Header) -> int:
    """The fewest bytes that such a picture can have; 0 where the codec knows no such bound."""
    if header.process == "lossless":
        # one bit for each sample (ITU T.81 H.1.2.2)
        return claimed.rows * claimed.columns // 8
    if header.process in ("baseline", "extended"):
        # a bit for DC and one for the end of the block, in 8 x 8 pixels (ITU T.81 F.1.2)
        return (claimed.rows // 8) * (claimed.columns // 8) // 4
    return 0
