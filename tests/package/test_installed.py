"""The wheel, built by pip and installed into an environment of its own: no clone, no Node.js, no network."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from loadstone_build.paths import DIST, ROOT
from loadstone_build.site_files import site_paths

# at the start of every Python of the environment
NO_NETWORK = """
import socket

_connect = socket.socket.connect

def connect(self, address):
    if address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"this environment has no network, and asked for {address}")
    return _connect(self, address)

socket.socket.connect = connect
"""


@dataclass(frozen=True)
class Installed:
    """An environment into which the wheel was installed, and a folder to work in."""

    python: Path
    folder: Path

    @property
    def site(self) -> Path:
        return next(self.python.parents[1].glob("lib/python*/site-packages/loadstone_build/site"))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [str(self.python.with_name("loadstone")), *arguments]
        # nothing of the machine's but what Python itself needs
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={"PATH": str(self.python.parent), "HOME": str(self.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
        return out


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True, timeout=60)
    python = folder / "venv" / "bin" / "python"
    pip("--python", str(python), "install", str(wheel))
    packages = next((folder / "venv").glob("lib/python*/site-packages"))
    (packages / "no_network.py").write_text(NO_NETWORK)
    (packages / "no_network.pth").write_text("import no_network\n")
    (folder / "work").mkdir()
    return Installed(python, folder / "work")


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    # what is imported once or twice is compiled then; the environment that pip builds in hears of it, too
    environment = {**os.environ, "PYTHONPATH": "", "PIP_NO_COMPILE": "1"}
    run = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)
    assert run.returncode == 0, run.stderr


def contents(site: Path) -> dict[str, bytes]:
    return {path: (site / path).read_bytes() for path in site_paths(site)}


def test_the_wheel_is_small_and_holds_the_packages_and_nothing_else(wheel: Path) -> None:
    assert wheel.stat().st_size < 25e6
    with zipfile.ZipFile(wheel) as archive:
        members = {name.partition("/")[0] for name in archive.namelist()}
        times = {info.date_time for info in archive.infolist()}
    assert members == {"loadstone", "loadstone_build", wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info"}
    # nothing of when it was built
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_the_installed_site_is_that_of_the_clone(installed: Installed) -> None:
    assert contents(installed.site) == contents(DIST)


def test_the_command_says_its_version(installed: Installed) -> None:
    version = re.search('__version__ = "(.*)"', (ROOT / "py" / "loadstone" / "__init__.py").read_text())
    assert version
    assert installed.run("--version") == f"loadstone {version[1]}\n"


def test_the_installed_site_is_served_until_ctrl_c(installed: Installed) -> None:
    process = installed.start("serve", str(installed.site), "--port", "0")
    assert process.stdout
    address = process.stdout.readline().split()[0]
    with urllib.request.urlopen(address) as answer:
        assert b"<title>Loadstone</title>" in answer.read()
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=20)
    assert (process.returncode, out, error) == (0, "\n", "")


LOADER = """
import numpy as np

async def load(image_id, options):
    return np.eye(16)

def register(session):
    session.register_image_loader("mine", load)
"""


def test_a_case_is_built_there_as_the_clone_builds_it(installed: Installed, tmp_path: Path) -> None:
    arguments = ["build", "ct.dcm", "--allow-phi", "--loader", "mine.py", "--stack", "Mine=mine:1", "--quiet"]
    for folder in (installed.folder, tmp_path):
        shutil.copy(str(get_testdata_file("CT_small.dcm")), folder / "ct.dcm")
        (folder / "mine.py").write_text(LOADER)
    installed.run(*arguments, "-o", "site")
    clone = [sys.executable, "-m", "loadstone_build.commands", *arguments, "-o", "site"]
    subprocess.run(clone, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT / "py")}, check=True, timeout=120)
    assert "files/ct.dcm" in site_paths(tmp_path / "site")
    assert contents(installed.folder / "site") == contents(tmp_path / "site")


def test_a_single_file_is_built_there(installed: Installed) -> None:
    shutil.copy(str(get_testdata_file("CT_small.dcm")), installed.folder / "ct.dcm")
    installed.run("build", "ct.dcm", "--allow-phi", "--single-file", "case.html", "--quiet")
    assert 5e6 < (installed.folder / "case.html").stat().st_size < 15e6
