"""The Firefox that tests drive: found, or installed through apt where that is allowed."""

import os
import shutil
from pathlib import Path

from loadstone_build import apt
from loadstone_build.errors import BuildError

COMMANDS = ("firefox-esr", "firefox")


def ensure_firefox() -> Path:
    """Return Firefox's path; install it when it is missing and this is root on Debian or Ubuntu."""
    found = find_firefox()
    if found is None:
        apt.install("firefox-esr")
        found = find_firefox()
    if found is None:
        raise BuildError(
            "Firefox was not found; install it (Debian: apt-get install firefox-esr; Ubuntu: snap install firefox) "
            "or name it: LOADSTONE_FIREFOX=/path/to/firefox"
        )
    return found


def find_firefox() -> Path | None:
    """Return the Firefox that LOADSTONE_FIREFOX names, else the first one found."""
    named = os.environ.get("LOADSTONE_FIREFOX")
    if named:
        if not Path(named).is_file():
            raise BuildError(f"LOADSTONE_FIREFOX={named}: there is no such file")
        return Path(named)
    found = (shutil.which(command) for command in COMMANDS)
    return next((Path(path) for path in found if path is not None), None)
