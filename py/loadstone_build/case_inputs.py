"""What the command line names, as the contents of a case: files and folders, image ids, stacks of either."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from loadstone.contents import Skipped
from loadstone.errors import InvalidImageIdError
from loadstone.fetching import UrllibFetch, with_retries
from loadstone.image_id import ImageId
from loadstone.importing import ImportProgress
from loadstone.local_files import PathFile, files_below
from loadstone.pipeline import parse_pipe
from loadstone_build.case import FILES, CaseFile, CaseStack
from loadstone_build.case_images import CaseImages, FileNames, look_into
from loadstone_build.errors import BuildError

# a comma parts image ids only where another scheme follows: data: addresses hold commas of their own
_BETWEEN_IDS = re.compile(r",(?=[A-Za-z][A-Za-z0-9+.-]+:)")
_OF_THIS_DISK = re.compile(r"(?:^|:)file:", re.IGNORECASE)
_SCHEMES_OF_FILES = ("wadouri", "dicomweb", "nifti", "web", "http", "https")


@dataclass
class CaseContents:
    """The stacks and files of a case, and what was skipped, as they are collected; the first stacks are ``named``."""

    stacks: list[CaseStack] = field(default_factory=list)
    files: list[CaseFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    named: int = 0

    def add(self, images: CaseImages) -> None:
        """Take stacks and files in."""
        self.stacks += images.stacks
        self.files += images.files
        self.skipped += images.skipped


def is_image_id(text: str) -> bool:
    """Whether this is an image id, and no path of a file that is there."""
    if _is_there(text):
        return False
    try:
        # one letter is a drive of Windows
        return len(ImageId.parse(text).scheme) > 1
    except InvalidImageIdError:
        return False


def _is_there(text: str) -> bool:
    # Path.exists raises for ids that are too long to be names
    return os.path.exists(text)  # noqa: PTH110


def split_stack(text: str) -> tuple[str, tuple[str, ...]]:
    """The title of a stack and its members, from ``name=id,id``; raises BuildError where it is none."""
    title, equals, members = text.partition("=")
    if not equals or not title.strip() or not members.strip():
        raise BuildError(f"--stack {text!r} is no stack; write 'name=id,id', with image ids or paths of files")
    if _is_there(members):
        return title.strip(), (members,)
    parts: list[str] = []
    for part in _BETWEEN_IDS.split(members):
        parts += [part] if is_image_id(part) else part.split(",")
    return title.strip(), tuple(part.strip() for part in parts if part.strip())


async def collect(
    images: Sequence[str],
    stacks: Sequence[str],
    extra_files: Sequence[Path],
    *,
    without: Path | None = None,
    on_progress: Callable[[ImportProgress], object] = lambda progress: None,
) -> CaseContents:
    """The contents of a case: the stacks that were named, then what the other files and ids give.

    ``extra_files`` are what loaders read, at ``files/NAME``. What a named stack holds makes no other stack, and what
    lies in the folder ``without``, such as an earlier output, is passed over. Raises
    BuildError for what is no file, no folder and no image id, and where there is no image in all the files.
    """
    names = FileNames()
    contents = CaseContents()
    for path in extra_files:
        contents.files += _as_they_are(path, names)
    taken: set[Path] = set()
    for text in stacks:
        title, members = split_stack(text)
        image_ids: list[str] = []
        for member in members:
            if is_image_id(member):
                image_ids.append(member)
                continue
            found = await _look_into_member(member, names, taken)
            contents.files += found.files
            image_ids += [image_id for stack in found.stacks for image_id in stack.image_ids]
        contents.stacks.append(CaseStack(title, tuple(image_ids)))
        contents.named += 1
    paths = [Path(text) for text in images if not is_image_id(text)]
    files = [file for path in paths for file in _files_at(path) if not _is_left_out(file, taken, without)]
    if files:
        contents.add(await look_into(files, names, on_progress=on_progress))
    if paths and not contents.stacks:
        reason = (
            f"{contents.skipped[0].path} {contents.skipped[0].reason}" if contents.skipped else f"{paths[0]} is empty"
        )
        raise BuildError(f"{reason}; there is no image in what was given")
    contents.stacks += [CaseStack(text, (text,)) for text in images if is_image_id(text)]
    for image_id in (image_id for stack in contents.stacks for image_id in stack.image_ids):
        if _OF_THIS_DISK.search(image_id):
            raise BuildError(
                f"{image_id}: others do not have this file; give its path, and it becomes part of the page"
            )
    return contents


async def embed_network(contents: CaseContents, folder: Path) -> tuple[CaseContents, tuple[str, ...]]:
    """The same contents with the files that image ids name on the network fetched into ``folder``; and their addresses.

    Raises FetchError where one can not be had, and BuildError for ids of servers that are asked image by image.
    """
    fetch = with_retries(UrllibFetch())
    names = FileNames()
    for file in contents.files:
        names.take(file.path.removeprefix(f"{FILES}/"))
    paths: dict[str, str] = {}
    files = list(contents.files)

    async def embedded(image_id: str) -> str:
        parsed = ImageId.parse(image_id)
        if parsed.scheme == "pipe":
            recipe = parse_pipe(image_id)
            return str(replace(recipe, source=await embedded(recipe.source)))
        address = image_id if parsed.scheme in ("http", "https") else parsed.locator
        if not address.startswith(("http:", "https:")):
            return image_id
        if parsed.scheme not in _SCHEMES_OF_FILES:
            raise BuildError(
                f"{image_id}: its bytes can not be put into one file, since {parsed.scheme}: asks a server for parts; "
                "download the file and give its path"
            )
        if address not in paths:
            copy = folder / f"fetched-{len(paths)}"
            copy.write_bytes((await fetch(address, headers={})).data)
            paths[address] = names.take(unquote(urlsplit(address).path).rpartition("/")[2] or "image")
            files.append(CaseFile(paths[address], PathFile(copy, paths[address])))
        scheme = "web" if parsed.scheme in ("http", "https") else parsed.scheme
        query = "" if scheme == "web" else parsed.rest[len(parsed.locator) :]
        return f"{scheme}:{quote(paths[address])}{query}"

    stacks = [
        CaseStack(stack.title, tuple([await embedded(image_id) for image_id in stack.image_ids]), stack.middle)
        for stack in contents.stacks
    ]
    return CaseContents(stacks, files, contents.skipped, contents.named), tuple(paths)


def _as_they_are(path: Path, names: FileNames) -> Iterator[CaseFile]:
    for file in _files_at(path):
        taken = names.take(file.path)
        if taken != f"{FILES}/{file.path}":
            raise BuildError(f"--file {file.location}: loaders could not find it as {FILES}/{file.path}; rename it")
        yield CaseFile(taken, file, known_to_loaders=True)


async def _look_into_member(member: str, names: FileNames, taken: set[Path]) -> CaseImages:
    path = Path(member)
    files = _files_at(path)
    found = await look_into(files, names)
    if not found.stacks:
        reason = f"{found.skipped[0].path} {found.skipped[0].reason}" if found.skipped else "it is empty"
        raise BuildError(f"{member}: there is no image for the stack: {reason}")
    taken.update(file.location.resolve() for file in files)
    return found


def _is_left_out(file: PathFile, taken: set[Path], without: Path | None) -> bool:
    location = file.location.resolve()
    return location in taken or (without is not None and location.is_relative_to(without.resolve()))


def _files_at(path: Path) -> list[PathFile]:
    if not path.exists():
        raise BuildError(f"{path}: there is no such file or folder, and it is no image id (scheme:address)")
    # the folder "." has no name
    return list(files_below(path.resolve() if path.is_dir() else path))
