"""JavaScript promises and loader results in Python's forms."""

from __future__ import annotations

import asyncio
from typing import Any

import _pyodide._future_helper as future_helper
import js
from pyodide.ffi import JsDoubleProxy, JsException, JsProxy, jsnull

from ..image import ImageLoadObject
from .images_in import image_from_javascript

__all__ = ["PromiseRejectedError", "from_javascript", "let_every_rejection_arrive"]


class PromiseRejectedError(Exception):
    """A JavaScript promise was rejected with ``reason``; ``stack`` is where, "" where JavaScript did not say."""

    def __init__(self, reason: object, stack: str = "") -> None:
        super().__init__(_text(reason))
        self.reason = reason
        self.stack = stack or str(getattr(reason, "stack", ""))


def let_every_rejection_arrive() -> None:
    """Make ``await`` raise for promises that are rejected with something else than an Error.

    Pyodide 314.0.3 passes the reason to ``Future.set_exception`` as it is; a text or a plain object is refused
    there, and the awaiting task waits for ever. No code of a loader could prevent that from outside.
    """

    def set_exception(future: asyncio.Future[Any], reason: object) -> None:
        if not future.done():
            future.set_exception(reason if isinstance(reason, BaseException) else PromiseRejectedError(reason))

    future_helper.set_exception = set_exception


def from_javascript(result: object) -> object:
    """What came through JavaScript in Python's form.

    ``{promise, cancelFn, decache}`` becomes an :class:`ImageLoadObject`, Python's own objects lose their proxy,
    thenables can be awaited as they are, an image in Cornerstone's shape becomes an :class:`Image`; anything else stays
    what it is.
    """
    if isinstance(result, JsDoubleProxy):
        return result.unwrap()
    if not isinstance(result, JsProxy) or hasattr(result, "then"):
        return result
    if not hasattr(result, "promise"):
        return image_from_javascript(result)
    members: Any = result
    return ImageLoadObject(members.promise, getattr(members, "cancelFn", None), getattr(members, "decache", None))


def _text(reason: object) -> str:
    if reason is None or reason is jsnull:
        return "it gave no reason"
    if isinstance(reason, JsException):
        return f"{reason.name}: {reason.message}"
    if isinstance(reason, JsProxy):
        # Cornerstone's loaders reject with {error}
        inner = getattr(reason, "error", None)
        if isinstance(inner, JsException):
            return _text(inner)
        message = getattr(reason, "message", None)
        if message is not None:
            return str(message)
        try:
            return str(js.JSON.stringify(reason))
        except JsException:
            return str(reason)
    return str(reason)
