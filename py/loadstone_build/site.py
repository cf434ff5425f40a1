"""Puts the static site together: the page, Pyodide's core, and compact wheels with their lock."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from loadstone_build import loadstone_wheel
from loadstone_build.archives import read_archive
from loadstone_build.bundling import bundle
from loadstone_build.cache import Cache
from loadstone_build.compact import STDLIB, Input, make_compact
from loadstone_build.declarations import package_json, write_declarations
from loadstone_build.notices import NOTICES, notices_html, site_notices
from loadstone_build.paths import NPM_PYODIDE, PACKAGE, ROOT, WEB
from loadstone_build.pictures import phantom_pgm
from loadstone_build.pyodide_lock import SitePackage, make_pyodide_lock
from loadstone_build.site_files import write_site_files

CORE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
EDITOR = "python_editor.js"
EDITOR_LICENCE = "CodeMirror and Lezer, (c) Marijn Haverbeke and others, MIT licence, https://codemirror.net"
LOADSTONE_DEPENDS = ("numpy",)  # everything else is loaded on first need


def pyodide_own_lock() -> dict[str, Any]:
    """Return the pyodide-lock.json that npm's Pyodide brings."""
    lock: dict[str, Any] = json.loads((NPM_PYODIDE / "pyodide-lock.json").read_text())
    return lock


def build_site(target: Path, wheels: Mapping[str, Path], cache: Cache, *, deflate: bool) -> None:
    """Write the whole site to ``target``; it appears there only when it is complete."""
    with_new_folder = target.with_name(f".{target.name}.new")
    shutil.rmtree(with_new_folder, ignore_errors=True)
    shutil.copytree(WEB, with_new_folder, ignore=shutil.ignore_patterns("*.d.ts", "__pycache__", "examples"))
    bundle(WEB / EDITOR, with_new_folder / EDITOR, licence=EDITOR_LICENCE)
    (with_new_folder / "python_examples" / "phantom.pgm").write_bytes(phantom_pgm())
    pyodide = with_new_folder / "pyodide"
    pyodide.mkdir()
    # times are kept, so that a browser that knows a file asks for it no more and keeps what it compiled of it
    for name in CORE_FILES:
        shutil.copy2(NPM_PYODIDE / name, pyodide / name)
    _bundle_scripts_of_one_file(with_new_folder)
    own_lock = pyodide_own_lock()
    compact = make_compact(_inputs(wheels), cache, deflate=deflate, toolchain=str(own_lock["info"]))
    for path in compact.values():
        shutil.copy2(path, pyodide / path.name)
    version = loadstone_wheel.package_version(PACKAGE)
    loadstone = loadstone_wheel.wheel_file_name(version)
    packages = [SitePackage(name, compact[path.name]) for name, path in wheels.items()]
    packages.append(SitePackage("loadstone", compact[loadstone], depends=LOADSTONE_DEPENDS))
    (pyodide / "pyodide-lock.json").write_text(make_pyodide_lock(own_lock, packages))
    embedded = [*wheels.values(), compact[loadstone]]
    notices = site_notices(NPM_PYODIDE.parent, embedded, own_lock)
    (with_new_folder / NOTICES).write_text(notices_html(notices), encoding="utf-8")
    write_declarations(with_new_folder)
    (with_new_folder / "package.json").write_text(package_json(version))
    write_site_files(with_new_folder)
    replace_folder(with_new_folder, target)


def _bundle_scripts_of_one_file(site: Path) -> None:
    """Put the bundles that :mod:`loadstone_build.single_file` needs in the place of their sources in ``single/``."""
    sources = site / "single"
    bundled = site / "single.bundled"
    for name in ("page.js", "engine.js", "decoder.js"):
        # Pyodide imports these in Node only
        bundle(sources / name, bundled / name, external=("node:*", "ws"))
    # old browsers must understand it so far that it can tell them that they are old
    bundle(sources / "reader.js", bundled / "reader.js", form="iife", language="es2020")
    shutil.rmtree(sources)
    bundled.rename(sources)


def _inputs(wheels: Mapping[str, Path]) -> Sequence[Input]:
    inputs = [Input("", STDLIB, read_archive(NPM_PYODIDE / STDLIB))]
    inputs += [Input(name, path.name, read_archive(path)) for name, path in wheels.items()]
    version = loadstone_wheel.package_version(PACKAGE)
    members = loadstone_wheel.wheel_members(PACKAGE, ROOT / "pyproject.toml")
    # our own package keeps its docstrings: people who write loaders call help()
    inputs.append(Input("loadstone", loadstone_wheel.wheel_file_name(version), members, optimize=0))
    return inputs


def replace_folder(new: Path, target: Path) -> None:
    """Put ``new`` in the place of ``target``, so that a failed build never leaves half a folder."""
    # a link stays, and what it names is replaced
    target = target.resolve()
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    target.parent.mkdir(parents=True, exist_ok=True)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)
