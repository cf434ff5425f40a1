"""Thousands of loads by each way: as many live proxies, and as much memory, as after the first hundred."""

import pytest

PREPARE = """
    const { start } = pyodide.pyimport("loadstone._browser.engine");
    // the page's end of the line
    const answers = {
      loadImage: ({ imageId }) => (imageId.endsWith("never")
        ? new Promise(() => {})
        : { rows: 8, columns: 8, pixelData: new Int16Array(64), hasDecache: false }),
      leaveImage() {},
      leaveLoader() {},
    };
    self.engine = start({
      emit() {},
      loadPackages: (names) => pyodide.loadPackage(names),
      decode() {},
      readHeads: async () => new Uint8Array(),
      readSlice() {},
      refusal: undefined,
      ask: async (name, detail) => answers[name](detail),
      pageUrl: location.href,
    });
    self.call = (method, params) => {
      let key;
      const promise = new Promise((resolve, reject) => { key = engine.call(method, params, resolve, reject); });
      return { promise, cancel: () => engine.cancel(key) };
    };
    self.ask = (method, params = {}) => call(method, params).promise;
    await ask("runPython", { source: `
import asyncio
import gc
import numpy as np
from pyodide.code import run_js

async def of_python(image_id, options):
    if image_id.endswith("fails"):
        raise ValueError("no slice")
    if image_id.endswith("never"):
        await asyncio.Event().wait()
    await asyncio.sleep(0)
    return np.zeros((8, 8), np.int16)

session.register_image_loader("py", of_python)
session.register_image_loader("js", run_js('''
    (imageId) => ({
      promise: imageId.endsWith("fails") ? Promise.reject(new Error("no slice"))
        : imageId.endsWith("text") ? Promise.reject("no slice")
        : imageId.endsWith("never") ? new Promise(() => {})
        : Promise.resolve({ rows: 8, columns: 8, pixelData: new Int16Array(64) }),
      cancelFn() {},
      decache() {},
    })
'''))
` });
    await ask("registerImageLoader", { scheme: "page", loader: 1 });
    self.promised = pyodide.runPython(`
import asyncio
from loadstone._browser.promises import to_promise

async def come_to(number):
    await asyncio.sleep(0)
    if number % 2:
        raise ValueError("odd")
    return [number]

lambda number: to_promise(come_to(number))
`);
    self.collect = pyodide.runPython("import gc; gc.collect");
    // JavaScript's values that Python holds, Python's that JavaScript holds, bytes of the heap
    self.live = () => {
      collect();
      const module = pyodide._module;
      return [module.hiwire.num_keys(), module.pyproxy_alloc_map.size, module.HEAPU8.length];
    };
    pyodide._module.enable_pyproxy_allocation_tracing();
    // as many at a time as run at a time
    self.rounds = async (count, load) => {
      for (let first = 0; first < count; first += 6) {
        await Promise.all(Array.from({ length: 6 }, (_, n) => load(first + n)));
        // Python collects cycles when it likes; what waits for that is no leak
        if (first % 1200 === 0) collect();
      }
    };
    self.cancelled = async (imageId) => {
      const { promise, cancel } = call("loadImage", { imageId });
      const ended = promise.catch(() => {});
      // until its loader is at it
      await new Promise((resolve) => setTimeout(resolve, 8));
      cancel();
      await ended;
    };
"""

WAYS = {
    "a loader in Python": 'ask("loadImage", { imageId: `py:${n}` })',
    "a loader of the page": 'ask("loadImage", { imageId: `page:${n}` })',
}

# parts of the same ways, and other ends of them
PARTS = {
    "a loader in JavaScript beside Python": 'ask("loadImage", { imageId: `js:${n}` })',
    "images that are cached and leave": 'ask("loadAndCacheImage", { imageId: `js:${n}` })',
    "promises of awaitables": "promised(n).catch(() => {})",
    "errors of Python": 'ask("loadImage", { imageId: `py:${n}fails` }).catch(() => {})',
    "errors of JavaScript": 'ask("loadImage", { imageId: `js:${n}fails` }).catch(() => {})',
    "reasons that are no Errors": 'ask("loadImage", { imageId: `js:${n}text` }).catch(() => {})',
    "cancelled loads of Python": "cancelled(`py:${n}never`)",
    "cancelled loads of JavaScript": "cancelled(`js:${n}never`)",
    "cancelled loads of the page": "cancelled(`page:${n}never`)",
}


@pytest.fixture(scope="module")
def page(selenium_module_scope):
    selenium_module_scope.load_package(["loadstone", "pydicom"])
    selenium_module_scope.run_js(PREPARE)
    return selenium_module_scope


@pytest.mark.parametrize("load", WAYS.values(), ids=WAYS)
def test_ten_thousand_loads_leave_no_proxy_and_no_memory_behind(page, load):
    before, after = live_after(page, load, 10_000)
    assert after == before


@pytest.mark.parametrize("load", PARTS.values(), ids=PARTS)
def test_two_thousand_loads_by_a_part_of_the_way_leave_nothing_behind(page, load):
    before, after = live_after(page, load, 2000)
    assert after == before


def live_after(page, load, count):
    """What lives after the first hundred loads, and after ``count``."""
    return page.run_js(f"""
        // a small cache, so that images leave it all the time
        await ask("setMaxCacheSize", {{ bytes: 20 * 128 }});
        const load = (n) => {load};
        const afterRounds = async (count) => {{
          await rounds(count, load);
          await ask("purgeCache");
          return live();
        }};
        return [await afterRounds(100), await afterRounds({count - 100})];
    """)
