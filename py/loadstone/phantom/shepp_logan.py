"""``phantom:shepp-logan``: the head phantom of ten ellipses.

The square from -1 to 1, x to the right and y upwards, fills the picture. ``intensities=original`` are the published
ones (density 2 in the skull, 1.02 in the brain, 1 in the ventricles), ``intensities=modified`` the ones of more
contrast by Toft (1, 0.2 and 0). The highest density takes the highest stored value, 0 the lowest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..image import Window
from .arguments import Arguments
from .canvas import read_canvas
from .pattern import Pattern, PhantomTruth
from .storing import read_storing

__all__ = ["Ellipse", "SheppLogan", "SheppLoganTruth", "read"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ellipse:
    """``density`` is added within; ``degrees`` turn its half axes ``a`` (x) and ``b`` (y) against the clock."""

    density: float
    a: float
    b: float
    x: float
    y: float
    degrees: float

    def contains(self, x: Floats, y: Floats) -> NDArray[np.bool_]:
        cosine, sine = math.cos(math.radians(self.degrees)), math.sin(math.radians(self.degrees))
        along = (x - self.x) * cosine + (y - self.y) * sine
        across = (y - self.y) * cosine - (x - self.x) * sine
        return (along / self.a) ** 2 + (across / self.b) ** 2 <= 1


# L. A. Shepp, B. F. Logan, "The Fourier reconstruction of a head section", IEEE Trans. Nucl. Sci. 21 (1974) 21-43
_ORIGINAL = (
    Ellipse(2.0, 0.69, 0.92, 0.0, 0.0, 0.0),
    Ellipse(-0.98, 0.6624, 0.874, 0.0, -0.0184, 0.0),
    Ellipse(-0.02, 0.11, 0.31, 0.22, 0.0, -18.0),
    Ellipse(-0.02, 0.16, 0.41, -0.22, 0.0, 18.0),
    Ellipse(0.01, 0.21, 0.25, 0.0, 0.35, 0.0),
    Ellipse(0.01, 0.046, 0.046, 0.0, 0.1, 0.0),
    Ellipse(0.01, 0.046, 0.046, 0.0, -0.1, 0.0),
    Ellipse(0.01, 0.046, 0.023, -0.08, -0.605, 0.0),
    Ellipse(0.01, 0.023, 0.023, 0.0, -0.605, 0.0),
    Ellipse(0.01, 0.023, 0.046, 0.06, -0.605, 0.0),
)
# P. Toft, "The Radon Transform", PhD thesis, Technical University of Denmark (1996), table B.3
_MODIFIED = (
    Ellipse(1.0, 0.69, 0.92, 0.0, 0.0, 0.0),
    Ellipse(-0.8, 0.6624, 0.874, 0.0, -0.0184, 0.0),
    Ellipse(-0.2, 0.11, 0.31, 0.22, 0.0, -18.0),
    Ellipse(-0.2, 0.16, 0.41, -0.22, 0.0, 18.0),
    Ellipse(0.1, 0.21, 0.25, 0.0, 0.35, 0.0),
    Ellipse(0.1, 0.046, 0.046, 0.0, 0.1, 0.0),
    Ellipse(0.1, 0.046, 0.046, 0.0, -0.1, 0.0),
    Ellipse(0.1, 0.046, 0.023, -0.08, -0.605, 0.0),
    Ellipse(0.1, 0.023, 0.023, 0.0, -0.606, 0.0),
    Ellipse(0.1, 0.023, 0.046, 0.06, -0.605, 0.0),
)
_TABLES: Mapping[str, tuple[Ellipse, ...]] = MappingProxyType({"original": _ORIGINAL, "modified": _MODIFIED})
# densities between which the soft structures differ
_SOFT: Mapping[str, tuple[float, float]] = MappingProxyType({"original": (0.98, 1.06), "modified": (0.0, 0.4)})


@dataclass(frozen=True)
class SheppLoganTruth(PhantomTruth):
    """``ellipses`` add up to the density; the ``highest_density`` takes the lightest level."""

    ellipses: tuple[Ellipse, ...]
    highest_density: float

    def density_at(self, row: float, column: float) -> float:
        """The density at a place of the picture; pixel centres are whole numbers from 0."""
        x = np.array((2 * column + 1) / self.canvas.columns - 1)
        y = np.array(1 - (2 * row + 1) / self.canvas.rows)
        return sum(ellipse.density for ellipse in self.ellipses if ellipse.contains(x, y))

    def stored(self, density: float) -> int:
        """What a density is stored as; of colour, the level before it is coloured."""
        return self.storing.of_level(density / self.highest_density)

    def center(self, ellipse: Ellipse) -> tuple[float, float]:
        """Row and column of an ellipse's centre."""
        return ((1 - ellipse.y) * self.canvas.rows - 1) / 2, ((1 + ellipse.x) * self.canvas.columns - 1) / 2


@dataclass(frozen=True)
class SheppLogan(Pattern):
    name = "shepp-logan"
    title = "Shepp-Logan head phantom"

    intensities: str

    def exact(self, frame: int) -> Floats:
        canvas, ellipses = self.canvas, _TABLES[self.intensities]

        def density(row: Floats, column: Floats) -> Floats:
            x, y = (2 * column + 1) / canvas.columns - 1, 1 - (2 * row + 1) / canvas.rows
            total = np.zeros((canvas.rows, canvas.columns))
            for ellipse in ellipses:
                # most are small: only where one can be
                down, across = _near(y[:, 0], ellipse.y, ellipse), _near(x[0], ellipse.x, ellipse)
                total[down, across] += ellipse.density * ellipse.contains(x[:, across], y[down])
            return total

        return canvas.storing.of_levels(canvas.sampled(density) / ellipses[0].density)

    @property
    def windows(self) -> tuple[Window, ...]:
        storing, highest = self.canvas.storing, _TABLES[self.intensities][0].density
        levels = np.array(_SOFT[self.intensities]) / highest
        low, high = storing.turned(storing.of_levels(levels)).tolist()
        return (self.window(low, high, "Soft structures"), *super().windows)

    def truth(self) -> SheppLoganTruth:
        ellipses = _TABLES[self.intensities]
        return SheppLoganTruth(self.name, self.canvas, ellipses, ellipses[0].density)


def _near(places: Floats, middle: float, ellipse: Ellipse) -> slice:
    """The part of ``places``, in order, that lies no farther from ``middle`` than the ellipse reaches."""
    near = np.flatnonzero(np.abs(places - middle) <= max(ellipse.a, ellipse.b))
    return slice(near[0], near[-1] + 1) if near.size else slice(0)


def read(arguments: Arguments) -> SheppLogan:
    storing = read_storing(arguments, bits=12)
    canvas = read_canvas(arguments, storing, spacing=0.7)
    return SheppLogan(canvas, arguments.word("intensities", "original", tuple(_TABLES)))
