"""Image ids of the network become those of files that a case brings."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from loadstone_build.case import CaseStack
from loadstone_build.case_inputs import CaseContents, embed_network


class Bytes(BaseHTTPRequestHandler):
    """Answers each request with its path."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        pass


def test_the_source_of_a_pipeline_is_embedded_and_its_steps_stay(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bytes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        host = f"http://127.0.0.1:{server.server_port}"
        ids = (f"pipe:wadouri:{host}/a.dcm?frame=2|gaussian(2)|invert", f"wadouri:{host}/a.dcm", "pipe:x:1|invert")
        contents = CaseContents([CaseStack("Mine", ids)])
        embedded, addresses = asyncio.run(embed_network(contents, tmp_path))
    finally:
        server.shutdown()
        server.server_close()
    assert addresses == (f"{host}/a.dcm",)
    assert embedded.stacks[0].image_ids == (
        "pipe:wadouri:files/a.dcm?frame=2|gaussian(2)|invert",
        "wadouri:files/a.dcm",
        "pipe:x:1|invert",
    )
    assert [(file.path, file.source.read(0, 99)) for file in embedded.files] == [("files/a.dcm", b"/a.dcm")]
