import ast
import sys
from pathlib import Path

import pytest

from loadstone_build import build_backend, node
from loadstone_build.errors import BuildError
from loadstone_build.paths import ROOT

# names under which distributions are imported
IMPORTED_AS = {"pillow": "PIL"}


def program(folder: Path, name: str, prints: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho {prints}\n")
    (folder / name).chmod(0o755)


def test_pip_is_told_that_node_is_missing_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit) as caught:
        build_backend.get_requires_for_build_wheel()
    assert str(caught.value) == (
        "loadstone: Node.js 20 or newer with npm is needed to build the site and was not found "
        "(Debian, Ubuntu: apt-get install nodejs npm)"
    )


def test_an_old_node_is_told_with_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, "node", "v18.19.0")
    program(tmp_path, "npm", "9.2.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError) as caught:
        node.ensure_node()
    assert str(caught.value) == f"Node.js 20 or newer is needed to build the site, {tmp_path}/node is v18.19.0"
    program(tmp_path, "node", "v20.0.0")
    node.ensure_node()


def test_what_pip_installs_first_is_what_the_build_of_the_site_imports() -> None:
    needs = [need.partition("==")[0] for need in build_backend.get_requires_for_build_wheel()]
    foreign = {name for name in imported_from("make") if name not in sys.stdlib_module_names}
    assert foreign == {IMPORTED_AS.get(name, name) for name in needs} - {"pip"}


def imported_from(first: str) -> set[str]:
    """The packages that this module of loadstone_build imports, and those modules that it imports itself."""
    imported, seen, ahead = set(), set(), [first]
    while ahead:
        module = ahead.pop()
        path = ROOT / "py" / "loadstone_build" / f"{module}.py"
        if module in seen or not path.exists():
            continue
        seen.add(module)
        for found in ast.walk(ast.parse(path.read_text())):
            match found:
                case ast.ImportFrom(module="loadstone_build", names=names):
                    ahead += [alias.name for alias in names]
                case ast.ImportFrom(module=str(name)) if name.startswith("loadstone_build."):
                    ahead.append(name.removeprefix("loadstone_build."))
                case ast.ImportFrom(module=str(name)):
                    imported.add(name.partition(".")[0])
                case ast.Import(names=names):
                    imported |= {alias.name.partition(".")[0] for alias in names}
    return imported


def test_the_archive_of_the_sources_has_every_file_that_the_build_of_the_site_reads() -> None:
    """Those that make.py and its like name by ROOT / "…"."""
    named = set()
    for path in (ROOT / "py" / "loadstone_build").glob("*.py"):
        for found in ast.walk(ast.parse(path.read_text())):
            match found:
                case ast.BinOp(left=ast.Name(id="ROOT"), op=ast.Div(), right=ast.Constant(value=str(name))):
                    named.add(name)
    assert {"web", "py", "requirements.txt"} <= named
    made_or_tests = {"dist", "build", "node_modules", "tests"}
    assert named - made_or_tests <= set(build_backend.SOURCE_FILES)
    assert all((ROOT / name).exists() for name in build_backend.SOURCE_FILES)
