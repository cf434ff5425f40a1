"""The loadstone package as a wheel, made from py/loadstone and pyproject.toml."""

import ast
import tomllib
from pathlib import Path

from loadstone_build.archives import with_record
from loadstone_build.errors import BuildError


def package_version(package: Path) -> str:
    """Return ``__version__`` of the package's ``__init__.py`` without importing it."""
    for node in ast.parse((package / "__init__.py").read_text()).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__version__")], value=ast.Constant(value=str(version))):
                return version
    raise BuildError(f'{package / "__init__.py"}: no line __version__ = "…"')


def wheel_file_name(version: str) -> str:
    """Return the file name of loadstone's wheel."""
    return f"loadstone-{version}-py3-none-any.whl"


def wheel_members(package: Path, pyproject: Path) -> dict[str, bytes]:
    """Return the wheel's members: sources and the .dist-info folder."""
    project = tomllib.loads(pyproject.read_text())["project"]
    version = package_version(package)
    members = {
        f"loadstone/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    metadata = [
        "Metadata-Version: 2.4",
        "Name: loadstone",
        f"Version: {version}",
        f"Summary: {project['description']}",
        f"License-Expression: {project['license']}",
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {requirement}" for requirement in project["dependencies"]),
    ]
    wheel = ["Wheel-Version: 1.0", "Generator: loadstone_build", "Root-Is-Purelib: true", "Tag: py3-none-any"]
    info = f"loadstone-{version}.dist-info"
    members[f"{info}/METADATA"] = ("\n".join(metadata) + "\n").encode()
    members[f"{info}/WHEEL"] = ("\n".join(wheel) + "\n").encode()
    members[f"{info}/licenses/LICENSE"] = (pyproject.parent / "LICENSE").read_bytes()
    return with_record(members)
