"""The chain of metadata providers, by priority."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import MetadataProviderError

__all__ = ["Metadata", "MetadataProvider"]

MetadataProvider = Callable[[str, str], object]


class Metadata:
    """The provider chain: highest priority first, newest first among equals."""

    def __init__(self) -> None:
        self._providers: list[tuple[float, MetadataProvider]] = []

    def add_provider(self, provider: MetadataProvider, priority: float = 0) -> Callable[[], None]:
        """Ask ``provider(module_type, image_id)`` too; the returned function takes it out again.

        A provider answers None where it knows nothing. Adding one that is in the chain already moves it.
        """
        self.remove_provider(provider)
        place = next((n for n, (other, _) in enumerate(self._providers) if other <= priority), len(self._providers))
        self._providers.insert(place, (priority, provider))
        return lambda: self.remove_provider(provider)

    def remove_provider(self, provider: MetadataProvider) -> None:
        """Take ``provider`` out of the chain; does nothing where it is not in it."""
        self._providers = [entry for entry in self._providers if entry[1] != provider]

    def get(self, module_type: str, image_id: str) -> object:
        """The first answer that is not None, or None.

        Raises :class:`MetadataProviderError` where a provider raises; it names the provider.
        """
        for _, provider in tuple(self._providers):
            try:
                answer = provider(module_type, image_id)
            except Exception as cause:
                name = getattr(provider, "__qualname__", repr(provider))
                raise MetadataProviderError(
                    f"{image_id}: the metadata provider {name} raised {type(cause).__name__} "
                    f"when asked for {module_type}: {cause}",
                    image_id=image_id,
                ) from cause
            if answer is not None:
                return answer
        return None
