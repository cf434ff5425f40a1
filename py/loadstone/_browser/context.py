"""What the engine's calls work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..fetching import Fetch
from ..session import Session
from .javascript_loaders import PageLoaders
from .local_files import HeadReader, ReadSlice
from .output import Output
from .page_events import PageEvents
from .parameters import Parameters

if TYPE_CHECKING:
    from ..stack_listing import StackListing

__all__ = ["Call", "Context"]


@dataclass(eq=False)
class Context:
    """One engine's session, and its ways to the page.

    ``emit(name, detail)`` tells the page of an event, ``ask(name, detail)`` asks it something, as a promise of the
    answer; ``events`` tells it of the session's. ``require(package)`` makes a package importable, ``fetch`` gets the
    page's own files, without headers and tokens, ``read_heads`` reads the beginnings of files and ``read_slice`` any
    part of one, None where that can not be done; ``page_loaders`` registers the page's own loaders.
    ``namespace`` is where the user's programs run, ``output`` tells what they print, ``headers`` go with every request.
    ``listings`` are those that have not come to their end, by the page's numbers.
    """

    session: Session
    emit: Callable[[str, Any], object]
    ask: Callable[[str, Any], Any]
    events: PageEvents
    require: Callable[[str], Awaitable[None]]
    fetch: Fetch
    read_heads: HeadReader
    read_slice: ReadSlice | None
    page_loaders: PageLoaders
    namespace: dict[str, Any]
    output: Output
    headers: dict[str, str] = field(default_factory=dict)
    listings: dict[int, StackListing] = field(default_factory=dict)


# answers with Python's values, which the engine turns into plain JavaScript data
Call = Callable[[Context, Parameters], Awaitable[Any]]
