"""JavaScript promises and loader results in Python's forms."""

from __future__ import annotations

import asyncio
from typing import Any

import _pyodide._future_helper as future_helper
import js
from pyodide.ffi import JsDoubleProxy, JsException, JsProxy

from ..image import ImageLoadObject

__all__ = ["PromiseRejectedError", "from_javascript", "let_every_rejection_arrive"]


class PromiseRejectedError(Exception):
    """A JavaScript promise was rejected with ``reason``, which is no Error."""

    def __init__(self, reason: object) -> None:
        super().__init__(_text(reason))
        self.reason = reason


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
    thenables can be awaited as they are; anything else stays what it is.
    """
    if isinstance(result, JsDoubleProxy):
        return result.unwrap()
    if not isinstance(result, JsProxy) or not hasattr(result, "promise"):
        return result
    members: Any = result
    return ImageLoadObject(members.promise, getattr(members, "cancelFn", None), getattr(members, "decache", None))


def _text(reason: object) -> str:
    if isinstance(reason, JsProxy):
        message = getattr(reason, "message", None)
        if message is not None:
            return str(message)
        try:
            return str(js.JSON.stringify(reason))
        except JsException:
            return str(reason)
    return str(reason)
