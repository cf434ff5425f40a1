"""Python packages that the user asks for, installed by micropip."""

from __future__ import annotations

import asyncio
import importlib.metadata
import re
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import FetchError, HttpStatusError, InvalidArgumentError, PackageError
from ..fetching import Fetch
from .wheels import PLATFORM, Wheel, read_wheel, why_no_wheel_fits

__all__ = ["install_packages"]

_FOLDER = Path("/tmp/wheels")
_WHEEL_ADDRESS = re.compile(r"[^?#\s]*\.whl(?:[?#].*)?")
# micropip's words, where it names what it could not find
_UNKNOWN = re.compile(r"Can't fetch metadata for '([^']+)'")
_UNFIT = re.compile(r"Can't find a pure Python 3 wheel for '([^']+)'")


async def install_packages(
    packages: Sequence[Any],
    names: Sequence[str],
    *,
    fetch: Fetch,
    require: Callable[[str], Awaitable[None]],
    index_urls: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """Install packages with all that they need; gives the name and version of each.

    A package is a requirement such as ``seaborn`` or ``seaborn>=0.13``, the address of a wheel, or a wheel as a Blob;
    ``names`` are what messages call them; without ``index_urls``, micropip's own index is asked.
    Raises :class:`PackageError` that names the package and the next step.
    """
    await require("micropip")
    import micropip

    indexes = list(index_urls) or micropip.package_index.DEFAULT_INDEX_URLS
    wheels: list[tuple[Wheel, bytes]] = []
    requirements = []
    for package, name in zip(packages, names, strict=True):
        if isinstance(package, str) and not _WHEEL_ADDRESS.fullmatch(package):
            requirements.append(package)
        else:
            data = await _bytes_of(package, name, fetch)
            wheel = read_wheel(data, name)
            _check_platform(wheel, name)
            wheels.append((wheel, data))
    replaced = [wheel for wheel, _ in wheels if _version(wheel.name) is not None]
    with _files(wheels) as addresses:
        try:
            await micropip.install([*requirements, *addresses], index_urls=indexes, reinstall=bool(replaced))
        except asyncio.CancelledError:
            raise
        except Exception as cause:
            raise PackageError(await _why(cause, names, fetch, indexes[0])) from cause
    for wheel in replaced:
        _forget_modules(wheel)
    return [
        *((wheel.name, wheel.version) for wheel, _ in wheels),
        *(_installed(requirement) for requirement in requirements),
    ]


async def _bytes_of(package: Any, name: str, fetch: Fetch) -> bytes:
    if isinstance(package, str):
        try:
            return (await fetch(package, headers={})).data
        except FetchError as cause:
            raise PackageError(f"{name} could not be installed: {cause}") from cause
    if not hasattr(package, "arrayBuffer"):
        raise InvalidArgumentError(
            f"{package!r} is no package; give a name, the address of a wheel (.whl), or a wheel as a File or Blob"
        )
    data: bytes = (await package.arrayBuffer()).to_bytes()
    return data


def _check_platform(wheel: Wheel, name: str) -> None:
    if not wheel.platforms & {"any", PLATFORM}:
        raise PackageError(
            f"{name} could not be installed: it is built for {', '.join(sorted(wheel.platforms))}; only wheels in pure "
            f"Python and those that are built for Pyodide ({PLATFORM}) run here"
        )


@contextmanager
def _files(wheels: Sequence[tuple[Wheel, bytes]]) -> Iterator[list[str]]:
    """The addresses by which micropip finds the wheels, for as long as the context lasts."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    paths = [_FOLDER / wheel.file_name for wheel, _ in wheels]
    try:
        for path, (_, data) in zip(paths, wheels, strict=True):
            path.write_bytes(data)
        yield [f"emfs:{path}" for path in paths]
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


async def _why(cause: Exception, names: Sequence[str], fetch: Fetch, index_url: str) -> str:
    """micropip's error in words that name the package and the next step."""
    said = str(cause)
    if match := _UNKNOWN.search(said) or _UNFIT.search(said):
        return await _ask_index(match[1], fetch, index_url)
    wanted = ", ".join(names)
    return f"{wanted} could not be installed: {said.splitlines()[0] if said else repr(cause)}"


async def _ask_index(requirement: str, fetch: Fetch, index_url: str) -> str:
    name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
    try:
        page = await fetch(f"{index_url}/{name}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    except HttpStatusError as error:
        if error.status == 404:
            return f"{name} could not be installed: the package index {index_url} has no package {name}; check its name"
        return f"{name} could not be installed: the package index said: {error}"
    except FetchError as error:
        return (
            f"{name} could not be installed: the package index {index_url} can not be reached ({error}); without a "
            f"network, put the wheel of {name}, and those of what it needs, beside the page and give their file names, "
            f'installPackages(["{name}-….whl"]), or drop the files there'
        )
    return why_no_wheel_fits(requirement, page.data)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _installed(requirement: str) -> tuple[str, str]:
    name = re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0]
    version = _version(name)
    if version is None:
        # micropip says nothing of a bundled package whose file can not be loaded
        raise PackageError(
            f"{name} could not be installed: its wheel beside the page could not be loaded; reload the page"
        )
    return name, version


def _forget_modules(wheel: Wheel) -> None:
    """Let the next import find what the wheel has brought, in place of what was imported before."""
    for module in [name for name in sys.modules if name.partition(".")[0] in wheel.modules]:
        del sys.modules[module]
