"""Volumes that are being put together: their images are loaded several at a time, each volume once for all."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Container, Coroutine, Generator, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from ..cache import Cache, Entry
from ..errors import InvalidArgumentError, LoadCancelledError, LoadstoneError, VolumeError
from ..image import Image
from ..image_id import ImageId
from ..scheduling import RequestType, leave_pool
from .frames import VolumeFrames, frames_of_volume
from .volume import Volume

__all__ = ["LoadSlice", "VolumeLoad", "VolumeLoads", "node_of"]

# more than any pool runs at once, few enough that what waits to be copied takes no memory to speak of
_AT_ONCE = 8
# of so many volumes the ids are known by their key
_KNOWN = 256

Progress = Callable[[int, int], object]


class LoadSlice(Protocol):
    """Loads an image without caching it, and gives it with its imagePlaneModule."""

    async def __call__(self, image_id: str, request_type: RequestType, priority: float) -> tuple[Image, object]: ...


def node_of(key: str) -> str:
    """What stands for a volume among the sources of images."""
    return f"volume:{key}"


class VolumeLoad:
    """One caller's share in a volume that is put together: await it for the :class:`Volume`, or :meth:`cancel` it.

    When the last one leaves, the loads of the images are called off.
    """

    def __init__(self, future: asyncio.Future[Volume], progress: Callable[[], tuple[int, int]]) -> None:
        self._future = future
        self._progress = progress

    @property
    def progress(self) -> tuple[int, int]:
        """How many images are there, and how many there are in all; (0, 0) until that is known."""
        return self._progress()

    def cancel(self) -> None:
        """Leave; awaiting it raises :class:`LoadCancelledError`."""
        if not self._future.done():
            self._future.set_exception(LoadCancelledError("the load of the volume was cancelled"))
            self._future.exception()

    def __await__(self) -> Generator[object, None, Volume]:
        return self._future.__await__()


@dataclass(eq=False)
class _Building:
    key: str
    request_type: RequestType
    priority: float
    progress: tuple[int, int] = (0, 0)
    listeners: list[Progress] = field(default_factory=list)
    waiters: set[asyncio.Future[Volume]] = field(default_factory=set)
    task: asyncio.Task[Volume] | None = None
    is_kept: bool = True

    def tell(self, done: int, total: int) -> None:
        self.progress = (done, total)
        for listener in tuple(self.listeners):
            listener(done, total)


class VolumeLoads:
    """Puts volumes together, one at a time of each, and keeps them in ``kept``.

    ``load`` gives each image; what runs within ``leading_to(name)`` is noted as being for ``name``, and
    ``note(name)`` says that what runs uses it, ``forget_sources(name)`` that its sources need not be remembered any
    more, for :func:`node_of` of a volume.
    """

    def __init__(
        self,
        kept: Cache[Volume],
        load: LoadSlice,
        *,
        leading_to: Callable[[str], AbstractContextManager[None]],
        note: Callable[[str], object],
        forget_sources: Callable[[str], object],
    ) -> None:
        self._kept = kept
        self._load = load
        self._leading_to = leading_to
        self._note = note
        self._forget_sources = forget_sources
        self._buildings: dict[str, _Building] = {}
        # by key, also by that of the one id that stands for all frames of a file
        self._known: OrderedDict[str, VolumeFrames] = OrderedDict()

    def get(
        self, images: str | Iterable[str], *, request_type: RequestType, priority: float, progress: Progress
    ) -> VolumeLoad:
        """The volume of image ids, of one id, or of the key of a volume whose ids are known still."""
        key, known = self._meant(images)
        self._note(node_of(key))
        volume = self._kept.get(key)
        if volume is not None:
            done: asyncio.Future[Volume] = asyncio.get_running_loop().create_future()
            done.set_result(volume)
            count = len(volume.image_ids)
            return VolumeLoad(done, lambda: (count, count))
        building = self._buildings.get(key)
        if building is None:
            building = self._begin(key, known, request_type, priority)
        # those images are next that somebody waits for most urgently
        building.priority = min(building.priority, priority)
        if request_type == "interaction":
            building.request_type = request_type
        # the images need places in the pool, of which whoever waits for them may hold the last
        leave_pool()
        return self._share(building, progress)

    def know(self, images: str | Iterable[str]) -> str:
        """The key by which these images can be asked for from now on."""
        image_ids = self._ids_of(images)
        key = _key_of(image_ids)
        self._know(self._known.get(key, VolumeFrames(image_ids)), also=key)
        return key

    def forget(self, belongs: Callable[[str], bool]) -> None:
        """Let the volumes go whose :func:`node_of` ``belongs``; those under way are for their waiters only."""
        for key in tuple(self._kept.keys()):
            if belongs(node_of(key)):
                self._kept.remove(key)
        for key in [key for key in self._buildings if belongs(node_of(key))]:
            self._buildings.pop(key).is_kept = False

    def cancel_all(self) -> None:
        """Call off all that are under way."""
        for building in tuple(self._buildings.values()):
            if building.task is not None:
                building.task.cancel()

    def _meant(self, images: str | Iterable[str]) -> tuple[str, VolumeFrames]:
        """The key of a volume and the ids that it is made of."""
        if isinstance(images, str) and images in self._known and self._kept.get(images) is not None:
            # each plane of a volume asks so: the ids were looked at when it was made
            self._known.move_to_end(images)
            return images, self._known[images]
        given = self._ids_of(images)
        known = self._known.get(_key_of(given), VolumeFrames(given))
        return self._know(known), known

    def _ids_of(self, images: str | Iterable[str]) -> tuple[str, ...]:
        if not isinstance(images, str):
            image_ids = tuple(images)
            if not image_ids:
                raise VolumeError("a volume of no images can not be; give the ids of two or more slices")
        elif ":" in images:
            image_ids = (images,)
        else:
            if images not in self._known:
                raise VolumeError(
                    f"no volume with the key {images!r} was made here; call session.volume(image_ids) with its images "
                    "first, or give their ids in its place (in an image id percent-encoded, joined by commas)"
                )
            self._known.move_to_end(images)
            image_ids = self._known[images].image_ids
        for image_id in image_ids:
            if not isinstance(image_id, str):
                raise InvalidArgumentError(f"{image_id!r} is no image id; give the texts of image ids")
            ImageId.parse(image_id)
        return image_ids

    def _know(self, frames: VolumeFrames, *, also: str | None = None) -> str:
        key = _key_of(frames.image_ids)
        for name in (key, also):
            if name is not None:
                self._known[name] = frames
                self._known.move_to_end(name)
        if len(self._known) > _KNOWN:
            self._forget_names((key, also))
        return key

    def _forget_names(self, but: Container[str | None]) -> None:
        """The oldest ones; volumes that are there, or will be, keep theirs."""
        others = [name for name in self._known if not (name in but or name in self._kept or name in self._buildings)]
        for oldest in others[: len(self._known) - _KNOWN]:
            del self._known[oldest]
            self._forget_sources(node_of(oldest))

    def _begin(self, key: str, frames: VolumeFrames, request_type: RequestType, priority: float) -> _Building:
        building = _Building(key, request_type, priority)
        self._buildings[key] = building
        with self._leading_to(node_of(key)):
            building.task = asyncio.ensure_future(self._build(building, frames))
        building.task.add_done_callback(lambda task: self._ended(building, task))
        return building

    def _share(self, building: _Building, progress: Progress) -> VolumeLoad:
        waiter: asyncio.Future[Volume] = asyncio.get_running_loop().create_future()
        building.waiters.add(waiter)
        building.listeners.append(progress)

        def left(_: object) -> None:
            building.waiters.discard(waiter)
            building.listeners.remove(progress)
            if not building.waiters and building.task is not None:
                if self._buildings.get(building.key) is building:
                    del self._buildings[building.key]
                building.task.cancel()

        waiter.add_done_callback(left)
        return VolumeLoad(waiter, lambda: building.progress)

    def _ended(self, building: _Building, task: asyncio.Task[Volume]) -> None:
        if self._buildings.get(building.key) is building:
            del self._buildings[building.key]
        waiters, building.waiters, building.task = building.waiters, set(), None
        for waiter in waiters:
            if waiter.done():
                continue
            if task.cancelled():
                waiter.set_exception(LoadCancelledError("the load of the volume was cancelled"))
            elif (error := task.exception()) is not None:
                waiter.set_exception(error)
            else:
                waiter.set_result(task.result())
        if not task.cancelled():
            # where nobody waits any more
            task.exception()

    async def _build(self, building: _Building, given: VolumeFrames) -> Volume:
        image_ids = given.image_ids
        if len(image_ids) == 1:

            async def load(image_id: str) -> Image:
                return (await self._slice(building, image_id))[0]

            frames = await frames_of_volume(image_ids[0], load)
            self._know(frames, also=building.key)
            return await self.get(
                frames.image_ids, request_type=building.request_type, priority=building.priority, progress=building.tell
            )
        limit = self._kept.maximum_size_in_bytes
        # not at the start of every page: most show no volume
        from .filling import Filling

        filling = Filling(building.key, image_ids, limit=limit, warnings=given.warnings)
        pending = iter(enumerate(image_ids))
        done = 0

        async def work() -> None:
            nonlocal done
            for index, image_id in pending:
                filling.add(index, *await self._slice(building, image_id))
                done += 1
                building.tell(done, len(image_ids))

        await _all_of([work() for _ in range(min(_AT_ONCE, len(image_ids)))])
        volume = filling.finish()
        if building.is_kept:
            self._kept.put(building.key, Entry(volume, volume.size_in_bytes))
        return volume

    async def _slice(self, building: _Building, image_id: str) -> tuple[Image, object]:
        try:
            return await self._load(image_id, building.request_type, building.priority)
        except LoadCancelledError:
            raise
        except LoadstoneError as cause:
            named = "" if image_id in str(cause) else f"{image_id}: "
            raise VolumeError(
                f"an image of the volume could not be loaded: {named}{cause}", image_id=image_id
            ) from cause


def _key_of(image_ids: Iterable[str]) -> str:
    """Short, and the same for the same ids."""
    return hashlib.sha256("\n".join(image_ids).encode()).hexdigest()[:16]


async def _all_of(works: Iterable[Coroutine[object, object, None]]) -> None:
    """Run them side by side; with the first that fails, or where this is cancelled, all end."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
