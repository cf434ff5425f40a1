"""The size of a phantom, its spacing and its noise: what all of them have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arguments import Arguments
from .decimals import as_written
from .storing import Storing

__all__ = ["Canvas", "read_canvas"]

Floats = NDArray[np.float64]

# of DICOM's Rows and Columns (US)
_MOST = 65535
_MOST_FRAMES = 10000


@dataclass(frozen=True)
class Canvas:
    """Spacings are in mm. A pixel is the mean of ``samples`` x ``samples`` points of its area.

    ``noise`` is the standard deviation, in stored values, of what is added to each pixel of each frame; it follows
    from ``seed`` and the frame.
    """

    rows: int
    columns: int
    frames: int
    row_spacing: float
    column_spacing: float
    samples: int
    noise: float
    seed: int
    storing: Storing

    def sampled(self, value_at: Callable[[Floats, Floats], Floats]) -> Floats:
        """The mean of ``value_at(row, column)`` over each pixel, shape ``(rows, columns)``.

        It is called with all rows, as a column, and all columns, as a row; pixel centres are whole numbers from 0.
        """
        rows: Floats = np.arange(self.rows, dtype=np.float64)[:, np.newaxis]
        columns: Floats = np.arange(self.columns, dtype=np.float64)[np.newaxis]
        total = np.zeros((self.rows, self.columns))
        offsets = self.offsets()
        for down in offsets:
            for across in offsets:
                total += value_at(np.add(rows, down), np.add(columns, across))
        total /= len(offsets) ** 2
        return total

    def offsets(self) -> list[float]:
        """Where samples lie along one side of a pixel, from its centre."""
        return [(n + 0.5) / self.samples - 0.5 for n in range(self.samples)]

    def noise_of(self, frame: int) -> Floats:
        # RandomState, since numpy promises that its numbers stay the same from version to version
        generator = np.random.RandomState([self.seed, frame])
        return self.noise * generator.standard_normal((self.rows, self.columns))


def read_canvas(
    arguments: Arguments,
    storing: Storing,
    *,
    rows: int = 256,
    columns: int = 256,
    frames: int = 1,
    spacing: float = 1.0,
    samples: int | None = 1,
) -> Canvas:
    """The canvas that ``arguments`` ask for; the others are the phantom's defaults.

    ``samples`` is None for phantoms that are drawn pixel by pixel, and can not be asked for then.
    """
    row_spacing, column_spacing = _spacing(arguments, spacing)
    return Canvas(
        rows=arguments.whole("rows", rows, 1, _MOST),
        columns=arguments.whole("columns", columns, 1, _MOST),
        frames=arguments.whole("frames", frames, 1, _MOST_FRAMES),
        row_spacing=row_spacing,
        column_spacing=column_spacing,
        samples=1 if samples is None else arguments.whole("samples", samples, 1, 16),
        noise=arguments.number("noise", 0.0, 0.0, 1e9),
        seed=arguments.whole("seed", 0, 0, 2**32 - 1),
        storing=storing,
    )


def _spacing(arguments: Arguments, default: float) -> tuple[float, float]:
    what = "the distance of pixel centres in mm, from 0.0001 to 1000, or two of them: of rows, of columns"
    given = arguments.numbers("spacing", (default,), what)
    if len(given) > 2 or not all(1e-4 <= spacing <= 1000 for spacing in given):
        raise arguments.error(f"spacing={','.join(f'{n:g}' for n in given)} should be {what}")
    return as_written(given[0]), as_written(given[-1])
