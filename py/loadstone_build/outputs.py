"""Where a build may write: nothing of the user's is replaced that the build has not made."""

from collections.abc import Iterable
from pathlib import Path

from loadstone_build.errors import BuildError

# what index.html has of a case, and a single file of its members
_MARKS = ('id="case"', 'id="members"')
_BEGINNING = 256 * 1024


def check_apart(target: Path, inputs: Iterable[Path]) -> None:
    """Raise BuildError where replacing ``target`` would take away what is read, or the working folder."""
    place = target.resolve()
    if Path.cwd().is_relative_to(place):
        raise BuildError(f"{target} is the working folder, or around it; name a folder in it or beside it")
    for path in inputs:
        if path.resolve().is_relative_to(place):
            raise BuildError(f"{target} would take the place of {path}, which is read; name another output")


def check_replaceable(target: Path) -> None:
    """Raise BuildError where ``target`` exists and is no empty folder, no site of a case and no single file of one."""
    page = target / "index.html" if target.is_dir() else target
    if target.is_dir() and not any(target.iterdir()):
        return
    if target.exists() and not (page.is_file() and _is_made_by_build(page)):
        raise BuildError(
            f"{target} exists, and loadstone build has not made it; name another output, or add --force to replace it"
        )
    if not target.parent.is_dir():
        raise BuildError(f"{target}: there is no folder {target.parent}; make it, or name another output")


def _is_made_by_build(page: Path) -> bool:
    with page.open("rb") as file:
        head = file.read(_BEGINNING)
    # a single file is written in UTF-16
    text = head.decode("utf-16" if head.startswith(b"\xff\xfe") else "utf-8", errors="ignore")
    return any(mark in text for mark in _MARKS)
