"""``phantom:step-wedge``: ``steps`` grey steps of equal size, from the darkest to the lightest.

``direction=columns`` goes from left to right, ``direction=rows`` from top to bottom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arguments import Arguments
from .canvas import read_canvas
from .patches import Patch, patch_of
from .pattern import Pattern, PhantomTruth
from .storing import read_storing

__all__ = ["StepWedge", "StepWedgeTruth", "read"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StepWedgeTruth(PhantomTruth):
    """The steps, the darkest first; each as large as the pixels that lie wholly on it."""

    steps: tuple[Patch, ...]


@dataclass(frozen=True)
class StepWedge(Pattern):
    name = "step-wedge"
    title = "Step wedge"

    steps: int
    direction: str

    def exact(self, frame: int) -> Floats:
        def level(row: Floats, column: Floats) -> Floats:
            place = (column if self.direction == "columns" else row) + 0.5
            step = np.floor(place * self.steps / self._length)
            return step / (self.steps - 1)

        return self.canvas.storing.of_levels(self.canvas.sampled(level))

    def truth(self) -> StepWedgeTruth:
        return StepWedgeTruth(self.name, self.canvas, tuple(map(self._step, range(self.steps))))

    @property
    def _length(self) -> int:
        return self.canvas.columns if self.direction == "columns" else self.canvas.rows

    def _step(self, number: int) -> Patch:
        first = math.ceil(number * self._length / self.steps)
        length = math.floor((number + 1) * self._length / self.steps) - first
        place = (0, first, self.canvas.rows, length)
        if self.direction == "rows":
            place = (first, 0, length, self.canvas.columns)
        return patch_of(self.canvas.storing, f"step {number + 1}", *place, number / (self.steps - 1))


def read(arguments: Arguments) -> StepWedge:
    storing = read_storing(arguments, bits=12)
    canvas = read_canvas(arguments, storing)
    direction = arguments.word("direction", "columns", ("columns", "rows"))
    steps = arguments.whole("steps", 11, 2, 4096)
    wedge = StepWedge(canvas, steps, direction)
    if 2 * steps > (length := canvas.columns if direction == "columns" else canvas.rows):
        raise arguments.error(
            f"steps={steps} does not fit {direction}={length}: a step needs two of them; "
            f"give at most steps={length // 2}, or {direction}={2 * steps}"
        )
    return wedge
