"""Pictures drawn from formulas: the PNG and JPEG among the samples, and what an example program fetches."""

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from loadstone_build.phantom import phantom_values

ZONE_PLATE_SIZE = 256
WHEEL_HEIGHT, WHEEL_WIDTH = 320, 448


def zone_plate_png() -> bytes:
    """Return a 16-bit grey PNG: a zone plate, ``cos(pi r^2 / N)``, whose rings thin out to two pixels."""
    axis = np.arange(ZONE_PLATE_SIZE) - (ZONE_PLATE_SIZE - 1) / 2
    squared_radius = axis[:, None] ** 2 + axis[None, :] ** 2
    fade = np.exp(-squared_radius / (2 * (ZONE_PLATE_SIZE / 3.2) ** 2))
    level = 0.5 + 0.5 * fade * np.cos(np.pi * squared_radius / ZONE_PLATE_SIZE)
    return _encoded(np.rint(level * 65535).astype(np.uint16), "PNG", optimize=True)


def colour_wheel_jpeg() -> bytes:
    """Return an RGB JPEG: hues by angle, shaded as a sphere, on a dark gradient with fine rings."""
    y, x = np.mgrid[0:WHEEL_HEIGHT, 0:WHEEL_WIDTH].astype(np.float64)
    x = (x - (WHEEL_WIDTH - 1) / 2) / (WHEEL_HEIGHT * 0.42)
    y = (y - (WHEEL_HEIGHT - 1) / 2) / (WHEEL_HEIGHT * 0.42)
    radius = np.hypot(x, y)
    height = np.sqrt(np.clip(1 - radius**2, 0, 1))
    # light from the upper left
    light = np.clip(0.25 + 0.75 * (-0.45 * x - 0.55 * y + 0.7 * height), 0, 1)
    wheel = _hue(np.arctan2(y, x), np.clip(radius * 1.15, 0, 1)) * light[..., None]
    rings = 0.10 + 0.05 * np.cos(40 * radius) * np.exp(-1.5 * (radius - 1).clip(0))
    ground = rings[..., None] * np.array([0.8, 1.0, 1.5])
    inside = np.clip((1 - radius) * WHEEL_HEIGHT * 0.42 + 0.5, 0, 1)[..., None]
    pixels = inside * wheel + (1 - inside) * ground
    return _encoded(np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8), "JPEG", quality=88, subsampling=0)


def phantom_pgm() -> bytes:
    """Return the Shepp-Logan phantom as a 16-bit portable graymap, 192 rows of 152 columns."""
    return _encoded(np.rint(phantom_values(192)[:, 20:172] * 65535).astype(np.uint16), "PPM")


def _hue(angle: npt.NDArray[np.float64], saturation: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    thirds = angle[..., None] + np.array([0.0, -2.0, 2.0]) * np.pi / 3
    pure = np.clip(0.5 + np.cos(thirds), 0, 1)
    return 1 - saturation[..., None] * (1 - pure)


def _encoded(pixels: npt.NDArray[np.uint8] | npt.NDArray[np.uint16], kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()
