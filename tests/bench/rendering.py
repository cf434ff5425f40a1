"""A window drag: from the new window to the painted canvas, by way of the worker, against a loop in JavaScript.

The loop is the least that a viewer in JavaScript can do: one look-up for each pixel of an image that has the
canvas's size already, in the page's own thread, then putImageData.
"""

from __future__ import annotations

from playwright.sync_api import Page

from .harness import Bench

__all__ = ["run"]

BEGIN = """async (source) => {
  const { createLoadstone } = await import("/dist/loadstone.js");
  window.loadstone = await createLoadstone();
  await loadstone.runPython(source);
  window.image = await loadstone.loadAndCacheImage("bench:0").promise;
}"""

LOADER = """
import numpy as np
pixels = np.random.default_rng(0).integers(0, 4096, (512, 512)).astype(np.int16)
session.register_image_loader("bench", lambda image_id, options: pixels)
color = np.random.default_rng(0).integers(0, 256, (512, 512, 3)).astype(np.uint8)
session.register_image_loader("color", lambda image_id, options: color)
"""

FRAMES = 40

DRAG = """async ([size, frames, imageId, move]) => {
  const canvas = document.querySelector("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  const begun = performance.now();
  for (let frame = 0; frame < frames; frame++) {
    const changed = move === "pan" ? { pan: { x: frame, y: 0 } } : { windowCenter: 2000 + frame, windowWidth: 3000 };
    const { data } = await loadstone.render(imageId, { width: size, height: size, ...changed });
    context.putImageData(new ImageData(data, size, size), 0, 0);
  }
  return (performance.now() - begun) / frames;
}"""

LOOP = """([size, frames]) => {
  const canvas = document.querySelector("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  const stored = image.getPixelData();
  const values = new Int16Array(size * size).map((_, n) => stored[n % stored.length]);
  const begun = performance.now();
  for (let frame = 0; frame < frames; frame++) {
    const table = new Uint32Array(4096).map((_, value) => {
      const level = Math.max(0, Math.min(255, ((value - 1999.5 - frame) / 2999 + 0.5) * 255));
      return 0xff000000 | (level << 16) | (level << 8) | level;
    });
    const rgba = new Uint32Array(size * size);
    for (let n = 0; n < rgba.length; n++) {
      rgba[n] = table[values[n]];
    }
    context.putImageData(new ImageData(new Uint8ClampedArray(rgba.buffer), size, size), 0, 0);
  }
  return (performance.now() - begun) / frames;
}"""


def run(bench: Bench) -> None:
    with bench.page("tests/bench/empty.html") as page:
        page.evaluate(BEGIN, LOADER + RENDER)
        for size in (512, 1024):
            _compare(bench, page, size)


RENDER = """
import time
from loadstone import Image, View
from loadstone.rendering import Renderer

def renderings(size, count):
    image, renderer = Image("bench:alone", pixels), Renderer()
    begun = time.perf_counter()
    for frame in range(count):
        renderer.render(image, View(size, size, window_center=2000 + frame, window_width=3000))
    return (time.perf_counter() - begun) / count * 1000
"""


def _compare(bench: Bench, page: Page, size: int) -> None:
    def drag(image_id: str, move: str) -> float:
        return float(page.evaluate(DRAG, [size, FRAMES, image_id, move]))

    ours = f"Loadstone: window drag at {size} x {size}"
    bench.compare(
        f"One frame of a drag, 512 x 512 int16 image on a canvas of {size} x {size}",
        ours,
        {
            ours: lambda: drag("bench:0", "window"),
            "Loadstone: render() alone, in Python": lambda: float(
                page.evaluate("(source) => loadstone.runPython(source)", f"renderings({size}, {FRAMES})")
            ),
            "Loadstone: pan": lambda: drag("bench:0", "pan"),
            "Loadstone: pan of 8-bit colour": lambda: drag("color:0", "pan"),
            "window loop in the page, image at canvas size already": lambda: float(page.evaluate(LOOP, [size, FRAMES])),
        },
    )
