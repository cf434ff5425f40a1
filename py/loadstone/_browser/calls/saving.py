"""Calls for a page that saves what it shows as one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from pyodide.code import find_imports

from ...contents import HEAD_BYTES
from ...image_files import image_file, packages_for, why_not_as_file
from ..context import Call, Context
from ..parameters import Parameters
from ..plain import typed_array

__all__ = ["SAVING"]


async def _image_files(context: Context, params: Parameters) -> Any:
    """Of each image the file that it lies in, or why it can not be saved; neither where a loader makes it."""
    files = context.session.local_files
    answer = []
    for image_id in params["imageIds"]:
        reason = why_not_as_file(image_id, files)
        file = None if reason else image_file(image_id, files)
        answer.append({"imageId": image_id, "file": file and asdict(file), "reason": reason})
    return answer


async def _read_file(context: Context, params: Parameters) -> Any:
    """The bytes of a file of an image, or of any address, and the packages that show it."""
    url, name = params["url"], params["name"]
    data = await context.session.fetch(url)
    packages = packages_for(data[:HEAD_BYTES], name)
    return {"data": typed_array(np.frombuffer(data, np.uint8)), "packages": list(packages)}


async def _find_imports(context: Context, params: Parameters) -> Any:
    return find_imports(params["source"])


SAVING: Mapping[str, Call] = {
    "findImports": _find_imports,
    "imageFiles": _image_files,
    "readFile": _read_file,
}
