"""A phantom with all its arguments, and what is known of every one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..errors import FrameIndexError
from ..image import Window
from .canvas import Canvas
from .decimals import as_written
from .placement import Placement
from .storing import Storing, rounded

__all__ = ["Pattern", "PhantomTruth"]


@dataclass(frozen=True)
class PhantomTruth:
    """What is known of every phantom: its name, and size, spacing and storage of its images.

    All values that it tells are those before noise.
    """

    pattern: str
    canvas: Canvas

    @property
    def storing(self) -> Storing:
        """How values are stored, and their range."""
        return self.canvas.storing


@dataclass(frozen=True)
class Pattern(ABC):
    """A phantom; equal ones have equal pixels, whatever their image ids look like."""

    name: ClassVar[str]
    title: ClassVar[str]
    # levels look the same in every photometric interpretation; other values stay what they are
    is_of_levels: ClassVar[bool] = True

    canvas: Canvas

    @abstractmethod
    def exact(self, frame: int) -> NDArray[np.float64]:
        """Stored values of ``frame`` (from 0) before noise and rounding, shape ``(rows, columns)``.

        Of levels, as MONOCHROME2 stores them; of colour, the level that the colours are made of.
        """

    @abstractmethod
    def truth(self) -> PhantomTruth:
        """What is known of it."""

    @property
    def windows(self) -> tuple[Window, ...]:
        """For grey, in modality units, for LINEAR_EXACT; the first one is shown."""
        storing = self.canvas.storing
        return (self.window(storing.low, storing.high, "Full range"),)

    @property
    def placement(self) -> Placement | None:
        """Where its frames lie in the patient; None where they lie nowhere."""
        return None

    def stored_values(self, frame: int) -> NDArray[np.integer]:
        """Stored values of ``frame``, in the type of the image; of colour, levels. Raises :class:`FrameIndexError`."""
        self.check_frame(frame)
        canvas, storing = self.canvas, self.canvas.storing
        exact = self.exact(frame)
        if canvas.noise:
            exact = exact + canvas.noise_of(frame)
        within = np.clip(rounded(exact), storing.low, storing.high)
        stored: NDArray[np.integer] = (storing.turned(within) if self.is_of_levels else within).astype(storing.dtype)
        return stored

    def check_frame(self, frame: int) -> None:
        """Raise :class:`FrameIndexError` unless there is a frame of this 0-based index."""
        frames = self.canvas.frames
        if not 0 <= frame < frames:
            raise FrameIndexError(
                f"frame={frame + 1} does not exist: the phantom has {frames} frame{'s' if frames > 1 else ''}, "
                f"counted from 1; ask for more by frames={frame + 1}"
            )

    def window(self, stored_low: float, stored_high: float, name: str) -> Window:
        """The window from one stored value to another."""
        ends = [self.canvas.storing.modality_value(stored) for stored in (stored_low, stored_high)]
        return Window(as_written(sum(ends) / 2), as_written(abs(ends[1] - ends[0])), name)
