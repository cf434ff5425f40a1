"""The committed lock of every wheel that goes into the page or into the tests' Pyodide."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadstone_build.errors import BuildError


@dataclass(frozen=True)
class Wheel:
    """One locked wheel; ``sources`` are names of sources in the order in which they are tried."""

    name: str
    version: str
    file_name: str
    sha256: str
    sources: tuple[str, ...]
    used_in: str  # "page" or "tests"


@dataclass(frozen=True)
class WheelsLock:
    """The whole lock; the carrier is a wheel that holds Pyodide's official wheels as members."""

    pyodide: str
    carrier_requirement: str
    carrier_folder: str
    wheels: tuple[Wheel, ...]

    def used_in(self, *places: str) -> tuple[Wheel, ...]:
        """Return the wheels that are used in one of the places."""
        return tuple(wheel for wheel in self.wheels if wheel.used_in in places)


def read_wheels_lock(path: Path) -> WheelsLock:
    """Read the committed lock."""
    document = json.loads(path.read_text())
    return WheelsLock(
        pyodide=document["pyodide"],
        carrier_requirement=document["carrier"]["requirement"],
        carrier_folder=document["carrier"]["folder"],
        wheels=tuple(Wheel(**{**entry, "sources": tuple(entry["sources"])}) for entry in document["wheels"]),
    )


def check_against_pyodide(lock: WheelsLock, pyodide_lock: Mapping[str, Any]) -> None:
    """Raise BuildError unless every wheel from Pyodide's CDN has the sha256 of Pyodide's own lock."""
    for wheel in lock.wheels:
        if "pyodide-cdn" not in wheel.sources:
            continue
        official = pyodide_lock["packages"].get(wheel.name, {}).get("sha256")
        if official != wheel.sha256:
            raise BuildError(
                f"{wheel.file_name}: wheels.lock.json has sha256 {wheel.sha256}, Pyodide's own lock has "
                f"{official}; correct wheels.lock.json"
            )
