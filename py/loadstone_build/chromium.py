"""The Chromium that demo and tests drive: found, or installed through apt where that is allowed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from loadstone_build import apt
from loadstone_build.errors import BuildError

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",  # root, as in a container, has no sandbox
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-default-browser-check",
)


def ensure_chromium() -> Path:
    """Return Chromium's path; install it when it is missing and this is root on Debian or Ubuntu."""
    found = find_chromium()
    if found is None:
        apt.install("chromium")
        found = find_chromium()
    if found is None:
        raise BuildError(
            "Chromium was not found; install it (Debian: apt-get install chromium; Ubuntu: snap install chromium) "
            "or name it: LOADSTONE_CHROMIUM=/path/to/chromium"
        )
    return found


def find_chromium() -> Path | None:
    """Return the Chromium that LOADSTONE_CHROMIUM names, else the first one found that really runs."""
    named = os.environ.get("LOADSTONE_CHROMIUM")
    if named:
        if not Path(named).is_file():
            raise BuildError(f"LOADSTONE_CHROMIUM={named}: there is no such file")
        return Path(named)
    for command in COMMANDS:
        path = shutil.which(command)
        if path is not None and _runs(path):
            return Path(path)
    return None


def _runs(path: str) -> bool:
    # Ubuntu's chromium-browser may be a script that only says to install the snap
    try:
        run = subprocess.run([path, "--version"], capture_output=True, timeout=30, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == 0


def launch(playwright: Playwright, path: Path, *arguments: str) -> Browser:
    """Start a headless Chromium, with further ``arguments``."""
    return playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *arguments])


@contextmanager
def chromium_browser() -> Iterator[Browser]:
    """Give a headless Chromium for as long as the context lasts."""
    path = ensure_chromium()
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        try:
            yield browser
        finally:
            browser.close()
