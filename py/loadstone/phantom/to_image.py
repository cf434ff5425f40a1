"""A frame of a phantom as an :class:`~loadstone.image.Image`."""

from __future__ import annotations

from ..dicom.colors import ybr_full_to_rgb
from ..errors import ImageTooLargeError
from ..image import Image, Pixels
from .modules import PhantomFrame, phantom_metadata
from .pattern import Pattern

__all__ = ["frame_to_image"]


def frame_to_image(pattern: Pattern, index: int, image_id: str, *, sample_limit: int) -> Image:
    """Frame ``index`` (from 0) as its DICOM file would be loaded: stored values as they are, colour as RGB.

    Raises :class:`~loadstone.errors.FrameIndexError` and :class:`ImageTooLargeError`.
    """
    canvas, storing = pattern.canvas, pattern.canvas.storing
    samples = canvas.rows * canvas.columns * (3 if storing.is_color else 1)
    if samples > sample_limit:
        raise ImageTooLargeError(
            f"{image_id}: {canvas.rows} x {canvas.columns} pixels are {samples} samples, more than the limit of "
            f"{sample_limit} samples; give fewer rows and columns, or raise the session's sample_limit",
            image_id=image_id,
        )
    pixels: Pixels = pattern.stored_values(index)
    frame = PhantomFrame(pattern, index)
    if storing.photometric_interpretation == "YBR_FULL":
        pixels = ybr_full_to_rgb(storing.ybr_full(storing.colors(pixels)), storing.bits)
    elif storing.is_color:
        pixels = storing.colors(pixels)
    return Image(
        image_id=image_id,
        pixels=pixels,
        photometric_interpretation="RGB" if storing.is_color else storing.photometric_interpretation,
        rescale_slope=storing.slope,
        rescale_intercept=storing.intercept,
        windows=() if storing.is_color else pattern.windows,
        voi_lut_function="LINEAR" if storing.is_color else "LINEAR_EXACT",
        bits_stored=storing.color_bits if storing.is_color else storing.bits,
        row_spacing=canvas.row_spacing,
        column_spacing=canvas.column_spacing,
        unit="HU" if frame.identity.modality == "CT" else "",
        frame_count=canvas.frames,
        metadata=phantom_metadata(frame),
    )
