"""Patches of one value, bars and letters: drawn pixel by pixel, and told as truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .letters import GLYPHS
from .storing import Storing

__all__ = ["Bars", "Drawing", "Letters", "Patch", "patch_of"]


@dataclass(frozen=True)
class Patch:
    """An area of one value: ``row`` and ``column`` are its centre, pixel centres are whole numbers from 0.

    ``rows`` x ``columns`` is its size in pixels, ``value`` the stored value in modality units, ``color`` its RGB in
    colour phantoms. Smaller patches may lie on it; its centre is free unless another patch lies there by name.
    """

    name: str
    row: float
    column: float
    rows: int
    columns: int
    stored: int
    value: float
    color: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Bars:
    """Light and dark lines of ``width`` pixels each, the light one first, in an area as :class:`Patch` has it.

    The lines are ``"vertical"`` or ``"horizontal"``.
    """

    name: str
    row: float
    column: float
    rows: int
    columns: int
    lines: str
    width: int
    stored_light: int
    stored_dark: int


@dataclass(frozen=True)
class Letters:
    """``text`` in letters that differ from the ``stored_background`` by less and less.

    ``stored`` has one value for each character, blanks included; ``row`` and ``column`` are the upper left pixel of
    the first character, each is 5 x 7 dots of ``dot`` pixels squared, 6 dots from the one before.
    """

    name: str
    text: str
    row: int
    column: int
    dot: int
    stored_background: int
    stored: tuple[int, ...]


class Drawing:
    """Levels from 0 to 1, drawn one thing over the other."""

    def __init__(self, rows: int, columns: int, background: float, storing: Storing) -> None:
        self.levels = np.full((rows, columns), background)
        self.patches: list[Patch] = []
        self.bars: list[Bars] = []
        self.letters: list[Letters] = []
        self._storing = storing

    def rectangle(self, top: int, left: int, rows: int, columns: int, level: float) -> None:
        self.levels[max(0, top) : top + rows, max(0, left) : left + columns] = level

    def patch(self, name: str, top: int, left: int, rows: int, columns: int, level: float) -> None:
        """A rectangle that the truth tells of."""
        self.rectangle(top, left, rows, columns, level)
        self.patches.append(patch_of(self._storing, name, top, left, rows, columns, level))

    def line_pairs(
        self, name: str, top: int, left: int, size: int, lines: str, width: int, light: float, dark: float
    ) -> None:
        """A square of lines."""
        is_dark = np.arange(size) // width % 2 == 1
        levels = np.where(is_dark, dark, light)
        self.levels[top : top + size, left : left + size] = levels if lines == "vertical" else levels[:, np.newaxis]
        middle = (size - 1) / 2
        ends = (self._storing.of_level(light), self._storing.of_level(dark))
        self.bars.append(Bars(name, top + middle, left + middle, size, size, lines, width, *ends))

    def text(self, name: str, text: str, top: int, left: int, dot: int, background: float, levels: list[float]) -> None:
        """``text`` with its upper left pixel there, each character of a level of its own."""
        for place, (character, level) in enumerate(zip(text, levels, strict=True)):
            for row, dots in enumerate(GLYPHS[character]):
                for column, bit in enumerate(dots):
                    if bit == "#":
                        self.rectangle(top + row * dot, left + (6 * place + column) * dot, dot, dot, level)
        stored = tuple(map(self._storing.of_level, levels))
        self.letters.append(Letters(name, text, top, left, dot, self._storing.of_level(background), stored))


def patch_of(storing: Storing, name: str, top: int, left: int, rows: int, columns: int, level: float) -> Patch:
    """What is known of a rectangle of one level."""
    stored = storing.of_level(level)
    return Patch(
        name=name,
        row=top + (rows - 1) / 2,
        column=left + (columns - 1) / 2,
        rows=rows,
        columns=columns,
        stored=stored,
        value=storing.modality_value(stored),
        color=storing.color(stored),
    )
