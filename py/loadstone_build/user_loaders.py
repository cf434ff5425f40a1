"""Files of users' loaders, run on the desktop as the page runs them."""

import ast
import importlib.util
import inspect
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from loadstone import LoadstoneError, Session
from loadstone.tracebacks import LOADER_MODULES, place_of
from loadstone_build.errors import BuildError


async def run_loaders(paths: Iterable[Path], session: Session) -> None:
    """Run each file as a module of its own, which finds ``session`` there, then its ``register(session)``.

    Both may await. Raises :class:`BuildError` with the line where one fails.
    """
    for path in paths:
        await _run_loader(path, session)


def place_in_loader(error: BaseException) -> str:
    """Return the file and the line of a user's loader where ``error`` came from; "" where none had a part in it."""
    place = place_of(error)
    return "" if place is None else f"{place.program}, line {place.line}"


async def _run_loader(path: Path, session: Session) -> None:
    source = _source(path)
    module = ModuleType(f"{LOADER_MODULES}{path.stem}")
    vars(module).update(session=session, __file__=str(path))
    # dataclasses and the like look up the module of a class
    sys.modules[module.__name__] = module
    try:
        program = compile(source, str(path), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        await _ended(eval(program, vars(module)))
        register = vars(module).get("register")
        if register is not None:
            await _ended(register(session))
    except Exception as error:
        raise BuildError(f"{place_in_loader(error) or path}: {_said(error)}; correct the loader") from error


async def _ended(result: object) -> None:
    if inspect.isawaitable(result):
        await result


def _source(path: Path) -> str:
    try:
        return importlib.util.decode_source(path.read_bytes())
    except OSError as cause:
        raise BuildError(f"{path}: this loader can not be read ({cause.strerror}); check the path") from cause
    except (SyntaxError, UnicodeDecodeError) as cause:
        raise BuildError(f"{path} is no Python file in UTF-8 ({cause}); give a loader such as my_loader.py") from cause


def _said(error: Exception) -> str:
    if isinstance(error, LoadstoneError):
        return str(error)
    # the text of a SyntaxError names the file once more
    return f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
