"""Promises of Python's awaitables that JavaScript settles, as the Promises/A+ suite wants them; runs in Pyodide."""

import asyncio
import itertools

import js
from pyodide.ffi import create_proxy

from loadstone._browser.promises import PromiseRejectedError, to_promise

numbers = itertools.count()


def deferred():
    """``{promise, resolve, reject}``; the promise is that of a Future, a Task and a coroutine in turns."""
    future = asyncio.get_event_loop().create_future()

    async def coroutine():
        return await future

    def resolve(value):
        if not future.done():
            future.set_result(value)

    def reject(reason):
        if not future.done():
            future.set_exception(PromiseRejectedError(reason))

    made = js.Object.new()
    made.promise = to_promise(
        [lambda: future, lambda: asyncio.ensure_future(coroutine()), coroutine][next(numbers) % 3]()
    )
    made.resolve = create_proxy(resolve)
    made.reject = create_proxy(reject)
    return made
