"""Calls that run the user's Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyodide_js
from pyodide.code import eval_code_async

from ..context import Call, Context
from ..parameters import Parameters
from ..plain import plain

__all__ = ["PROGRAMS"]


async def _run_python(context: Context, params: Parameters) -> Any:
    source = params["source"]
    await pyodide_js.loadPackagesFromImports(source)
    value = await eval_code_async(source, globals=context.namespace, filename="<page>")
    try:
        return plain(value)
    except Exception:
        # a function, a registration and the like say nothing to the page
        return None


PROGRAMS: Mapping[str, Call] = {
    "runPython": _run_python,
}
