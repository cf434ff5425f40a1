"""What of the site a case needs, and whether its loaders find there what they import."""

import sys
from collections.abc import Sequence
from email.parser import BytesHeaderParser
from pathlib import Path

from loadstone_build.archives import dist_info, read_archive
from loadstone_build.case import Case
from loadstone_build.errors import BuildError
from loadstone_build.needs import (
    ALWAYS,
    Needs,
    imported_modules,
    imports_of_site,
    needs_of_file,
    needs_of_image_id,
    needs_of_loader,
)
from loadstone_build.pyodide_lock import needed_packages, top_level_names

# what Pyodide itself brings
_OF_PYODIDE = frozenset({"_pyodide", "_pyodide_core", "js", "pyodide", "pyodide_js"})
_INSTALLER = "micropip"


def needs_of_case(case: Case, pyodide: Path) -> Needs:
    """The packages and codecs that a case needs of a site's folder ``pyodide``."""
    imports = imports_of_site(pyodide)
    needs = Needs()
    for file in case.files:
        needs |= needs_of_file(file.source)
    for loader in case.loaders:
        needs |= needs_of_loader(loader, imports)
    for wheel in case.packages:
        needs |= Needs(ALWAYS | {_INSTALLER} | _needed_by(wheel))
    # a page without stacks of its own shows the samples, from which anything may be computed
    image_ids = [image_id for stack in case.stacks for image_id in stack.image_ids]
    for image_id in image_ids or ["pipe:example:ct|gaussian(2)"]:
        needs |= needs_of_image_id(image_id)
    return needs


def check_imports(loaders: Sequence[Path], wheels: Sequence[Path], pyodide: Path) -> bool:
    """Raise BuildError where a loader imports what the page will not have; True where one is for browsers only."""
    there = {*sys.stdlib_module_names, *imports_of_site(pyodide), *_OF_PYODIDE}
    for wheel in wheels:
        there.update(top_level_names(read_archive(wheel)))
    of_browser = False
    for loader in loaders:
        imported = imported_modules(loader)
        missing = sorted(imported.required - there)
        if missing:
            raise BuildError(
                f"{loader} imports {missing[0]}, which is neither in Python's standard library nor in the page; add "
                "the package that brings it by --requires NAME==VERSION, if it is pure Python"
            )
        of_browser = of_browser or not imported.required.isdisjoint(_OF_PYODIDE)
    return of_browser


def _needed_by(wheel: Path) -> frozenset[str]:
    members = read_archive(wheel)
    metadata = BytesHeaderParser().parsebytes(members[f"{dist_info(members)}/METADATA"])
    return frozenset(needed_packages(metadata.get_all("Requires-Dist", [])))
