"""Debian's packages, installed where that is allowed."""

import os
import shutil
import subprocess


def install(*packages: str) -> None:
    """Install packages where this is root on Debian or Ubuntu; elsewhere, and where apt fails, do nothing.

    The caller looks for what it needs again, and says what to install by hand.
    """
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"installing {', '.join(packages)} through apt", flush=True)
    _apt_get("update")
    _apt_get("install", "-y", "--no-install-recommends", *packages)


def _apt_get(*arguments: str) -> None:
    subprocess.run(
        ["apt-get", "-qq", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
