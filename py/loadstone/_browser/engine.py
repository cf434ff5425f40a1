"""The engine: a session behind the functions that web/engine.js calls, ``call``, ``cancel`` and ``end``.

Arguments and results are plain JavaScript data, so nothing keeps proxies alive between calls.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import js
from pyodide.ffi import JsException, create_proxy

from ..errors import LoadstoneError, PackageError
from ..session import Session
from .calls import CALLS
from .context import Context
from .decoding import WorkerDecoder
from .event_loop import run_ready_callbacks_together
from .fetching import BrowserFetch, Refusal
from .javascript_loaders import PageLoaders
from .local_files import HeadReader, ReadSlice, read_blob
from .output import Output
from .page_events import PageEvents
from .parameters import Parameters
from .plain import from_plain, plain
from .promises import PromiseRejectedError, error_out, from_javascript, let_every_rejection_arrive, to_promise
from .site_packages import SitePackages

__all__ = ["Engine", "Host", "start"]


class Host(Protocol):
    """What web/engine.js gives the engine, as a JavaScript object.

    ``emit(name, detail)`` hears of events; ``ask(name, detail)`` asks the page, as a promise of its answer;
    ``loadPackages(names)`` installs packages, as a promise; ``decode(codestream, parameters, urgency)`` decodes a frame
    in a decoder worker; ``readHeads(files, length)`` reads the beginnings of files, as a promise, and
    ``readSlice(file, start, end)`` a part of one at once, None where that can not be done; ``refusal(address)`` says
    why nothing can be read from an address, where that is known without asking. Relative addresses begin at
    ``pageUrl``, None in Node.
    """

    emit: Callable[[str, Any], object]
    ask: Callable[[str, Any], Any]
    loadPackages: Callable[[Any], Any]  # noqa: N815 (JavaScript's name)
    decode: Callable[[Any, Any, Any], Any]
    readHeads: Callable[[Any, int], Any]  # noqa: N815
    readSlice: ReadSlice | None  # noqa: N815
    refusal: Refusal | None
    pageUrl: str | None  # noqa: N815


def start(host: Host) -> Any:
    """Begin an engine in this interpreter; gives web/engine.js ``{call, cancel, end}``."""
    let_every_rejection_arrive()
    loop = asyncio.get_event_loop()
    run_ready_callbacks_together(loop)
    engine = Engine(host)
    handles = js.Object.new()
    handles.call = create_proxy(engine.call)
    handles.cancel = create_proxy(engine.cancel)
    handles.end = create_proxy(lambda: _cancel_all(loop))
    return handles


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()


class Engine:
    """Answers the page's calls, those of :data:`~loadstone._browser.calls.CALLS`."""

    def __init__(self, host: Host) -> None:
        emit = host.emit
        self._load_packages = host.loadPackages
        require = SitePackages(self._load_package).require
        fetch = BrowserFetch(host.pageUrl, host.refusal)
        session = Session(
            fetch=fetch,
            headers=lambda url: self._context.headers,
            require=require,
            decode=WorkerDecoder(host.decode),
            read_whole=read_blob,
            foreign=from_javascript,
        )
        namespace = {"__name__": "__main__", "session": session, "to_promise": to_promise}
        output = Output(_output_emitter(emit))
        heads, loaders = HeadReader(host.readHeads), PageLoaders(session, host.ask)
        self._context = Context(
            session,
            emit,
            host.ask,
            PageEvents(session, emit),
            require,
            fetch,
            heads,
            host.readSlice,
            loaders,
            namespace,
            output,
        )
        session.local_files.on_close(lambda addresses: emit("LOADSTONE_FILES_CLOSED", plain({"addresses": addresses})))
        self._keys = itertools.count(1)
        self._tasks: dict[int, asyncio.Task[Any]] = {}

    def call(self, method: str, params: Any, resolve: Any, reject: Any) -> int:
        """Start ``method`` with ``params``; one of the two callbacks gets plain data. Gives a key to cancel by."""
        key = next(self._keys)
        task = asyncio.ensure_future(self._dispatch(method, from_plain(params)))
        self._tasks[key] = task

        # in a callback, since a task that is cancelled before its first step runs none of its code
        def ended(task: asyncio.Task[Any]) -> None:
            del self._tasks[key]
            if task.cancelled():
                reject(plain({"name": "LoadCancelledError", "message": f"{method} was cancelled", "imageId": None}))
            elif (error := task.exception()) is not None:
                reject(error_out(error))
            else:
                resolve(task.result())

        task.add_done_callback(ended)
        return key

    def cancel(self, key: int) -> None:
        """Cancel the call of this key, if it has not ended."""
        task = self._tasks.get(key)
        if task is not None:
            task.cancel()

    async def _dispatch(self, method: str, params: Mapping[str, Any]) -> Any:
        answer = CALLS.get(method)
        if answer is None:
            raise LoadstoneError(f"the engine has no method {method!r}; it has {', '.join(sorted(CALLS))}")
        return plain(await answer(self._context, Parameters(method, params)))

    async def _load_package(self, package: str) -> None:
        try:
            await self._load_packages(plain([package]))
        except (JsException, PromiseRejectedError) as cause:
            raise PackageError(f"the package {package} could not be loaded: {cause}") from cause


def _output_emitter(emit: Callable[[str, Any], object]) -> Callable[[str, str], object]:
    def tell(stream: str, text: str) -> None:
        emit("LOADSTONE_OUTPUT", plain({"stream": stream, "text": text}))
        # as one piece: a browser's console is slow with many lines
        log = js.console.warn if stream == "stderr" else js.console.log
        log(text.removesuffix("\n"))

    return tell
