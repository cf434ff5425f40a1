"""The letters of QUALITY CONTROL, in 5 x 7 dots."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["GLYPHS"]

_LETTERS = {
    "A": " ### |#   #|#   #|#####|#   #|#   #|#   #",
    "C": " ### |#   #|#    |#    |#    |#   #| ### ",
    "I": " ### |  #  |  #  |  #  |  #  |  #  | ### ",
    "L": "#    |#    |#    |#    |#    |#    |#####",
    "N": "#   #|##  #|##  #|# # #|#  ##|#  ##|#   #",
    "O": " ### |#   #|#   #|#   #|#   #|#   #| ### ",
    "Q": " ### |#   #|#   #|#   #|# # #|#  # | ## #",
    "R": "#### |#   #|#   #|#### |# #  |#  # |#   #",
    "T": "#####|  #  |  #  |  #  |  #  |  #  |  #  ",
    "U": "#   #|#   #|#   #|#   #|#   #|#   #| ### ",
    "Y": "#   #|#   #| # # |  #  |  #  |  #  |  #  ",
    " ": "     |     |     |     |     |     |     ",
}

GLYPHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {letter: tuple(dots.split("|")) for letter, dots in _LETTERS.items()}
)
