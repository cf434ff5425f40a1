"""A case tried out before anybody opens it: its loaders run here, and its images are loaded."""

import asyncio
import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from loadstone import ImageId, LoadstoneError, Session
from loadstone.fetching import UrllibFetch
from loadstone.loaders import DEFAULT_LOADERS
from loadstone_build.case import FILES, WHEELS, Case, CaseStack
from loadstone_build.errors import BuildError
from loadstone_build.image_files import beginning_at
from loadstone_build.user_loaders import run_loaders


def check_case(case: Case, site: Path) -> None:
    """Run the loaders of a case and load its images: all that are made by loaders or named, the first of files.

    ``site`` is the folder with the case, where its relative addresses begin. Raises BuildError for the first loader or
    image that fails.
    """
    with _importable(site / WHEELS / path.name for path in case.packages), contextlib.redirect_stdout(sys.stderr):
        asyncio.run(_check(case, site.resolve()))


async def _check(case: Case, site: Path) -> None:
    session = Session(fetch=beginning_at(site, UrllibFetch()))
    await run_loaders(case.loaders, session)
    for stack in case.stacks:
        for image_id in _worth_a_try(stack):
            try:
                await session.load_image(image_id)
            except LoadstoneError as error:
                # where the case is made is gone when the user reads this
                told = str(error).removeprefix(f"{image_id}: ").replace(f"{site.as_uri()}/", "").replace(f"{site}/", "")
                raise BuildError(
                    f"{image_id}, of the stack {stack.title}: {told}; correct it (what a loader reads is given by "
                    "--file), or build without this check by --no-check"
                ) from error


def _worth_a_try(stack: CaseStack) -> Iterator[str]:
    """The ids of a stack without those of files that the build has looked into, but for the first."""
    for index, image_id in enumerate(stack.image_ids):
        parsed = ImageId.parse(image_id)
        if index == 0 or parsed.scheme not in DEFAULT_LOADERS or not parsed.rest.startswith(f"{FILES}/"):
            yield image_id


@contextlib.contextmanager
def _importable(wheels: Iterable[Path]) -> Iterator[None]:
    before = list(sys.path)
    sys.path[:0] = map(str, wheels)
    try:
        yield
    finally:
        sys.path[:] = before
