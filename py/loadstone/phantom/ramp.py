"""``phantom:ramp``: the grey scale without a step.

``direction=pixels`` goes on from pixel to pixel in the order of reading, from the lowest stored value in the upper
left to the highest in the lower right, so that every stored value is there where there are as many pixels;
``direction=columns`` goes from left to right, ``direction=rows`` from top to bottom. As all phantoms of grey levels
it goes from dark to light: in MONOCHROME1 from the highest stored value to the lowest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arguments import Arguments
from .canvas import read_canvas
from .pattern import Pattern, PhantomTruth
from .storing import read_storing

__all__ = ["Ramp", "RampTruth", "read"]


@dataclass(frozen=True)
class RampTruth(PhantomTruth):
    """``has_every_value`` tells whether each stored value of the range occurs."""

    direction: str
    length: int
    has_every_value: bool

    def stored(self, row: int, column: int) -> int:
        """The stored value of a pixel; of colour, the level before it is coloured."""
        place = {"pixels": row * self.canvas.columns + column, "columns": column, "rows": row}[self.direction]
        span = self.storing.high - self.storing.low
        last = max(1, self.length - 1)
        # whole numbers only: the nearest one, halves upwards
        steps = (2 * place * span + last) // (2 * last)
        is_turned = self.storing.photometric_interpretation == "MONOCHROME1"
        return self.storing.high - steps if is_turned else self.storing.low + steps


@dataclass(frozen=True)
class Ramp(Pattern):
    name = "ramp"
    title = "Grey-scale ramp"

    direction: str

    def exact(self, frame: int) -> NDArray[np.float64]:
        rows, columns = self.canvas.rows, self.canvas.columns
        row, column = np.arange(rows)[:, np.newaxis], np.arange(columns)[np.newaxis]
        place = {"pixels": row * columns + column, "columns": column, "rows": row}[self.direction]
        levels = np.broadcast_to(place / max(1, self._length - 1), (rows, columns))
        return self.canvas.storing.of_levels(levels)

    def truth(self) -> RampTruth:
        every = self._length >= 1 << self.canvas.storing.bits
        return RampTruth(self.name, self.canvas, self.direction, self._length, every)

    @property
    def _length(self) -> int:
        rows, columns = self.canvas.rows, self.canvas.columns
        return {"pixels": rows * columns, "columns": columns, "rows": rows}[self.direction]


def read(arguments: Arguments) -> Ramp:
    storing = read_storing(arguments, bits=12)
    canvas = read_canvas(arguments, storing, samples=None)
    return Ramp(canvas, arguments.word("direction", "pixels", ("pixels", "columns", "rows")))
