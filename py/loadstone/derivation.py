"""Which images were made from which others by their loaders."""

from __future__ import annotations

from collections.abc import Callable, Iterable

__all__ = ["Derivations"]


class Derivations:
    """Remembers the sources of derived images, so that these go when a source would come out differently now."""

    def __init__(self) -> None:
        self._sources: dict[str, set[str]] = {}

    def note(self, image_ids: Iterable[str], source: str) -> None:
        """The loaders of ``image_ids`` ask for the image ``source``."""
        for image_id in image_ids:
            # with the source's own sources: what is known of it goes when it leaves the cache
            self._sources.setdefault(image_id, set()).update((source, *self._sources.get(source, ())))

    def note_lasting(self, image_ids: Iterable[str], source: str) -> None:
        """As :meth:`note`, for a source whose own sources are remembered for as long: they are many, as a volume's."""
        for image_id in image_ids:
            self._sources.setdefault(image_id, set()).add(source)

    def forget(self, image_id: str) -> None:
        """``image_id`` is not kept any more."""
        self._sources.pop(image_id, None)

    def made_from(self, belongs: Callable[[str], bool]) -> frozenset[str]:
        """The images that have a source, or a source of a source, that ``belongs``."""
        found: frozenset[str] = frozenset()
        while True:
            more = frozenset(
                image_id
                for image_id, sources in self._sources.items()
                if any(source in found or belongs(source) for source in sources)
            )
            if more == found:
                return found
            found = more
