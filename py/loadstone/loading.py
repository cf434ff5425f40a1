"""Loads in flight: loaders run in the request pools, loads of one id are shared by all who wait for it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from .errors import LoadCancelledError, LoaderError, LoadstoneError
from .image import Image, ImageLoadObject
from .registry import ImageLoader, LoadOptions, PromotionListener
from .results import as_image, as_load_object, as_loadstone_error
from .scheduling import Request, RequestPools, RequestType

__all__ = ["Foreign", "LoadOutcome", "Loads", "SharedImageLoad"]

_logger = logging.getLogger(__name__)

# the ids whose loaders have led to the code that runs
_being_loaded: ContextVar[frozenset[str]] = ContextVar("_being_loaded", default=frozenset())

# turns what a loader gave back, or its promise came to, from a foreign form (JavaScript's) into one of ours
Foreign = Callable[[object], object]


@dataclass(frozen=True, eq=False)
class LoadOutcome:
    """How a load ended: with an image and its ``decache``, or with an error."""

    image_id: str
    image: Image | None = None
    error: LoadstoneError | None = None
    decache: Callable[[], object] | None = None
    wanted_in_cache: bool = False


@dataclass(eq=False)
class _InFlight:
    image_id: str
    wanted_in_cache: bool
    progress: tuple[int, int | None] = (0, None)
    waiters: set[asyncio.Future[Image]] = field(default_factory=set)
    request: Request[Image] | None = None
    given: ImageLoadObject | None = None
    ended: bool = False
    promotions: list[tuple[RequestType, float]] = field(default_factory=list)
    promotion_listeners: list[PromotionListener] = field(default_factory=list)

    def promote(self, request_type: RequestType, priority: float) -> None:
        self.promotions.append((request_type, priority))
        for listener in self.promotion_listeners:
            listener(request_type, priority)

    def on_promotion(self, listener: PromotionListener) -> None:
        self.promotion_listeners.append(listener)
        # those from before the loader was so far
        for promotion in self.promotions:
            listener(*promotion)


class SharedImageLoad(ImageLoadObject):
    """One caller's share in a load: awaiting it gives the image, :meth:`cancel` leaves the load.

    The load itself is called off when its last waiter leaves. One task awaits it; a second one asks the session
    for a share of its own.
    """

    def __init__(
        self,
        promise: asyncio.Future[Image],
        cancel_fn: Callable[[], object] | None = None,
        progress: Callable[[], tuple[int, int | None]] = lambda: (0, None),
    ) -> None:
        super().__init__(promise, cancel_fn)
        self._progress = progress

    @property
    def progress(self) -> tuple[int, int | None]:
        """Bytes that have arrived, and how many there are in all (None where the server did not say)."""
        return self._progress()


class Loads:
    """Runs loaders in the request pools, one load at a time for each image id.

    ``on_end`` hears of each load's end exactly once, before its waiters do.
    """

    def __init__(
        self,
        requests: RequestPools,
        on_end: Callable[[LoadOutcome], object],
        foreign: Foreign = lambda result: result,
    ) -> None:
        self._requests = requests
        self._on_end = on_end
        self._foreign = foreign
        # those that further callers may share, by image id, and all, also of loaders that are replaced
        self._shared: dict[str, _InFlight] = {}
        self._in_flight: set[_InFlight] = set()

    @property
    def around(self) -> frozenset[str]:
        """The images whose loaders have led to the code that asks."""
        return _being_loaded.get()

    @contextmanager
    def leading_to(self, name: str) -> Iterator[None]:
        """What is begun within is for ``name`` too, which is no image but what images are made of."""
        token = _being_loaded.set(_being_loaded.get() | {name})
        try:
            yield
        finally:
            _being_loaded.reset(token)

    def join(self, image_id: str, *, request_type: RequestType, priority: float, cache: bool) -> SharedImageLoad | None:
        """A share in the load that is in flight for ``image_id``, made as urgent as asked; None if there is none.

        Raises :class:`LoaderError` where the load would wait for itself.
        """
        load = self._shared.get(image_id)
        if load is None:
            return None
        if image_id in _being_loaded.get():
            raise LoaderError(
                f"{image_id}: its loader asks for the same image again and would wait for itself; "
                "load another id there",
                image_id=image_id,
            )
        if load.request is not None:
            self._requests.promote(load.request, request_type=request_type, priority=priority)
            load.promote(request_type, priority)
        load.wanted_in_cache |= cache
        return self._add_waiter(load)

    def start(self, image_id: str, loader: ImageLoader, options: LoadOptions, *, cache: bool) -> SharedImageLoad:
        """Begin a load of ``image_id``, for which none is in flight."""
        load = _InFlight(image_id, cache)

        def report_progress(url: str, loaded: int, total: int | None) -> None:
            load.progress = (loaded, total)
            options.report_progress(url, loaded, total)

        told = replace(options, report_progress=report_progress, on_promotion=load.on_promotion)
        load.request = self._requests.submit(
            lambda: self._run(load, loader, told), request_type=options.request_type, priority=options.priority
        )
        self._shared[image_id] = load
        self._in_flight.add(load)
        load.request.result.add_done_callback(lambda result: self._request_ended(load, result))
        return self._add_waiter(load)

    def cancel(self, image_id: str) -> bool:
        """Call off the load of ``image_id`` for all its waiters; False if none is in flight."""
        return self.cancel_those(lambda other: other == image_id)

    def cancel_those(self, belongs: Callable[[str], bool]) -> bool:
        """Call off the loads of all image ids that belong, for all their waiters; False if none is in flight."""
        loads = [load for load in self._in_flight if belongs(load.image_id)]
        for load in loads:
            self._call_off(load)
        return bool(loads)

    def cancel_all(self) -> None:
        """Call off all loads in flight."""
        for load in tuple(self._in_flight):
            self._call_off(load)

    def detach(self, belongs: Callable[[str], bool]) -> None:
        """Let loads in flight go on for their waiters only: not shared any more, and not cached."""
        for image_id in [image_id for image_id in self._shared if belongs(image_id)]:
            self._shared.pop(image_id).wanted_in_cache = False

    def _add_waiter(self, load: _InFlight) -> SharedImageLoad:
        waiter: asyncio.Future[Image] = asyncio.get_running_loop().create_future()
        load.waiters.add(waiter)

        def leave() -> None:
            if waiter.done():
                return
            waiter.set_exception(_cancelled(load.image_id))
            waiter.exception()

        def left(_: asyncio.Future[Image]) -> None:
            load.waiters.discard(waiter)
            if not load.waiters and not load.ended:
                self._call_off(load)

        waiter.add_done_callback(left)
        return SharedImageLoad(waiter, leave, lambda: load.progress)

    def _call_off(self, load: _InFlight) -> None:
        request = load.request
        self._end(load, LoadOutcome(load.image_id, error=_cancelled(load.image_id)))
        if request is not None:
            request.cancel()

    def _request_ended(self, load: _InFlight, result: asyncio.Future[Image]) -> None:
        if result.cancelled():
            error: BaseException | None = _cancelled(load.image_id)
        else:
            error = result.exception()
        if load.ended:
            return
        if error is not None:
            self._end(load, LoadOutcome(load.image_id, error=as_loadstone_error(error, load.image_id)))
            return
        decache = load.given.decache if load.given is not None else None
        self._end(
            load,
            LoadOutcome(load.image_id, image=result.result(), decache=decache, wanted_in_cache=load.wanted_in_cache),
        )

    def _end(self, load: _InFlight, outcome: LoadOutcome) -> None:
        load.ended = True
        # request and load refer to each other: apart, the image is freed when the last user drops it,
        # and need not wait for the garbage collector
        load.request = None
        self._in_flight.discard(load)
        if self._shared.get(load.image_id) is load:
            del self._shared[load.image_id]
        try:
            self._on_end(outcome)
        finally:
            for waiter in tuple(load.waiters):
                if waiter.done():
                    continue
                if outcome.image is not None:
                    waiter.set_result(outcome.image)
                elif outcome.error is not None:
                    waiter.set_exception(outcome.error)

    async def _run(self, load: _InFlight, loader: ImageLoader, options: LoadOptions) -> Image:
        started = time.perf_counter()
        _being_loaded.set(_being_loaded.get() | {load.image_id})
        load.given = as_load_object(self._foreign(loader(load.image_id, options)), load.image_id)
        try:
            image = as_image(self._foreign(await load.given.promise), load.image_id)
        except asyncio.CancelledError as cause:
            try:
                load.given.cancel()
            except Exception:
                _logger.exception("%s: the cancel_fn of its loader raised", load.image_id)
            if load.ended:
                raise
            # nobody called it off: what it waited for was cancelled
            raise _cancelled(load.image_id) from cause
        return replace(image, load_time=time.perf_counter() - started)


def _cancelled(image_id: str) -> LoadCancelledError:
    return LoadCancelledError(f"{image_id}: the load was cancelled", image_id=image_id)
