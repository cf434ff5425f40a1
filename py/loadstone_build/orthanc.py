"""Orthanc, the DICOM server that the tests ask over DICOMweb: found, or installed through apt."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from loadstone_build import apt
from loadstone_build.errors import BuildError

PROGRAM = "Orthanc"
PLUGINS = Path("/usr/share/orthanc/plugins")
DICOMWEB_PLUGIN = "libOrthancDicomWeb.so"


@dataclass(frozen=True)
class OrthancInstallation:
    """Where the server and its DICOMweb plugin are."""

    program: Path
    dicomweb_plugin: Path


def ensure_orthanc(plugins: Path = PLUGINS) -> OrthancInstallation:
    """Find Orthanc; install it when it is missing and this is root on Debian or Ubuntu; raise BuildError elsewhere."""
    found = _find(plugins)
    if found is None:
        apt.install("orthanc", "orthanc-dicomweb")
        found = _find(plugins)
    if found is None:
        raise BuildError(
            f"{PROGRAM} or its plugin {plugins / DICOMWEB_PLUGIN} not found, which the tests of DICOMweb ask; "
            "install orthanc, orthanc-dicomweb (Debian, Ubuntu: apt-get install orthanc orthanc-dicomweb)"
        )
    return found


def _find(plugins: Path) -> OrthancInstallation | None:
    # Debian puts it where only root looks
    program = shutil.which(PROGRAM) or shutil.which(PROGRAM, path="/usr/sbin:/usr/local/sbin")
    plugin = plugins / DICOMWEB_PLUGIN
    return OrthancInstallation(Path(program), plugin) if program and plugin.exists() else None
