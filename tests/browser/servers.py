"""HTTP servers that misbehave in one way each, for the browser's fetch."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket

__all__ = ["OddServer", "free_port", "odd_server"]


class OddServer(ThreadingHTTPServer):
    """``/echo`` gives back the request's headers, ``/status/404`` that status, ``/slow`` a byte now and then of many,
    ``/slow-short`` of few, ``/short`` and ``/long-short`` promise more than they send, ``/slow-head`` never answers a
    HEAD. CORS is allowed where ``cors`` says so."""

    def __init__(self, *, cors: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.cors = cors
        self.requests: list[str] = []
        self.broken_off = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: OddServer

    def do_OPTIONS(self) -> None:
        self._begin(204)

    def do_HEAD(self) -> None:
        if self.path == "/slow-head":
            # nothing more comes from the browser but the end of the connection
            self.connection.recv(1)
            self.server.broken_off.set()
            return
        self._begin(200)

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        if self.path.startswith("/status/"):
            self._begin(int(self.path.rsplit("/", 1)[1]))
        elif self.path in ("/slow", "/slow-short"):
            self._dribble(length=10_000_000 if self.path == "/slow" else 100_000)
        elif self.path in ("/short", "/long-short"):
            self._begin(200, length=1000 if self.path == "/short" else 10_000_000)
            self.wfile.write(b"x" * 10)
            self.wfile.flush()
            # the browser drops what it has not handed on yet when the connection breaks
            time.sleep(0.5)
        else:
            body = "\n".join(f"{name}: {value}" for name, value in self.headers.items()).encode()
            self._begin(200, length=len(body))
            self.wfile.write(body)

    def _dribble(self, *, length: int) -> None:
        self._begin(200, length=length)
        try:
            for _ in range(500):
                self.wfile.write(b"x" * 100)
                self.wfile.flush()
                time.sleep(0.02)
        except OSError:
            self.server.broken_off.set()

    def _begin(self, status: int, length: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(length))
        if self.server.cors:
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "*")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def odd_server(*, cors: bool) -> Iterator[OddServer]:
    server = OddServer(cors=cors)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
