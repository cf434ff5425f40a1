"""``phantom:tg18-qc``: a test pattern with the elements of TG18-QC (AAPM On-line Report 03, 2005).

There are, with the report's values: a background of the middle value, sixteen luminance patches from 8 to 248 (of 8
bits; 128 to 3968 of 12), each with four small corner patches of 4 (64) above and below it, two more patches with the
lowest and the highest value and 5 % and 95 % patches within, so 18 luminance levels; lines of 1 and 2 pixels,
standing and lying, from the lowest to the highest value and of low contrast (128 to 130; 2048 to 2088), in the centre
and the four corners; two ramps over the whole range; black and white bars with windows. With values of our own:
"QUALITY CONTROL" in letters that differ from the lowest, the middle and the highest value by 14 down to 1 (of 8 bits),
a grid, and a border. Not there: the Cx patterns with their blurred references, and the area for cross-talk. Sizes of
patches are the report's for 1024 x 1024 pixels and follow the picture's; the places are of our own choice, and the
truth tells them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arguments import Arguments
from .canvas import read_canvas
from .patches import Bars, Drawing, Letters, Patch
from .pattern import Pattern, PhantomTruth
from .storing import read_storing

__all__ = ["Tg18Qc", "Tg18QcTruth", "VerticalRamp", "read"]

_TEXT = "QUALITY CONTROL"
# cells of a ring in a square of five by five, clockwise from the upper left
_RING = (
    *((0, n) for n in range(5)),
    *((n, 4) for n in range(1, 5)),
    *((4, n) for n in range(3, -1, -1)),
    *((n, 0) for n in range(3, 0, -1)),
)
_CORNERS = {"upper left": (60, 60), "upper right": (60, 868), "lower left": (916, 60), "lower right": (916, 868)}


@dataclass(frozen=True)
class VerticalRamp:
    """From ``stored_first`` in row ``first`` to ``stored_last`` in row ``last``.

    It is ``columns`` wide, the first of them ``column``.
    """

    first: int
    last: int
    column: int
    columns: int
    stored_first: int
    stored_last: int


@dataclass(frozen=True)
class Tg18QcTruth(PhantomTruth):
    """Patches are named ``1`` to ``16``, ``5 % in lowest``, ``95 % in highest`` and ``background``.

    The corner patches of ``3`` are ``3, upper left`` and so on.
    """

    patches: tuple[Patch, ...]
    bars: tuple[Bars, ...]
    letters: tuple[Letters, ...]
    ramps: tuple[VerticalRamp, ...]


@dataclass(frozen=True)
class Tg18Qc(Pattern):
    name = "tg18-qc"
    title = "AAPM TG18-QC test pattern"

    def exact(self, frame: int) -> NDArray[np.float64]:
        return self.canvas.storing.of_levels(self._drawn()[0].levels)

    def truth(self) -> Tg18QcTruth:
        drawing, ramps = self._drawn()
        parts = (tuple(drawing.patches), tuple(drawing.bars), tuple(drawing.letters))
        return Tg18QcTruth(self.name, self.canvas, *parts, ramps)

    def _drawn(self) -> tuple[Drawing, tuple[VerticalRamp, ...]]:
        middle = self._level(2048)
        drawing = Drawing(self.canvas.rows, self.canvas.columns, middle, self.canvas.storing)
        self._draw_grid(drawing)
        self._draw_patches(drawing)
        self._draw_bars(drawing)
        self._draw_letters(drawing)
        return drawing, (self._draw_ramp(drawing, 128, 0, 1), self._draw_ramp(drawing, 846, 1, 0))

    def _level(self, of_12_bits: int) -> float:
        """The level of a pixel value that the report gives for 12 bits, in whole steps of our bits."""
        bits = self.canvas.storing.bits
        return (of_12_bits << bits >> 12) / ((1 << bits) - 1)

    def _down(self, of_1024: int) -> int:
        return of_1024 * self.canvas.rows // 1024

    def _across(self, of_1024: int) -> int:
        return of_1024 * self.canvas.columns // 1024

    def _place(self, top: int, left: int, rows: int, columns: int) -> tuple[int, int, int, int]:
        """A rectangle in 1024ths of the picture in pixels."""
        return self._down(top), self._across(left), self._down(rows), self._across(columns)

    def _draw_grid(self, drawing: Drawing) -> None:
        rows, columns = self.canvas.rows, self.canvas.columns
        light = self._level(3072)
        for n in range(1, 10):
            drawing.rectangle(n * rows // 10, 0, 1, columns, light)
            drawing.rectangle(0, n * columns // 10, rows, 1, light)
        # three pixels wide along the border
        for top, left, height, width in ((0, 0, 3, columns), (rows - 3, 0, 3, columns), (0, 0, rows, 3)):
            drawing.rectangle(top, left, height, width, light)
        drawing.rectangle(0, columns - 3, rows, 3, light)
        drawing.patch("background", *self._place(210, 210, 30, 90), self._level(2048))

    def _draw_patches(self, drawing: Drawing) -> None:
        top, left, height, width = self._place(257, 257, 102, 102)
        small = self._place(0, 0, 10, 10)[2:]
        for number, (down, across) in enumerate(_RING, 1):
            value = 128 + 256 * (number - 1)
            y, x = top + down * height, left + across * width
            drawing.patch(str(number), y, x, height, width, self._level(value))
            ends = {"upper": y, "lower": y + height - small[0]}, {"left": x, "right": x + width - small[1]}
            for vertical, corner_top in ends[0].items():
                for side, corner_left in ends[1].items():
                    brighter = (vertical, side) in (("upper", "left"), ("lower", "right"))
                    level = self._level(value + 64 if brighter else value - 64)
                    drawing.patch(f"{number}, {vertical} {side}", corner_top, corner_left, *small, level)
        for across, name, level, inner in ((1, "5 % in lowest", 0.0, 0.05), (3, "95 % in highest", 1.0, 0.95)):
            y, x = top + 2 * height, left + across * width
            drawing.rectangle(y, x, height, width, level)
            drawing.patch(name, y + height // 4, x + width // 4, height // 2, width // 2, inner)

    def _draw_bars(self, drawing: Drawing) -> None:
        for left, bar, window in ((257, 0.0, 1.0), (532, 1.0, 0.0)):
            drawing.rectangle(*self._place(130, left, 50, 235), bar)
            drawing.rectangle(*self._place(130, left + 78, 50, 78), window)
        size = min(self._down(24), self._across(24))
        corners = {name: (self._down(top), self._across(left)) for name, (top, left) in _CORNERS.items()}
        places = {**corners, "centre": (self.canvas.rows // 2 - size, self.canvas.columns // 2 - 2 * size)}
        low_contrast = (self._level(2088), self._level(2048))
        for name, (top, left) in places.items():
            for down, lines in enumerate(("vertical", "horizontal")):
                for n, (width, contrast, ends) in enumerate(
                    (
                        (1, "full", (1.0, 0.0)),
                        (2, "full", (1.0, 0.0)),
                        (1, "low", low_contrast),
                        (2, "low", low_contrast),
                    )
                ):
                    told = f"{name}, {width} px, {lines}, {contrast} contrast"
                    drawing.line_pairs(told, top + down * size, left + n * size, size, lines, width, *ends)

    def _draw_letters(self, drawing: Drawing) -> None:
        dot = max(1, min(self._down(2), self._across(2)))
        backgrounds = {"lowest": (0.0, 1), "middle": (self._level(2048), 1), "highest": (1.0, -1)}
        for n, (name, (background, sign)) in enumerate(backgrounds.items()):
            top, left, height, width = self._place(800, 200 + 214 * n, 30, 200)
            drawing.rectangle(top, left, height, width, background)
            differences = iter(range(14, 0, -1))
            levels = [
                background if character == " " else background + sign * self._level(16 * next(differences))
                for character in _TEXT
            ]
            drawing.text(name, _TEXT, top + 2 * dot, left + 2 * dot, dot, background, levels)

    def _draw_ramp(self, drawing: Drawing, left: int, first: float, last: float) -> VerticalRamp:
        top, column, height, width = self._place(257, left, 510, 50)
        levels = np.linspace(first, last, height)
        drawing.levels[top : top + height, column : column + width] = levels[:, np.newaxis]
        storing = self.canvas.storing
        ends = (storing.of_level(first), storing.of_level(last))
        return VerticalRamp(top, top + height - 1, column, width, *ends)


def read(arguments: Arguments) -> Tg18Qc:
    storing = read_storing(arguments, bits=12, least_bits=8)
    canvas = read_canvas(arguments, storing, rows=1024, columns=1024, spacing=0.3, samples=None)
    if min(canvas.rows, canvas.columns) < 512:
        raise arguments.error(
            f"tg18-qc has no room in {canvas.rows} x {canvas.columns} pixels; give at least rows=512&columns=512"
        )
    return Tg18Qc(canvas)
