"""Brings the locked wheels into the build folder and checks every byte of them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from loadstone_build.errors import BuildError, SourceError
from loadstone_build.sources import Source
from loadstone_build.wheels_lock import Wheel

Report = Callable[[str], None]


def provision(
    wheels: Sequence[Wheel], folder: Path, sources: Mapping[str, Source], *, report: Report = print
) -> dict[str, Path]:
    """Return the path of every wheel by package name; fetch those that are missing or damaged.

    Sources are tried in the lock's order; each failure is reported in one line. Raises BuildError when no
    source has a wheel, and at once when one gives bytes of another sha256.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for wheel in wheels:
        path = folder / wheel.file_name
        if not (path.exists() and _sha256(path.read_bytes()) == wheel.sha256):
            content = _fetch(wheel, sources, report)
            partial = path.with_suffix(".part")
            partial.write_bytes(content)
            partial.replace(path)
        paths[wheel.name] = path
    return paths


def _fetch(wheel: Wheel, sources: Mapping[str, Source], report: Report) -> bytes:
    for name in wheel.sources:
        try:
            content = sources[name].read(wheel)
        except SourceError as error:
            report(f"{wheel.file_name}: {name} failed: {error}")
            continue
        found = _sha256(content)
        if found != wheel.sha256:
            raise BuildError(
                f"{wheel.file_name} from {name} has the wrong sha256: expected {wheel.sha256}, found {found}"
            )
        report(f"{wheel.file_name}: from {name}")
        return content
    raise BuildError(f"{wheel.file_name}: no source could give it (tried {', '.join(wheel.sources)})")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
