"""What user programs print, told to the page as it is printed, without drowning it."""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections import deque
from collections.abc import Callable

__all__ = ["Output", "OutputStream"]

# so many pieces in a row are told at once; after that they are told together, so often
_AT_ONCE = 100
_INTERVAL_S = 0.1

# of what is printed between two tellings, no more than this is told: its end
_LONGEST = 4096


class OutputStream(io.TextIOBase):
    """A stream in the place of ``sys.stdout`` or ``sys.stderr`` that hands whole lines to ``tell``.

    A line is told when it ends, or when it is flushed, or soon. A program that prints without end is told ten times
    a second, each time the last 4,096 characters, with a word on how many were left out.
    """

    def __init__(
        self,
        tell: Callable[[str], object],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell = tell
        self._clock = clock
        self._pieces: deque[str] = deque()
        self._length = 0
        self._left_out = 0
        # each telling costs one of these; they come back with time
        self._allowed = float(_AT_ONCE)
        self._counted_at = clock()
        self._later: asyncio.TimerHandle | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._keep(text)
        if "\n" in text:
            self.flush()
        elif self._later is None:
            self._flush_later()
        return len(text)

    def flush(self) -> None:
        """Tell what has been written, unless much has been told a moment ago."""
        now = self._clock()
        self._allowed = min(_AT_ONCE, self._allowed + (now - self._counted_at) / _INTERVAL_S)
        self._counted_at = now
        if self._allowed >= 1:
            self.end()
            self._allowed -= 1
        elif self._later is None:
            self._flush_later()

    def end(self) -> None:
        """Tell what has been written, in any case: a program has ended."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        if not self._length:
            return
        text = "".join(self._pieces)
        if self._left_out:
            text = f"[{self._left_out:,} characters are left out here]\n{text}"
        self._pieces.clear()
        self._length = self._left_out = 0
        self._tell(text)

    def _keep(self, text: str) -> None:
        self._pieces.append(text[-_LONGEST:])
        self._left_out += max(0, len(text) - _LONGEST)
        self._length += len(self._pieces[-1])
        while self._length - len(self._pieces[0]) >= _LONGEST:
            dropped = len(self._pieces.popleft())
            self._length -= dropped
            self._left_out += dropped

    def _flush_later(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            # nothing runs that would come back to it: the next writing, or the end, tells it
            return
        self._later = loop.call_later(_INTERVAL_S, self._flush_now)

    def _flush_now(self) -> None:
        self._later = None
        self.end()


class Output:
    """Stands in for this interpreter's stdout and stderr; ``tell(stream, text)`` hears what is written to them."""

    def __init__(self, tell: Callable[[str, str], object]) -> None:
        self._streams = [
            OutputStream(lambda text: tell("stdout", text)),
            OutputStream(lambda text: tell("stderr", text)),
        ]
        sys.stdout, sys.stderr = self._streams

    def end(self) -> None:
        """Tell what has been written so far."""
        for stream in self._streams:
            stream.end()
