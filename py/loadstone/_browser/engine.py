"""The engine: a session behind two functions that the worker calls, ``call`` and ``cancel``.

Arguments and results are plain JavaScript data, so nothing keeps proxies alive between calls.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import js
import pyodide_js
from pyodide.code import eval_code_async
from pyodide.ffi import JsException, create_proxy

from ..colormaps import COLORMAPS
from ..errors import LoadstoneError, PackageError
from ..events import Event
from ..image import Image
from ..importing import ImportProgress, import_files
from ..metadata import as_cornerstone
from ..probing import probe
from ..rendering import render
from ..session import Session
from ..view import View
from .decoding import WorkerDecoder
from .event_loop import run_ready_callbacks_together
from .fetching import BrowserFetch
from .local_files import BlobFile, HeadReader, imported_data, progress_data
from .parameters import Parameters
from .plain import (
    EVENT_NAMES,
    error_data,
    event_data,
    from_plain,
    image_data,
    image_description,
    plain,
    typed_array,
    view_data,
    view_of,
)
from .promises import PromiseRejectedError, from_javascript, let_every_rejection_arrive

__all__ = ["Engine", "start"]


def start(
    emit: Callable[[str, Any], object],
    load_packages: Callable[[Any], Any],
    decode: Callable[[Any, Any, Any], Any],
    read_heads: Callable[[Any, int], Any],
    ask: Callable[[str, Any], Any],
) -> Any:
    """Begin an engine in this interpreter; gives the worker ``{call, cancel}``.

    ``emit(name, detail)`` hears of events; ``load_packages(names)`` installs packages, as a promise;
    ``decode(codestream, parameters, urgency)`` decodes a frame in a decoder worker; ``read_heads(files, length)`` reads
    the beginnings of files, as a promise; ``ask(name, detail)`` asks the page, as a promise of its answer.
    """
    let_every_rejection_arrive()
    run_ready_callbacks_together(asyncio.get_event_loop())
    engine = Engine(emit, load_packages, decode, read_heads, ask)
    handles = js.Object.new()
    handles.call = create_proxy(engine.call)
    handles.cancel = create_proxy(engine.cancel)
    return handles


class Engine:
    """Answers the page's calls; see the methods table at its end for what can be called."""

    def __init__(
        self,
        emit: Callable[[str, Any], object],
        load_packages: Callable[[Any], Any],
        decode: Callable[[Any, Any, Any], Any],
        read_heads: Callable[[Any, int], Any],
        ask: Callable[[str, Any], Any],
    ) -> None:
        self._read_heads = HeadReader(read_heads)
        self._emit = emit
        self._ask = ask
        self._load_packages = load_packages
        self._loaded_packages: set[str] = set()
        self._header_values: dict[str, str] = {}
        self.session = Session(
            fetch=BrowserFetch(),
            headers=lambda url: self._header_values,
            require=self._require,
            decode=WorkerDecoder(decode),
            foreign=from_javascript,
        )
        for event_type, name in EVENT_NAMES.items():
            self.session.events.add_listener(event_type, _emitter(emit, name))
        self._keys = itertools.count(1)
        self._tasks: dict[int, asyncio.Task[Any]] = {}
        self._globals: dict[str, Any] = {"__name__": "__main__", "session": self.session}

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
                reject(plain(error_data(error)))
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
        answer = _METHODS.get(method)
        if answer is None:
            raise LoadstoneError(f"the engine has no method {method!r}; it has {', '.join(_METHODS)}")
        return plain(await answer(self, Parameters(method, params)))

    async def _require(self, package: str) -> None:
        if package in self._loaded_packages:
            return
        try:
            await self._load_packages(plain([package]))
        except (JsException, PromiseRejectedError) as cause:
            raise PackageError(f"the package {package} could not be loaded: {cause}; reload the page") from cause
        self._loaded_packages.add(package)

    async def _schemes(self, params: Mapping[str, Any]) -> Any:
        return list(self.session.schemes)

    async def _samples(self, params: Mapping[str, Any]) -> Any:
        from ..loaders.example import samples

        return [{"imageId": image_id, "title": title} for image_id, title in samples().items()]

    async def _load_image(self, params: Mapping[str, Any]) -> Any:
        return image_data(await self.session.load_image(**_load_arguments(params)))

    async def _load_and_cache_image(self, params: Mapping[str, Any]) -> Any:
        return image_data(await self._cached(params))

    async def _describe(self, params: Mapping[str, Any]) -> Any:
        return image_description(await self._cached(params))

    async def _cached(self, params: Mapping[str, Any]) -> Image:
        return await self.session.load_and_cache_image(**_load_arguments(params))

    async def _meta_data(self, params: Mapping[str, Any]) -> Any:
        # pydicom's data set is no JavaScript value: there its DICOM JSON stands for it
        module = "dicomJson" if params["type"] == "dataset" else params["type"]
        return as_cornerstone(self.session.metadata.get(module, params["imageId"]))

    async def _frames(self, params: Mapping[str, Any]) -> Any:
        return list(await self.session.frames(params["imageId"]))

    async def _render(self, params: Mapping[str, Any]) -> Any:
        view = view_of(params["view"])
        image = await self._cached(params)
        rgba = await self.session.paint(image, view)
        return _picture(rgba, view, view_data(image, view))

    async def _thumbnail(self, params: Mapping[str, Any]) -> Any:
        image = await self._cached({"requestType": "thumbnail", "imageId": params["imageId"]})
        longest = max(image.rows, image.columns)
        size = min(int(params["size"]), longest)
        view = View(
            max(1, round(image.columns * size / longest)),
            max(1, round(image.rows * size / longest)),
            interpolation="linear",
        )
        return _picture(render(image, view), view, None)

    async def _probe(self, params: Mapping[str, Any]) -> Any:
        image = await self._cached(params)
        return probe(image, view_of(params["view"]), float(params["x"]), float(params["y"]))

    async def _display(self, params: Mapping[str, Any]) -> Any:
        self.session.display(params["imageIds"])

    async def _start_prefetch(self, params: Mapping[str, Any]) -> Any:
        self.session.prefetch(params["imageIds"], int(params["index"]))

    async def _cancel_load_image(self, params: Mapping[str, Any]) -> Any:
        return self.session.cancel_load_image(params["imageId"])

    async def _run_python(self, params: Mapping[str, Any]) -> Any:
        source = params["source"]
        await pyodide_js.loadPackagesFromImports(source)
        value = await eval_code_async(source, globals=self._globals, filename="<page>")
        try:
            return plain(value)
        except Exception:
            # a function, a registration and the like say nothing to the page
            return None

    async def _cache(self, params: Mapping[str, Any]) -> Any:
        cache = self.session.cache
        return {
            "sizeInBytes": cache.size_in_bytes,
            "maximumSizeInBytes": cache.maximum_size_in_bytes,
            "numberOfImages": len(cache),
        }

    async def _set_cache_size(self, params: Mapping[str, Any]) -> Any:
        self.session.cache.set_maximum_size_in_bytes(int(params["bytes"]))

    async def _set_sample_limit(self, params: Mapping[str, Any]) -> Any:
        self.session.sample_limit = int(params["samples"])

    async def _purge_cache(self, params: Mapping[str, Any]) -> Any:
        self.session.purge()

    async def _colormaps(self, params: Mapping[str, Any]) -> Any:
        return list(COLORMAPS)

    async def _add_files(self, params: Mapping[str, Any]) -> Any:
        given = zip(params["files"], params["paths"], params["sizes"], strict=True)
        self.session.local_files.add(itertools.starmap(BlobFile, given), first=int(params["first"]))

    async def _open_files(self, params: Mapping[str, Any]) -> Any:
        first = int(params["first"])

        def report(progress: ImportProgress) -> None:
            self._emit("LOADSTONE_FILES_PROGRESS", plain({"first": first, **progress_data(progress)}))

        numbers = range(first, first + int(params["count"]))
        imported = await import_files(
            self.session.local_files, numbers, require=self._require, read_heads=self._read_heads, progress=report
        )
        return imported_data(imported)

    async def _set_token(self, params: Mapping[str, Any]) -> Any:
        origin = params["url"]

        async def from_page() -> str:
            token: str = await self._ask("token", plain({"origin": origin}))
            return token

        self.session.tokens.set(origin, from_page if params.get("ask") else params.get("token"))

    async def _search_studies(self, params: Mapping[str, Any]) -> Any:
        wanted = {_QUERY[name]: params[name] for name in _QUERY if name in params}
        return as_cornerstone(await self.session.dicomweb(params["url"]).search_studies(**wanted))

    async def _search_series(self, params: Mapping[str, Any]) -> Any:
        return as_cornerstone(await self.session.dicomweb(params["url"]).series(params["studyUID"]))

    async def _search_stacks(self, params: Mapping[str, Any]) -> Any:
        server = self.session.dicomweb(params["url"])
        return as_cornerstone(await server.stacks(params["studyUID"], params["seriesUID"]))

    async def _set_headers(self, params: Mapping[str, Any]) -> Any:
        self._header_values = {str(name): str(value) for name, value in params["headers"].items()}


_METHODS: Mapping[str, Callable[[Engine, Mapping[str, Any]], Awaitable[Any]]] = {
    "addFiles": Engine._add_files,
    "cache": Engine._cache,
    "cancelLoadImage": Engine._cancel_load_image,
    "colormaps": Engine._colormaps,
    "describe": Engine._describe,
    "display": Engine._display,
    "frames": Engine._frames,
    "loadAndCacheImage": Engine._load_and_cache_image,
    "loadImage": Engine._load_image,
    "metaData": Engine._meta_data,
    "openFiles": Engine._open_files,
    "prefetch": Engine._start_prefetch,
    "probe": Engine._probe,
    "purgeCache": Engine._purge_cache,
    "render": Engine._render,
    "runPython": Engine._run_python,
    "samples": Engine._samples,
    "schemes": Engine._schemes,
    "searchSeries": Engine._search_series,
    "searchStacks": Engine._search_stacks,
    "searchStudies": Engine._search_studies,
    "setCacheSize": Engine._set_cache_size,
    "setHeaders": Engine._set_headers,
    "setSampleLimit": Engine._set_sample_limit,
    "setToken": Engine._set_token,
    "thumbnail": Engine._thumbnail,
}

# the page's names for what search_studies takes
_QUERY: Mapping[str, str] = {
    "limit": "limit",
    "modality": "modality",
    "offset": "offset",
    "patientId": "patient_id",
    "patientName": "patient_name",
    "studyDate": "study_date",
}


def _load_arguments(params: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {"image_id": params["imageId"]}
    if params.get("requestType") is not None:
        arguments["request_type"] = params["requestType"]
    if params.get("priority") is not None:
        arguments["priority"] = params["priority"]
    return arguments


def _picture(rgba: Any, view: View, resolved: Mapping[str, Any] | None) -> dict[str, Any]:
    picture = {"width": view.width, "height": view.height, "data": typed_array(rgba, clamped=True)}
    return picture if resolved is None else {**picture, "view": resolved}


def _emitter(emit: Callable[[str, Any], object], name: str) -> Callable[[Event], object]:
    return lambda event: emit(name, plain(event_data(event)))
