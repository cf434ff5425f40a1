"""The Python packages that come with the page: each is loaded when it is first needed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Container

__all__ = ["SitePackages"]


class SitePackages:
    """Packages by name, each loaded once by ``load(name)``; one that failed is tried again."""

    def __init__(self, load: Callable[[str], Awaitable[None]], *, imported: Container[str] = sys.modules) -> None:
        self._load = load
        self._imported = imported
        self._loads: dict[str, asyncio.Future[None]] = {}

    async def require(self, package: str) -> None:
        """Make the package importable; raises what ``load`` raises."""
        load = self._loads.get(package)
        if load is None or (load.done() and (load.cancelled() or load.exception() is not None)):
            load = self._loads[package] = asyncio.ensure_future(self._load(package))
        # shield: the page goes on with it, whoever gives it up
        await asyncio.shield(load)
        # as pydicom is imported, it looks for the others, and never recovers from one that is there by half
        while package == "pydicom" and package not in self._imported and (under_way := self._under_way()):
            await asyncio.wait(under_way)

    def _under_way(self) -> list[asyncio.Future[None]]:
        return [load for load in self._loads.values() if not load.done()]
