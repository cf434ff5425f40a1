"""A small static web server on localhost, for ``loadstone serve`` and for the tests."""

import functools
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PREFERRED_PORT = 8000
# with these a page may use SharedArrayBuffer
ISOLATION = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}


class SiteHandler(SimpleHTTPRequestHandler):
    """Serves one folder under a sub-path, quietly, with the MIME types that WebAssembly and modules need."""

    protocol_version = "HTTP/1.1"  # keeps connections open: the page fetches a dozen files at once
    extensions_map = {  # noqa: RUF012 (the base class's attribute)
        **SimpleHTTPRequestHandler.extensions_map,
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".mjs": "text/javascript; charset=utf-8",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
        ".whl": "application/zip",
        ".zip": "application/zip",
    }

    def __init__(self, *args: Any, sub_path: str, directory: str, isolated: bool = False) -> None:
        self._sub_path = sub_path
        self._isolated = isolated
        self._tag: str | None = None
        super().__init__(*args, directory=directory)

    def translate_path(self, path: str) -> str:
        """Return the file for a request's path; one that does not exist when it lies outside the sub-path."""
        if not path.startswith(self._sub_path):
            return str(Path(self.directory) / "outside-the-sub-path")
        return super().translate_path("/" + path.removeprefix(self._sub_path))

    def send_head(self) -> Any:
        """Answer 304 to a browser that has the file as it is."""
        self._tag = self._tag_of(Path(self.translate_path(self.path)))
        if self._tag is not None and self.headers.get("If-None-Match") == self._tag:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.end_headers()
            return None
        return super().send_head()

    def _tag_of(self, path: Path) -> str | None:
        try:
            # what an address serves may also become older: another site at the same port
            state = (path / "index.html" if path.is_dir() else path).stat()
        except OSError:
            return None
        return f'"{state.st_mtime_ns:x}-{state.st_size:x}"'

    def end_headers(self) -> None:
        """Let the browser keep files but ask each time whether they changed."""
        self.send_header("Cache-Control", "no-cache")
        if self._tag is not None:
            self.send_header("ETag", self._tag)
        for name, value in ISOLATION.items() if self._isolated else ():
            self.send_header(name, value)
        super().end_headers()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Let the kernel send the file: a benchmark that loads a series must not wait for its server."""
        self.connection.sendfile(source)

    def list_directory(self, path: Any) -> None:
        """Folders are not listed."""
        self.send_error(HTTPStatus.NOT_FOUND, "File not found")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """Once it is closed it answers nobody any more, not on connections that browsers keep open either."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *args: Any) -> None:
        self._connections: set[socket.socket] = set()
        super().__init__(*args)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that has gone on to another page wants no answer any more; that is no error of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        super().server_close()
        for connection in self._connections.copy():
            with suppress(OSError):  # its other end has closed it meanwhile
                connection.shutdown(socket.SHUT_RDWR)


def make_server(
    folder: Path, *, sub_path: str = "/", port: int = 0, isolated: bool = False
) -> tuple[ThreadingHTTPServer, str]:
    """Return a server on localhost, not yet running, and the site's address.

    ``sub_path`` starts and ends with a slash. A port that is taken gives way to a free one; 0 asks for any.
    ``isolated`` pages are so across origins (COOP, COEP).
    """
    handler = functools.partial(SiteHandler, sub_path=sub_path, directory=str(folder), isolated=isolated)
    try:
        server = _Server(("127.0.0.1", port), handler)
    except OSError:
        server = _Server(("127.0.0.1", 0), handler)
    return server, f"http://127.0.0.1:{server.server_port}{sub_path}"


@contextmanager
def serving(folder: Path, *, sub_path: str = "/", port: int = 0, isolated: bool = False) -> Iterator[str]:
    """Serve a folder from a thread for as long as the context lasts; gives the site's address."""
    server, address = make_server(folder, sub_path=sub_path, port=port, isolated=isolated)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
