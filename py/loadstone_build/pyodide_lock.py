"""The pyodide-lock.json of a site: exactly the packages that lie beside it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from loadstone_build.archives import dist_info, read_archive

# what dependency markers are asked about: Python in the page, no extra
INSIDE = {
    "extra": "",
    "python_version": "3.14",
    "python_full_version": "3.14.0",
    "sys_platform": "emscripten",
    "platform_system": "Emscripten",
    "platform_machine": "wasm32",
}


@dataclass(frozen=True)
class SitePackage:
    """One wheel of a site; ``depends`` of None means what its METADATA asks for, as far as the site has it."""

    name: str
    wheel: Path
    depends: tuple[str, ...] | None = None


def make_pyodide_lock(official: Mapping[str, Any], packages: Iterable[SitePackage]) -> str:
    """Return the lock's text: Pyodide's own ``info``, and one entry per package with its wheel's sha256."""
    packages = sorted(packages, key=lambda package: package.name)
    present = {package.name for package in packages}
    entries = {package.name: _entry(package, present) for package in packages}
    return json.dumps({"info": official["info"], "packages": entries}, indent=1, sort_keys=True) + "\n"


def _entry(package: SitePackage, present: set[str]) -> dict[str, Any]:
    members = read_archive(package.wheel)
    metadata = BytesHeaderParser().parsebytes(members[f"{dist_info(members)}/METADATA"])
    depends = package.depends
    if depends is None:
        depends = tuple(sorted(needed_packages(metadata.get_all("Requires-Dist", [])) & present))
    return {
        "name": package.name,
        "version": metadata["Version"],
        "file_name": package.wheel.name,
        "sha256": hashlib.sha256(package.wheel.read_bytes()).hexdigest(),
        "depends": list(depends),
        "imports": top_level_names(members),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }


def needed_packages(requirements: Iterable[str]) -> set[str]:
    """Return the names of what a wheel's Requires-Dist lines ask for in the page."""
    needs = [Requirement(requirement) for requirement in requirements]
    return {canonicalize_name(need.name) for need in needs if need.marker is None or need.marker.evaluate(INSIDE)}


def top_level_names(members: Iterable[str]) -> list[str]:
    """Return the modules that a wheel of these members lets a program import."""
    names = set()
    for member in members:
        first, _, rest = member.partition("/")
        if rest and rest.startswith("__init__.py"):
            names.add(first)
        elif not rest and first.endswith((".py", ".pyc")):
            names.add(first.rpartition(".")[0])
    return sorted(names)
