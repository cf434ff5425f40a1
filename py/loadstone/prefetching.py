"""Stack prefetch: the images around the one on display are loaded before they are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from .errors import LoadstoneError
from .image import Image, ImageLoadObject

__all__ = ["StackPrefetch", "neighbours"]


def neighbours(count: int, index: int, reach: int, *, forward: bool = True) -> list[int]:
    """Indices within ``reach`` of ``index``, nearest first; at equal distance the direction of scrolling first."""
    first, second = (1, -1) if forward else (-1, 1)
    wanted = (index + sign * step for step in range(1, reach + 1) for sign in (first, second))
    return [place for place in wanted if 0 <= place < count]


class StackPrefetch:
    """Keeps the neighbourhood of one index loading; ``load(image_id, priority)`` starts one prefetch load."""

    def __init__(self, load: Callable[[str, float], ImageLoadObject], *, reach: int = 10) -> None:
        self._load = load
        self._reach = reach
        self._loading: dict[str, ImageLoadObject] = {}
        self._last_index = 0

    def move_to(self, image_ids: Sequence[str], index: int, *, at_most: int | None = None) -> None:
        """Prefetch around ``index`` of the stack; loads begun for other neighbourhoods are called off.

        No more than ``at_most`` images: those that the cache has room for, else the farthest evict the nearest.
        """
        forward = index >= self._last_index
        self._last_index = index
        order = neighbours(len(image_ids), index, self._reach, forward=forward)[:at_most]
        wanted = {image_ids[place]: priority for priority, place in enumerate(order)}
        for image_id in self._loading.keys() - wanted.keys():
            self._loading.pop(image_id).cancel()
        for image_id, priority in wanted.items():
            if image_id not in self._loading:
                self._start(image_id, float(priority))

    def _start(self, image_id: str, priority: float) -> None:
        try:
            load = self._load(image_id, priority)
        except LoadstoneError:
            # an id that can not be loaded is told when it is asked for; its neighbours are prefetched all the same
            return
        future = asyncio.ensure_future(load.promise)
        if future.done():
            return
        self._loading[image_id] = load

        def ended(future: asyncio.Future[Image]) -> None:
            if self._loading.get(image_id) is load:
                del self._loading[image_id]
            if not future.cancelled():
                # a failed prefetch is told by its event; asking for the image tells its error again
                future.exception()

        future.add_done_callback(ended)
