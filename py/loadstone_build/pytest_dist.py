"""The folder from which pytest-pyodide loads Pyodide: stock files, sources instead of bytecode, and pytest."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from loadstone_build import loadstone_wheel
from loadstone_build.archives import write_archive
from loadstone_build.paths import NPM_PYODIDE, PACKAGE, ROOT
from loadstone_build.pyodide_lock import SitePackage, make_pyodide_lock
from loadstone_build.site import LOADSTONE_DEPENDS, pyodide_own_lock, replace_folder


def build_pytest_dist(target: Path, wheels: Mapping[str, Path]) -> None:
    """Write the folder to ``target``: npm's Pyodide as it is, stock wheels, loadstone with its sources."""
    new = target.with_name(f".{target.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(NPM_PYODIDE, new, ignore=shutil.ignore_patterns("*.map", "*.d.ts", "*.md", "console*.html"))
    loadstone = new / loadstone_wheel.wheel_file_name(loadstone_wheel.package_version(PACKAGE))
    write_archive(loadstone, loadstone_wheel.wheel_members(PACKAGE, ROOT / "pyproject.toml"), deflate=False)
    packages = [SitePackage("loadstone", loadstone, depends=LOADSTONE_DEPENDS)]
    for name, wheel in wheels.items():
        packages.append(SitePackage(name, Path(shutil.copy(wheel, new / wheel.name))))
    (new / "pyodide-lock.json").write_text(make_pyodide_lock(pyodide_own_lock(), packages))
    replace_folder(new, target)
