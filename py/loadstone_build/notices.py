"""The page of third-party notices: everything that a site embeds, each with its licence and the licence's text."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from html import escape
from pathlib import Path
from typing import Any

from loadstone_build.archives import dist_info, read_archive

NOTICES = "notices.html"
# what is compiled into Pyodide and into wheels, which say nothing of it themselves; texts lie beside the table
LICENCES = Path(__file__).with_name("licences")
PARTS = LICENCES / "parts.json"
LICENCE_FILE = re.compile(r"(^|/)(licen[cs]es?|copying|notice)[^/]*$|\.dist-info/licenses/", re.IGNORECASE)
# they build and check the site, and are not in it; pyodide is told of by what is in it
TOOLS = {"esbuild", "pyodide", "typescript"}
# more notices go before this line
_END = "<!-- end of the notices -->"


@dataclass(frozen=True)
class Notice:
    """One embedded work; ``inside`` names the one that it is compiled into; ``licence`` in SPDX's words if possible."""

    name: str
    version: str
    licence: str
    address: str
    texts: tuple[str, ...]
    inside: str = ""


def site_notices(npm: Path, wheels: Iterable[Path], pyodide_lock: Mapping[str, Any]) -> list[Notice]:
    """Return the notices of Pyodide's core, of a site's wheels, and of the packages in ``npm`` that it bundles."""
    return [*_core_notices(npm, pyodide_lock), *wheel_notices(wheels), *_npm_notices(npm)]


def wheel_notices(wheels: Iterable[Path]) -> list[Notice]:
    """Return the notices of wheels and of what is known to be compiled into them."""
    notices = []
    for path in sorted(wheels, key=lambda wheel: wheel.name):
        members = read_archive(path)
        metadata = BytesHeaderParser().parsebytes(members[f"{dist_info(members)}/METADATA"])
        texts = [_text(members[name]) for name in sorted(members) if _is_licence(name)]
        name, version = metadata["Name"], metadata["Version"]
        notices.append(Notice(name, version, _licence(metadata), _address(metadata), tuple(dict.fromkeys(texts))))
        notices += _part_notices(name.lower(), f"{name} {version}")
    return notices


def notices_html(notices: Sequence[Notice]) -> str:
    """Return the page."""
    return f"""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Third-party notices</title>
  <style>
    body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }}
    summary {{ cursor: pointer; }}
    pre {{ white-space: pre-wrap; border-left: 0.2rem solid; padding-left: 1rem; }}
  </style>
</head>
<body>
<h1>Third-party notices</h1>
<p>This site holds the works below, each under its own licence.</p>
{"".join(map(_section, notices))}{_END}
</body>
</html>
"""


def with_more_notices(page: str, notices: Sequence[Notice]) -> str:
    """Return the page with the notices of what was added to its site, at its end."""
    return page.replace(_END, "".join(map(_section, notices)) + _END)


def _section(notice: Notice) -> str:
    title = f"<b>{escape(notice.name)}</b> {escape(notice.version)}".strip()
    inside = f", in {escape(notice.inside)}" if notice.inside else ""
    link = f'<p><a href="{escape(notice.address)}" rel="noreferrer">{escape(notice.address)}</a></p>\n'
    texts = "".join(f"<pre>{escape(text)}</pre>\n" for text in notice.texts)
    return (
        f"<details><summary>{title}{inside}: {escape(notice.licence)}</summary>\n"
        f"{link if notice.address else ''}{texts}</details>\n"
    )


def _core_notices(npm: Path, pyodide_lock: Mapping[str, Any]) -> list[Notice]:
    package = json.loads((npm / "pyodide" / "package.json").read_text())
    version = package["version"]
    mozilla = (LICENCES / "mpl-2.0.txt").read_text()
    address = "https://github.com/pyodide/pyodide"
    pyodide = Notice("Pyodide", version, package["license"], address, (mozilla,))
    versions = {
        "CPython": pyodide_lock["info"]["python"],
        "Emscripten": pyodide_lock["info"]["platform"].removeprefix("emscripten_").replace("_", "."),
    }
    return [pyodide, *_part_notices("pyodide", f"Pyodide {version}", versions)]


def _part_notices(whole: str, inside: str, versions: Mapping[str, str] | None = None) -> list[Notice]:
    return [
        Notice(
            part["name"],
            (versions or {}).get(part["name"], ""),
            part["licence"],
            part["address"],
            tuple((LICENCES / f"{name}.txt").read_text() for name in part["texts"]),
            inside,
        )
        for part in json.loads(PARTS.read_text()).get(whole, [])
    ]


def _npm_notices(npm: Path) -> list[Notice]:
    """Of the packages that package.json asks for, and those that these need."""
    wanted = sorted(set(json.loads((npm.parent / "package.json").read_text())["devDependencies"]) - TOOLS)
    packages: dict[str, Notice] = {}
    while wanted:
        name = wanted.pop()
        if name in packages:
            continue
        folder = npm / name
        package = json.loads((folder / "package.json").read_text())
        texts = tuple(_text(path.read_bytes()) for path in sorted(folder.iterdir()) if _is_licence(path.name))
        address = _web_address(package.get("homepage") or package.get("repository", ""))
        packages[name] = Notice(name, package["version"], package["license"], address, texts)
        wanted += package.get("dependencies", {})
    return [packages[name] for name in sorted(packages)]


def _is_licence(name: str) -> bool:
    return bool(LICENCE_FILE.search(name)) and not name.endswith((".py", ".pyc"))


def _licence(metadata: Message) -> str:
    said = metadata["License-Expression"] or metadata["License"] or ""
    if said and "\n" not in said and said != "UNKNOWN":
        return str(said)
    classifiers = [value.split(" :: ")[-1] for value in metadata.get_all("Classifier", []) if "License :: " in value]
    return ", ".join(classifiers) or "see the text"


def _address(metadata: Message) -> str:
    urls = dict(line.split(", ", 1) for line in metadata.get_all("Project-URL", []) if ", " in line)
    by_label = {label.lower(): url for label, url in urls.items()}
    for label in ("source", "source code", "repository", "homepage"):
        if label in by_label:
            return _web_address(by_label[label])
    return _web_address(metadata["Home-page"] or "")


def _web_address(said: Any) -> str:
    """An address from what a package says, which may be an object or one of git."""
    text = said.get("url", "") if isinstance(said, dict) else str(said)
    text = text.strip().removeprefix("git+").removesuffix(".git")
    return text if text.startswith(("https://", "http://")) else ""


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace").replace("\r\n", "\n").strip("\n") + "\n"
