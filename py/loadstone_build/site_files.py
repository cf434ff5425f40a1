"""The list of a site's files with their hashes: the site's service worker keeps and serves them by it."""

import hashlib
import json
import re
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


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
