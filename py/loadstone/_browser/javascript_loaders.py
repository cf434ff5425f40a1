"""Loaders that the page keeps, as loaders of the session."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakValueDictionary

import js
from pyodide.ffi import JsException, JsProxy

from ..errors import LoaderError
from ..image import Image, ImageLoadObject
from ..registry import LoadOptions, Registration
from ..scheduling import leave_pool
from ..session import Session
from .images_in import image_from_javascript
from .plain import plain
from .promises import PromiseRejectedError

__all__ = ["PageLoaders"]

Ask = Callable[[str, Any], Any]


class PageLoaders:
    """Registers the page's loaders, each by the number that the page keeps it under.

    ``ask(name, detail)`` asks the page, as a promise of its answer.
    """

    def __init__(self, session: Session, ask: Ask) -> None:
        self._session = session
        self._ask = ask
        self._load_numbers = itertools.count(1)
        # weak: a loader that is replaced lets the page's function go
        self._registrations: WeakValueDictionary[int, Registration] = WeakValueDictionary()

    def register(self, scheme: str, number: int) -> None:
        """Let the page's loader of this number serve ``scheme``."""
        self._registrations[number] = self._session.register_image_loader(scheme, self._loader(number))

    def register_unknown(self, number: int) -> None:
        """Let the page's loader of this number serve the schemes that have none."""
        self._session.register_unknown_image_loader(self._loader(number))

    def unregister(self, number: int) -> bool:
        """Take the page's loader of this number out; False where it has been replaced."""
        registration = self._registrations.get(number)
        if registration is not None:
            return registration.unregister()
        unknown = self._session.register_unknown_image_loader(None)
        if isinstance(unknown, _PageLoader) and unknown.number == number:
            return True
        self._session.register_unknown_image_loader(unknown)
        return False

    def _loader(self, number: int) -> _PageLoader:
        return _PageLoader(number, self._ask, self._load_numbers)


class _PageLoader:
    """The page's loader of this number; when it is dropped, the page lets go of it."""

    def __init__(self, number: int, ask: Ask, load_numbers: Iterator[int]) -> None:
        self.number = number
        self._ask = ask
        self._load_numbers = load_numbers
        weakref.finalize(self, _tell, ask, "leaveLoader", {"loader": number})

    def __call__(self, image_id: str, options: LoadOptions) -> ImageLoadObject:
        load = _PageLoad(next(self._load_numbers), self._ask)
        return ImageLoadObject(self._load(load, image_id, options), load.cancel, load.decache)

    async def _load(self, load: _PageLoad, image_id: str, options: LoadOptions) -> Image:
        # the page's loader may ask for other images, which would wait for ever for the place of this one
        leave_pool()
        wanted = {
            "loader": self.number,
            "load": load.number,
            "imageId": image_id,
            "requestType": options.request_type,
            "priority": options.priority,
        }
        try:
            answer = await self._ask("loadImage", plain(wanted))
        except JsException as cause:
            load.end()
            raise _failed(image_id, PromiseRejectedError(cause)) from cause
        rejection = getattr(answer, "rejection", None)
        if rejection is not None:
            load.end()
            raise _failed(image_id, _rejected(rejection))
        if not getattr(answer, "hasDecache", False):
            load.end()
        given = getattr(answer, "given", None)
        if given is not None:
            raise LoaderError(
                f"{image_id}: its JavaScript loader gave {given}; it must give an image, a promise of one, or "
                "{promise, cancelFn, decache}",
                image_id=image_id,
            )
        return image_from_javascript(answer)


class _PageLoad:
    """What the page keeps for one load, by its number; when it is dropped, the page lets go of that."""

    def __init__(self, number: int, ask: Ask) -> None:
        self.number = number
        self._ask = ask
        self._forget = weakref.finalize(self, _tell, ask, "leaveImage", {"load": number, "how": "forget"})

    def cancel(self) -> None:
        """Let the page call its loader's ``cancelFn``."""
        self._leave("cancel")

    def decache(self) -> None:
        """Let the page call its loader's ``decache``."""
        self._leave("decache")

    def end(self) -> None:
        """The page keeps nothing any more."""
        self._forget.detach()

    def _leave(self, how: str) -> None:
        if self._forget.detach():
            _tell(self._ask, "leaveImage", {"load": self.number, "how": how})


def _tell(ask: Ask, name: str, detail: dict[str, Any]) -> None:
    ask(name, plain(detail))


def _rejected(rejection: Any) -> PromiseRejectedError:
    """What the page told of a rejection (``rejection`` in web/cloning.js) as an error."""
    reason = rejection.reason
    if rejection.name and isinstance(reason, (JsException, JsProxy)) and reason.name != rejection.name:
        # structured clone keeps the names of JavaScript's own errors only; a DOMException's can not be set
        js.Object.assign(reason, plain({"name": rejection.name}))
    return PromiseRejectedError(reason, rejection.stack)


def _failed(image_id: str, cause: PromiseRejectedError) -> LoaderError:
    error = LoaderError(f"{image_id}: its JavaScript loader failed: {cause}", image_id=image_id)
    error.__cause__ = cause
    return error
