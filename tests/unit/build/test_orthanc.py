from pathlib import Path

import pytest

from loadstone_build import orthanc
from loadstone_build.errors import BuildError


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the program and its plugin, which is all of PATH."""
    (tmp_path / orthanc.PROGRAM).write_text("#!/bin/sh\n")
    (tmp_path / orthanc.PROGRAM).chmod(0o755)
    (tmp_path / orthanc.DICOMWEB_PLUGIN).touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_it_is_found_with_its_plugin(programs: Path) -> None:
    found = orthanc.ensure_orthanc(programs)
    assert found == orthanc.OrthancInstallation(programs / "Orthanc", programs / "libOrthancDicomWeb.so")


def test_where_the_plugin_is_missing_both_packages_are_told(programs: Path) -> None:
    (programs / orthanc.DICOMWEB_PLUGIN).unlink()
    with pytest.raises(BuildError) as raised:
        orthanc.ensure_orthanc(programs)
    assert str(raised.value) == (
        f"Orthanc or its plugin {programs}/libOrthancDicomWeb.so not found, which the tests of DICOMweb ask; "
        "install orthanc, orthanc-dicomweb (Debian, Ubuntu: apt-get install orthanc orthanc-dicomweb)"
    )
