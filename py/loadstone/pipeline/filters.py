"""Steps that compute each pixel from its neighbours, by scipy.ndimage.

Beyond its edges the image goes on as its outermost pixels are. Where there is no pixel (NaN) there is none afterwards,
and its neighbours are computed as if it were like the pixel nearest to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidArgumentError
from ..image import Image
from .arguments import check_choice, check_number, check_whole, grey_values
from .builtin import StepTools

__all__ = ["create_steps", "gaussian", "laplace", "median", "sharpen", "sobel"]

Values = NDArray[np.floating[Any]]


def create_steps(tools: StepTools) -> Mapping[str, Callable[..., object]]:
    def with_scipy(step: Callable[..., Image]) -> Callable[..., object]:
        @wraps(step)
        async def run(image: Image, *arguments: object, **named: object) -> Image:
            grey_values(image)
            await tools.require("scipy")
            return step(image, *arguments, **named)

        return run

    return {step.__name__: with_scipy(step) for step in (gaussian, laplace, median, sharpen, sobel)}


def gaussian(image: Image, sigma: float, unit: str = "px") -> Image:
    """Blurred; ``sigma`` is the standard deviation in pixels, or in mm with ``unit=mm``."""
    sigmas = _sigmas(image, sigma, unit)
    from scipy import ndimage

    return _filtered(image, lambda values: ndimage.gaussian_filter(values, sigmas, mode="nearest"))


def median(image: Image, size: int = 3) -> Image:
    """The median of ``size`` x ``size`` pixels."""
    size = check_whole("size", size, low=1, high=99)
    from scipy import ndimage

    return _filtered(image, lambda values: ndimage.median_filter(values, size, mode="nearest"))


def sobel(image: Image) -> Image:
    """How steep the image is: the magnitude of its Sobel gradient, eight times the difference from pixel to pixel."""
    from scipy import ndimage

    def steepness(values: Values) -> Values:
        down, across = (ndimage.sobel(values, axis, mode="nearest") for axis in (0, 1))
        return np.asarray(np.hypot(down, across))

    return _of_another_kind(_filtered(image, steepness))


def laplace(image: Image) -> Image:
    """The sum of second differences down and across."""
    from scipy import ndimage

    return _of_another_kind(_filtered(image, lambda values: ndimage.laplace(values, mode="nearest")))


def sharpen(image: Image, amount: float = 1.0, sigma: float = 1.0) -> Image:
    """Unsharp masking: ``amount`` times the difference to the image blurred by ``sigma`` pixels is added."""
    amount = check_number("amount", amount, above=0)
    sigmas = _sigmas(image, sigma, "px")
    from scipy import ndimage

    def sharpened(values: Values) -> Values:
        blurred = ndimage.gaussian_filter(values, sigmas, mode="nearest")
        return np.asarray(values + amount * (values - blurred))

    return _filtered(image, sharpened)


def _sigmas(image: Image, sigma: float, unit: str) -> tuple[float, float]:
    """In pixels, down and across."""
    sigma = check_number("sigma", sigma, above=0)
    sigmas = (sigma, sigma)
    if check_choice("unit", unit, "px", "mm") == "mm":
        if image.row_spacing is None or image.column_spacing is None:
            raise InvalidArgumentError("unit=mm: it is not known how large the image's pixels are; give pixels (px)")
        sigmas = (sigma / image.row_spacing, sigma / image.column_spacing)
    if max(sigmas) > max(image.rows, image.columns):
        raise InvalidArgumentError(
            f"sigma={sigma:g}{unit} is more than the image, {image.columns} x {image.rows} pixels; give less"
        )
    return sigmas


def _filtered(image: Image, compute: Callable[[Values], Values]) -> Image:
    values = grey_values(image)
    holes = ~np.isfinite(values)
    if not holes.any():
        return replace(image, pixels=compute(values))
    if holes.all():
        return image
    from scipy import ndimage

    nearest = ndimage.distance_transform_edt(holes, return_distances=False, return_indices=True)
    computed = compute(values[tuple(nearest)])
    computed[holes] = np.nan
    return replace(image, pixels=computed)


def _of_another_kind(image: Image) -> Image:
    """Values that are no longer in the image's unit, nor where its windows are."""
    return replace(image, unit="", windows=(), voi_luts=(), photometric_interpretation="MONOCHROME2")
