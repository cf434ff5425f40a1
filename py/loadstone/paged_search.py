"""A QIDO-RS search that is read page by page to its end (PS3.18 8.3.4.4), whatever pages the server makes of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .dicom.json_model import ModelElements

__all__ = ["PAGE", "Ask", "PagedSearch"]

# what servers give without complaint (some refuse to be asked for more), and what takes no noticeable time to read
PAGE = 200
# browsers have six connections to a server, of which images need the most
_SIDE_BY_SIDE = 2


class Ask(Protocol):
    """Asks for the results from number ``offset`` on, for no more than ``limit``; they are DICOM JSON."""

    async def __call__(self, *, limit: int, offset: int) -> list[Any]: ...


class PagedSearch:
    """The results of a search, each once; ``uid_keyword`` names what tells them apart, results without it are left out.

    A page shorter than asked for may be all that the server gives at once, so the end is a page that brings nothing
    new. A server that knows no pages gives everything in the first.
    """

    def __init__(self, ask: Ask, uid_keyword: str) -> None:
        self._ask = ask
        self._uid_keyword = uid_keyword
        self._seen: set[str] = set()
        self._offset = 0
        # of the last two pages
        self._lengths = (0, 0)
        self.is_complete = False

    async def more(self) -> list[ModelElements]:
        """One page further, or two where pages come equally long; nothing is asked for between two calls.

        Where it is cancelled or raises, as ``ask`` does, the next call goes on at the same place.
        """
        before, last = self._lengths
        count = _SIDE_BY_SIDE if before == last != 0 else 1
        offsets = [self._offset + number * last for number in range(count)]
        asked = (self._ask(limit=PAGE, offset=offset) for offset in offsets)
        found: list[ModelElements] = []
        for offset, page in zip(offsets, await asyncio.gather(*asked, return_exceptions=True), strict=True):
            if self.is_complete or offset != self._offset:
                # the page before was shorter than expected, or another call was quicker: here it does not go on
                break
            if isinstance(page, BaseException):
                if found:
                    break
                raise page
            found += self._take(page)
        return found

    def _take(self, page: list[Any]) -> list[ModelElements]:
        from .dicom.json_model import ModelElements

        fresh: list[ModelElements] = []
        for elements in map(ModelElements, page):
            uid = elements.text(self._uid_keyword)
            if uid and uid not in self._seen:
                self._seen.add(uid)
                fresh.append(elements)
        self._offset += len(page)
        self._lengths = (self._lengths[1], len(page))
        self.is_complete = not fresh or len(page) > PAGE
        return fresh
