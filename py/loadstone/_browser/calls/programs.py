"""Calls that run the user's Python."""

from __future__ import annotations

import linecache
from collections.abc import Mapping
from typing import Any

import pyodide_js
from pyodide.code import eval_code_async

from ..context import Call, Context
from ..parameters import Parameters
from ..plain import plain

__all__ = ["PROGRAMS", "run_program"]


async def run_program(context: Context, source: str, name: str) -> object:
    """Run a program in the context's namespace; gives the value of its last expression.

    Tracebacks call it ``name`` and show its lines, also when what it defines fails later.
    """
    await pyodide_js.loadPackagesFromImports(source)
    # without a time, so that nobody looks for a file of this name
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        value: object = await eval_code_async(source, globals=context.namespace, filename=name)
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


PROGRAMS: Mapping[str, Call] = {
    "runPython": _run_python,
}
