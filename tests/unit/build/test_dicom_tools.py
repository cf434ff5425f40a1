from pathlib import Path

import pytest

from loadstone_build import dicom_tools
from loadstone_build.errors import BuildError


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all the programs, which is all of PATH."""
    for names in dicom_tools.PACKAGES.values():
        for name in names:
            (tmp_path / name).write_text("#!/bin/sh\n")
            (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_nothing_is_installed_where_every_program_is_there(programs: Path) -> None:
    installed = programs / "installed"
    (programs / "apt-get").write_text(f"#!/bin/sh\n: >{installed}\n")
    (programs / "apt-get").chmod(0o755)
    dicom_tools.ensure_dicom_tools()
    assert not installed.exists()


def test_what_is_missing_is_told_with_the_packages_to_install(programs: Path) -> None:
    for name in ("dcmcrle", "cjxl", "djxl"):
        (programs / name).unlink()
    with pytest.raises(BuildError) as raised:
        dicom_tools.ensure_dicom_tools()
    assert str(raised.value) == (
        "dcmcrle, cjxl, djxl not found, which the tests compare Loadstone's pixels with; "
        "install dcmtk, libjxl-tools (Debian, Ubuntu: apt-get install dcmtk libjxl-tools)"
    )
