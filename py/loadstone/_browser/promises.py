"""JavaScript promises and loader results in Python's forms."""

from __future__ import annotations

import asyncio
import inspect
import reprlib
from collections.abc import Awaitable
from typing import Any

import _pyodide._future_helper as future_helper
import js
from pyodide.ffi import ConversionError, JsDoubleProxy, JsException, JsProxy, jsnull
from pyodide.webloop import PyodideFuture

from ..errors import InvalidArgumentError
from ..image import Image, ImageLoadObject
from .images_in import image_from_javascript
from .plain import error_data, image_data, plain

__all__ = ["PromiseRejectedError", "error_out", "from_javascript", "let_every_rejection_arrive", "to_promise"]


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
    awaiting a thenable raises :class:`PromiseRejectedError` where it rejects, an image in Cornerstone's shape becomes
    an :class:`Image`; anything else stays what it is.
    """
    if isinstance(result, JsDoubleProxy):
        return result.unwrap()
    if isinstance(result, PyodideFuture) or (isinstance(result, JsProxy) and hasattr(result, "then")):
        return _settled(result)
    if not isinstance(result, JsProxy):
        return result
    if not hasattr(result, "promise"):
        return image_from_javascript(result)
    members: Any = result
    promise: Any = from_javascript(members.promise)
    return ImageLoadObject(promise, getattr(members, "cancelFn", None), getattr(members, "decache", None))


async def _settled(thenable: Any) -> object:
    try:
        value: object = await thenable
    except JsException as reason:
        raise PromiseRejectedError(reason) from reason
    return value


def to_promise(awaitable: Awaitable[object]) -> Any:
    """A JavaScript Promise of what a coroutine, Task or Future comes to, as plain data.

    An image comes in Cornerstone's shape, JavaScript's own objects as they are.

    An exception rejects it with an Error that has ``name``, ``message``, ``imageId`` and ``traceback``, and as its
    ``cause`` the JavaScript value that was at the root of it, if any. What JavaScript had thrown, or rejected a promise
    with, rejects it as it is.
    """
    task = asyncio.ensure_future(awaitable)
    return js.Promise.new(lambda resolve, reject: task.add_done_callback(lambda _: _settle(task, resolve, reject)))


def _settle(task: asyncio.Future[object], resolve: Any, reject: Any) -> None:
    try:
        resolve(_resolution(task.result()))
    except JsException as thrown:
        reject(thrown)
    except PromiseRejectedError as rejected:
        reject(rejected.reason)
    except (Exception, asyncio.CancelledError) as error:
        reject(js.Object.assign(js.Error.new(str(error)), error_out(error)))


def _resolution(value: object) -> Any:
    """What a promise of ``value`` is resolved with; JavaScript waits for its thenables itself."""
    if inspect.isawaitable(value) and not isinstance(value, JsProxy):
        return to_promise(value)
    if isinstance(value, Image):
        return image_data(value)
    try:
        return plain(value)
    except ConversionError:
        raise InvalidArgumentError(
            f"the awaitable came to {reprlib.repr(value)}, which is no plain data; return numbers, text, lists, "
            "dicts, numpy arrays, images or JavaScript's own objects"
        ) from None


def error_out(error: BaseException) -> Any:
    """:func:`error_data` as JavaScript data, with the JavaScript value at the root of the error as its ``cause``."""
    data = plain(error_data(error))
    foreign = _foreign(error)
    if foreign:
        data.cause = foreign[-1]
    return data


def _foreign(error: BaseException) -> list[object]:
    """The JavaScript values in the chain of causes, the root last."""
    found: list[object] = []
    seen: set[int] = set()
    one: BaseException | None = error
    # an error can be raised from itself
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        if isinstance(one, JsException):
            found.append(one)
        elif isinstance(one, PromiseRejectedError):
            found.append(one.reason)
        one = one.__cause__
    return found


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
