"""Typed events, and the one object that hands them out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from .errors import LoadstoneError
from .image import Image

__all__ = [
    "Event",
    "Events",
    "ImageCacheAdded",
    "ImageCacheFull",
    "ImageCacheRemoved",
    "ImageEvent",
    "ImageLoadFailed",
    "ImageLoadProgress",
    "ImageLoaded",
    "LoaderRegistered",
]

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Something that happened in a session."""


@dataclass(frozen=True)
class LoaderRegistered(Event):
    """``scheme`` got a loader, or lost its own; the images ``image_ids`` left the cache for it.

    That a step of pipelines got or lost its function is told so too: ``scheme`` is ``pipe`` then.
    """

    scheme: str
    image_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImageEvent(Event):
    """What all events about images have: the image id."""

    image_id: str


@dataclass(frozen=True, eq=False)
class ImageLoaded(ImageEvent):
    """A loader delivered ``image``; fired once for each load, not for cache hits."""

    image: Image


@dataclass(frozen=True, eq=False)
class ImageLoadFailed(ImageEvent):
    """A load ended with ``error``; fired once for each load, also when it was cancelled."""

    error: LoadstoneError


@dataclass(frozen=True)
class ImageLoadProgress(ImageEvent):
    """``loaded`` bytes have arrived from ``url``, of ``total`` (None where the server did not say)."""

    url: str
    loaded: int
    total: int | None


@dataclass(frozen=True)
class ImageCacheAdded(ImageEvent):
    """An image of ``size_in_bytes`` entered the cache."""

    size_in_bytes: int


@dataclass(frozen=True)
class ImageCacheRemoved(ImageEvent):
    """An image left the cache."""


@dataclass(frozen=True)
class ImageCacheFull(ImageEvent):
    """An image of ``size_in_bytes`` was not cached: it does not fit into ``maximum_size_in_bytes``."""

    size_in_bytes: int
    maximum_size_in_bytes: int


_E = TypeVar("_E", bound=Event)


class Events:
    """Hands each event to the listeners of its type."""

    def __init__(self) -> None:
        self._listeners: dict[type[Event], list[Callable[[Any], object]]] = {}

    def add_listener(self, event_type: type[_E], listener: Callable[[_E], object]) -> Callable[[], None]:
        """Call ``listener`` with each event of exactly this type; the returned function takes it off again."""
        listeners = self._listeners.setdefault(event_type, [])
        listeners.append(listener)

        def remove() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return remove

    def emit(self, event: Event) -> None:
        """Hand ``event`` out. A listener that raises is logged; the others and the load go on."""
        for listener in tuple(self._listeners.get(type(event), ())):
            try:
                listener(event)
            except Exception:
                name = getattr(cast(object, listener), "__qualname__", repr(listener))
                _logger.exception("%s: the listener %s raised", type(event).__name__, name)
