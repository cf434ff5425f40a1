"""Steps that compute each pixel from itself alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidArgumentError
from ..image import Image, Window
from .arguments import check_number, grey_values
from .builtin import StepTools

__all__ = ["clip", "create_steps", "equalize", "grey", "invert", "rescale", "threshold", "window"]

# of red, green and blue in luminance (ITU-R BT.601, which JPEG uses)
_LUMA = (0.299, 0.587, 0.114)


def create_steps(tools: StepTools) -> Mapping[str, Callable[..., object]]:
    return {step.__name__: step for step in (clip, equalize, grey, invert, rescale, threshold, window)}


def threshold(image: Image, low: float, high: float | None = None) -> Image:
    """A mask: 1 where the value is from ``low`` to ``high`` (by default, however high), 0 elsewhere."""
    values = grey_values(image)
    low, high = _limits(low, high)
    inside = values >= low
    if high is not None:
        inside &= values <= high
    return replace(
        image,
        pixels=inside.astype(np.uint8),
        unit="",
        windows=(Window(0.5, 1.0),),
        voi_luts=(),
        voi_lut_function="LINEAR_EXACT",
        photometric_interpretation="MONOCHROME2",
    )


def clip(image: Image, low: float, high: float) -> Image:
    """Lower values become ``low``, higher ones ``high``."""
    values = grey_values(image)
    low, upper = _limits(low, high)
    return replace(image, pixels=values.clip(low, upper))


def window(image: Image, center: float, width: float) -> Image:
    """The same values, shown by this window at first."""
    grey_values(image)
    shown = Window(check_number("center", center), check_number("width", width, above=0))
    return replace(image, windows=(shown,), voi_luts=())


def rescale(image: Image, slope: float = 1.0, intercept: float = 0.0, unit: str = "") -> Image:
    """Each value times ``slope`` plus ``intercept``, in ``unit``."""
    values = grey_values(image)
    slope, intercept = check_number("slope", slope), check_number("intercept", intercept)
    if not isinstance(unit, str):
        raise InvalidArgumentError(f"unit={unit!r}; give a word, or a text in double quotes")
    with np.errstate(over="ignore"):
        pixels = values * slope + intercept
    return replace(image, pixels=pixels, unit=unit, windows=(), voi_luts=())


def invert(image: Image) -> Image:
    """What was lowest is highest and the other way round: the sum of both minus each value."""
    if image.is_color:
        top = 1.0 if image.pixels.dtype.kind == "f" else 2**image.bits_stored - 1
        colors: NDArray[Any] = image.pixels.copy()
        # alpha stays
        colors[..., :3] = top - colors[..., :3]
        return replace(image, pixels=colors)
    low, high = image.value_range
    windows = tuple(replace(one, center=low + high - one.center) for one in image.windows)
    return replace(image, pixels=(low + high) - grey_values(image), windows=windows, voi_luts=())


def equalize(image: Image) -> Image:
    """Histogram equalisation: 255 times the share of pixels that are not brighter."""
    values = grey_values(image)
    there = np.isfinite(values)
    ordered = np.sort(values[there])
    levels = np.full(values.shape, np.nan, np.float32)
    levels[there] = np.searchsorted(ordered, values[there], side="right") * (255 / max(1, ordered.size))
    return replace(
        image,
        pixels=levels,
        unit="",
        windows=(Window(127.5, 255.0),),
        voi_luts=(),
        voi_lut_function="LINEAR_EXACT",
    )


def grey(image: Image) -> Image:
    """A colour image's luminance, 0.299 R + 0.587 G + 0.114 B; a grey image as it is."""
    if not image.is_color:
        return image
    top = 1.0 if image.pixels.dtype.kind == "f" else float(2**image.bits_stored - 1)
    luma: NDArray[Any] = (image.pixels[..., :3] @ np.array(_LUMA)).astype(np.float32)
    return replace(
        image,
        pixels=luma,
        windows=(Window(top / 2, top),),
        voi_luts=(),
        voi_lut_function="LINEAR_EXACT",
        photometric_interpretation="MONOCHROME2",
    )


def _limits(low: float, high: float | None) -> tuple[float, float | None]:
    low = check_number("low", low)
    if high is None:
        return low, None
    high = check_number("high", high)
    if high < low:
        raise InvalidArgumentError(f"low={low:g} is above high={high:g}; give the lower one first")
    return low, high
