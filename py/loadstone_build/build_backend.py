"""What pip builds this project with (PEP 517, PEP 660): setuptools, and the ready-made site within the wheel.

The site needs Node.js and a network to be built; who installs the wheel needs neither. setuptools works in a copy of
the sources, so that nothing of an earlier build gets into a wheel and nothing of its own is left in the clone.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from types import ModuleType
from typing import ParamSpec, TypeVar

from loadstone_build.archives import read_archive, with_record, write_archive
from loadstone_build.errors import BuildError
from loadstone_build.node import ensure_node
from loadstone_build.paths import DIST, ROOT
from loadstone_build.site_files import site_paths

Settings = Mapping[str, str | list[str] | None] | None

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_wheel",
]

# what the build of the site imports, in the versions that samples are made with
NEEDED = ("nibabel", "numpy", "packaging", "pillow", "platformdirs", "pydicom")
PACKAGE_FILES = ("LICENSE", "README.md", "py", "pyproject.toml")
# from which the site, and so the wheel, can be built as from a clone
SOURCE_FILES = (
    *PACKAGE_FILES,
    ".npmrc",
    "CHANGELOG.md",
    "build.sh",
    "package-lock.json",
    "package.json",
    "requirements.txt",
    "tsconfig.json",
    "tsconfig.types.json",
    "web",
)
SITE_IN_WHEEL = "loadstone_build/site"

P = ParamSpec("P")
T = TypeVar("T")


def _told(hook: Callable[P, T]) -> Callable[P, T]:
    """Let a BuildError end the process with its one line, instead of a traceback."""

    def told(*arguments: P.args, **options: P.kwargs) -> T:
        try:
            return hook(*arguments, **options)
        except BuildError as error:
            raise SystemExit(f"loadstone: {error}") from error

    return told


@_told
def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """Return what pip must install first; before that, say so if Node.js is missing."""
    ensure_node()
    locked = (ROOT / "requirements.txt").read_text()
    pinned = [re.search(rf"^{name}==\S+", locked, re.MULTILINE) for name in NEEDED]
    # pip itself fetches the wheels that go into the page
    return ["pip", *(found[0] for found in pinned if found)]


@_told
def build_wheel(wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None) -> str:
    """Write the wheel with the site; the same sources give the same bytes."""
    site = _made_site()
    with _copy_of(PACKAGE_FILES) as copy:
        name: str = _setuptools().build_wheel(str(copy / "wheel"), config_settings)
        members = read_archive(copy / "wheel" / name)
    members |= {f"{SITE_IN_WHEEL}/{path}": (site / path).read_bytes() for path in site_paths(site)}
    write_archive(Path(wheel_directory) / name, with_record(members), deflate=True)
    return name


@_told
def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: Settings = None) -> str:
    """Write the wheel's .dist-info without building the site."""
    target = os.path.abspath(metadata_directory)  # noqa: PTH100 (absolute before the folder changes)
    with _copy_of(PACKAGE_FILES):
        name: str = _setuptools().prepare_metadata_for_build_wheel(target, config_settings)
    return name


@_told
def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Write a wheel that points to this clone, whose site is built in dist/."""
    _made_site()
    name: str = _setuptools().build_editable(wheel_directory, config_settings, metadata_directory)
    return name


@_told
def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """Write the archive of the sources that a wheel can be built from, without tests."""
    target = os.path.abspath(sdist_directory)  # noqa: PTH100
    with _copy_of(SOURCE_FILES, "example_samples.py") as copy:
        (copy / "MANIFEST.in").write_text("graft .\n")
        name: str = _setuptools().build_sdist(target, config_settings)
    return name


def get_requires_for_build_sdist(config_settings: Settings = None) -> list[str]:
    """Nothing but setuptools makes the archive of the sources."""
    return []


get_requires_for_build_editable = get_requires_for_build_wheel


def _setuptools() -> ModuleType:
    # the environment that pip builds in has it; the one that tests run in need not
    from setuptools import build_meta

    module: ModuleType = build_meta
    return module


def _made_site() -> Path:
    # needs what get_requires_for_build_wheel asks for
    from loadstone_build import make

    with make.one_at_a_time():
        make.site(deflate=False)
    return DIST


@contextmanager
def _copy_of(names: tuple[str, ...], *left_out: str) -> Iterator[Path]:
    """Give a folder with copies of these files and folders, the working folder for as long as the context lasts."""
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info", *left_out)
    with tempfile.TemporaryDirectory(prefix="loadstone-package-") as folder:
        copy = Path(folder)
        for name in names:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=ignore)
            else:
                shutil.copy(source, copy / name)
        with chdir(copy):
            yield copy
