"""A project of somebody else that has Loadstone among its packages."""

from pathlib import Path

import pytest

from loadstone_build.paths import DIST


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty folder where ``import "loadstone"`` finds dist/."""
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "loadstone").symlink_to(DIST, target_is_directory=True)
    (tmp_path / "package.json").write_text('{ "type": "module", "private": true }')
    return tmp_path
