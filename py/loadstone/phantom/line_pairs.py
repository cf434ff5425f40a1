"""``phantom:line-pairs``: light and dark lines, so many pairs of them per mm.

``lp=0.1,0.25`` gives the frequencies in line pairs per mm, each in a band of its own, the first at the top;
``direction=columns`` has the lines stand (values change along a row), ``direction=rows`` has them lie, and bands from
left to right. ``profile=square`` has lines of equal width, the light one first, from the picture's edge;
``profile=sine`` begins at the edge with the mean, going up. ``contrast`` is (light - dark) / (light + dark) of levels
around the middle of the range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arguments import Arguments
from .canvas import Canvas, read_canvas
from .pattern import Pattern, PhantomTruth
from .storing import read_storing

__all__ = ["Band", "LinePairs", "LinePairsTruth", "read"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """Lines of ``frequency`` pairs per mm, a pair every ``period`` pixels.

    The band's pixels are those from ``first`` to ``last``: rows where lines stand, columns where they lie.
    """

    frequency: float
    period: float
    first: int
    last: int


@dataclass(frozen=True)
class LinePairsTruth(PhantomTruth):
    """The stored values of the lightest and the darkest point, and the ``nyquist`` frequency in line pairs per mm."""

    bands: tuple[Band, ...]
    direction: str
    profile: str
    stored_light: int
    stored_dark: int
    nyquist: float


@dataclass(frozen=True)
class LinePairs(Pattern):
    name = "line-pairs"
    title = "Line pairs"

    frequencies: tuple[float, ...]
    contrast: float
    profile: str
    direction: str

    def exact(self, frame: int) -> Floats:
        stand = self.direction == "columns"
        along = self.canvas.column_spacing if stand else self.canvas.row_spacing
        across = self.canvas.rows if stand else self.canvas.columns
        frequencies = np.array(self.frequencies)

        def level(row: Floats, column: Floats) -> Floats:
            place, beside = (column, row) if stand else (row, column)
            band = np.floor((beside + 0.5) * len(frequencies) / across).astype(int)
            # what lies on an edge, but for rounding, lies behind it
            phase = ((place + 0.5) * along * frequencies[band] + 1e-9) % 1
            wave = np.sin(2 * np.pi * phase) if self.profile == "sine" else np.where(phase < 0.5, 1.0, -1.0)
            return 0.5 + self.contrast / 2 * wave

        return self.canvas.storing.of_levels(self.canvas.sampled(level))

    def truth(self) -> LinePairsTruth:
        stand = self.direction == "columns"
        spacing = self.canvas.column_spacing if stand else self.canvas.row_spacing
        across = self.canvas.rows if stand else self.canvas.columns
        count = len(self.frequencies)
        bands = tuple(
            # whole pixels only: between two bands one may belong to both
            Band(frequency, 1 / (frequency * spacing), -(-n * across // count), (n + 1) * across // count - 1)
            for n, frequency in enumerate(self.frequencies)
        )
        light, dark = (self.canvas.storing.of_level(0.5 + sign * self.contrast / 2) for sign in (1, -1))
        nyquist = 1 / (2 * spacing)
        return LinePairsTruth(self.name, self.canvas, bands, self.direction, self.profile, light, dark, nyquist)


def read(arguments: Arguments) -> LinePairs:
    storing = read_storing(arguments, bits=12)
    canvas = read_canvas(arguments, storing, spacing=0.5)
    direction = arguments.word("direction", "columns", ("columns", "rows"))
    return LinePairs(
        canvas,
        _frequencies(arguments, canvas, direction),
        arguments.number("contrast", 1.0, 0.0, 1.0),
        arguments.word("profile", "square", ("square", "sine")),
        direction,
    )


def _frequencies(arguments: Arguments, canvas: Canvas, direction: str) -> tuple[float, ...]:
    spacing = canvas.column_spacing if direction == "columns" else canvas.row_spacing
    nyquist = 1 / (2 * spacing)
    what = "line pairs per mm, one number or several with commas between them, such as lp=0.1,0.25"
    across = canvas.rows if direction == "columns" else canvas.columns
    default = (nyquist / 8, nyquist / 4, nyquist / 2, nyquist)[:across]
    frequencies = arguments.numbers("lp", default, what)
    for frequency in frequencies:
        if not 0 < frequency <= nyquist * (1 + 1e-9):
            raise arguments.error(
                f"lp={frequency:g} can not be shown at a spacing of {spacing:g} mm: give more than 0 and at most "
                f"{nyquist:g} line pairs per mm, or a smaller spacing"
            )
    if len(frequencies) > across:
        raise arguments.error(f"lp has {len(frequencies)} frequencies for {across} rows or columns; give fewer")
    return frequencies
