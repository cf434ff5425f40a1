"""Opening a series of 10,000 instances from a DICOMweb server: what is asked for until its first image is there."""

from __future__ import annotations

from statistics import median

from .harness import Bench

__all__ = ["run"]

INSTANCES = 10_000

SETUP = """
import json
import time
from urllib.parse import parse_qs, urlsplit
import numpy as np
from loadstone import Session
from loadstone.errors import HttpStatusError
from loadstone.fetching import Fetched

def instance(number):
    return {
        "00080018": {"vr": "UI", "Value": [f"1.2.3.{number}"]},
        "0020000D": {"vr": "UI", "Value": ["1.2"]},
        "0020000E": {"vr": "UI", "Value": ["1.2.3"]},
        "00080060": {"vr": "CS", "Value": ["CT"]},
        "00200013": {"vr": "IS", "Value": [number]},
        "00200032": {"vr": "DS", "Value": [-250.0, -250.0, 0.5 * number]},
        "00200037": {"vr": "DS", "Value": [1, 0, 0, 0, 1, 0]},
        "00280002": {"vr": "US", "Value": [1]},
        "00280004": {"vr": "CS", "Value": ["MONOCHROME2"]},
        "00280010": {"vr": "US", "Value": [512]},
        "00280011": {"vr": "US", "Value": [512]},
        "00280100": {"vr": "US", "Value": [16]},
        "00280101": {"vr": "US", "Value": [16]},
        "00280102": {"vr": "US", "Value": [15]},
        "00280103": {"vr": "US", "Value": [1]},
    }

class Server:
    def __init__(self):
        self.pages, self.metadata, self.bytes = 0, 0, 0

    async def __call__(self, url, *, headers, progress=None):
        answer = self.answer(urlsplit(url))
        self.bytes += len(answer.data)
        return answer

    def answer(self, parts):
        if parts.path.endswith("/metadata"):
            self.metadata += 1
            return Fetched(json.dumps([instance(1)]).encode())
        if "/frames/" in parts.path:
            return Fetched(bytes(512 * 512 * 2), "application/octet-stream")
        self.pages += 1
        query = parse_qs(parts.query)
        first = int(query["offset"][0])
        last = min(first + int(query["limit"][0]), INSTANCES)
        return Fetched(json.dumps([instance(number) for number in range(first, last)]).encode())

async def opened():
    server = Server()
    session = Session(fetch=server)
    begun = time.perf_counter()
    (stack,) = await session.dicomweb("https://pacs/dicom-web").stacks("1.2", "1.2.3")
    listed = time.perf_counter()
    await session.load_and_cache_image(stack.image_ids[0])
    shown = time.perf_counter()
    assert len(stack.image_ids) == INSTANCES
    return {"list": (listed - begun) * 1000, "image": (shown - listed) * 1000, "pages": server.pages,
        "metadata": server.metadata, "megabytes": server.bytes / 1e6}
"""

BEGIN = """async (source) => {
  const { createLoadstone } = await import("/dist/loadstone.js");
  window.loadstone = await createLoadstone();
  await loadstone.runPython(source);
}"""
OPEN = "() => loadstone.runPython('await opened()', { replay: false })"


def run(bench: Bench) -> None:
    with bench.page("tests/bench/empty.html") as page:
        page.evaluate(BEGIN, f"INSTANCES = {INSTANCES}\n{SETUP}")
        taken = [page.evaluate(OPEN) for _ in range(bench.rounds)]
    middle = {name: median(one[name] for one in taken) for name in taken[0]}
    print(f"\nA series of {INSTANCES} instances from a DICOMweb server that answers at once (median of {bench.rounds})")
    print(f"  listed and sorted, the answers' making included   {middle['list']:9.0f} ms")
    print(f"  then the first image                              {middle['image']:9.0f} ms")
    print(
        f"  asked for: {middle['pages']:.0f} pages of the list, the metadata of {middle['metadata']:.0f} instance, "
        f"{middle['megabytes']:.1f} MB in all"
    )
