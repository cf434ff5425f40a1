"""The page in a headless Firefox, the one of the machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import Any

from loadstone_build import make
from loadstone_build.firefox import ensure_firefox
from loadstone_build.paths import FIREFOX

__all__ = ["Picture", "Visit", "visit"]

# an empty network but for the loopback, by which Firefox is driven
_CUT = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "cut")


@dataclass(frozen=True)
class Picture:
    """What the canvas showed of an image: the view, and the SHA-256 of its RGBA."""

    image_id: str
    view: dict[str, Any]
    sha256: str


@dataclass(frozen=True)
class Visit:
    """What the page asked for and complained of, and the pictures that it showed."""

    requests: list[str]
    complaints: list[str]
    pictures: list[Picture]


def visit(address: str, *image_ids: str, cut: bool = False) -> Visit:
    """Open the page and show the images; ``cut`` for no network at all, where this machine lets us cut it."""
    make.firefox_packages()
    command = ["node", str(FIREFOX / "visit.mjs"), str(ensure_firefox()), address, *image_ids]
    if cut and _can_cut():
        command = [*_CUT, *command]
    run = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    pictures = [Picture(one["imageId"], one["view"], one["sha256"]) for one in seen["pictures"]]
    return Visit(seen["requests"], seen["complaints"], pictures)


@cache
def _can_cut() -> bool:
    """Whether this user may make a network of its own: root may, outside of some containers."""
    if os.geteuid() != 0 or shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    return subprocess.run([*_CUT, "true"], capture_output=True, check=False).returncode == 0
