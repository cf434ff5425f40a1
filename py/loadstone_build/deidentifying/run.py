"""A run over files and folders: each is read, de-identified, looked into once more, and written."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from loadstone.identifiers import Identifier, find_identifiers
from loadstone.recognising import kind_of
from loadstone_build.deidentifying.changes import Change, DicomDirectoryError, Kept, NotDeidentifiedError
from loadstone_build.deidentifying.files import deidentify
from loadstone_build.deidentifying.names import NewNames, Source
from loadstone_build.deidentifying.uids import NewUids
from loadstone_build.errors import BuildError


@dataclass
class Outcome:
    """What came of a run: how many files were written, and in how many of them each change was made.

    ``left`` is what can still be found, by the names that the files were written under; ``passed_over`` is what needs
    no writing, and ``failed`` what could not be de-identified, by path with the reason.
    """

    written: int = 0
    changes: Counter[Change] = field(default_factory=Counter)
    left: dict[str, tuple[Identifier, ...]] = field(default_factory=dict)
    passed_over: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def check_target(given: Sequence[Path], target: Path) -> None:
    """Raise BuildError where what is written would lie on, or among, what is read."""
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise BuildError(f"{target}: it is there already, and is not overwritten; name a new folder with -o")
    for path in given:
        if path.is_dir() and target.resolve().is_relative_to(path.resolve()):
            raise BuildError(f"{target}: it lies in {path}, which is read; name a folder beside it with -o")


def deidentify_files(
    files: Iterable[Source], target: Path, *, single: bool = False, keep_names: bool = False, kept: Kept = ()
) -> Outcome:
    """De-identify the files into the folder ``target``, one after the other, with the same new UIDs for all.

    ``single``: there is one file, and ``target`` is what it is to be.
    """
    outcome = Outcome()
    uids, names = NewUids(), NewNames()
    for source in files:
        data = _read(source.path)
        if kind_of(data[:1024], source.path.name) in ("unknown", "program"):
            outcome.passed_over[str(source.path)] = "is of no kind that is known here"
            continue
        try:
            made = deidentify(
                data,
                uids,
                name=source.path.name,
                kept=kept,
                report=lambda change: outcome.changes.update([change]),
            )
        except DicomDirectoryError as told:
            outcome.passed_over[str(source.path)] = str(told)
            continue
        except NotDeidentifiedError as told:
            outcome.failed[str(source.path)] = str(told)
            continue
        place = target if single else target / (Path(*source.place) if keep_names else names.of(source.place, made))
        _write(place, made)
        outcome.written += 1
        left = find_identifiers(made, place.name)
        if left:
            outcome.left[str(place)] = left
    return outcome


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as cause:
        raise BuildError(f"{path} can not be read ({cause.strerror or cause}); check its permissions") from cause


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as cause:
        raise BuildError(f"{path} can not be written ({cause.strerror or cause}); name another place") from cause
