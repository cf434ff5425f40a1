"""The images that need not be loaded anew, and how they leave."""

from __future__ import annotations

import logging
from collections.abc import Callable

from .cache import Cache, Entry
from .derivation import Derivations
from .events import Event, ImageCacheAdded, ImageCacheFull, ImageCacheRemoved
from .image import Image

__all__ = ["KeptImages"]

_logger = logging.getLogger(__name__)


class KeptImages:
    """The images in ``cache``, and the last one that it had no room for.

    What is known of an image's sources goes with it, its loader's ``decache`` is called, and ``emit`` hears of it.
    """

    def __init__(self, cache: Cache[Image], derivations: Derivations, emit: Callable[[Event], object]) -> None:
        self._cache = cache
        self._derivations = derivations
        self._emit = emit
        # its caller holds it anyway; to show it again, and its metadata, nothing is loaded anew
        self._too_large: Image | None = None

    def get(self, image_id: str) -> Image | None:
        """The image, which is the most recently used now; None where it has to be loaded."""
        return self._cache.get(image_id) or self._last_too_large(image_id)

    def metadata(self, module_type: str, image_id: str) -> object:
        """A metadata provider for the kept images; asking for metadata is no use of the image."""
        image = self._cache.peek(image_id) or self._last_too_large(image_id)
        read = image.metadata.get(module_type) if image is not None else None
        return read() if read is not None else None

    def keep(self, image: Image, decache: Callable[[], object] | None) -> ImageCacheAdded | ImageCacheFull:
        """Keep a loaded image; gives the event that is to tell of it, which the caller emits."""
        image_id, size = image.image_id, image.size_in_bytes

        def removed() -> None:
            self._derivations.forget(image_id)
            self._emit(ImageCacheRemoved(image_id))
            try:
                if decache is not None:
                    decache()
            except Exception:
                _logger.exception("%s: the decache of its loader raised", image_id)

        if self._cache.put(image_id, Entry(image, size, removed)):
            return ImageCacheAdded(image_id, size)
        self._too_large = image
        return ImageCacheFull(image_id, size, self._cache.maximum_size_in_bytes)

    def remove(self, belongs: Callable[[str], bool]) -> tuple[str, ...]:
        """Let the images go whose ids ``belongs``, also those on display; gives the ids that were in the cache."""
        removed = tuple(filter(belongs, self._cache.keys()))
        for image_id in removed:
            self._cache.remove(image_id)
        if self._too_large is not None and belongs(self._too_large.image_id):
            self._too_large = None
        return removed

    def purge(self) -> None:
        """Let all images go, also those on display."""
        self._cache.purge()
        self._too_large = None

    def _last_too_large(self, image_id: str) -> Image | None:
        last = self._too_large
        return last if last is not None and last.image_id == image_id else None
