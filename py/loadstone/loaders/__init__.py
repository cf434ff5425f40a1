"""The built-in loaders: one file per scheme family, imported when its scheme is first asked for.

A new scheme is one module with ``create_loader(tools) -> ImageLoader``, and one line in the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from ..registry import ImageLoader, LoadOptions
from .tools import CreateLoader, Decode, Tools

__all__ = ["DEFAULT_LOADERS", "Decode", "Tools", "builtin_loader"]

DEFAULT_LOADERS: Mapping[str, str] = MappingProxyType(
    {
        "blob": "web",
        "data": "web",
        "dicomfile": "dicomfile",
        "dicomweb": "wadouri",
        "example": "example",
        "http": "web",
        "https": "web",
        "mpr": "mpr",
        "nifti": "nifti",
        "phantom": "phantom",
        "pipe": "pipe",
        "wadors": "wadors",
        "wadouri": "wadouri",
        "web": "web",
    }
)


def builtin_loader(module: str, tools: Tools) -> ImageLoader:
    """The loader of a module of this package; the module is imported with the first image it loads."""
    made: list[ImageLoader] = []

    def load(image_id: str, options: LoadOptions) -> object:
        if not made:
            create = cast(CreateLoader, import_module(f".{module}", __package__).create_loader)
            made.append(create(tools))
        return made[0](image_id, options)

    return load
