"""``phantom:smpte``: a test pattern with the elements of SMPTE RP 133.

There are: a middle grey of 50 % with a grid and a white border, a ring of eleven patches from 0 to 100 % in steps of
10 %, a 5 % patch in a black one and a 95 % patch in a white one, lines of 1, 2 and 3 pixels, standing and lying, at
full contrast in the four corners and the centre, at 5, 3 and 1 % in the corners, a white window in a black bar and a
black one in a white bar. The percentages are the recommended practice's; it gives its places for a display's tube,
those here are fractions of the picture of our own choice, and the truth tells them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arguments import Arguments
from .canvas import read_canvas
from .patches import Bars, Drawing, Patch
from .pattern import Pattern, PhantomTruth
from .storing import read_storing

__all__ = ["Smpte", "SmpteTruth", "read"]

# upper left corners of the ring's patches in sixteenths of the picture, clockwise from the lower left
_RING = ((10, 4), (8, 4), (6, 4), (4, 4), (4, 6), (4, 8), (4, 10), (6, 10), (8, 10), (10, 10), (10, 8))
_CORNERS = {"upper left": (1, 1), "upper right": (1, 13), "lower left": (13, 1), "lower right": (13, 13)}


@dataclass(frozen=True)
class SmpteTruth(PhantomTruth):
    """Patches are named ``0 %`` to ``100 %``, ``5 % in 0 %``, ``95 % in 100 %`` and ``background``."""

    patches: tuple[Patch, ...]
    bars: tuple[Bars, ...]


@dataclass(frozen=True)
class Smpte(Pattern):
    name = "smpte"
    title = "SMPTE RP 133 test pattern"

    def exact(self, frame: int) -> NDArray[np.float64]:
        return self.canvas.storing.of_levels(self._drawn().levels)

    def truth(self) -> SmpteTruth:
        drawn = self._drawn()
        return SmpteTruth(self.name, self.canvas, tuple(drawn.patches), tuple(drawn.bars))

    def _drawn(self) -> Drawing:
        rows, columns = self.canvas.rows, self.canvas.columns
        drawing = Drawing(rows, columns, 0.5, self.canvas.storing)
        unit = (rows // 16, columns // 16)
        self._draw_grid(drawing)
        for number, (down, across) in enumerate(_RING):
            drawing.patch(f"{10 * number} %", down * unit[0], across * unit[1], 2 * unit[0], 2 * unit[1], number / 10)
        for across, outer, inner in ((6, 0, 5), (9, 100, 95)):
            drawing.rectangle(8 * unit[0], across * unit[1], unit[0], unit[1], outer / 100)
            drawing.patch(
                f"{inner} % in {outer} %",
                8 * unit[0] + unit[0] // 4,
                across * unit[1] + unit[1] // 4,
                unit[0] // 2,
                unit[1] // 2,
                inner / 100,
            )
        for top, bar, window in ((2, 0.0, 1.0), (13, 1.0, 0.0)):
            drawing.rectangle(top * unit[0], 4 * unit[1], unit[0], 8 * unit[1], bar)
            drawing.rectangle(top * unit[0], 7 * unit[1], unit[0], 2 * unit[1], window)
        self._draw_lines(drawing, unit)
        return drawing

    def _draw_grid(self, drawing: Drawing) -> None:
        rows, columns = self.canvas.rows, self.canvas.columns
        for n in range(1, 16):
            drawing.rectangle(n * (rows // 16), 0, 1, columns, 0.75)
            drawing.rectangle(0, n * (columns // 16), rows, 1, 0.75)
        for top, left, height, width in ((0, 0, 1, columns), (rows - 1, 0, 1, columns), (0, 0, rows, 1)):
            drawing.rectangle(top, left, height, width, 1.0)
        drawing.rectangle(0, columns - 1, rows, 1, 1.0)
        free = (rows // 16 - 1, columns // 16 - 1)
        # the cell right of the two in the centre, free of everything
        drawing.patch("background", 7 * (rows // 16) + 1, 7 * (columns // 16) + 1, *free, 0.5)

    def _draw_lines(self, drawing: Drawing, unit: tuple[int, int]) -> None:
        size = min(unit) * 2 // 3
        places = {name: (down * unit[0], across * unit[1]) for name, (down, across) in _CORNERS.items()}
        for name, (top, left) in places.items():
            self._draw_squares(drawing, name, top, left, size, 1.0)
            for n, percent in enumerate((5, 3, 1)):
                low_contrast = f"{name}, {percent} %"
                ends = (0.5 + percent / 200, 0.5 - percent / 200)
                drawing.line_pairs(low_contrast, top + 2 * size, left + n * size, size, "vertical", 2, *ends)
        self._draw_squares(drawing, "centre", 8 * unit[0] + 1, 8 * unit[1] - 3 * size // 2, size, 1.0)

    def _draw_squares(self, drawing: Drawing, name: str, top: int, left: int, size: int, light: float) -> None:
        for down, lines in enumerate(("vertical", "horizontal")):
            for n in range(3):
                place = (top + down * size, left + n * size, size)
                drawing.line_pairs(f"{name}, {n + 1} px, {lines}", *place, lines, n + 1, light, 0.0)


def read(arguments: Arguments) -> Smpte:
    storing = read_storing(arguments, bits=8)
    canvas = read_canvas(arguments, storing, rows=512, columns=512, spacing=0.5, samples=None)
    if min(canvas.rows, canvas.columns) < 256:
        raise arguments.error(
            f"smpte has no room in {canvas.rows} x {canvas.columns} pixels; give at least rows=256&columns=256"
        )
    return Smpte(canvas)
