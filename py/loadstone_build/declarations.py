"""The types of the JavaScript API, made from the comments in web/, and what makes dist/ an npm package."""

import json
import shutil
import subprocess
from pathlib import Path

from loadstone_build.errors import BuildError
from loadstone_build.paths import ROOT, WEB

TSC = ROOT / "node_modules" / ".bin" / "tsc"


def write_declarations(folder: Path) -> None:
    """Write ``loadstone.d.ts``, and the declarations that it needs, beside the modules in ``folder``.

    Raises BuildError with the compiler's words.
    """
    command = [str(TSC), "--project", "tsconfig.types.json", "--outDir", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if run.returncode != 0:
        raise BuildError(f"the types of web/ could not be written: {run.stdout.strip()}")
    shutil.copy(WEB / "types.d.ts", folder / "types.d.ts")


def package_json(version: str) -> str:
    """The package.json of dist/: Node needs it to take the files as modules, npm and bundlers to find them."""
    package = {
        "name": "loadstone",
        "version": version,
        "license": "MIT",
        "type": "module",
        "main": "./loadstone.js",
        "types": "./loadstone.d.ts",
    }
    return json.dumps(package, indent=2) + "\n"
