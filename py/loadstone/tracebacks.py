"""Where in a user's program an error came from, and its traceback from there on."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import NamedTuple

from .errors import LoadstoneError

__all__ = ["LOADER_MODULES", "Place", "formatted", "place_of"]

# user programs run as Python's own scripts do
_NAME_OF_PROGRAMS = "__main__"

# files of loaders are modules whose names begin so: what is meant for a script alone does not run in them
LOADER_MODULES = "loadstone_programs."


class Place(NamedTuple):
    """A line, counted from 1, of a program by its name."""

    program: str
    line: int


def place_of(error: BaseException) -> Place | None:
    """Where a user's program raised ``error``, or called what raised it; None where no program had a part in it.

    Of an error of Loadstone's own, its cause says where: a loader that fails is told as a :class:`LoaderError`.
    """
    chain = list(_chain(error))
    # stable: an error of the user's own first, then outer before inner ones
    for one in sorted(chain, key=lambda one: isinstance(one, LoadstoneError)):
        places = _places(one.__traceback__)
        if places:
            return places[-1]
    for one in chain:
        if isinstance(one, SyntaxError) and one.lineno is not None:
            return Place(one.filename or "", one.lineno)
    return None


def formatted(error: BaseException) -> str:
    """The traceback as text; what called the user's program, and what is below its loaders, is left out."""
    told = traceback.TracebackException.from_exception(error)
    programs = {place.program for one in _chain(error) for place in _places(one.__traceback__)}
    one: traceback.TracebackException | None = told
    while one is not None:
        names = [frame.filename for frame in one.stack]
        first = next((index for index, name in enumerate(names) if name in programs), 0)
        one.stack = traceback.StackSummary.from_list(one.stack[first:])
        one = one.__cause__ or one.__context__
    return "".join(told.format())


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _places(trace: TracebackType | None) -> list[Place]:
    """The lines of user programs in a traceback, the innermost last."""
    return [
        Place(frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(trace)
        if _is_program(frame.f_globals.get("__name__"))
    ]


def _is_program(module: object) -> bool:
    return isinstance(module, str) and (module == _NAME_OF_PROGRAMS or module.startswith(LOADER_MODULES))
