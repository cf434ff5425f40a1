"""How a phantom's values are stored: bits, sign, photometric interpretation, rescale, colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..image import Pixels
from .arguments import Arguments
from .decimals import as_written

__all__ = ["Storing", "read_storing", "rounded"]

Floats = NDArray[np.float64]

GREY = ("MONOCHROME2", "MONOCHROME1")
COLOR = ("RGB", "YBR_FULL", "PALETTE COLOR")

# rows: Y, Cb, Cr of R, G, B (PS3.3 C.7.6.3.1.2)
_YBR_FULL = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])


@dataclass(frozen=True)
class Storing:
    """``low`` and ``high`` are the ends of the range that ``bits`` hold.

    ``tint`` is the colour, as RGB from 0 to 255, that the lightest level has in colour pictures.
    """

    bits: int
    is_signed: bool
    photometric_interpretation: str
    slope: float
    intercept: float
    tint: tuple[int, int, int]

    @property
    def low(self) -> int:
        return -(1 << self.bits - 1) if self.is_signed else 0

    @property
    def high(self) -> int:
        return (1 << self.bits) - 1 + self.low

    @property
    def bits_allocated(self) -> int:
        return 1 if self.bits == 1 else next(width for width in (8, 16, 32) if self.bits <= width)

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(f"{'i' if self.is_signed else 'u'}{max(1, self.bits_allocated // 8)}")

    @property
    def is_color(self) -> bool:
        return self.photometric_interpretation in COLOR

    @property
    def samples_per_pixel(self) -> int:
        """As stored: a palette's index is one."""
        return 3 if self.photometric_interpretation in ("RGB", "YBR_FULL") else 1

    def of_levels(self, levels: Floats) -> Floats:
        """What levels from 0 (dark) to 1 (light) are stored as, before rounding and :meth:`turned`."""
        return self.low + levels * (self.high - self.low)

    def turned(self, stored: Floats) -> Floats:
        """MONOCHROME1 shows low values light: levels are stored the other way round, and the picture stays the same."""
        return self.low + self.high - stored if self.photometric_interpretation == "MONOCHROME1" else stored

    def of_level(self, level: float) -> int:
        """The stored value of one level."""
        return int(self.turned(rounded(self.of_levels(np.array(level)))))

    def modality_value(self, stored: float) -> float:
        return stored * self.slope + self.intercept

    def color(self, stored: int) -> tuple[int, int, int] | None:
        """A stored level in RGB, of 8 or 16 bits; None for grey."""
        if not self.is_color:
            return None
        red, green, blue = self.colors(np.array([stored]))[0].tolist()
        return red, green, blue

    @property
    def color_bits(self) -> int:
        """Of a sample in RGB."""
        return 8 if self.bits <= 8 else 16

    def palette(self) -> Pixels:
        """The colour of each stored value, shape ``(values, 3)``."""
        return self.colors(np.arange(self.high + 1))

    def colors(self, stored: NDArray[Any]) -> Pixels:
        """Stored levels in RGB, of ``color_bits``: 8 where they have no more, else 16."""
        tinted = stored[..., np.newaxis] / self.high * (np.array(self.tint) / 255) * ((1 << self.color_bits) - 1)
        return rounded(tinted).astype(f"u{self.color_bits // 8}")

    def ybr_full(self, colors: Pixels) -> Pixels:
        """RGB as YBR_FULL of the same bits."""
        samples = colors @ _YBR_FULL.T
        samples[..., 1:] += 1 << self.bits - 1
        return rounded(np.clip(samples, 0, self.high)).astype(colors.dtype)


def rounded(values: Floats) -> Floats:
    """Whole numbers, halves upwards, also those that arithmetic made a little smaller."""
    return np.floor(values + (0.5 + 1e-6))


def read_storing(
    arguments: Arguments, *, bits: int, intercept: float = 0.0, can_be_colored: bool = True, least_bits: int = 1
) -> Storing:
    """The storing that ``arguments`` ask for; ``bits`` and ``intercept`` are the phantom's defaults."""
    photometric = arguments.word("photometric", "MONOCHROME2", GREY + COLOR if can_be_colored else GREY)
    asked = arguments.whole("bits", 8 if photometric in COLOR else bits, least_bits, 32)
    slope = as_written(arguments.number("slope", 1.0, -1e9, 1e9))
    storing = Storing(
        bits=asked,
        is_signed=arguments.whole("signed", 0, 0, 1) == 1,
        photometric_interpretation=photometric,
        slope=slope,
        intercept=as_written(arguments.number("intercept", intercept, -1e12, 1e12)),
        tint=_tint(arguments) if can_be_colored else (255, 255, 255),
    )
    if slope == 0:
        raise arguments.error("slope=0 makes all values the same; give another slope")
    _check(arguments, storing)
    return storing


def _tint(arguments: Arguments) -> tuple[int, int, int]:
    text = arguments.text("tint", "ffffff")
    if len(text) != 6 or not set(text.lower()) <= set("0123456789abcdef"):
        raise arguments.error(f"tint={text} should be a colour of six hexadecimal digits, such as tint=ff8000")
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


def _check(arguments: Arguments, storing: Storing) -> None:
    photometric, bits = storing.photometric_interpretation, storing.bits
    if storing.is_signed and (bits == 1 or storing.is_color):
        what = "bits=1" if bits == 1 else f"photometric={photometric.replace(' ', '_')}"
        raise arguments.error(f"signed=1 does not go with {what}; leave it out")
    if photometric in ("RGB", "YBR_FULL") and bits not in (8, 16):
        raise arguments.error(f"bits={bits} does not go with photometric={photometric}; give bits=8 or bits=16")
    if photometric == "PALETTE COLOR" and not 2 <= bits <= 16:
        raise arguments.error(f"bits={bits} does not go with photometric=PALETTE_COLOR; give 2 to 16")
    if storing.is_color and (storing.slope, storing.intercept) != (1.0, 0.0):
        raise arguments.error(
            f"slope and intercept do not go with photometric={photometric.replace(' ', '_')}, "
            "whose values are colours; leave them out"
        )
    if not storing.is_color and storing.tint != (255, 255, 255):
        raise arguments.error("tint does not go with grey; add photometric=RGB")
