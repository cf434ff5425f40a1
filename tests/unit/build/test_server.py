import http.client
import os
import socket
import struct
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from loadstone_build.server import make_server, serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<!doctype html><title>here</title>")
    for name in ("style.css", "page.js", "core.mjs", "core.wasm", "lock.json", "thing.whl", "lib.zip"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "sub").mkdir()
    return tmp_path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with serving(folder, sub_path="/a/b/") as address:
        yield address


@pytest.mark.parametrize(
    ("name", "mime_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("core.mjs", "text/javascript; charset=utf-8"),
        ("core.wasm", "application/wasm"),
        ("lock.json", "application/json"),
        ("thing.whl", "application/zip"),
        ("lib.zip", "application/zip"),
    ],
)
def test_files_have_the_mime_types_that_browsers_ask_for(address: str, name: str, mime_type: str) -> None:
    with urllib.request.urlopen(address + name) as answer:
        assert answer.headers["Content-Type"] == mime_type


@pytest.mark.parametrize("path", ["/", "/a/", "/index.html", "/a/b/absent.js", "/a/b/sub/", "/a/b/../../../etc/passwd"])
def test_what_is_not_in_the_site_answers_404(address: str, path: str) -> None:
    origin = address.removesuffix("/a/b/")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(origin + path)
    assert caught.value.code == 404


def test_a_file_that_did_not_change_is_not_sent_again(address: str) -> None:
    with urllib.request.urlopen(address + "core.wasm") as answer:
        changed = answer.headers["Last-Modified"]
    again = urllib.request.Request(address + "core.wasm", headers={"If-Modified-Since": changed})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(again)
    assert caught.value.code == 304


def test_a_file_that_an_older_one_took_the_place_of_is_sent(folder: Path, address: str) -> None:
    """As another site at the same port does, whose files are older than what the browser has."""
    with urllib.request.urlopen(address + "page.js") as answer:
        tag, changed = answer.headers["ETag"], answer.headers["Last-Modified"]
    known = {"If-None-Match": tag, "If-Modified-Since": changed}
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(address + "page.js", headers=known))
    assert caught.value.code == 304
    (folder / "page.js").write_bytes(b"y")
    os.utime(folder / "page.js", (1, 1))
    with urllib.request.urlopen(urllib.request.Request(address + "page.js", headers=known)) as answer:
        assert answer.read() == b"y"


def test_headers_isolate_the_page_where_that_is_asked_for(folder: Path, address: str) -> None:
    names = ("Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy")
    with serving(folder, isolated=True) as isolated, urllib.request.urlopen(isolated) as answer:
        assert [answer.headers[name] for name in names] == ["same-origin", "require-corp"]
    with urllib.request.urlopen(address) as answer:
        assert [answer.headers[name] for name in names] == [None, None]


def test_a_taken_port_gives_way_to_a_free_one(folder: Path) -> None:
    first, _ = make_server(folder)
    second, address = make_server(folder, port=first.server_port)
    try:
        assert second.server_port != first.server_port
        assert address == f"http://127.0.0.1:{second.server_port}/"
    finally:
        first.server_close()
        second.server_close()


def test_a_server_that_is_closed_answers_on_no_open_connection_either(folder: Path) -> None:
    with serving(folder) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc)
        connection.request("GET", "/style.css")
        assert connection.getresponse().read() == b"x"
    assert connection.sock.recv(1) == b""


def test_a_browser_that_goes_away_is_not_told_of(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "large.bin").write_bytes(bytes(50_000_000))
    with serving(folder) as address:
        place = urlsplit(address)
        connection = socket.create_connection((place.hostname or "", place.port or 0))
        connection.sendall(b"GET /large.bin HTTP/1.1\r\nHost: here\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        # closed with a reset, while most of the file is still to come
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        assert urllib.request.urlopen(f"{address}style.css").read() == b"x"
    assert capfd.readouterr().err == ""
