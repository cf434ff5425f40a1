"""Calls for a page that saves what it shows as one file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from pyodide.code import find_imports

from ...contents import HEAD_BYTES
from ...image_files import image_file, why_not_as_file
from ...image_needs import image_needs, wheel_for
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
    """The bytes of a file of an image, or of any address, and what it takes to show it."""
    url, name = params["url"], params["name"]
    data = await context.session.fetch(url)
    needs = image_needs(data[:HEAD_BYTES], name)
    return {"data": _bytes(data), "packages": sorted(needs.packages), "codecs": sorted(needs.codecs)}


async def _imagecodecs_for(context: Context, params: Parameters) -> Any:
    """The page's wheel of imagecodecs at ``url`` with these codecs (``names``) alone, and its sha256."""
    wheel = (await context.fetch(params["url"], headers={})).data
    trimmed = wheel_for(params["names"], wheel)
    return {"data": _bytes(trimmed), "sha256": hashlib.sha256(trimmed).hexdigest()}


def _bytes(data: bytes) -> Any:
    return typed_array(np.frombuffer(data, np.uint8))


async def _find_imports(context: Context, params: Parameters) -> Any:
    return find_imports(params["source"])


SAVING: Mapping[str, Call] = {
    "findImports": _find_imports,
    "imageFiles": _image_files,
    "imagecodecsFor": _imagecodecs_for,
    "readFile": _read_file,
}
