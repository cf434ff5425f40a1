"""A real Orthanc with its DICOMweb plugin, on loopback, for as long as a context lasts."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servers import free_port

from loadstone_build.orthanc import OrthancInstallation

__all__ = ["Orthanc", "running_orthanc"]

_SECONDS_TO_START = 30
_SECONDS_TO_STOP = 10


@dataclass(frozen=True)
class Orthanc:
    """A running server; ``url`` is its root, its DICOMweb services are below ``dicom-web``."""

    url: str

    def upload(self, data: bytes) -> str:
        """Store a DICOM file; gives Orthanc's own id of the instance."""
        request = urllib.request.Request(f"{self.url}/instances", data=data, method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(json.load(answer)["ID"])


@contextmanager
def running_orthanc(installation: OrthancInstallation, folder: Path) -> Iterator[Orthanc]:
    """An empty Orthanc that keeps everything in ``folder``; it is stopped however the context ends."""
    port = free_port()
    configuration: dict[str, Any] = {
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "index"),
        "Plugins": [str(installation.dicomweb_plugin)],
        "HttpPort": port,
        "DicomServerEnabled": False,
        "AuthenticationEnabled": False,
        "RemoteAccessAllowed": False,
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    (folder / "orthanc.json").write_text(json.dumps(configuration))
    with (folder / "orthanc.log").open("wb") as log:
        process = subprocess.Popen(
            [installation.program, folder / "orthanc.json"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            orthanc = Orthanc(f"http://127.0.0.1:{port}")
            _wait_until_it_answers(orthanc, process, folder / "orthanc.log")
            yield orthanc
        finally:
            process.terminate()
            try:
                process.wait(_SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_it_answers(orthanc: Orthanc, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(_SECONDS_TO_START * 10):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{orthanc.url}/system", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"Orthanc does not answer at {orthanc.url}; its log ends: {log.read_text()[-1000:]}")
