"""Supplemental palettes (PS3.3 C.7.6.19): grey values, and behind them values that stand for colours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pydicom import Dataset

from ..errors import DecodeError
from ..grey import grey_levels, with_voi
from ..image import Image
from ..view import View
from .frame_description import FrameDescription
from .palette import read_palette
from .values import text

__all__ = ["with_supplemental_palette"]


def with_supplemental_palette(image: Image, data_set: Dataset, description: FrameDescription) -> Image:
    """A grey ``image`` whose Pixel Presentation is COLOR as RGB of 8 bits, else the image itself.

    Values from the first mapped one on have the palette's colours; those below go through the image's first window,
    which can not be chosen any more. A palette that can not be read is told in a warning.
    """
    if image.is_color or (text(data_set, "PixelPresentation") or "").strip() != "COLOR":
        return image
    try:
        palette = read_palette(data_set, is_signed=description.is_signed, is_little_endian=description.is_little_endian)
    except DecodeError as error:
        return replace(image, warnings=(*image.warnings, f"the colours are not shown: {error}"))
    grey = grey_levels(image, with_voi(image, View(1, 1)), image.pixels)
    if image.padding is not None:
        # black in any picture, as where it is not baked in
        grey[np.greater_equal(image.pixels, image.padding[0]) & np.less_equal(image.pixels, image.padding[1])] = 0
    colors = palette.applied_to(image.pixels)
    if colors.dtype == np.uint16:
        colors = np.right_shift(colors, 8)
    is_color = np.greater_equal(image.pixels, palette.first_mapped)[..., np.newaxis]
    return replace(
        image,
        pixels=np.where(is_color, colors, grey[..., np.newaxis]).astype(np.uint8),
        photometric_interpretation="RGB",
        rescale_slope=1.0,
        rescale_intercept=0.0,
        modality_lut=None,
        windows=(),
        voi_luts=(),
        padding=None,
        bits_stored=8,
        unit="",
        warnings=(*image.warnings, "colours beside grey values: the grey ones are shown with the file's first window"),
    )
