from pathlib import Path

import pytest

from loadstone_build.errors import BuildError
from loadstone_build.paths import DIST
from loadstone_build.stock import stock_site


def site(folder: Path) -> Path:
    folder.mkdir()
    (folder / "index.html").touch()
    return folder


def test_an_installed_package_has_its_site_within(tmp_path: Path) -> None:
    installed = site(tmp_path / "installed")
    assert stock_site(installed=installed, built=site(tmp_path / "dist")) == installed


def test_a_clone_takes_the_site_that_was_built_there() -> None:
    assert stock_site() == DIST


def test_a_clone_without_a_site_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        stock_site(installed=tmp_path / "absent", built=tmp_path / "dist")
    assert str(caught.value) == f"{tmp_path}/dist: there is no site yet; run ./build.sh in {tmp_path} first"
