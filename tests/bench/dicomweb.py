"""Opening a series from a DICOMweb server, small and large: what is asked for until its first image is there."""

from __future__ import annotations

from statistics import median

from .harness import Bench, print_head, print_row

__all__ = ["run"]

COUNTS = (100, 10_000)

SETUP = """
import json
import time
from urllib.parse import parse_qs, urlsplit
from loadstone import Session
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
    def __init__(self, count):
        # made beforehand, so that what is measured is not their making
        self.models = [json.dumps(instance(number)) for number in range(count)]

    def clear(self):
        self.requests, self.bytes = 0, 0

    async def __call__(self, url, *, headers, progress=None):
        answer = self.answer(urlsplit(url))
        self.requests += 1
        self.bytes += len(answer.data)
        return answer

    def answer(self, parts):
        if parts.path.endswith("/metadata"):
            return Fetched(f"[{self.models[1]}]".encode())
        if "/frames/" in parts.path:
            return Fetched(bytes(512 * 512 * 2), "application/octet-stream")
        query = parse_qs(parts.query)
        first = int(query["offset"][0])
        return Fetched(f"[{','.join(self.models[first : first + int(query['limit'][0])])}]".encode())

servers = {count: Server(count) for count in COUNTS}

async def opened(count):
    server = servers[count]
    server.clear()
    session = Session(fetch=server)
    begun = time.perf_counter()
    listing = session.dicomweb("https://pacs/dicom-web").list_stacks("1.2", "1.2.3")
    found = await anext(listing)
    await session.load_and_cache_image(found.stacks[0].image_ids[0])
    shown = time.perf_counter()
    before = {"image": (shown - begun) * 1000, "requests": server.requests, "kilobytes": server.bytes / 1000}
    longest = 0
    while not found.complete:
        step = time.perf_counter()
        found = await anext(listing)
        longest = max(longest, (time.perf_counter() - step) * 1000)
    assert found.listed == count
    return before | {"rest": (time.perf_counter() - shown) * 1000, "longest": longest,
        "all requests": server.requests, "all kilobytes": server.bytes / 1000}
"""

BEGIN = """async (source) => {
  const { createLoadstone } = await import("/dist/loadstone.js");
  window.loadstone = await createLoadstone();
  await loadstone.runPython(source);
}"""
OPEN = "(count) => loadstone.runPython(`await opened(${count})`, { replay: false })"
ROWS = {
    "first image, ms": "image",
    "requests before it": "requests",
    "kB before it, its 524 kB of pixels included": "kilobytes",
    "listing the rest behind it, ms": "rest",
    "its longest step, ms": "longest",
    "requests in all": "all requests",
    "kB in all": "all kilobytes",
}


def run(bench: Bench) -> None:
    with bench.page("tests/bench/empty.html") as page:
        page.evaluate(BEGIN, f"COUNTS = {COUNTS}\n{SETUP}")
        # the first one loads the packages
        page.evaluate(OPEN, COUNTS[0])
        taken: dict[int, list[dict[str, float]]] = {count: [] for count in COUNTS}
        for _ in range(bench.rounds):
            for count in COUNTS:
                taken[count].append(page.evaluate(OPEN, count))
    print(f"\nA series from a DICOMweb server that answers at once (median of {bench.rounds})\n")
    print_head("", *(f"{count} instances" for count in COUNTS))
    for title, name in ROWS.items():
        print_row(title, *(f"{median(one[name] for one in taken[count]):.0f}" for count in COUNTS))
