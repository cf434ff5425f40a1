"""New names for files and folders, since old ones may name patients."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from loadstone.recognising import kind_of
from loadstone_build.errors import BuildError

_PICTURES = frozenset((".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"))


@dataclass(frozen=True)
class Source:
    """A file to read, and where it lies among all that was given: its folders' names, and its own."""

    path: Path
    place: tuple[str, ...]


def sources(given: Sequence[Path]) -> Iterator[Source]:
    """The files given, and those in the folders given, by name."""
    for number, path in enumerate(given, 1):
        if path.is_file():
            yield Source(path, (path.name,))
        elif path.is_dir():
            top = () if len(given) == 1 else (f"{number} {path.resolve().name}",)
            for below in sorted(path.rglob("*")):
                if below.is_file():
                    yield Source(below, (*top, *below.relative_to(path).parts))
        else:
            raise BuildError(f"{path}: there is no such file or folder; check the path")


@dataclass
class NewNames:
    """Numbers in the place of names, by folder: 0001/0002.dcm. The same place keeps its name."""

    _names: dict[tuple[str, ...], str] = field(default_factory=dict)
    _used: dict[tuple[str, ...], int] = field(default_factory=dict)

    def of(self, place: tuple[str, ...], data: bytes) -> Path:
        """The new path for a file of these bytes at ``place``; its suffix tells what it is."""
        parts = [self._number(place[:end]) for end in range(1, len(place) + 1)]
        return Path(*parts[:-1], parts[-1] + _suffix(Path(place[-1]), data))

    def _number(self, place: tuple[str, ...]) -> str:
        if place not in self._names:
            number = self._used[place[:-1]] = self._used.get(place[:-1], 0) + 1
            self._names[place] = f"{number:04}"
        return self._names[place]


def _suffix(old: Path, data: bytes) -> str:
    if data.startswith(b"\x1f\x8b"):
        return ".nii.gz"
    kind = kind_of(data[:1024], old.name)
    if kind == "picture":
        return old.suffix.lower() if old.suffix.lower() in _PICTURES else ""
    return {"dicom": ".dcm", "nifti": ".nii"}.get(kind, "")
