"""The real Cornerstone as a page can load it: its packages from npm, bundled by esbuild into ``build/cornerstone/``."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from loadstone_build import make
from loadstone_build.errors import BuildError
from loadstone_build.paths import BUILD, CORNERSTONE, STAMPS
from loadstone_build.stamps import content_hash, refresh

__all__ = ["BUNDLE", "bundle_cornerstone", "bundle_page"]

BUNDLE = BUILD / "cornerstone"
_PACKAGES = CORNERSTONE / "node_modules"
_OWN = ("page.js", "codecs.js", "viewports.js", "legacy.js")
# the worker keeps the name by which the image loader asks for it
_WORKER = _PACKAGES / "@cornerstonejs/dicom-image-loader/dist/esm/decodeImageFrameWorker.js"


def bundle_cornerstone() -> None:
    """Make ``BUNDLE``: our own pages' scripts, the image loader's own worker, and its codecs' WebAssembly."""
    with make.one_at_a_time():
        make.cornerstone_packages()
        wanted = content_hash([*(CORNERSTONE / name for name in (*_OWN, "package-lock.json")), Path(__file__)])
        refresh(STAMPS / "cornerstone-bundle", wanted, _bundle, made=BUNDLE / _OWN[0])


def bundle_page(script: Path, folder: Path) -> None:
    """Bundle a page's ``script`` into ``folder`` with the packages that it imports by name.

    Loadstone is imported from where it lies, since it is more than one file.
    """
    _esbuild([script], folder, "--external:*/loadstone.js")


def _bundle() -> None:
    _esbuild([*(CORNERSTONE / name for name in _OWN), _WORKER], BUNDLE, "--minify")
    for codec in (_PACKAGES / "@cornerstonejs").glob("codec-*/dist/*.wasm"):
        shutil.copy(codec, BUNDLE / codec.name)


def _esbuild(scripts: list[Path], folder: Path, *options: str) -> None:
    command: list[str | Path] = [
        _PACKAGES / ".bin" / "esbuild",
        *scripts,
        "--bundle",
        "--format=esm",
        "--log-level=error",
        "--entry-names=[name]",
        f"--outdir={folder}",
        # the codecs' JavaScript has branches for Node that a browser never takes
        "--external:fs",
        "--external:path",
        *options,
    ]
    # scripts that lie elsewhere find the packages by this
    environment = os.environ | {"NODE_PATH": str(_PACKAGES)}
    run = subprocess.run(command, cwd=CORNERSTONE, stdin=subprocess.DEVNULL, env=environment)
    if run.returncode != 0:
        raise BuildError("esbuild could not bundle Cornerstone; its reason is above")
