"""Says whether Node.js is there, which the site is built with and which nothing needs afterwards."""

import re
import shutil
import subprocess

from loadstone_build.errors import BuildError

OLDEST = 20
ADVICE = "(Debian, Ubuntu: apt-get install nodejs npm)"


def ensure_node() -> None:
    """Raise BuildError unless ``node`` and ``npm`` are found, and new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        raise BuildError(f"Node.js {OLDEST} or newer with npm is needed to build the site and was not found {ADVICE}")
    found = subprocess.run([node, "--version"], capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout.strip()
    version = re.match(r"v(\d+)\.", found)
    if version is None or int(version[1]) < OLDEST:
        raise BuildError(f"Node.js {OLDEST} or newer is needed to build the site, {node} is {found or 'broken'}")
