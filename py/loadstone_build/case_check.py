"""A case tried out before anybody opens it: its loaders run here, and its images are loaded."""

import ast
import asyncio
import contextlib
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import CodeType, ModuleType
from urllib.parse import unquote

from loadstone.errors import FetchError, LoadstoneError
from loadstone.fetching import Fetch, Fetched, Progress, UrllibFetch
from loadstone.image_id import ImageId
from loadstone.loaders import DEFAULT_LOADERS
from loadstone.session import Session
from loadstone_build.case import FILES, Case, CaseStack
from loadstone_build.errors import BuildError

_NEXT = "correct it, or build without this check by --no-check"


def check_case(case: Case, site: Path) -> None:
    """Run the loaders of a case and load its images: all that are made by loaders or named, the first of files.

    ``site`` is the folder with the case. Raises BuildError for the first loader or image that fails.
    """
    with _importable(site / "wheels" / path.name for path in case.packages), contextlib.redirect_stdout(sys.stderr):
        asyncio.run(_check(case, site))


async def _check(case: Case, site: Path) -> None:
    session = Session(fetch=site_fetch(site, UrllibFetch()))
    for path in case.loaders:
        await run_loader(path, session)
    for stack in case.stacks:
        for image_id in _worth_a_try(stack):
            try:
                await session.load_image(image_id)
            except LoadstoneError as error:
                told = str(error).removeprefix(f"{image_id}: ")
                raise BuildError(f"{image_id}, of the stack {stack.title}: {told}; {_NEXT}") from error


async def run_loader(path: Path, session: Session) -> None:
    """Run a loader's file as the page does, as a module of its own with ``session``, and its ``register(session)``.

    Raises BuildError, which names the line, for whatever it raises.
    """
    module = ModuleType(f"loadstone_loader_{path.stem}")
    vars(module)["session"] = session
    # dataclasses and the like look up the module of a class
    sys.modules[module.__name__] = module
    try:
        begun = eval(_compiled(path), vars(module))
        if inspect.isawaitable(begun):
            await begun
        register = vars(module).get("register")
        registered = register(session) if register is not None else None
        if inspect.isawaitable(registered):
            await registered
    except Exception as error:
        raise BuildError(f"{path}{_line(error, path)}: {type(error).__name__}: {error}; {_NEXT}") from error


def site_fetch(site: Path, network: Fetch) -> Fetch:
    """``network``, with relative addresses answered from the files of a site, as in its page."""

    async def fetch(url: str, *, headers: Mapping[str, str], progress: Progress | None = None) -> Fetched:
        if ":" in url.partition("/")[0]:
            return await network(url, headers=headers, progress=progress)
        return Fetched(_read_below(site, url))

    return fetch


def _compiled(path: Path) -> CodeType:
    code: CodeType = compile(path.read_bytes(), str(path), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return code


def _read_below(site: Path, url: str) -> bytes:
    path = (site / unquote(url.partition("?")[0])).resolve()
    if not path.is_relative_to(site.resolve()) or not path.is_file():
        raise FetchError(f"{url}: the case has no such file; give it to the build by --file, as {FILES}/NAME")
    return path.read_bytes()


def _worth_a_try(stack: CaseStack) -> Iterator[str]:
    """The ids of a stack without those of files that the build has looked into, but for the first."""
    for index, image_id in enumerate(stack.image_ids):
        parsed = ImageId.parse(image_id)
        if index == 0 or parsed.scheme not in DEFAULT_LOADERS or not parsed.rest.startswith(f"{FILES}/"):
            yield image_id


def _line(error: Exception, path: Path) -> str:
    """Where in the file the error came up, as far as that is known."""
    line = error.lineno if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""


@contextlib.contextmanager
def _importable(wheels: Iterable[Path]) -> Iterator[None]:
    before = list(sys.path)
    sys.path[:0] = map(str, wheels)
    try:
        yield
    finally:
        sys.path[:] = before
