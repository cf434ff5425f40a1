from pathlib import Path

import pytest

from loadstone_build import chromium
from loadstone_build.errors import BuildError


def program(folder: Path, name: str, exit_code: int) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LOADSTONE_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_a_command_that_only_points_to_a_snap_is_passed_over(empty_path: Path) -> None:
    program(empty_path, "chromium-browser", 1)
    real = program(empty_path, "google-chrome", 0)
    assert chromium.find_chromium() == real


def test_the_named_chromium_comes_first(empty_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(empty_path, "chromium", 0)
    named = program(empty_path, "mine", 0)
    monkeypatch.setenv("LOADSTONE_CHROMIUM", str(named))
    assert chromium.find_chromium() == named


def test_a_named_chromium_that_does_not_exist_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOADSTONE_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(BuildError, match="LOADSTONE_CHROMIUM=/nowhere/chromium: there is no such file"):
        chromium.find_chromium()


def test_without_chromium_one_line_says_what_to_install(empty_path: Path) -> None:
    with pytest.raises(BuildError, match=r"Chromium was not found; install it \(Debian: apt-get install chromium"):
        chromium.ensure_chromium()
