"""A TypeScript program that hands Loadstone's loader to Cornerstone."""

import subprocess
from pathlib import Path

from loadstone_build.paths import CORNERSTONE, DIST, ROOT

PROGRAM = """
import { imageLoader, metaData } from "@cornerstonejs/core";
import { createLoadstone } from "./dist/loadstone.js";

const loadstone = await createLoadstone();
imageLoader.registerImageLoader("py", loadstone.cornerstoneImageLoader);
metaData.addProvider(loadstone.metaDataProvider, 10_000);
await loadstone.loadMetaData(["py:example:ct"], { signal: AbortSignal.timeout(1000) });
"""


def test_it_compiles_strictly(cornerstone_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "dist").symlink_to(DIST)
    (tmp_path / "node_modules").symlink_to(CORNERSTONE / "node_modules")
    (tmp_path / "program.ts").write_text(PROGRAM, encoding="utf-8")
    settings = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2024", "--lib", "es2024,dom", "--types", ""]
    tsc = [str(ROOT / "node_modules" / ".bin" / "tsc"), *settings, "--module", "preserve", "program.ts"]
    run = subprocess.run(tsc, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.stdout, run.returncode) == ("", 0)
