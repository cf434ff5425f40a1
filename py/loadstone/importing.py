"""Opening what people drop: DICOM files, folders, ZIP archives and CDs, and pictures among them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .catalogue import Catalogue
from .errors import LoadstoneError
from .local_files import LocalFile, LocalFiles
from .recognising import kind_of
from .studies import Study

if TYPE_CHECKING:
    from .dicom.instances import Elements

__all__ = [
    "HEAD_BYTES",
    "ImportProgress",
    "Imported",
    "OtherImage",
    "ReadHeads",
    "Skipped",
    "import_files",
    "read_heads",
]

HEAD_BYTES = 16 * 1024
"""How many bytes at a file's beginning are read at first; they hold the header of most files."""

_FIRST_BATCH = 4
_BATCH = 32
_LONGEST_TURN = 0.01
_BETWEEN_REPORTS = 0.1
# sorting what is there so far may take this part of the time, no more
_SHARE_OF_REPORTS = 0.1
# of a file that says it had more frames only the first is offered
_MOST_FRAMES = 100_000
_LARGEST_DIRECTORY = 64 * 1024**2

ReadHeads = Callable[[Sequence[LocalFile]], Awaitable[Sequence[bytes | None]]]


@dataclass(frozen=True)
class OtherImage:
    """An image that is no DICOM: a picture, or a NIfTI volume under the id of its first slice."""

    image_id: str = field(metadata={"cornerstone": "imageId"})
    path: str


@dataclass(frozen=True)
class Skipped:
    """A file that is not shown, and why: ``reason`` goes on behind the path."""

    path: str
    reason: str


@dataclass(frozen=True)
class ImportProgress:
    """How far it is: ``read`` of ``total`` files, those in ZIP archives counted too, and what they gave so far."""

    read: int
    total: int
    studies: tuple[Study, ...]
    others: tuple[OtherImage, ...]


@dataclass(frozen=True)
class Imported:
    """What the files hold: studies, other images, and what was skipped."""

    studies: tuple[Study, ...]
    others: tuple[OtherImage, ...]
    skipped: tuple[Skipped, ...]


async def read_heads(files: Sequence[LocalFile]) -> Sequence[bytes | None]:
    """The first ``HEAD_BYTES`` of each file; None for one that can not be read."""
    heads: list[bytes | None] = []
    for file in files:
        try:
            heads.append(file.read(0, HEAD_BYTES))
        except LoadstoneError:
            heads.append(None)
    return heads


async def import_files(
    files: LocalFiles,
    numbers: Sequence[int],
    *,
    require: Callable[[str], Awaitable[None]],
    read_heads: ReadHeads = read_heads,
    progress: Callable[[ImportProgress], object] = lambda progress: None,
) -> Imported:
    """Look into the files of these numbers and sort what they hold; reads their headers only.

    Others run meanwhile: a turn is some 10 ms long. Nothing that a file holds makes it raise: what can not be read is
    in ``skipped``. ``read_heads`` reads ahead, many files at once.
    """
    await require("pydicom")
    reading = _Reading(files, len(numbers))
    turn = _Turn(reading, progress)
    async with aclosing(_heads(files, numbers, read_heads)) as heads:
        async for number, head in heads:
            for _ in reading.look_into(number, head):
                await turn.pause()
    for _ in reading.compare_directories():
        await turn.pause()
    progress(reading.progress())
    return Imported(reading.studies, tuple(reading.others), tuple(reading.skipped))


async def _heads(
    files: LocalFiles, numbers: Sequence[int], read_heads: ReadHeads
) -> AsyncGenerator[tuple[int, bytes | None], None]:
    """The files' numbers and heads; while one batch is looked into, the next is read."""
    # a small batch at first, for the first image's sake
    starts = range(_FIRST_BATCH, len(numbers), _BATCH)
    batches = [numbers[:_FIRST_BATCH], *(numbers[start : start + _BATCH] for start in starts)]

    def begin(index: int) -> asyncio.Future[Sequence[bytes | None]] | None:
        if index == len(batches):
            return None
        return asyncio.ensure_future(read_heads([files[number] for number in batches[index]]))

    coming = begin(0)
    try:
        for index, batch in enumerate(batches):
            assert coming is not None
            heads = await coming
            coming = begin(index + 1)
            for pair in zip(batch, heads, strict=True):
                yield pair
    finally:
        if coming is not None:
            coming.cancel()


class _Turn:
    """Lets others run after each 10 ms, and tells of the progress at times."""

    def __init__(self, reading: _Reading, progress: Callable[[ImportProgress], object]) -> None:
        self._reading = reading
        self._progress = progress
        self._next_report = time.perf_counter()
        self._ends = self._next_report + _LONGEST_TURN

    async def pause(self) -> None:
        now = time.perf_counter()
        if now >= self._next_report and self._reading.has_news:
            self._progress(self._reading.progress())
            took = time.perf_counter() - now
            self._next_report = now + max(_BETWEEN_REPORTS, took / _SHARE_OF_REPORTS)
        if now >= self._ends:
            await asyncio.sleep(0)
            self._ends = time.perf_counter() + _LONGEST_TURN


class _Reading:
    """What the files so far have given."""

    def __init__(self, files: LocalFiles, total: int) -> None:
        # pydicom comes with these
        from .dicom.instances import InstanceReader

        self._files = files
        self._read = 0
        self._total = total
        self._instances = InstanceReader()
        self._catalogue = Catalogue()
        self._paths: set[str] = set()
        self._directories: list[LocalFile] = []
        self.others: list[OtherImage] = []
        self.skipped: list[Skipped] = []
        self.has_news = False

    @property
    def studies(self) -> tuple[Study, ...]:
        return self._catalogue.studies

    def progress(self) -> ImportProgress:
        self.has_news = False
        return ImportProgress(self._read, self._total, self.studies, tuple(self.others))

    def look_into(self, number: int, head: bytes | None) -> Iterator[None]:
        """Take the file in, whose head may be at hand; yields after each file, and each one of an archive."""
        file = self._files[number]
        try:
            head = file.read(0, HEAD_BYTES) if head is None else head
            if kind_of(head, file.path) == "zip":
                yield from self._look_into_archive(number)
            else:
                self._take_in(f"local:{number}", file, head)
        except LoadstoneError as error:
            self._skip(file.path, error)
        self._read += 1
        yield

    def compare_directories(self) -> Iterator[None]:
        """List the files that a DICOMDIR names and that are not there; yields after each record."""
        for directory in self._directories:
            try:
                yield from self._compare(directory)
            except LoadstoneError as error:
                self._skip(directory.path, error)

    def _look_into_archive(self, number: int) -> Iterator[None]:
        archive = self._files.archive(number)
        members = [index for index in range(len(archive)) if not archive.is_folder(index)]
        self._total += len(members)
        for index in members:
            file = archive.member(index)
            try:
                head = file.read(0, HEAD_BYTES)
                if kind_of(head, file.path) == "zip":
                    self._skip(file.path, "is a ZIP archive within a ZIP archive; unpack the outer one, and open this")
                else:
                    self._take_in(f"local:{number}/{index}", file, head)
            except LoadstoneError as error:
                self._skip(file.path, error)
            self._read += 1
            yield

    def _take_in(self, address: str, file: LocalFile, head: bytes) -> None:
        self._paths.add(_comparable(file.path))
        kind = kind_of(head, file.path)
        if kind == "dicom":
            self._take_in_dicom(address, file, head)
        elif kind == "picture":
            self._offer(OtherImage(f"web:{address}", file.path))
        elif kind == "nifti":
            self._offer(OtherImage(f"nifti:{address}", file.path))
        elif not head:
            self._skip(file.path, "is empty")
        else:
            self._skip(
                file.path,
                f"is no DICOM file, no picture and no NIfTI volume: its {file.size} bytes begin with {head[:12]!r}",
            )

    def _take_in_dicom(self, address: str, file: LocalFile, head: bytes) -> None:
        from .dicom.directory import is_directory
        from .dicom.header import read_header

        if is_directory(head):
            self._directories.append(file)
            return
        image_id = f"dicomfile:{address.removeprefix('local:')}"

        def image_ids(count: int) -> tuple[str, ...]:
            if not 1 < count <= min(file.size, _MOST_FRAMES):
                return (image_id,)
            return tuple(f"{image_id}?frame={number}" for number in range(1, count + 1))

        elements = read_header(head, file.size, file.read)
        instance = self._instances.read(elements, image_ids, name=file.path)
        if instance.rows is None or instance.columns is None:
            self._skip(file.path, f"holds no image: it is {_sop_class(elements)}")
            return
        same = self._catalogue.add(instance)
        if same is None:
            self.has_news = True
        else:
            self._skip(file.path, f"is the same image as {same}")

    def _compare(self, directory: LocalFile) -> Iterator[None]:
        from .dicom.directory import referenced_files

        folder = directory.path.rpartition("/")[0]
        missing: list[str] = []
        count = 0
        for referenced in referenced_files(directory.read(0, min(directory.size, _LARGEST_DIRECTORY))):
            if referenced is not None:
                count += 1
                path = f"{folder}/{referenced.path}".removeprefix("/")
                if _comparable(path) not in self._paths and not self._catalogue.has(referenced.sop_instance_uid):
                    missing.append(path)
            yield
        if missing and len(missing) == count:
            self._skip(
                directory.path,
                f"names {count} files, and none of them is there; open the whole folder or disc that it belongs to",
            )
            return
        for path in missing:
            self._skip(path, f"is missing: {directory.path} names it; copy the disc again, with all its files")

    def _offer(self, image: OtherImage) -> None:
        self.others.append(image)
        self.has_news = True

    def _skip(self, path: str, reason: LoadstoneError | str) -> None:
        self.skipped.append(Skipped(path, str(reason).removeprefix(path).removeprefix(":").strip()))


def _comparable(path: str) -> str:
    """As discs write paths: their systems differ in case, and add dots and version numbers (ISO 9660)."""
    return path.upper().partition(";")[0].rstrip(".")


def _sop_class(elements: Elements) -> str:
    from pydicom.config import IGNORE
    from pydicom.uid import UID

    uid = elements.text("SOPClassUID")
    return UID(uid, IGNORE).name if uid else "of no SOP class"
