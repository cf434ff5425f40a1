"""The event loop runs what is ready in one go, as asyncio's own loops do."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

__all__ = ["run_ready_callbacks_together"]


def run_ready_callbacks_together(loop: asyncio.AbstractEventLoop) -> None:
    """Make ``loop.call_soon`` run all callbacks that are ready in one task of the browser's event loop.

    Pyodide 314.0.3 asks the browser for a task of its own for each callback, on a stack of its own; an image takes
    more than 20 callbacks, and they cost more than its pixels do. What a callback makes ready runs in the next task,
    so messages and answers come in between.
    """
    ready = _Ready(loop)
    loop.call_soon = ready.call_soon  # type: ignore[method-assign, assignment]


class _Ready:
    """Callbacks that are ready, in order, and whether the browser was asked to run them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._handles: deque[asyncio.Handle] = deque()
        self._is_scheduled = False

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self._loop, context)
        self._handles.append(handle)
        self._schedule()
        return handle

    def _schedule(self) -> None:
        if not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_later(0, self._run)

    def _run(self) -> None:
        # before anything runs: a callback that waits in run_sync leaves the rest to the next task
        self._is_scheduled = False
        try:
            for _ in range(len(self._handles)):
                if not self._handles:
                    return
                handle = self._handles.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            # a callback that ends Python's run (SystemExit) ends it for the others too, but these are not lost
            if self._handles:
                self._schedule()
