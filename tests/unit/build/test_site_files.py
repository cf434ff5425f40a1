"""The list of a site's files, and the service worker that holds it."""

import json
import os
from pathlib import Path

import pytest

from loadstone_build.errors import BuildError
from loadstone_build.paths import WEB
from loadstone_build.site_files import copy_site, write_site_files

# sha256 of "abc", FIPS 180-2 appendix B.1; of nothing, RFC 6234's test vectors
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def made_site(folder: Path) -> Path:
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "Kopf \\ ø.dcm").write_bytes(b"abc")
    (folder / "index.html").write_bytes(b"")
    (folder / "service_worker.js").write_bytes((WEB / "service_worker.js").read_bytes())
    return folder


def test_the_list_holds_every_file_but_itself_and_the_service_worker(tmp_path: Path) -> None:
    site = made_site(tmp_path)
    expected = {"files/Kopf \\ ø.dcm": ABC, "index.html": NOTHING}
    assert write_site_files(site) == expected
    assert json.loads((site / "site_files.json").read_text()) == expected


def test_the_service_worker_holds_the_list_and_is_else_as_it_was(tmp_path: Path) -> None:
    site = made_site(tmp_path)
    files = write_site_files(site)
    before = (WEB / "service_worker.js").read_text().splitlines()
    after = (site / "service_worker.js").read_text().splitlines()
    changed = [line for line, old in zip(after, before, strict=True) if line != old]
    assert len(changed) == 1
    assert json.loads(changed[0].removeprefix("const FILES = ").removesuffix(";")) == files


def test_a_list_that_is_written_again_is_the_same_until_a_file_changes(tmp_path: Path) -> None:
    site = made_site(tmp_path)
    write_site_files(site)
    worker = (site / "service_worker.js").read_bytes()
    write_site_files(site)
    assert (site / "service_worker.js").read_bytes() == worker
    (site / "index.html").write_bytes(b"abc")
    assert write_site_files(site)["index.html"] == ABC
    assert (site / "service_worker.js").read_bytes() != worker


def test_a_service_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    site = made_site(tmp_path)
    (site / "service_worker.js").write_text("console.log(1);\n")
    with pytest.raises(BuildError, match=r"service_worker\.js has no line for the list of files; take the one of "):
        write_site_files(site)


def test_a_copy_has_the_files_of_the_site_with_their_times_and_nothing_that_was_put_beside_them(tmp_path: Path) -> None:
    site = made_site(tmp_path / "site")
    os.utime(site / "index.html", (1, 1))
    write_site_files(site)
    (site / "__pycache__").mkdir()
    for name in ("demo.png", "__pycache__/x.pyc"):
        (site / name).touch()
    copy_site(site, tmp_path / "copy")
    copied = {path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*.*")}
    assert copied == {"files/Kopf \\ ø.dcm", "index.html", "service_worker.js", "site_files.json"}
    assert (tmp_path / "copy" / "index.html").stat().st_mtime == 1


def test_a_site_that_lacks_a_file_is_not_copied_in_part(tmp_path: Path) -> None:
    site = made_site(tmp_path / "site")
    with pytest.raises(BuildError) as caught:
        copy_site(site, tmp_path / "copy")
    assert str(caught.value) == (
        f"{site} has no site_files.json, so it is no site of this version of Loadstone; build it anew"
    )
    write_site_files(site)
    (site / "index.html").unlink()
    with pytest.raises(BuildError) as caught:
        copy_site(site, tmp_path / "copy")
    assert str(caught.value) == f"{site}/index.html is missing, though site_files.json lists it; build the site anew"
    assert not (tmp_path / "copy").exists()
