"""The DICOM, NIfTI and JPEG XL programs that the conformance tests compare with: found, or installed through apt."""

import shutil
from collections.abc import Mapping
from types import MappingProxyType

from loadstone_build import apt
from loadstone_build.errors import BuildError

# Debian's package -> the programs of it that the tests run
PACKAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "dcm2niix": ("dcm2niix",),
        "dcmtk": ("dcmcjpeg", "dcmcjpls", "dcmconv", "dcmcrle", "dcmdjpeg", "dcmdjpls", "dcmdrle"),
        "libgdcm-tools": ("gdcmconv",),
        "libjxl-tools": ("cjxl", "djxl"),
    }
)


def ensure_dicom_tools() -> None:
    """Install the packages that are missing where this is root on Debian or Ubuntu; raise BuildError elsewhere."""
    missing = _missing()
    if missing:
        apt.install(*missing)
        missing = _missing()
    if missing:
        programs = [program for programs in missing.values() for program in programs]
        raise BuildError(
            f"{', '.join(programs)} not found, which the tests compare Loadstone's pixels with; "
            f"install {', '.join(missing)} (Debian, Ubuntu: apt-get install {' '.join(missing)})"
        )


def _missing() -> dict[str, list[str]]:
    absent = {package: [p for p in programs if shutil.which(p) is None] for package, programs in PACKAGES.items()}
    return {package: programs for package, programs in absent.items() if programs}
