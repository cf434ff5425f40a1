"""What local files hold: one file after the other is looked into, by its header only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .catalogue import Catalogue
from .errors import LoadstoneError
from .local_files import LocalFile, LocalFiles
from .recognising import kind_of
from .studies import Study

if TYPE_CHECKING:
    from .dicom.instances import Elements

__all__ = ["HEAD_BYTES", "Contents", "OtherImage", "Skipped"]

HEAD_BYTES = 16 * 1024
"""How many bytes at a file's beginning are read at first; they hold the header of most files."""

# of a file that says it had more frames only the first is offered
_MOST_FRAMES = 100_000
_LARGEST_DIRECTORY = 64 * 1024**2


@dataclass(frozen=True)
class OtherImage:
    """An image that is no DICOM: a picture, or a NIfTI volume under the id of its first slice.

    Of a volume, ``frame_count`` counts the slices of all times, and ``slice_count`` those of one, as its header says.
    """

    image_id: str = field(metadata={"cornerstone": "imageId"})
    path: str
    frame_count: int = 1
    slice_count: int = 1


@dataclass(frozen=True)
class Skipped:
    """A file that is not shown, and why: ``reason`` goes on behind the path."""

    path: str
    reason: str


class Contents:
    """What the files so far have given: ``studies``, ``others``, and what was ``skipped``."""

    def __init__(self, files: LocalFiles) -> None:
        # pydicom comes with these
        from .dicom.instances import InstanceReader

        self._files = files
        self.read = 0
        self.total = 0
        self._instances = InstanceReader()
        self._catalogue = Catalogue()
        self._paths: set[str] = set()
        self._directories: list[LocalFile] = []
        # where the images lie that were found
        self.addresses: set[str] = set()
        self.others: list[OtherImage] = []
        self.skipped: list[Skipped] = []

    @property
    def studies(self) -> tuple[Study, ...]:
        return self._catalogue.studies

    def look_into(self, number: int, head: bytes | None) -> Iterator[None]:
        """Take the file in, whose head may be at hand; yields after each file, and each one of an archive."""
        file = self._files[number]
        try:
            head = file.read(0, HEAD_BYTES) if head is None else head
            kind = kind_of(head, file.path)
            if kind == "zip" or (kind == "program" and self._unpacks_itself(number)):
                yield from self._look_into_archive(number)
            else:
                self._take_in(f"local:{number}", file, head)
        except LoadstoneError as error:
            self._skip(file.path, error)
        self.read += 1
        yield

    def compare_directories(self) -> Iterator[None]:
        """List the files that a DICOMDIR names and that are not there; yields after each record."""
        for directory in self._directories:
            yield from self._compare(directory)

    def _unpacks_itself(self, number: int) -> bool:
        try:
            return len(self._files.archive(number)) > 0
        except LoadstoneError:
            return False

    def _look_into_archive(self, number: int) -> Iterator[None]:
        archive = self._files.archive(number)
        members = archive.file_indices
        self.total += len(members)
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
            self.read += 1
            yield

    def _take_in(self, address: str, file: LocalFile, head: bytes) -> None:
        self._paths.add(_comparable(file.path))
        kind = kind_of(head, file.path)
        if not head:
            self._skip(file.path, "is empty")
        elif kind == "dicom":
            self._take_in_dicom(address, file, head)
        elif kind == "picture":
            self.addresses.add(address)
            self.others.append(OtherImage(f"web:{address}", file.path))
        elif kind == "nifti":
            self.addresses.add(address)
            self.others.append(_volume(f"nifti:{address}", file.path, head))
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
            self._skip(file.path, _without_image(elements, file.size))
            return
        same = self._catalogue.add(instance)
        if same is not None:
            self._skip(file.path, f"is the same image as {same}")
            return
        self.addresses.add(address)

    def _compare(self, directory: LocalFile) -> Iterator[None]:
        from .dicom.directory import referenced_files

        folder = directory.path.rpartition("/")[0]
        missing: list[str] = []
        count = 0
        try:
            for referenced in referenced_files(directory.read(0, min(directory.size, _LARGEST_DIRECTORY))):
                if referenced is not None:
                    count += 1
                    path = f"{folder}/{referenced.path}".removeprefix("/")
                    if _comparable(path) not in self._paths and not self._catalogue.has(referenced.sop_instance_uid):
                        missing.append(path)
                yield
        except LoadstoneError as error:
            # what it named until then is right
            self._skip(directory.path, error)
            missing = missing if len(missing) < count else []
        if missing and len(missing) == count:
            self._skip(
                directory.path,
                f"names {count} files, and none of them is there; open the whole folder or disc that it belongs to",
            )
            return
        for path in missing:
            self._skip(path, f"is missing: {directory.path} names it; copy the disc again, with all its files")

    def _skip(self, path: str, reason: LoadstoneError | str) -> None:
        self.skipped.append(Skipped(path, str(reason).removeprefix(path).removeprefix(":").strip()))


def _volume(image_id: str, path: str, head: bytes) -> OtherImage:
    from .nifti.counting import count_planes

    slices, planes = count_planes(head)
    return OtherImage(image_id, path, planes, slices) if planes <= _MOST_FRAMES else OtherImage(image_id, path)


def _comparable(path: str) -> str:
    """As discs write paths: their systems differ in case, and add dots and version numbers (ISO 9660)."""
    return path.upper().partition(";")[0].rstrip(".")


def _without_image(elements: Elements, size: int) -> str:
    from pydicom.config import IGNORE
    from pydicom.uid import UID

    uid = elements.text("SOPClassUID")
    name = UID(uid, IGNORE).name
    # PS3.6 names what has pixels so
    if not uid or "Image Storage" in name:
        kind = f"as {name} does" if uid else "nor SOP class"
        return (
            f"tells no rows and columns, {kind}: it is cut off within its header, or damaged; "
            f"compare its {size} bytes with the original"
        )
    return f"holds no image: it is {name}"
