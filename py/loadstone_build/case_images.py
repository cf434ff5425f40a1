"""The user's files as stacks of a case: looked into as the page does where they are dropped, headers only."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from loadstone.contents import OtherImage, Skipped
from loadstone.image_id import ImageId
from loadstone.importing import ImportProgress
from loadstone.local_files import LocalFile, local_address
from loadstone.session import Session
from loadstone.stacking import natural_order
from loadstone.studies import Series, Stack, Study
from loadstone_build.case import FILES, CaseFile, CaseStack

# what Windows has in no file name: a site is copied to other machines
_NOT_PORTABLE = re.compile(r'[<>:"\\|?*\x00-\x1f\x7f]')
_ENDING = re.compile(r"(?:\.nii)?\.[A-Za-z]\w*$", re.IGNORECASE)


@dataclass(frozen=True)
class CaseImages:
    """Stacks, and the files that their images lie in; what can not be shown is in ``skipped``."""

    stacks: tuple[CaseStack, ...]
    files: tuple[CaseFile, ...]
    skipped: tuple[Skipped, ...]


class FileNames:
    """Paths in the site's folder of files: each file has one of its own, wherever names count without case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, path: str) -> str:
        """A path below ``files/`` as much like ``path`` as can be."""
        parts = [_NOT_PORTABLE.sub("_", part).rstrip(". ") or "_" for part in path.split("/") if part]
        folder, name = "/".join([FILES, *parts[:-1]]), parts[-1] if parts else "_"
        ending = next(iter(_ENDING.findall(name)), "")
        stem = name.removesuffix(ending)
        found, number = f"{folder}/{name}", 1
        while found.casefold() in self._taken:
            number += 1
            found = f"{folder}/{stem}-{number}{ending}"
        self._taken.add(found.casefold())
        return found


async def look_into(
    files: Iterable[LocalFile],
    names: FileNames,
    *,
    on_progress: Callable[[ImportProgress], object] = lambda progress: None,
) -> CaseImages:
    """The stacks that the files hold, those of a series sorted by position, each volume and clip by itself."""
    session = Session()
    imported = await session.open_files(files, progress=on_progress)
    paths: dict[str, CaseFile] = {}

    def case_id(image_id: str) -> str:
        """The id in the case of an image of an opened file."""
        address = local_address(image_id)
        assert address is not None
        if address not in paths:
            file = session.local_files.at(address)
            paths[address] = CaseFile(names.take(file.path), file)
        parsed = ImageId.parse(image_id)
        scheme = "wadouri" if parsed.scheme == "dicomfile" else parsed.scheme
        query = parsed.rest[len(parsed.locator) :]
        return f"{scheme}:{quote(paths[address].path)}{query}"

    found: list[CaseStack] = []
    for study in imported.studies:
        for series in study.series:
            for stack in series.stacks:
                image_ids = tuple(map(case_id, stack.image_ids))
                title = _title(study, series, stack, several=len(imported.studies) > 1)
                found.append(CaseStack(title or _name(session, stack), image_ids))
    found += [
        CaseStack(stack.title, tuple(map(case_id, stack.image_ids)), stack.middle and case_id(stack.middle))
        for stack in stacks_of_others(imported.others)
    ]
    return CaseImages(tuple(_titled(found)), tuple(paths.values()), imported.skipped)


def stacks_of_others(others: Sequence[OtherImage]) -> Iterator[CaseStack]:
    """The pictures of a folder make one stack in the order of their names, a volume one by itself."""

    def folder(image: OtherImage) -> str:
        return image.path.rpartition("/")[0]

    pictures = [image for image in others if image.image_id.startswith("web:")]
    for path, group in groupby(sorted(pictures, key=lambda image: (folder(image), natural_order(image.path))), folder):
        images = list(group)
        title = _base(images[0].path) if len(images) == 1 else _base(path) or "Pictures"
        yield CaseStack(title, tuple(image.image_id for image in images))
    volumes = [image for image in others if not image.image_id.startswith("web:")]
    for volume in sorted(volumes, key=lambda image: natural_order(image.path)):
        if volume.frame_count == 1:
            yield CaseStack(_base(volume.path), (volume.image_id,))
            continue
        image_ids = tuple(f"{volume.image_id}?frame={frame}" for frame in range(volume.frame_count))
        # in the middle of all times the first slice may lie, where nothing is to be seen
        yield CaseStack(_base(volume.path), image_ids, image_ids[volume.slice_count // 2])


def _title(study: Study, series: Series, stack: Stack, *, several: bool) -> str:
    """What tells the stack from the others, "" where its headers tell nothing; never whose it is."""
    number = "" if series.number is None else f"Series {series.number}"
    name = series.description or number
    modality = "" if series.modality.casefold() in name.casefold().split() else series.modality
    told = [study.description or study.date if several else "", " ".join(filter(None, (modality, name))), stack.title]
    return ", ".join(filter(None, told)) if name or stack.title else ""


def _name(session: Session, stack: Stack) -> str:
    return _base(session.local_files.at(local_address(stack.image_ids[0]) or "").path)


def _titled(stacks: Iterable[CaseStack]) -> Iterator[CaseStack]:
    """The same stacks, those of one title told apart by numbers."""
    seen: dict[str, int] = {}
    for stack in stacks:
        seen[stack.title] = number = seen.get(stack.title, 0) + 1
        yield stack if number == 1 else CaseStack(f"{stack.title} ({number})", stack.image_ids, stack.middle)


def _base(path: str) -> str:
    return path.rpartition("/")[2]
