"""Wheels that the user gives: what they say of themselves, and why a package can not be installed."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from email.parser import BytesHeaderParser

from ..errors import PackageError

__all__ = ["PLATFORM", "Wheel", "read_wheel", "why_no_wheel_fits"]

# PEP 783, for Pyodide 314
PLATFORM = "pyemscripten_2026_0_wasm32"

_DIST_INFO = re.compile(r"([^/]+)-([^/-]+)\.dist-info/WHEEL")
_FILE_NAMES = re.compile(rb"[\w.+!-]+(?:\.whl|\.tar\.gz|\.zip)(?!\.)")
# as a message shows them
_MOST_NAMES = 5


@dataclass(frozen=True)
class Wheel:
    """A wheel's name, version and file name by its own contents, since a downloaded file may be called anything.

    ``platforms`` are those that it is built for, "any" for pure Python; ``modules`` the names that it makes importable.
    """

    name: str
    version: str
    file_name: str
    platforms: frozenset[str]
    modules: frozenset[str]


def read_wheel(data: bytes, called: str) -> Wheel:
    """What the wheel ``data`` says of itself; raises :class:`PackageError` where it is none, as ``called``."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.namelist()
            found = next(filter(None, map(_DIST_INFO.fullmatch, members)), None)
            if found is None:
                raise PackageError(
                    f"{called} is no wheel: it has no .dist-info folder; build one of its sources with "
                    "pip wheel --no-deps"
                )
            said = BytesHeaderParser().parsebytes(archive.read(found.group()))
    except zipfile.BadZipFile as cause:
        raise PackageError(
            f"{called} is no wheel: it is no ZIP archive, but begins with {data[:20]!r}; check the file or address"
        ) from cause
    name, version = found.groups()
    tags = [tag.split("-") for tag in said.get_all("Tag", [])]
    if not tags or any(len(tag) != 3 for tag in tags):
        raise PackageError(f"{called} is no wheel that can be installed: it does not say where it runs; build it anew")
    # several tags are written together: py2.py3-none-any
    where = "-".join(".".join(sorted(set(parts))) for parts in zip(*tags, strict=True))
    modules = {re.split(r"[/.]", member)[0] for member in members if ".dist-info/" not in member}
    platforms = {platform for _, _, platform in tags}
    return Wheel(name, version, f"{name}-{version}-{where}.whl", frozenset(platforms), frozenset(modules))


def why_no_wheel_fits(requirement: str, listing: bytes) -> str:
    """Why no file of an index's page on a package, JSON or HTML, is a wheel of it that runs here; and what to do."""
    files = sorted({name.decode() for name in _FILE_NAMES.findall(listing)})
    wheels = [name for name in files if name.endswith(".whl")]
    failed = f"{requirement} could not be installed"
    if not wheels:
        return (
            f"{failed}: the package index has no wheel of it; build one of its sources with pip wheel --no-deps, "
            "and give that file"
        )
    usable = [name for name in wheels if name.endswith(("-none-any.whl", f"{PLATFORM}.whl"))]
    if usable:
        versions = list(dict.fromkeys(name.split("-")[1] for name in usable))
        return (
            f"{failed}: the package index has no such version that runs here; "
            f"it has {', '.join(versions[-_MOST_NAMES:])}"
        )
    platforms = sorted({name.removesuffix(".whl").split("-")[-1] for name in wheels})
    others = f" and {len(platforms) - _MOST_NAMES} more" if len(platforms) > _MOST_NAMES else ""
    return (
        f"{failed}: it has extensions that are compiled for {', '.join(platforms[:_MOST_NAMES])}{others}, "
        f"and not for Pyodide ({PLATFORM}); look for a package in pure Python, or give a wheel "
        "that is built for Pyodide"
    )
