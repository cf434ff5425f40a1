"""Request pools: how many requests of each kind run at once, and which goes first.

A lower priority number is more urgent; among equals, first come, first served (as in Cornerstone).
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context, ContextVar, copy_context
from typing import Any, Generic, Literal, TypeVar, get_args

from .errors import InvalidArgumentError

__all__ = ["DEFAULT_LIMITS", "Request", "RequestPools", "RequestType", "leave_pool"]

RequestType = Literal["interaction", "thumbnail", "prefetch", "compute"]

DEFAULT_LIMITS: Mapping[RequestType, int] = {"interaction": 6, "thumbnail": 6, "prefetch": 5, "compute": 2}

_T = TypeVar("_T")

# set inside a running request: what it asks for in turn runs within its slot, since
# requests that wait for requests of a full pool would wait for ever
_inside_request: ContextVar[bool] = ContextVar("_inside_request", default=False)

# gives the place back that the running request has in its pool
_leave: ContextVar[Callable[[], object] | None] = ContextVar("_leave", default=None)


def leave_pool() -> None:
    """Let another request have the place of the one that calls this; it goes on without one.

    For work that waits for somebody outside who may in turn submit requests to the same pool.
    """
    leave = _leave.get()
    if leave is not None:
        leave()


class Request(Generic[_T]):
    """One piece of work in a pool; ``result`` is the future of what it gives."""

    def __init__(self, work: Callable[[], Awaitable[_T]], request_type: RequestType, priority: float) -> None:
        self.work = work
        self.request_type: RequestType = request_type
        self.priority = priority
        self.result: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self.task: asyncio.Task[None] | None = None

    @property
    def is_queued(self) -> bool:
        return self.task is None and not self.result.done()

    def cancel(self) -> None:
        """Take it out of the queue, or cancel the running work; ``result`` ends cancelled."""
        if self.task is not None:
            self.task.cancel()
        else:
            self.result.cancel()


class RequestPools:
    """The four pools. Each has a limit of its own, so prefetching never holds up what the user waits for."""

    def __init__(self, limits: Mapping[RequestType, int] = DEFAULT_LIMITS) -> None:
        self._limits: dict[RequestType, int] = {**DEFAULT_LIMITS, **limits}
        self._queues: dict[RequestType, list[tuple[float, int, Request[Any]]]] = {
            kind: [] for kind in get_args(RequestType)
        }
        self._running: dict[RequestType, int] = dict.fromkeys(self._queues, 0)
        self._order = itertools.count()

    def limit(self, request_type: RequestType) -> int:
        return self._limits[request_type]

    def set_limit(self, request_type: RequestType, limit: int) -> None:
        """Let at most ``limit`` requests of this type run at once; raises :class:`InvalidArgumentError` below 1."""
        if limit < 1:
            raise InvalidArgumentError(f"a limit of {limit} would stop all {request_type} requests; give 1 or more")
        self._limits[request_type] = limit
        self._start_what_fits(request_type)

    def running(self, request_type: RequestType) -> int:
        return self._running[request_type]

    def queued(self, request_type: RequestType) -> int:
        return sum(request.is_queued for _, _, request in self._queues[request_type])

    def submit(
        self, work: Callable[[], Awaitable[_T]], *, request_type: RequestType, priority: float = 0
    ) -> Request[_T]:
        """Run ``work()`` when its turn comes. Work submitted from within running work starts at once.

        Raises :class:`InvalidArgumentError` for a type that there is not, and for a priority that is no number.
        """
        self._check(request_type, priority)
        request = Request(work, request_type, priority)
        if _inside_request.get():
            self._start(request)
        else:
            heapq.heappush(self._queues[request_type], (priority, next(self._order), request))
            self._start_what_fits(request_type)
        return request

    def promote(self, request: Request[Any], *, request_type: RequestType, priority: float) -> None:
        """Move a queued request forward, when somebody wants it more urgently; never moves it back.

        Where running work wants it, it starts at once: it would wait for ever for the place that the work holds.
        """
        self._check(request_type, priority)
        kinds = get_args(RequestType)
        wanted = (kinds.index(request_type), priority)
        if not request.is_queued:
            return
        if _inside_request.get():
            self._take_out(request)
            self._start(request)
            return
        if wanted >= (kinds.index(request.request_type), request.priority):
            return
        self._take_out(request)
        request.request_type, request.priority = request_type, priority
        heapq.heappush(self._queues[request_type], (priority, next(self._order), request))
        self._start_what_fits(request_type)

    def _check(self, request_type: RequestType, priority: float) -> None:
        if request_type not in self._queues:
            raise InvalidArgumentError(
                f"there is no request type {request_type!r}; there are {', '.join(self._queues)}"
            )
        if not isinstance(priority, (int, float)) or not math.isfinite(priority):
            raise InvalidArgumentError(f"priority={priority!r} is no number; give 0, or less for what is more urgent")

    def _take_out(self, request: Request[Any]) -> None:
        queue = self._queues[request.request_type]
        queue[:] = [entry for entry in queue if entry[2] is not request]
        heapq.heapify(queue)

    def _start_what_fits(self, request_type: RequestType) -> None:
        queue = self._queues[request_type]
        while queue and self._running[request_type] < self._limits[request_type]:
            _, _, request = heapq.heappop(queue)
            if not request.is_queued:
                continue
            self._start_in_pool(request, request_type)

    def _start_in_pool(self, request: Request[Any], request_type: RequestType) -> None:
        self._running[request_type] += 1
        has_place = True

        def leave() -> None:
            nonlocal has_place
            if has_place:
                has_place = False
                self._finished(request_type)

        context = copy_context()
        context.run(_leave.set, leave)
        self._start(request, context).add_done_callback(lambda _: leave())

    def _start(self, request: Request[Any], context: Context | None = None) -> asyncio.Task[None]:
        request.task = asyncio.get_running_loop().create_task(self._run(request), context=context)
        # a task cancelled before its first step runs nothing of _run
        request.task.add_done_callback(lambda _: request.result.cancel())
        return request.task

    def _finished(self, request_type: RequestType) -> None:
        self._running[request_type] -= 1
        self._start_what_fits(request_type)

    async def _run(self, request: Request[Any]) -> None:
        _inside_request.set(True)
        try:
            value = await request.work()
        except asyncio.CancelledError:
            request.result.cancel()
        except Exception as error:
            if not request.result.done():
                request.result.set_exception(error)
        else:
            if not request.result.done():
                request.result.set_result(value)
