"""Calls that run the user's Python."""

from __future__ import annotations

import importlib.util
import inspect
import linecache
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pyodide_js
from pyodide.code import eval_code_async

from ...errors import InvalidArgumentError
from ...events import LoaderRegistered
from ...tracebacks import LOADER_MODULES
from ..context import Call, Context
from ..parameters import Parameters
from ..plain import plain

__all__ = ["PROGRAMS", "run_program"]


async def run_program(context: Context, source: str, name: str, namespace: dict[str, Any] | None = None) -> object:
    """Run a program in ``namespace``, by default the context's; gives what its last expression comes to.

    Tracebacks call it ``name`` and show its lines, also when what it defines fails later.
    """
    await pyodide_js.loadPackagesFromImports(source)
    # without a time, so that nobody looks for a file of this name
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        value: object = await eval_code_async(
            source, globals=context.namespace if namespace is None else namespace, filename=name
        )
        if inspect.isawaitable(value):
            value = await value
    finally:
        # told before the program's end is
        context.output.end()
    return value


async def _run_python(context: Context, params: Parameters) -> Any:
    name = params.get("name", "<page>")
    value = await run_program(context, params["source"], name)
    try:
        return plain(value)
    except Exception:
        # a function, a registration and the like say nothing to the page
        return None


async def _read_program(context: Context, params: Parameters) -> Any:
    url = params["url"]
    answer = await context.fetch(url, headers={})
    if answer.content_type.startswith("text/html"):
        raise InvalidArgumentError(
            f"{url}: the server gave an HTML page in the place of a Python file; check the address"
        )
    try:
        return importlib.util.decode_source(answer.data)
    except (SyntaxError, UnicodeDecodeError) as cause:
        raise InvalidArgumentError(f"{url} is no Python file in UTF-8: {cause}; check the address") from cause


async def _run_loader(context: Context, params: Parameters) -> Any:
    """Run a file as a module of its own, and its ``register(session)``; gives the schemes that got a loader."""
    module = ModuleType(f"{LOADER_MODULES}{params['name'].removesuffix('.py')}")
    vars(module)["session"] = context.session
    # dataclasses and the like look up the module of a class
    sys.modules[module.__name__] = module
    schemes: dict[str, None] = {}
    stop = context.session.events.add_listener(LoaderRegistered, lambda event: schemes.setdefault(event.scheme))
    try:
        await run_program(context, params["source"], params["name"], vars(module))
        register = vars(module).get("register")
        if register is not None:
            registered = register(context.session)
            if inspect.isawaitable(registered):
                await registered
    finally:
        stop()
        context.output.end()
    return list(schemes)


PROGRAMS: Mapping[str, Call] = {
    "readProgram": _read_program,
    "runLoader": _run_loader,
    "runPython": _run_python,
}
