"""Opening what people drop: DICOM files, folders, ZIP archives and CDs, and pictures among them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .catalogue import Catalogue
from .errors import LoadstoneError
from .local_files import LocalFile, LocalFiles
from .studies import Study

if TYPE_CHECKING:
    from .dicom.instances import Elements

__all__ = ["ImportProgress", "Imported", "OtherImage", "Skipped", "import_files"]

_HEAD_BYTES = 16 * 1024
_LONGEST_TURN = 0.01
_BETWEEN_REPORTS = 0.1
# sorting what is there so far may take this part of the time, no more
_SHARE_OF_REPORTS = 0.1
# a file that says it had more frames is asked for its first only
_MOST_FRAMES = 100_000

_MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"


@dataclass(frozen=True)
class OtherImage:
    """An image that is no DICOM: a picture, or a NIfTI volume under the id of its first slice."""

    image_id: str = field(metadata={"cornerstone": "imageId"})
    path: str


@dataclass(frozen=True)
class Skipped:
    """A file that is not shown, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class ImportProgress:
    """How far it is: ``read`` of ``total`` files, where a ZIP archive counts as the files in it, and what they gave."""

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


async def import_files(
    files: LocalFiles,
    numbers: Iterable[int],
    *,
    require: Callable[[str], Awaitable[None]],
    progress: Callable[[ImportProgress], object] = lambda progress: None,
) -> Imported:
    """Look into the files of these numbers and sort what they hold; reads their headers only.

    Others run meanwhile: a turn is at most some 10 ms long. Nothing a file holds makes it raise: what can not be read
    is in ``skipped``.
    """
    await require("pydicom")
    reading = _Reading(files, [f"local:{number}" for number in numbers])
    now = time.perf_counter()
    turn_ends, next_report = now + _LONGEST_TURN, now
    while reading.step():
        now = time.perf_counter()
        if now >= next_report and reading.has_news:
            progress(reading.progress())
            took = time.perf_counter() - now
            next_report = now + max(_BETWEEN_REPORTS, took / _SHARE_OF_REPORTS)
        if now >= turn_ends:
            await asyncio.sleep(0)
            turn_ends = time.perf_counter() + _LONGEST_TURN
    progress(reading.progress())
    return reading.result()


class _Reading:
    """The files still to be looked into, and what those before have given."""

    def __init__(self, files: LocalFiles, addresses: Iterable[str]) -> None:
        from .dicom.instances import InstanceReader

        self._files = files
        self._waiting = deque(addresses)
        self._read = 0
        self._reader = InstanceReader()
        self._catalogue = Catalogue()
        self._others: list[OtherImage] = []
        self._skipped: list[Skipped] = []
        self.has_news = False

    def step(self) -> bool:
        """Look into one file; False where there is none left."""
        if not self._waiting:
            return False
        address = self._waiting.popleft()
        path = address
        try:
            file = self._files.at(address)
            path = file.path
            self._look_into(address, file)
        except LoadstoneError as error:
            self._skip(path, str(error).removeprefix(f"{path}: "))
        self._read += 1
        return True

    def progress(self) -> ImportProgress:
        self.has_news = False
        total = self._read + len(self._waiting)
        return ImportProgress(self._read, total, self._catalogue.studies, tuple(self._others))

    def result(self) -> Imported:
        return Imported(self._catalogue.studies, tuple(self._others), tuple(self._skipped))

    def _look_into(self, address: str, file: LocalFile) -> None:
        from .dicom.header import looks_like_dicom, read_header

        head = file.read(0, _HEAD_BYTES)
        if looks_like_dicom(head):
            self._add_dicom(address, file, read_header(head, file.size, file.read))
        else:
            self._skip(file.path, f"is no DICOM file: it has {file.size} bytes and begins with {head[:12]!r}")

    def _add_dicom(self, address: str, file: LocalFile, header: Elements) -> None:

        image_id = f"dicomfile:{address.removeprefix('local:')}"

        def image_ids(count: int) -> tuple[str, ...]:
            if not 1 < count <= min(file.size, _MOST_FRAMES):
                return (image_id,)
            return tuple(f"{image_id}?frame={number}" for number in range(1, count + 1))

        instance = self._reader.read(header, image_ids, name=file.path)
        if instance.rows is None or instance.columns is None:
            from pydicom.config import IGNORE
            from pydicom.uid import UID

            self._skip(file.path, f"holds no image ({UID(instance.sop_class_uid, IGNORE).name or 'of no SOP class'})")
            return
        same = self._catalogue.add(instance)
        if same is None:
            self.has_news = True
        else:
            self._skip(file.path, f"is the same image as {same}")

    def _skip(self, path: str, reason: str) -> None:
        self._skipped.append(Skipped(path, reason))
