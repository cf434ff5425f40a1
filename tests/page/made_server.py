"""A DICOMweb server of a few made studies, no more than the page asks for: QIDO-RS, metadata and frames, with CORS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from math import inf
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pydicom
from made_study import slice_file
from pydicom.dataset import Dataset

__all__ = ["MadeServer", "serving_studies"]


@dataclass
class MadeServer:
    """Studies 1.9.0, 1.9.1, … of one patient each, with series 1 and 2 of the same slices; remembers what was asked.

    ``slices`` are the numbers of the slices in the order in which they are listed, ``at_once`` of them in one answer,
    those behind the first answer not before ``further`` is set, and from number ``refused_from`` on not at all.
    """

    study_count: int
    token: str = ""
    url: str = ""
    asked: list[str] = field(default_factory=list)
    slices: Sequence[int] = (1, 2, 3, 4)
    at_once: int = 200
    further: Event = field(default_factory=Event)
    refused_from: float = inf

    def instance(self, study: str, series: str, slice_number: int) -> Dataset:
        modality = "CT" if series.endswith(".1") else "MR"
        number = int(series.rpartition(".")[2])
        data = slice_file(
            slice_number, series=number, modality=modality, study=study, description=f"Series of {modality}"
        )
        return pydicom.dcmread(BytesIO(data))

    def offsets(self, series: str) -> list[int]:
        """The numbers of the instances from which on a series was listed."""
        found = [urlsplit(path) for path in self.asked]
        return [int(parse_qs(one.query)["offset"][0]) for one in found if one.path.endswith(f"/{series}/instances")]

    def study(self, number: int) -> Dataset:
        made = self.instance(f"1.9.{number}", f"1.9.{number}.1", 1)
        made.PatientName = f"Roe^Richard {number}" if number % 2 else f"Poe^Paula {number}"
        made.ModalitiesInStudy = ["CT", "MR"]
        made.NumberOfStudyRelatedInstances = 2 * len(self.slices)
        return made


@contextmanager
def serving_studies(study_count: int, *, token: str = "", **given: Any) -> Iterator[MadeServer]:
    made = MadeServer(study_count, token, **given)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, made))
    made.url = f"http://127.0.0.1:{server.server_port}/dicom-web"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, made: MadeServer, *arguments: object) -> None:
        self._made = made
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_OPTIONS(self) -> None:
        self._answer(204, "text/plain", b"")

    def do_GET(self) -> None:
        made = self._made
        made.asked.append(self.path)
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if made.token and self.headers["Authorization"] != f"Bearer {made.token}":
            self._answer(401, "text/plain", b"who are you?")
            return
        parts = dict(re.findall(r"(studies|series|instances|frames)/([0-9.]+)", address.path))
        if not address.path.startswith("/dicom-web/studies"):
            self._answer(404, "text/plain", b"")
            return
        match address.path.split("/")[-1]:
            case "studies":
                self._answer_json(self._found(query), query)
            case "series":
                uids = (f"{parts['studies']}.{number}" for number in (1, 2))
                self._answer_json([self._series(parts["studies"], uid) for uid in uids], query)
            case "instances":
                self._answer_instances(parts, int(query["offset"]), int(query["limit"]))
            case "metadata":
                self._answer_json([self._instance(parts)], {})
            case "1":
                self._answer_frame(self._instance(parts).PixelData)
            case _:
                self._answer(404, "text/plain", b"")

    def _found(self, query: dict[str, str]) -> list[Dataset]:
        studies = (self._made.study(number) for number in range(self._made.study_count))
        name = query.get("PatientName", "*")
        return [study for study in studies if fnmatchcase(str(study.PatientName).lower(), name.lower())]

    def _series(self, study: str, series: str) -> Dataset:
        first = self._made.instance(study, series, 1)
        first.NumberOfSeriesRelatedInstances = len(self._made.slices)
        return first

    def _instance(self, parts: dict[str, str]) -> Dataset:
        return self._made.instance(parts["studies"], parts["series"], int(parts["instances"].rpartition(".")[2]))

    def _answer_instances(self, parts: dict[str, str], offset: int, limit: int) -> None:
        made = self._made
        if offset:
            made.further.wait(20)
        if offset >= made.refused_from:
            self._answer(403, "text/plain", b"no more of it")
            return
        numbers = made.slices[offset : offset + min(limit, made.at_once)]
        self._answer_json([made.instance(parts["studies"], parts["series"], number) for number in numbers], {})

    def _answer_json(self, data_sets: list[Dataset], query: dict[str, str]) -> None:
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", len(data_sets)))
        models = []
        for data_set in data_sets[offset : offset + limit]:
            del data_set.PixelData
            models.append(data_set.to_json_dict())
        self._answer(200, "application/dicom+json", json.dumps(models).encode())

    def _answer_frame(self, pixels: bytes) -> None:
        head = b"--b\r\nContent-Type: application/octet-stream;transfer-syntax=1.2.840.10008.1.2.1\r\n\r\n"
        kind = 'multipart/related; type="application/octet-stream"; boundary=b'
        self._answer(200, kind, head + pixels + b"\r\n--b--\r\n")

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "authorization, accept")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        # the page may have given the request up
        with suppress(ConnectionError):
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""
