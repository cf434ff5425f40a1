"""What the images and loaders of a case need of the site, and a site without the rest."""

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from loadstone.contents import HEAD_BYTES
from loadstone.image_needs import EVERY_CODEC, IMAGECODECS, image_needs, members_for
from loadstone.local_files import LocalFile
from loadstone_build.archives import read_archive, with_record, write_archive
from loadstone_build.errors import BuildError

__all__ = [
    "ALWAYS",
    "EVERY_CODEC",
    "Imported",
    "Needs",
    "imported_modules",
    "imports_of_site",
    "keep_only",
    "needs_of_file",
    "needs_of_loader",
    "read_lock",
]

LOCK = "pyodide-lock.json"
# what the engine starts with; colour maps are pydicom's, too
ALWAYS = frozenset({"loadstone", "numpy", "pydicom"})


@dataclass(frozen=True)
class Needs:
    """Packages of the site, by name, and extension modules of imagecodecs, where that is one of them."""

    packages: frozenset[str] = ALWAYS
    codecs: frozenset[str] = frozenset()

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(self.packages | other.packages, self.codecs | other.codecs)


def needs_of_file(file: LocalFile) -> Needs:
    """What showing a file needs, as its first bytes tell."""
    needs = image_needs(file.read(0, HEAD_BYTES), file.path)
    return Needs(ALWAYS | needs.packages, needs.codecs)


def needs_of_loader(path: Path, imports: Mapping[str, str]) -> Needs:
    """What a loader's imports and the image ids in it need; ``imports`` names the site's package of each module."""
    of_imports = {imports[module] for module in imported_modules(path).anywhere if module in imports}
    of_pipes = {"scipy"} if b"pipe:" in path.read_bytes() else set()
    return Needs(ALWAYS | of_imports | of_pipes)


def needs_of_image_id(image_id: str) -> Needs:
    """What an image id needs beside its files: a sample that it names, or the steps of a pipeline."""
    needs = Needs()
    # ids within ids are percent-encoded
    while (decoded := unquote(image_id)) != image_id:
        image_id = decoded
    if "example:" in image_id:
        # samples are of all kinds
        needs |= Needs(ALWAYS | {"pillow", "nibabel", IMAGECODECS}, EVERY_CODEC)
    if "pipe:" in image_id:
        needs |= Needs(ALWAYS | {"scipy"})
    return needs


@dataclass(frozen=True)
class Imported:
    """The top-level modules that a program imports: ``anywhere``, and those that it can not do without."""

    anywhere: frozenset[str]
    required: frozenset[str]


def imported_modules(path: Path) -> Imported:
    """The modules that a Python file imports; an import whose failure is caught is not required.

    Raises BuildError where the file can not be read or is no Python.
    """
    try:
        tree = ast.parse(path.read_bytes(), filename=str(path))
    except OSError as error:
        raise BuildError(f"{path} can not be read: {error.strerror}") from error
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        reason = error.msg if isinstance(error, SyntaxError) else error
        raise BuildError(f"{path}{line}: is no Python that can be read ({reason}); correct it") from error
    optional = {
        node
        for attempt in ast.walk(tree)
        if isinstance(attempt, ast.Try)
        for statement in attempt.body
        for node in ast.walk(statement)
    }
    return Imported(
        frozenset(_modules(ast.walk(tree))),
        frozenset(_modules(node for node in ast.walk(tree) if node not in optional)),
    )


def _modules(nodes: Iterable[ast.AST]) -> Iterable[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def read_lock(pyodide: Path) -> dict[str, Any]:
    """The lock of a site's packages, in its folder ``pyodide``."""
    lock: dict[str, Any] = json.loads((pyodide / LOCK).read_text(encoding="utf-8"))
    return lock


def imports_of_site(pyodide: Path) -> dict[str, str]:
    """The site's package of each module that can be imported there."""
    packages = read_lock(pyodide)["packages"]
    return {module: name for name, package in packages.items() for module in package["imports"]}


def keep_only(needs: Needs, pyodide: Path) -> None:
    """Remove all other packages from a site's folder ``pyodide``, and all other codecs from imagecodecs."""
    lock = read_lock(pyodide)
    packages = lock["packages"]
    kept = _with_dependencies(needs.packages, packages)
    for name in packages.keys() - kept:
        (pyodide / packages.pop(name)["file_name"]).unlink()
    if IMAGECODECS in packages:
        wheel = pyodide / packages[IMAGECODECS]["file_name"]
        _keep_codecs(wheel, needs.codecs)
        packages[IMAGECODECS]["sha256"] = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (pyodide / LOCK).write_text(json.dumps(lock, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _with_dependencies(names: Iterable[str], packages: Mapping[str, Any]) -> set[str]:
    kept: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in packages and name not in kept:
            kept.add(name)
            waiting += packages[name]["depends"]
    return kept


def _keep_codecs(wheel: Path, codecs: frozenset[str]) -> None:
    members = read_archive(wheel)
    kept = {name: members[name] for name in members_for(codecs, members)}
    write_archive(wheel, with_record(kept), deflate=False)
