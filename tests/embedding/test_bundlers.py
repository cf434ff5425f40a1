"""Loadstone bundled into other people's programs by esbuild and by Vite."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.embedding.conftest import serving_as

from loadstone_build import make
from loadstone_build.bundling import ESBUILD
from loadstone_build.paths import DIST, EMBEDDING
from loadstone_build.server import SiteHandler

MAIN = """
import { createLoadstone } from "loadstone";

const parameters = new URL(location.href).searchParams;
const options = { worker: parameters.get("worker") !== "false" };
if (!parameters.has("without")) {
  options.baseUrl = new URL("/loadstone/", location.href);
}
createLoadstone(options)
  .then((loadstone) => loadstone.loadImage("example:ct").promise)
  .then(({ rows }) => rows, (error) => error.message)
  .then((said) => {
    document.title = String(said);
    document.body.dataset.state = "ready";
  });
"""

HTML = """<!doctype html>
<meta charset="utf-8">
<body><script type="module" src="./%s"></script></body>
"""


@pytest.fixture
def host(project: Path) -> Iterator[str]:
    """What is built into ``site/`` is served, with Loadstone's files in ``/loadstone/``."""
    (project / "main.js").write_text(MAIN)
    (project / "site").mkdir()
    (project / "site" / "loadstone").symlink_to(DIST, target_is_directory=True)
    with serving_as(SiteHandler, project / "site") as address:
        yield address


def run(project: Path, *command: str | Path) -> str:
    run = subprocess.run([*map(str, command)], cwd=project, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout + run.stderr


def bundle_with_esbuild(project: Path, kind: str) -> None:
    run(project, ESBUILD, "main.js", "--bundle", "--minify", f"--format={kind}", "--outfile=site/app/main.js")
    (project / "site" / "app" / "index.html").write_text(HTML % "main.js")


def bundle_with_vite(project: Path) -> None:
    make.embedding_packages()
    (project / "index.html").write_text(HTML % "main.js")
    vite = EMBEDDING / "node_modules" / ".bin" / "vite"
    said = run(project, vite, "build", "--base", "./", "--outDir", "site/app", "--logLevel", "warn")
    assert said == ""


def title(page: Page, address: str) -> str:
    page.goto(address)
    page.wait_for_selector("body[data-state=ready]", state="attached", timeout=60_000)
    return page.title()


@pytest.mark.parametrize("kind", ["esm", "iife"])
@pytest.mark.parametrize("worker", ["true", "false"])
def test_esbuild(page: Page, project: Path, host: str, kind: str, worker: str) -> None:
    bundle_with_esbuild(project, kind)
    assert title(page, f"{host}app/index.html?worker={worker}") == "128"


@pytest.mark.parametrize("worker", ["true", "false"])
def test_vite(page: Page, project: Path, host: str, worker: str) -> None:
    bundle_with_vite(project)
    assert title(page, f"{host}app/index.html?worker={worker}") == "128"


def test_a_bundle_holds_the_api_and_neither_python_nor_the_engine(project: Path, host: str) -> None:
    bundle_with_esbuild(project, "esm")
    bundle = (project / "site" / "app" / "main.js").read_text()
    assert "loadPyodide" not in bundle
    assert len(bundle) < 60_000


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("esm", "app/engine_in_worker.js, or engine.js or pyodide/pyodide.mjs beside it, could not be loaded"),
        ("iife", "baseUrl undefined is no address; give the one of the folder that Loadstone's dist/ is served from"),
    ],
)
def test_a_base_url_that_is_missing_is_told(page: Page, project: Path, host: str, kind: str, message: str) -> None:
    bundle_with_esbuild(project, kind)
    said = title(page, f"{host}app/index.html?without")
    assert message in said
    assert "baseUrl" in said
