"""Bundles modules that import npm packages into one file each, which a page can load as it is."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from loadstone_build.errors import BuildError
from loadstone_build.paths import ROOT

ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"


def bundle(entry: Path, target: Path, *, licence: str = "", external: Sequence[str] = ()) -> None:
    """Write ``entry`` to ``target``, with all that it imports but ``external``.

    Raises BuildError with esbuild's words.
    """
    command = [
        str(ESBUILD),
        str(entry),
        "--bundle",
        "--format=esm",
        "--minify",
        "--target=es2022",
        "--log-level=warning",
        f"--banner:js=/*! {licence} */",
        *(f"--external:{name}" for name in external),
        f"--outfile={target}",
        "--allow-overwrite",
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if run.returncode != 0:
        raise BuildError(f"{entry.name} could not be bundled: {run.stderr.strip()}")
