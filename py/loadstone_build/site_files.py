"""The list of a site's files with their hashes: the site's service worker keeps and serves them by it."""

import hashlib
import json
import re
import shutil
from pathlib import Path

from loadstone_build.errors import BuildError

LIST = "site_files.json"
SERVICE_WORKER = "service_worker.js"
# the line of the service worker that holds the list: a browser that sees another one knows that there is a new version
_LINE = re.compile(r"^const FILES = .*;$", re.MULTILINE)


def write_site_files(site: Path) -> dict[str, str]:
    """List every file of a site but the list and the service worker, by path from the site's folder, with its sha256.

    Writes the list to ``site_files.json`` and into ``service_worker.js``; call it last, and again when a file of the
    site has changed. The same files give the same bytes.
    """
    files = {
        path.relative_to(site).as_posix(): _sha256(path)
        for path in site.rglob("*")
        if path.is_file() and path not in (site / LIST, site / SERVICE_WORKER)
    }
    files = dict(sorted(files.items()))
    worker = site / SERVICE_WORKER
    line = f"const FILES = {json.dumps(files, ensure_ascii=True)};"
    text, count = _LINE.subn(lambda _: line, worker.read_text(encoding="utf-8"))
    if count != 1:
        raise BuildError(f"{worker} has no line for the list of files; take the one of the same version of Loadstone")
    worker.write_text(text, encoding="utf-8")
    (site / LIST).write_text(json.dumps(files, indent=0) + "\n", encoding="utf-8")
    return files


def site_paths(site: Path) -> list[str]:
    """Return the paths of a site's own files, relative to it, sorted.

    What was put beside them since is left out: examples, a screenshot, the bytecode that pip makes of every ``.py``.
    Raises BuildError where a file of the site is missing, or the list itself.
    """
    try:
        listed = json.loads((site / LIST).read_text(encoding="utf-8"))
    except OSError as error:
        raise BuildError(
            f"{site} has no {LIST}, so it is no site of this version of Loadstone; build it anew"
        ) from error
    paths = sorted([*listed, LIST, SERVICE_WORKER])
    for path in paths:
        if not (site / path).is_file():
            raise BuildError(f"{site / path} is missing, though {LIST} lists it; build the site anew")
    return paths


def copy_site(site: Path, target: Path) -> None:
    """Copy a site's own files with their times, by which browsers know them, to a folder that is made."""
    for path in site_paths(site):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(site / path, target / path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
