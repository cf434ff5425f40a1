"""The session's events, told to the page with the details that Cornerstone gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..description import image_description
from ..events import (
    Event,
    ImageCacheAdded,
    ImageCacheFull,
    ImageCacheRemoved,
    ImageEvent,
    ImageLoaded,
    ImageLoadFailed,
    ImageLoadProgress,
    LoaderRegistered,
)
from ..session import Session
from .plain import error_data, plain

__all__ = ["PageEvents"]

_NAMES: Mapping[type[Event], str] = {
    ImageLoaded: "CORNERSTONE_IMAGE_LOADED",
    ImageLoadFailed: "CORNERSTONE_IMAGE_LOAD_FAILED",
    ImageLoadProgress: "CORNERSTONE_IMAGE_LOAD_PROGRESS",
    ImageCacheAdded: "CORNERSTONE_IMAGE_CACHE_IMAGE_ADDED",
    ImageCacheRemoved: "CORNERSTONE_IMAGE_CACHE_IMAGE_REMOVED",
    ImageCacheFull: "CORNERSTONE_IMAGE_CACHE_FULL",
    LoaderRegistered: "LOADSTONE_LOADER_REGISTERED",
}


class PageEvents:
    """Tells the page of those events that somebody there listens to; for the others nothing is computed or sent.

    That a scheme gets or loses a loader is always told.
    """

    def __init__(self, session: Session, emit: Callable[[str, Any], object]) -> None:
        self._session = session
        self._emit = emit
        self._told: set[str] = set()
        self.listen([_NAMES[LoaderRegistered]])

    def listen(self, names: Iterable[str]) -> None:
        """Tell events of these names from now on; a name that no event has is passed over."""
        wanted = set(names)
        for event_type, name in _NAMES.items():
            if name in wanted and name not in self._told:
                self._told.add(name)
                self._session.events.add_listener(event_type, self._teller(name))

    def _teller(self, name: str) -> Callable[[Event], object]:
        return lambda event: self._emit(name, plain(self._detail(event)))

    def _detail(self, event: Event) -> dict[str, Any]:
        if isinstance(event, LoaderRegistered):
            return {"scheme": event.scheme, "imageIds": event.image_ids}
        assert isinstance(event, ImageEvent)
        return {"imageId": event.image_id, **self._more(event)}

    def _more(self, event: ImageEvent) -> dict[str, Any]:
        """The detail beside the image id; pixels stay in Python."""
        if isinstance(event, ImageLoaded):
            return {"image": image_description(event.image)}
        if isinstance(event, ImageLoadFailed):
            return {"error": error_data(event.error)}
        if isinstance(event, ImageLoadProgress):
            percent = 100 * event.loaded / event.total if event.total else None
            return {"url": event.url, "loaded": event.loaded, "total": event.total, "percentComplete": percent}
        if isinstance(event, ImageCacheAdded):
            return {"image": {"imageId": event.image_id, "loaded": True, "sizeInBytes": event.size_in_bytes}}
        if isinstance(event, ImageCacheFull):
            cache = self._session.cache
            return {
                "sizeInBytes": event.size_in_bytes,
                "maximumSizeInBytes": event.maximum_size_in_bytes,
                "cacheSizeInBytes": cache.size_in_bytes,
                "numberOfImagesCached": len(cache),
            }
        return {}
