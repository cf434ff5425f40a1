"""The order of imports, and what is public."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import pytest

import loadstone

PACKAGE = Path(loadstone.__file__).parent

# each module may import those before it, also inside functions
ORDER = [
    "errors",
    "image_id",
    "image",
    "events",
    "metadata",
    "fetching",
    "authorization",
    "zip_archive",
    "local_files",
    "multipart",
    "recognising",
    "scheduling",
    "cache",
    "view",
    "grey",
    "colormaps",
    "sampling",
    "masking",
    "rendering",
    "description",
    "probing",
    "cornerstone",
    "legacy_cornerstone",
    "prefetching",
    "studies",
    "stacking",
    "catalogue",
    "dicom",
    "nifti",
    "phantom",
    "contents",
    "importing",
    "paged_search",
    "stack_listing",
    "dicomweb",
    "registry",
    "orientation",
    "volume",
    "pipeline",
    "loaders",
    "image_files",
    "image_needs",
    "identifiers",
    "results",
    "derivation",
    "kept_images",
    "loading",
    "session",
    "tracebacks",
    "_browser",
    "__init__",
]


def room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path):
    depth = len(path.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == depth and node.module:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.level == depth:
            yield from (alias.name for alias in node.names)


SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    for other in imported_rooms(path):
        if other != room(path):
            assert ORDER.index(other) < ORDER.index(room(path)), f"{path.name} imports {other}"


def test_every_module_has_its_place_in_the_order():
    assert {room(path) for path in SOURCES} == set(ORDER)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_browser_room_knows_the_browser(path):
    foreign = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name) or ""
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    if room(path) != "_browser":
        assert not {name for name in foreign if name.split(".")[0] in ("js", "pyodide", "pyodide_js")}


def modules():
    for path in SOURCES:
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if "_browser" not in parts and path.name not in ("__init__.py", "example_samples.py"):
            yield ".".join(("loadstone", *parts))


@pytest.mark.parametrize("name", [*modules(), "loadstone", "loadstone.loaders"])
def test_public_names_are_those_listed_in_all(name):
    module = importlib.import_module(name)
    defined_here = {
        key
        for key, value in vars(module).items()
        if not key.startswith("_") and isinstance(value, (type, FunctionType)) and value.__module__ == name
    }
    assert defined_here <= set(module.__all__)
    assert all(hasattr(module, key) for key in module.__all__)


def test_importing_is_quick_and_needs_neither_pydicom_nor_pillow_nor_the_network():
    source = (
        "import sys, loadstone; print(sorted({'pydicom', 'PIL', 'nibabel', 'imagecodecs', 'scipy'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, cwd=PACKAGE.parent, check=True, timeout=60
    )
    assert run.stdout.strip() == "[]"
