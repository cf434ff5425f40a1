"""JavaScript promises and loader results in Python's forms."""

from __future__ import annotations

import asyncio
from typing import Any

import js
from pyodide.ffi import JsException, JsProxy, create_proxy

from ..image import ImageLoadObject

__all__ = ["PromiseRejectedError", "future_of", "load_object_of"]


class PromiseRejectedError(Exception):
    """A JavaScript promise was rejected; ``reason`` is the value that it was rejected with."""

    def __init__(self, reason: object) -> None:
        super().__init__(_text(reason))
        self.reason = reason


def future_of(thenable: JsProxy) -> asyncio.Future[Any]:
    """A future of what a Promises/A+ thenable comes to.

    Rejections of every kind arrive as :class:`PromiseRejectedError`: awaiting the proxy itself would wait for
    ever where the reason is no Error.
    """
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def settle(method: Any, value: object) -> None:
        if not future.done():
            method(value)

    on_fulfilled = create_proxy(lambda value=None: settle(future.set_result, value))
    on_rejected = create_proxy(lambda reason=None: settle(future.set_exception, PromiseRejectedError(reason)))

    def release(_: object = None) -> None:
        on_fulfilled.destroy()
        on_rejected.destroy()

    # Promise.resolve flattens thenables of all kinds and calls back once, later, whatever they do
    settled = js.Promise.resolve(thenable).then(on_fulfilled, on_rejected)
    settled.add_done_callback(release)
    return future


def load_object_of(result: object) -> object:
    """What a JavaScript loader gave back, ``{promise, cancelFn, decache}`` or a thenable, as an
    :class:`ImageLoadObject`; anything else as it is."""
    if not isinstance(result, JsProxy):
        return result
    members: Any = result
    if callable(getattr(members, "then", None)):
        return ImageLoadObject(future_of(result))
    promise = getattr(members, "promise", None)
    if promise is None:
        return result
    if isinstance(promise, JsProxy):
        promise = future_of(promise)
    cancel, decache = getattr(members, "cancelFn", None), getattr(members, "decache", None)
    return ImageLoadObject(promise, cancel, decache)


def _text(reason: object) -> str:
    if isinstance(reason, JsException):
        return f"{reason.name}: {reason.message}"
    if isinstance(reason, JsProxy):
        message = getattr(reason, "message", None)
        if message is not None:
            return str(message)
        try:
            return str(js.JSON.stringify(reason))
        except JsException:
            return str(reason)
    return "undefined" if reason is None else str(reason)
