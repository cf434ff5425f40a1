"""``http:``, ``https:``, ``blob:``, ``data:`` and ``web:URL``: pictures that Pillow reads.

PNG, JPEG, WebP, GIF, BMP and TIFF; 16 bits stay 16 bits, EXIF orientation is applied, palettes become colour.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from ..errors import DecodeError, ImageTooLargeError, NotAnImageError
from ..image import Image, Pixels, Window
from ..image_id import ImageId
from ..registry import ImageLoader, LoadOptions
from .tools import Tools

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

__all__ = ["create_loader", "decode_web_image"]

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


def create_loader(tools: Tools) -> ImageLoader:
    async def load(image_id: str, options: LoadOptions) -> Image:
        parsed = ImageId.parse(image_id)
        url = parsed.rest if parsed.scheme == "web" else str(parsed)
        fetched = await tools.fetch(
            url, headers={}, progress=lambda loaded, total: options.report_progress(url, loaded, total)
        )
        await tools.require("pillow")
        return decode_web_image(
            fetched.data, image_id, content_type=fetched.content_type, sample_limit=tools.sample_limit()
        )

    return load


def decode_web_image(data: bytes, image_id: str, *, content_type: str = "", sample_limit: int) -> Image:
    """The picture in ``data``; the first one where there are several.

    Raises :class:`NotAnImageError` for bytes that Pillow does not recognise, :class:`ImageTooLargeError`, and
    :class:`DecodeError` for a picture that is damaged.
    """
    from PIL import Image as PillowImage
    from PIL import ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with _without_pillows_limit():
                picture: Picture = PillowImage.open(BytesIO(data), formats=_FORMATS)
            _check_size(picture, sample_limit)
            ImageOps.exif_transpose(picture, in_place=True)
            pixels = _pixels(picture)
    except UnidentifiedImageError as cause:
        said = f" (the server calls it {content_type})" if content_type else ""
        raise NotAnImageError(
            f"the {len(data)} bytes{said} are none of {', '.join(_FORMATS)}; they begin with {data[:12]!r}. "
            "DICOM files need wadouri: before the address"
        ) from cause
    except ImageTooLargeError:
        raise
    except Exception as cause:
        raise DecodeError(
            f"the picture of {len(data)} bytes is damaged or cut off ({type(cause).__name__}: {cause}); "
            "compare its size with the original"
        ) from cause
    windows = (Window(127.5, 255.0),) if pixels.ndim == 2 and pixels.dtype == np.uint8 else ()
    messages = [str(warning.message) for warning in caught]
    if _is_deep_color_png(data):
        messages.append("this PNG has 16 bits for each colour; Pillow reads 8 of them, the lower 8 are lost")
    return Image(
        image_id, pixels, windows=windows, voi_lut_function="LINEAR_EXACT", warnings=tuple(dict.fromkeys(messages))
    )


@contextmanager
def _without_pillows_limit() -> Iterator[None]:
    """Pillow refuses large pictures by a limit of its own, before ours is asked; others in this process keep it."""
    from PIL import Image as PillowImage

    limit = PillowImage.MAX_IMAGE_PIXELS
    PillowImage.MAX_IMAGE_PIXELS = None
    try:
        yield
    finally:
        PillowImage.MAX_IMAGE_PIXELS = limit


def _check_size(picture: Picture, sample_limit: int) -> None:
    samples = _samples_per_pixel(picture)
    if picture.width * picture.height * samples > sample_limit:
        raise ImageTooLargeError(
            f"the picture has {picture.width} x {picture.height} pixels of {samples} samples, more than the limit of "
            f"{sample_limit} samples; make it smaller, or raise the session's sample_limit"
        )


def _is_deep_color_png(data: bytes) -> bool:
    """Whether the PNG's header says 16 bits and any colour type but plain grey (PNG 11.2.1)."""
    return data.startswith(b"\x89PNG") and data[24:25] == b"\x10" and data[25:26] != b"\x00"


def _samples_per_pixel(picture: Picture) -> int:
    """How many samples a pixel may have once it is decoded: palettes become colour, transparency a channel."""
    return 4 if picture.mode in ("P", "PA", "LA", "La") else len(picture.getbands())


def _pixels(picture: Picture) -> Pixels:
    """The samples without loss of depth: grey, RGB or RGBA."""
    mode = picture.mode
    if mode == "1":
        picture = picture.convert("L")
    elif mode == "P" or (mode == "RGB" and "transparency" in picture.info):
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    elif mode in ("LA", "PA", "La", "RGBa"):
        picture = picture.convert("RGBA")
    elif mode in ("CMYK", "YCbCr", "LAB", "HSV", "RGBX"):
        picture = picture.convert("RGB")
    return np.array(picture)
