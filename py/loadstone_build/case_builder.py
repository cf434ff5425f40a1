"""From what the command line says to the finished site or file of a case."""

import asyncio
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Literal

from loadstone.identifiers import tell
from loadstone_build.cache import user_cache
from loadstone_build.case import Case, CaseFile, Hooks, write_case
from loadstone_build.case_check import check_case
from loadstone_build.case_inputs import CaseContents, collect, embed_network, split_stack
from loadstone_build.case_needs import check_imports, needs_of_case
from loadstone_build.case_privacy import deidentified, find_in_files, of_no_known_kind, refuse
from loadstone_build.needs import read_lock
from loadstone_build.notes import Notes, read_notes
from loadstone_build.outputs import check_apart, check_replaceable
from loadstone_build.progress import Progress, in_megabytes
from loadstone_build.requires import Required, require
from loadstone_build.single_file import LEVEL_OF_FILES, packed_size, write_single_file

_MOST_TOLD = 5
_SAMPLE = 8 * 1024**2
# header, identifiers, and a file of its own, as measured for CT slices
_SECONDS_FOR_EACH = 0.01


class Privacy(Enum):
    """What becomes of files that tell whose images they are."""

    REFUSE = "refuse"
    ALLOW = "allow"
    DEIDENTIFY = "deidentify"


@dataclass(frozen=True)
class Recipe:
    """What a case is made of; paths are those of the user."""

    images: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()
    loaders: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    requires: tuple[str, ...] = ()
    notes: Path | None = None
    title: str | None = None
    privacy: Privacy = Privacy.REFUSE
    check: bool = True

    @property
    def paths(self) -> Iterator[Path]:
        """The files and folders that are read, and image ids as if they were some."""
        yield from map(Path, self.images)
        for text in self.stacks:
            yield from map(Path, split_stack(text)[1])
        yield from (*self.loaders, *self.files)
        if self.notes is not None:
            yield self.notes


@dataclass(frozen=True)
class Output:
    """Where the case goes: ``path`` is a folder, or one HTML file. ``everything`` keeps codecs that no image needs."""

    path: Path
    single_file: bool = False
    everything: bool = False
    lock: Path | None = None
    force: bool = False

    @property
    def lock_file(self) -> Path:
        """Where the hashes of required packages are kept."""
        return self.lock or self.path.with_name(f"{self.path.name}.lock.json")


def build_case(recipe: Recipe, output: Output, *, stock: Path, progress: Progress) -> None:
    """Build a case of ``recipe`` into ``output``; where anything is wrong, BuildError is raised and nothing written."""
    if not output.force:
        check_replaceable(output.path)
    check_apart(output.path, recipe.paths)
    pyodide = stock / "pyodide"
    notes = Notes() if recipe.notes is None else read_notes(recipe.notes, with_title=not recipe.title)
    required = _required(recipe, output, pyodide)
    of_browser = check_imports(recipe.loaders, required.wheels, pyodide)
    with tempfile.TemporaryDirectory(prefix="loadstone-build-") as name:
        contents = _contents(recipe, output, Path(name), progress)
        contents, phi = _private(recipe, contents, Path(name), progress)
        case = Case(
            title=recipe.title or notes.title or (contents.stacks[0].title if contents.stacks else "Loadstone"),
            stacks=tuple(contents.stacks),
            files=tuple(contents.files),
            loaders=recipe.loaders,
            packages=required.wheels,
            notes=notes.html,
            phi=phi,
        )
        if recipe.check and of_browser:
            progress.tell("A loader is for browsers only (it imports js or pyodide): images are not tried out here.")
        _write(case, output, stock, progress, check=recipe.check and not of_browser)
    if recipe.requires:
        output.lock_file.write_text(required.lock, encoding="utf-8")
    count = sum(len(stack.image_ids) for stack in case.stacks)
    held = f"{_counted(count, 'image')} in {_counted(len(case.stacks), 'stack')}"
    progress.tell(f"{output.path}: {held}, {in_megabytes(_size(output.path))}")


def _required(recipe: Recipe, output: Output, pyodide: Path) -> Required:
    if not recipe.requires:
        return Required((), "")
    lock = output.lock_file.read_text(encoding="utf-8") if output.lock_file.exists() else None
    site = {name: package["version"] for name, package in read_lock(pyodide)["packages"].items()}
    return require(recipe.requires, site=site, lock=lock, cache=user_cache())


def _contents(recipe: Recipe, output: Output, folder: Path, progress: Progress) -> CaseContents:
    """The images and files, with a note on what was skipped and on what comes from the network."""
    contents = asyncio.run(collect(recipe.images, recipe.stacks, recipe.files, without=output.path))
    for skipped in contents.skipped[:_MOST_TOLD]:
        progress.tell(f"skipped: {skipped.path} {skipped.reason}")
    if len(contents.skipped) > _MOST_TOLD:
        progress.tell(f"skipped: {len(contents.skipped) - _MOST_TOLD} more files")
    if output.single_file:
        contents, fetched = asyncio.run(embed_network(contents, folder))
        for address in fetched:
            progress.tell(f"fetched into the file: {address}")
    size = sum(file.source.size for file in contents.files)
    if contents.files:
        seconds = expected_seconds(contents.files, packed=output.single_file)
        about = f": about {seconds:.0f} s" if seconds >= 1 else ""
        progress.tell(f"{_counted(len(contents.files), 'file')}, {in_megabytes(size)}{about}")
    return contents


def _private(
    recipe: Recipe, contents: CaseContents, folder: Path, progress: Progress
) -> tuple[CaseContents, Literal["none", "allowed"]]:
    """The contents as they may be shared, and whether they tell whose images they are."""
    size = sum(file.source.size for file in contents.files)
    if recipe.privacy is Privacy.DEIDENTIFY:
        with progress.bar("De-identifying", size) as done:
            contents = asyncio.run(deidentified(contents, folder, done=done))
    with progress.bar("Looking for names", size) as checked:
        found = find_in_files(contents.files, checked=checked)
    for path in of_no_known_kind(contents.files)[:_MOST_TOLD]:
        progress.tell(
            f"not looked into: {path} is of no kind that is known here; make sure yourself that it names nobody"
        )
    if not found:
        return contents, "none"
    progress.tell(tell(found))
    if recipe.privacy is not Privacy.ALLOW:
        refuse(found, len(contents.files))
    return contents, "allowed"


def _write(case: Case, output: Output, stock: Path, progress: Progress, *, check: bool) -> None:
    needs = needs_of_case(case, stock / "pyodide") if output.single_file and not output.everything else None
    with progress.bar("Copying files", case.size) as copied:
        hooks = Hooks(copied, (lambda site: check_case(case, site)) if check else (lambda site: None))
        if not output.single_file:
            write_case(case, output.path, stock=stock, needs=needs, hooks=hooks)
            return
        with tempfile.TemporaryDirectory(prefix="loadstone-build-") as name:
            site = Path(name) / "site"
            write_case(case, site, stock=stock, needs=needs, hooks=hooks)
            told: list[str] = []
            with progress.bar("Packing", packed_size(site)) as packed:
                write_single_file(site, output.path, report=told.append, packed=packed)
            # behind the bar, not within it
            progress.tell("\n".join(told))


def expected_seconds(files: Sequence[CaseFile], *, packed: bool) -> float:
    """About how long the files will take, as far as one of them tells; more where they are ``packed``."""
    sample = max(files, key=lambda file: file.source.size)
    began = time.perf_counter()
    data = sample.source.read(0, min(sample.source.size, _SAMPLE))
    if packed:
        zlib.compress(data, LEVEL_OF_FILES)
    seconds = time.perf_counter() - began
    each = _SECONDS_FOR_EACH * len(files)
    return each + seconds * sum(file.source.size for file in files) / max(1, len(data))


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
