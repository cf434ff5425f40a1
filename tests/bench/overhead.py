"""What one image costs beside fetching and decoding: registry, pools, cache, Image, metadata, the way to the page."""

from __future__ import annotations

from .harness import Bench
from .rendering import BEGIN

__all__ = ["run"]

IMAGES = 100

SETUP = """
import base64
import time
import numpy as np
from loadstone import Session
from loadstone.dicom.description import describe
from loadstone.dicom.file import read_file
from loadstone.dicom.frames import frame_pixels
from loadstone.fetching import Fetched
from loadstone.loaders.example_samples import SAMPLES

pixels = np.zeros((512, 512), np.int16)
session.register_image_loader("bench", lambda image_id, options: pixels)
dicom = SAMPLES["ct"][1]

async def from_memory(url, *, headers, progress=None):
    return Fetched(dicom)

async def whole_loads(count):
    memory = Session(fetch=from_memory)
    begun = time.perf_counter()
    for number in range(count):
        await memory.load_and_cache_image(f"wadouri:memory/{number}")
    return (time.perf_counter() - begun) / count * 1000

def decoding_alone(count):
    begun = time.perf_counter()
    for _ in range(count):
        file = read_file(dicom)
        frame_pixels(file, 0, describe(file))
    return (time.perf_counter() - begun) / count * 1000
"""

ROUND_TRIPS = """async (count) => {
  window.next ??= 1;
  const begun = performance.now();
  for (let n = 0; n < count; n++) {
    await loadstone.loadAndCacheImage(`bench:${window.next++}`).promise;
  }
  return (performance.now() - begun) / count;
}"""

PYTHON = "(source) => loadstone.runPython(source)"


def run(bench: Bench) -> None:
    with bench.page("tests/bench/empty.html") as page:
        page.evaluate(BEGIN, SETUP)
        bench.compare(
            "One image of 512 x 512 int16 that needs neither fetch nor decode, from the page's call to its pixels",
            "Loadstone: loadAndCacheImage",
            {"Loadstone: loadAndCacheImage": lambda: float(page.evaluate(ROUND_TRIPS, IMAGES))},
        )
        bench.compare(
            "One CT of 128 x 128 in Python: the difference is what Loadstone adds to reading and decoding",
            "Loadstone: wadouri load from memory",
            {
                "Loadstone: wadouri load from memory": lambda: float(
                    page.evaluate(PYTHON, f"await whole_loads({IMAGES})")
                ),
                "pydicom's reading and decoding alone": lambda: float(
                    page.evaluate(PYTHON, f"decoding_alone({IMAGES})")
                ),
            },
        )
