"""Whose images they are: files of a case that tell it are found, refused, or copied without."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from loadstone.contents import HEAD_BYTES
from loadstone.identifiers import Identifier, find_identifiers
from loadstone.identifiers.finding import file_kind
from loadstone.image_id import ImageId
from loadstone.local_files import LocalFile, PathFile
from loadstone_build.case import FILES, CaseFile, CaseStack
from loadstone_build.case_images import FileNames, look_into
from loadstone_build.case_inputs import CaseContents
from loadstone_build.deidentifying import NewUids, NotDeidentifiedError, deidentify
from loadstone_build.errors import BuildError

Found = dict[str, tuple[Identifier, ...]]


def find_in_files(files: Sequence[CaseFile], *, checked: Callable[[int], object] = lambda count: None) -> Found:
    """The files that tell whose images they are, by their own paths, and what tells it. One is in memory at a time."""
    found: Found = {}
    for file in files:
        identifiers = find_identifiers(_whole(file.source), file.source.path)
        if identifiers:
            found[file.source.path] = identifiers
        checked(file.source.size)
    return found


def of_no_known_kind(files: Sequence[CaseFile]) -> list[str]:
    """The paths of the files that are neither looked into nor changed, since nobody knows how."""
    return [
        file.source.path
        for file in files
        if file_kind(file.source.read(0, min(HEAD_BYTES, file.source.size)), file.source.path) == "unknown"
    ]


def refuse(found: Found, count: int) -> None:
    """Raise BuildError where anything was found in these ``count`` files."""
    if found:
        path, (first, *_) = next(iter(found.items()))
        raise BuildError(
            f"{len(found)} of {count} files say who a person is, such as {path} by {first.where} {first.value!r}; "
            "build with --deidentify to remove that from the copies, or with --allow-phi to share it"
        )


async def deidentified(
    contents: CaseContents, folder: Path, *, done: Callable[[int], object] = lambda count: None
) -> CaseContents:
    """The same contents with copies of the files in ``folder`` that tell of nobody.

    They are called by numbers, since names of files tell of people, too, and stacks by what the copies say of
    themselves, unless the user has named them. A series stays a series: its UIDs are replaced alike in all its files.
    """
    # the same files give the same UIDs again
    uids = NewUids(_digest(contents.files))
    names: dict[str, str] = {}
    files = []
    for number, file in enumerate(contents.files, 1):
        copy = folder / f"{number:04}{_ending(file.path)}"
        copy.write_bytes(_without_identifiers(file.source, uids))
        path = file.path if file.known_to_loaders else f"{FILES}/{copy.name}"
        names[quote(file.path)] = quote(path)
        files.append(CaseFile(path, PathFile(copy), file.known_to_loaders))
        done(file.source.size)
    seen = await look_into([file.source for file in files if not file.known_to_loaders], FileNames())
    titles = {image_id: stack.title for stack in seen.stacks for image_id in stack.image_ids}
    stacks = []
    for index, stack in enumerate(contents.stacks):
        image_ids = tuple(_renamed(image_id, names) for image_id in stack.image_ids)
        is_as_named = index < contents.named or image_ids == stack.image_ids
        title = stack.title if is_as_named else titles.get(image_ids[0], f"Images {index + 1}")
        stacks.append(CaseStack(title, image_ids, stack.middle and _renamed(stack.middle, names)))
    return replace(contents, files=files, stacks=stacks)


def _renamed(image_id: str, names: Mapping[str, str]) -> str:
    parsed = ImageId.parse(image_id)
    renamed = names.get(parsed.locator)
    return image_id if renamed is None else f"{parsed.scheme}:{renamed}{parsed.rest[len(parsed.locator) :]}"


def _whole(file: LocalFile) -> bytes:
    return file.read(0, file.size)


def _ending(path: str) -> str:
    name = path.rpartition("/")[2].lower()
    return next(
        (ending for ending in (".dcm", ".nii.gz", ".nii", ".png", ".jpg", ".jpeg") if name.endswith(ending)), ""
    )


def _without_identifiers(file: LocalFile, uids: NewUids) -> bytes:
    try:
        return deidentify(_whole(file), uids, name=file.path)
    except NotDeidentifiedError as error:
        raise BuildError(f"{file.path} can not be de-identified: it {error}") from error


def _digest(files: Sequence[CaseFile]) -> bytes:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(_whole(file.source)).digest())
    return digest.digest()
