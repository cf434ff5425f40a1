"""The registry: which loader serves which scheme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .errors import InvalidArgumentError, InvalidImageIdError, UnknownSchemeError
from .image_id import ImageId
from .scheduling import RequestType

__all__ = ["ImageLoader", "LoadOptions", "PromotionListener", "Registration", "Registry"]


PromotionListener = Callable[[RequestType, float], object]


@dataclass(frozen=True, eq=False)
class LoadOptions:
    """What a loader is told beside the image id.

    Call ``report_progress(url, loaded, total)`` as bytes arrive; ``total`` is None where it is not known. What
    waits in a queue of the loader's own can move forward when ``on_promotion(listener)`` lets it hear
    ``listener(request_type, priority)``: somebody wants the image more urgently than the load began.
    """

    request_type: RequestType = "interaction"
    priority: float = 0
    report_progress: Callable[[str, int, int | None], None] = lambda url, loaded, total: None
    on_promotion: Callable[[PromotionListener], object] = lambda listener: None


# what a loader may give back is checked when it is called, see loading.py
ImageLoader = Callable[[str, LoadOptions], object]


@dataclass(frozen=True, eq=False)
class Registration:
    """A loader's place in the registry; :meth:`unregister` gives it up."""

    scheme: str
    loader: ImageLoader
    _registry: Registry

    def unregister(self) -> bool:
        """Take the loader out, unless another has replaced it meanwhile; tells whether it was there."""
        return self._registry.unregister(self)


class Registry:
    """Schemes and their loaders; ``on_change(scheme)`` is called when a scheme gets or loses a loader."""

    def __init__(self, on_change: Callable[[str], object] = lambda scheme: None) -> None:
        self._registrations: dict[str, Registration] = {}
        self._unknown: ImageLoader | None = None
        self._on_change = on_change

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes that have a loader, sorted."""
        return tuple(sorted(self._registrations))

    def register(self, scheme: str, loader: ImageLoader) -> Registration:
        """Let ``loader`` serve ``scheme``, in place of the one that did.

        Raises :class:`InvalidImageIdError` for a text that can be no scheme, :class:`InvalidArgumentError` for a
        loader that can not be called.
        """
        scheme = scheme.removesuffix(":")
        try:
            scheme = ImageId.parse(f"{scheme}:x").scheme
        except InvalidImageIdError as cause:
            raise InvalidImageIdError(
                f"{scheme!r} can be no scheme: it must start with a letter and go on with letters, digits, "
                "plus, minus or dot"
            ) from cause
        if not callable(loader):
            raise InvalidArgumentError(
                f"the loader for {scheme}: must be a function (image_id, options), not {loader!r}"
            )
        registration = Registration(scheme, loader, self)
        self._registrations[scheme] = registration
        self._on_change(scheme)
        return registration

    def unregister(self, registration: Registration) -> bool:
        """See :meth:`Registration.unregister`."""
        if self._registrations.get(registration.scheme) is not registration:
            return False
        del self._registrations[registration.scheme]
        self._on_change(registration.scheme)
        return True

    def register_unknown(self, loader: ImageLoader | None) -> ImageLoader | None:
        """Let ``loader`` serve all other schemes (None: none does); returns the previous one."""
        previous, self._unknown = self._unknown, loader
        return previous

    def find(self, image_id: str) -> ImageLoader:
        """The loader for ``image_id``; raises :class:`UnknownSchemeError` where there is none."""
        scheme = ImageId.parse(image_id).scheme
        registration = self._registrations.get(scheme)
        if registration is not None:
            return registration.loader
        if self._unknown is not None:
            return self._unknown
        raise UnknownSchemeError(
            f"{image_id}: no loader is registered for the scheme {scheme!r}; there are loaders for "
            f"{', '.join(self.schemes) or 'no scheme at all'}. "
            f"Register one with register_image_loader({scheme!r}, loader)",
            image_id=image_id,
        )
