"""The real Cornerstone as a page can load it: its packages from npm, bundled by esbuild into ``build/cornerstone/``."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from loadstone_build import make
from loadstone_build.errors import BuildError
from loadstone_build.paths import BUILD, CORNERSTONE, STAMPS
from loadstone_build.stamps import content_hash, refresh

__all__ = ["BUNDLE", "bundle_cornerstone"]

BUNDLE = BUILD / "cornerstone"
_PACKAGES = CORNERSTONE / "node_modules"
# the worker keeps the name by which the image loader asks for it
_ENTRIES = (
    CORNERSTONE / "page.js",
    CORNERSTONE / "codecs.js",
    _PACKAGES / "@cornerstonejs/dicom-image-loader/dist/esm/decodeImageFrameWorker.js",
)


def bundle_cornerstone() -> None:
    """Make ``BUNDLE``: ``page.js``, ``codecs.js``, the image loader's own worker, and its codecs' WebAssembly."""
    with make.one_at_a_time():
        make.cornerstone_packages()
        wanted = content_hash([*_ENTRIES[:2], CORNERSTONE / "package-lock.json", Path(__file__)])
        refresh(STAMPS / "cornerstone-bundle", wanted, _bundle, made=BUNDLE / "page.js")


def _bundle() -> None:
    command: list[str | Path] = [
        _PACKAGES / ".bin" / "esbuild",
        *_ENTRIES,
        "--bundle",
        "--format=esm",
        "--minify",
        "--log-level=error",
        "--entry-names=[name]",
        f"--outdir={BUNDLE}",
        # the codecs' JavaScript has branches for Node that a browser never takes
        "--external:fs",
        "--external:path",
    ]
    run = subprocess.run(command, cwd=CORNERSTONE, stdin=subprocess.DEVNULL)
    if run.returncode != 0:
        raise BuildError("esbuild could not bundle Cornerstone; its reason is above")
    for codec in (_PACKAGES / "@cornerstonejs").glob("codec-*/dist/*.wasm"):
        shutil.copy(codec, BUNDLE / codec.name)
