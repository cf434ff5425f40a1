"""Bundles modules that import npm packages into one file each, which a page can load as it is."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from loadstone_build.errors import BuildError
from loadstone_build.paths import ROOT

ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"


def bundle(
    entry: Path,
    target: Path,
    *,
    licence: str = "",
    external: Sequence[str] = (),
    form: Literal["esm", "iife"] = "esm",
    language: str = "es2022",
) -> None:
    """Write ``entry`` to ``target``, with all that it imports but ``external``.

    ``form`` "iife" is for scripts that stand in a page, ``language`` the JavaScript that browsers must know.
    Raises BuildError with esbuild's words.
    """
    command = [
        str(ESBUILD),
        str(entry),
        "--bundle",
        f"--format={form}",
        "--minify",
        # else it is looked for beside the entry, and whether there is one depends on where the site is built
        f"--tsconfig={ROOT / 'tsconfig.json'}",
        f"--target={language}",
        "--log-level=warning",
        *([f"--banner:js=/*! {licence} */"] if licence else []),
        *(f"--external:{name}" for name in external),
        f"--outfile={target}",
        "--allow-overwrite",
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if run.returncode != 0:
        raise BuildError(f"{entry.name} could not be bundled: {run.stderr.strip()}")
