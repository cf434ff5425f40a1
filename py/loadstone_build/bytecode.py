"""Turns .py members into .pyc members with CPython 3.14 itself: Pyodide under Node."""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from loadstone_build.errors import BuildError
from loadstone_build.paths import NPM_PYODIDE

COMPILE_SCRIPT = Path(__file__).with_name("compile_bytecode.mjs")


@dataclass(frozen=True)
class SourceTree:
    """The members of one archive; ``installed_in`` is the folder that tracebacks will show.

    ``optimize`` is that of ``compile()``: 0 keeps docstrings and asserts, 2 drops both.
    """

    members: Mapping[str, bytes]
    installed_in: str
    optimize: int


def compile_trees(trees: Sequence[SourceTree]) -> list[dict[str, bytes]]:
    """Return each tree with ``module.pyc`` in the place of every ``module.py``, all in one run of Node."""
    with tempfile.TemporaryDirectory(prefix="loadstone-bytecode-") as name:
        folder = Path(name)
        jobs: list[tuple[str, str, int]] = []
        compiled: dict[tuple[int, str], Path] = {}
        for index, tree in enumerate(trees):
            for member in sorted(tree.members):
                if member.endswith(".py"):
                    source = folder / f"{len(jobs)}.py"
                    source.write_bytes(tree.members[member])
                    jobs.append((source.name, f"{tree.installed_in}/{member}", tree.optimize))
                    compiled[index, member] = source.with_suffix(".pyc")
        if jobs:
            (folder / "jobs.json").write_text(json.dumps(jobs))
            _run_compiler(folder)
        return [
            {
                (f"{member}c" if (index, member) in compiled else member): (
                    compiled[index, member].read_bytes() if (index, member) in compiled else content
                )
                for member, content in tree.members.items()
            }
            for index, tree in enumerate(trees)
        ]


def _run_compiler(folder: Path) -> None:
    command = ["node", str(COMPILE_SCRIPT), str(NPM_PYODIDE / "pyodide.mjs"), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if run.returncode != 0:
        raise BuildError(f"bytecode could not be made by Pyodide under Node:\n{run.stderr.strip()}")
