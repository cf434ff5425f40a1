"""What stands in front of Orthanc: it allows pages to read (CORS), asks for a token, and goes wrong where told to."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Fault", "Proxy", "proxy_of"]


@dataclass(frozen=True)
class Fault:
    """An answer in the place of Orthanc's: what is not None replaces it; ``cut_at`` ends the body in the middle."""

    status: int | None = None
    content_type: str | None = None
    body: bytes | None = None
    cut_at: int | None = None


class Proxy(ThreadingHTTPServer):
    """Hands requests on to ``target``.

    ``token`` is the one that is asked for (None: none); ``forbidden`` ones are refused with 403. ``faults`` are by the
    end of the path; ``requests`` notes each path and its Authorization.
    """

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.cors = True
        self.token: str | None = None
        self.forbidden: str | None = None
        self.faults: dict[str, Fault] = {}
        self.requests: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/dicom-web"

    def asked_for(self, end: str) -> int:
        """How many requests there were for paths that end so."""
        return sum(path.partition("?")[0].endswith(end) for path, _ in self.requests)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_OPTIONS(self) -> None:
        self._answer(204, "", b"")

    def do_HEAD(self) -> None:
        self._answer(200, "", b"")

    def do_GET(self) -> None:
        given = self.headers.get("Authorization")
        self.server.requests.append((self.path, given))
        if self.server.forbidden is not None and given == f"Bearer {self.server.forbidden}":
            self._answer(403, "text/plain", b"not for you")
        elif self.server.token is not None and given != f"Bearer {self.server.token}":
            self._answer(401, "text/plain", b"log in")
        else:
            self._hand_on()

    def _hand_on(self) -> None:
        headers = {name: self.headers[name] for name in ("Accept", "Host") if name in self.headers}
        request = urllib.request.Request(f"{self.server.target}{self.path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                status, content_type, body = answer.status, answer.headers.get("Content-Type", ""), answer.read()
        except urllib.error.HTTPError as error:
            with error:
                status, content_type, body = error.code, error.headers.get("Content-Type", ""), error.read()
        path = self.path.partition("?")[0]
        fault = next((fault for end, fault in self.server.faults.items() if path.endswith(end)), Fault())
        self._answer(
            status if fault.status is None else fault.status,
            content_type if fault.content_type is None else fault.content_type,
            body if fault.body is None else fault.body,
            fault.cut_at,
        )

    def _answer(self, status: int, content_type: str, body: bytes, cut_at: int | None = None) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        if self.server.cors:
            self.send_header("Access-Control-Allow-Origin", "*")
            # "*" does not stand for Authorization
            self.send_header("Access-Control-Allow-Headers", "*, Authorization")
            self.send_header("Access-Control-Max-Age", "600")
        self.end_headers()
        if self.command == "HEAD" or status == 204:
            return
        self.wfile.write(body[:cut_at])
        if cut_at is not None:
            self.wfile.flush()
            # the browser drops what it has not handed on yet when the connection breaks
            time.sleep(0.3)
            self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def proxy_of(target: str) -> Iterator[Proxy]:
    server = Proxy(target)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
