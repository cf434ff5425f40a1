"""A case as a site of its own: the stock site with the user's images, loaders, wheels and notes."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from loadstone.local_files import LocalFile, PathFile
from loadstone_build.case_page import case_page
from loadstone_build.errors import BuildError
from loadstone_build.needs import Needs, keep_only
from loadstone_build.notices import NOTICES, wheel_notices, with_more_notices
from loadstone_build.site import replace_folder
from loadstone_build.site_files import copy_site, write_site_files

Report = Callable[[str], object]

FILES = "files"
LOADERS = "loaders"
WHEELS = "wheels"

_PIECE = 4 * 1024**2


@dataclass(frozen=True)
class CaseStack:
    """Images that belong behind each other; ``middle`` is the one for its thumbnail, by default that in the middle."""

    title: str
    image_ids: tuple[str, ...]
    middle: str | None = None


@dataclass(frozen=True)
class CaseFile:
    """A file of the user's, and its path in the site, such as ``files/ct.dcm``, by which a loader may know it."""

    path: str
    source: LocalFile
    known_to_loaders: bool = False


@dataclass(frozen=True)
class Case:
    """What a site of a case holds. Image ids are relative to the page: ``wadouri:files/ct.dcm``.

    ``notes`` are HTML; ``phi`` tells whether files say whose images they are.
    """

    title: str
    stacks: tuple[CaseStack, ...]
    files: tuple[CaseFile, ...] = ()
    loaders: tuple[Path, ...] = ()
    packages: tuple[Path, ...] = ()
    notes: str = ""
    phi: Literal["none", "allowed"] = "none"

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(file.source.size for file in self.files)

    def as_json(self) -> str:
        """What the page reads: titles, image ids, and the addresses of loaders and wheels, relative to the page."""
        stacks = [
            {"title": stack.title, "imageIds": stack.image_ids, **({"middle": stack.middle} if stack.middle else {})}
            for stack in self.stacks
        ]
        content = {
            "title": self.title,
            "stacks": stacks,
            "loaders": [f"{LOADERS}/{path.name}" for path in self.loaders],
            "packages": [f"{WHEELS}/{path.name}" for path in self.packages],
            "phi": self.phi,
        }
        return json.dumps(content, ensure_ascii=False)


@dataclass(frozen=True)
class Hooks:
    """What is called while a case is written: ``copied`` with the bytes of each piece, ``check`` with the folder before
    it takes its place; raising there leaves everything as it was."""

    copied: Callable[[int], object] = field(default=lambda count: None)
    check: Callable[[Path], object] = field(default=lambda folder: None)


def write_case(
    case: Case, target: Path, *, stock: Path, needs: Needs | None = None, hooks: Hooks | None = None
) -> None:
    """Write the site of a case to ``target``; it appears there only when it is complete.

    ``needs`` are the packages and codecs that stay in it, None for all that the stock site has. Files are copied piece
    by piece, so memory does not grow with them; a member of a ZIP archive is unpacked as a whole.
    """
    hooks = hooks or Hooks()
    target = target.resolve()
    new = target.with_name(f".{target.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    try:
        copy_site(stock, new)
        page = new / "index.html"
        page.write_text(case_page(page.read_text(encoding="utf-8"), case), encoding="utf-8")
        for file in case.files:
            _copy(file.source, new / file.path, hooks.copied)
        _copy_all(case.loaders, new / LOADERS)
        _copy_all(case.packages, new / WHEELS)
        if needs is not None:
            keep_only(needs, new / "pyodide")
        notices = new / NOTICES
        more = with_more_notices(notices.read_text(encoding="utf-8"), wheel_notices(case.packages))
        notices.write_text(more, encoding="utf-8")
        write_site_files(new)
        hooks.check(new)
        replace_folder(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _copy(source: LocalFile, target: Path, copied: Callable[[int], object]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        # a member of an archive would be unpacked from its beginning for each piece
        step = _PIECE if isinstance(source, PathFile) else max(1, source.size)
        for start in range(0, source.size, step):
            wanted = min(step, source.size - start)
            piece = source.read(start, start + wanted)
            if len(piece) < wanted:
                raise BuildError(f"{source.path}: it has changed since it was opened; build again")
            file.write(piece)
            copied(len(piece))


def _copy_all(sources: Sequence[Path], folder: Path) -> None:
    for source in sources:
        folder.mkdir(exist_ok=True)
        if (folder / source.name).exists():
            raise BuildError(f"{source}: another file of this name is given; rename one of them")
        shutil.copyfile(source, folder / source.name)
