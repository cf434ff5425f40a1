"""Brings the locked wheels into the cache and checks every byte of them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from loadstone_build.cache import Cache, keep_wheel
from loadstone_build.errors import BuildError, SourceError
from loadstone_build.sources import Source
from loadstone_build.wheels_lock import Wheel

Report = Callable[[str], None]


def provision(
    wheels: Sequence[Wheel], cache: Cache, sources: Mapping[str, Source], *, report: Report = print
) -> dict[str, Path]:
    """Return the path of every wheel by package name; fetch those that are missing or damaged.

    Sources are tried in the lock's order; each failure is reported in one line. Raises BuildError when no
    source has a wheel, and at once when one gives bytes of another sha256.
    """
    found = {wheel.name: cache.find("wheels", wheel.sha256, wheel.file_name) for wheel in wheels}
    if None in found.values():
        # for all of them at once, so that two builds do not both fetch the wheel that carries several
        with cache.filling():
            return {wheel.name: _bring(wheel, cache, sources, report) for wheel in wheels}
    return {name: path for name, path in found.items() if path is not None}


def _bring(wheel: Wheel, cache: Cache, sources: Mapping[str, Source], report: Report) -> Path:
    found = cache.find("wheels", wheel.sha256, wheel.file_name)
    return found or keep_wheel(cache, wheel.file_name, wheel.sha256, _fetch(wheel, sources, report))


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
