"""Who made what a site embeds, and under which licence."""

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from loadstone_build.archives import read_archive, write_archive
from loadstone_build.bundling import ESBUILD
from loadstone_build.make import wheels
from loadstone_build.notices import PARTS, notices_html, wheel_notices, with_more_notices
from loadstone_build.paths import DIST, ROOT, WEB
from loadstone_build.site import EDITOR

IN_NODE_MODULES = r"node_modules/((?:@[^/]+/)?[^/]+)/"
MIT = "Permission is hereby granted, free of charge, to any person obtaining a copy"


class Sections(HTMLParser):
    """The page's sections: summaries, and the texts below each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self._in: list[str] = []
        self._summary = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("summary", "pre"):
            self._in.append(tag)
        if tag == "summary":
            self._summary = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("summary", "pre"):
            self._in.pop()
        if tag == "summary":
            self.texts[self._summary] = ""

    def handle_data(self, data: str) -> None:
        if self._in == ["summary"]:
            self._summary += data
        elif self._in == ["pre"]:
            self.texts[self._summary] += data


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return Sections((DIST / "notices.html").read_text()).texts


def text_of(texts: dict[str, str], name: str, version: str) -> str:
    found = [text for title, text in texts.items() if title.lower().startswith(f"{name} {version}:")]
    assert len(found) == 1, f"{name} {version}"
    return found[0]


def test_every_package_of_the_lock_is_told_of_with_its_licence(texts: dict[str, str]) -> None:
    packages = json.loads((DIST / "pyodide" / "pyodide-lock.json").read_text())["packages"]
    assert len(packages) > 8
    for name, package in packages.items():
        assert len(text_of(texts, name, package["version"])) > 500, name


def test_every_npm_package_in_a_bundle_is_told_of_with_its_licence(texts: dict[str, str], tmp_path: Path) -> None:
    """The bundler says itself what it took."""
    report = tmp_path / "report.json"
    command = [ESBUILD, WEB / EDITOR, "--bundle", f"--metafile={report}", f"--outfile={tmp_path / EDITOR}"]
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True, capture_output=True)
    taken = {
        found[1] for name in json.loads(report.read_text())["inputs"] if (found := re.match(IN_NODE_MODULES, name))
    }
    assert {"@codemirror/view", "@lezer/python", "style-mod"} <= taken
    for name in taken:
        package = json.loads((ROOT / "node_modules" / name / "package.json").read_text())
        assert MIT in text_of(texts, name, package["version"]), name


def test_the_core_is_told_of_and_what_is_compiled_into_it(texts: dict[str, str]) -> None:
    assert "Mozilla Public License Version 2.0" in text_of(texts, "pyodide", "314.0.3")
    for title, words in {
        "CPython 3.14.0, in Pyodide 314.0.3: PSF-2.0": "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2",
        "Emscripten 5.0.3, in Pyodide 314.0.3: MIT OR NCSA": "University of Illinois/NCSA",
        "OpenJPEG, in imagecodecs 2026.10.10: BSD-2-Clause": "Universite catholique de Louvain",
        "FreeType, in pillow 12.2.0: FTL": "The FreeType Project LICENSE",
    }.items():
        assert words in texts[title]


def test_what_is_compiled_into_a_wheel_is_in_the_table_for_each_such_wheel() -> None:
    """numpy tells of its parts itself."""
    with_extensions = {name for name, path in wheels("page").items() if "wasm32" in path.name}
    assert with_extensions - {"numpy"} == set(json.loads(PARTS.read_text())) - {"pyodide"}


def made_wheel(folder: Path) -> Path:
    metadata = """Metadata-Version: 2.1
Name: <shades>
Version: 1.2
Classifier: License :: OSI Approved :: BSD License
Project-URL: Source, https://host/shades?a=1&b=2
Home-page: javascript:alert(1)
"""
    members = {
        "shades/__init__.py": b"",
        "shades/licences.py": b"no licence",
        "shades/vendored/COPYING": b"vendored & free",
        "shades-1.2.dist-info/METADATA": metadata.encode(),
        "shades-1.2.dist-info/licenses/LICENSE": "© <me>\r\nfree\r\n".encode(),
    }
    write_archive(folder / "shades-1.2-py3-none-any.whl", members, deflate=False)
    return folder / "shades-1.2-py3-none-any.whl"


def test_the_notices_of_a_wheel_that_is_added_stand_at_the_pages_end(tmp_path: Path) -> None:
    page = with_more_notices(notices_html([]), wheel_notices([made_wheel(tmp_path)]))
    assert Sections(page).texts == {"<shades> 1.2: BSD License": "© <me>\nfree\nvendored & free\n"}
    assert '<a href="https://host/shades?a=1&amp;b=2" rel="noreferrer">' in page
    assert with_more_notices(page, wheel_notices([made_wheel(tmp_path)])).count("<details>") == 2


def test_an_address_that_is_none_of_the_web_is_no_link(tmp_path: Path) -> None:
    wheel = made_wheel(tmp_path)
    assert wheel_notices([wheel])[0].address == "https://host/shades?a=1&b=2"
    members = read_archive(wheel)
    metadata = members["shades-1.2.dist-info/METADATA"].replace(b"Project-URL", b"Unknown")
    write_archive(wheel, {**members, "shades-1.2.dist-info/METADATA": metadata}, deflate=False)
    assert wheel_notices([wheel])[0].address == ""
