"""What the session hands to the built-in loaders."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from ..cache import Cache
from ..fetching import Fetch
from ..registry import ImageLoader

__all__ = ["CreateLoader", "Tools"]


@dataclass(frozen=True, eq=False)
class Tools:
    """``fetch`` gets bytes; ``require(package)`` makes a Python package importable (in the page, by loading it);
    ``files`` keeps parsed files for further frames; ``sample_limit`` is the most samples an image may have."""

    fetch: Fetch
    require: Callable[[str], Awaitable[None]]
    files: Cache[Any]
    sample_limit: int


class CreateLoader(Protocol):
    def __call__(self, tools: Tools) -> ImageLoader: ...
