from email.parser import BytesParser
from pathlib import Path

import pytest

import loadstone
from loadstone_build.errors import BuildError
from loadstone_build.loadstone_wheel import package_version, wheel_file_name, wheel_members
from loadstone_build.paths import PACKAGE, ROOT


def test_the_wheel_has_the_packages_version_name_and_needs() -> None:
    members = wheel_members(PACKAGE, ROOT / "pyproject.toml")
    info = f"loadstone-{loadstone.__version__}.dist-info"
    metadata = BytesParser().parsebytes(members[f"{info}/METADATA"])
    assert metadata["Name"] == "loadstone"
    assert metadata["Version"] == loadstone.__version__
    assert "numpy" in metadata.get_all("Requires-Dist", [])
    assert members["loadstone/__init__.py"] == (PACKAGE / "__init__.py").read_bytes()
    assert "loadstone/loaders/example_samples.py" in members
    assert f"{info}/licenses/LICENSE" in members


def test_the_file_name_follows_the_wheel_format() -> None:
    assert wheel_file_name("1.2.3") == "loadstone-1.2.3-py3-none-any.whl"


def test_a_package_without_a_version_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("x = 1\n")
    with pytest.raises(BuildError, match=r"__init__\.py: no line __version__"):
        package_version(tmp_path)
