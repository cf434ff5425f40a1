"""Loaders that give back the promises of other people's libraries, in the real ones."""

import pytest
from other_promises import load_libraries

# a JavaScript loader of the image 1, 2, which is given as `image`; `after` settles one's Deferred in 5 ms
THENABLES = {
    "a jQuery Deferred": "(image) => jQuery.Deferred().resolve(image)",
    "a jQuery Deferred that resolves later": "(image) => after(jQuery.Deferred(), image)",
    "a jQuery promise": "(image) => after(jQuery.Deferred(), image).promise()",
    "a jQuery 2 Deferred, which calls back at once": "(image) => jQuery2.Deferred().resolve(image)",
    "a jQuery 2 promise that resolves later": "(image) => after(jQuery2.Deferred(), image).promise()",
    "a promise of Q": "(image) => Q(image)",
    "a promise of Q that resolves later": "(image) => Q.delay(image, 5)",
    "a deferred promise of Q": "(image) => after(Q.defer(), image).promise",
    "a promise of Bluebird": "(image) => Bluebird.resolve(image)",
    "a promise of Bluebird that resolves later": "(image) => Bluebird.delay(5, image)",
    "a native promise of a jQuery Deferred": "(image) => Promise.resolve(jQuery2.Deferred().resolve(image))",
    "a promise of Q for one of Bluebird": "(image) => Q(Bluebird.delay(5, image))",
    "a hand-made thenable": "(image) => thenable(image, setTimeout)",
    "a thenable that resolves at once": "(image) => thenable(image, (callback) => callback())",
    "a thenable that resolves with another": "(image) => thenable(thenable(image, setTimeout), setTimeout)",
    "a thenable that calls back twice": "(image) => ({ then(on, no) { on(image); on({}); no(new Error('late')); } })",
    "a thenable that throws after resolving": "(image) => ({ then(on) { on(image); throw new Error('late'); } })",
}

# how each library rejects with `reason`
REJECTIONS = {
    "native": "Promise.reject(reason)",
    "jQuery": "jQuery.Deferred().reject(reason)",
    "jQuery 2": "jQuery2.Deferred().reject(reason)",
    "Q": "Q.reject(reason)",
    "Bluebird": "Bluebird.reject(reason)",
    "hand-made": "({ then(on, no) { setTimeout(no, 0, reason); } })",
    "thrown in then": "({ then() { throw reason; } })",
}

REASONS = {
    "new RangeError('no slice')": "no slice",
    "'no slice'": "no slice",
    "({ error: 'no slice' })": '{"error":"no slice"}',
    "undefined": "",
    "failedRequest": "",
}

PREPARE = """
    // what Promises/A+ asks of a thenable, and no more
    self.thenable = (value, soon) => ({
      then(onFulfilled) { soon(() => onFulfilled(value)); return { then() {} }; },
    });
    self.after = (deferred, value) => { setTimeout(() => deferred.resolve(value), 5); return deferred; };
    self.failedRequest = await new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("GET", "no-such-file");
      request.onloadend = () => resolve(request);
      request.send();
    });
    Bluebird.onPossiblyUnhandledRejection(() => {});
    pyodide.runPython(`
import asyncio
import js
import numpy
from pyodide.code import run_js
from pyodide.ffi import create_proxy, to_js
from loadstone._browser.promises import from_javascript, let_every_rejection_arrive
from loadstone.errors import LoadstoneError
from loadstone.image import Image
from loadstone.session import Session

let_every_rejection_arrive()
session = Session(foreign=from_javascript)
image = create_proxy(Image("lab:1", numpy.array([[1, 2]], numpy.int16)))

async def load(loader):
    session.register_image_loader("lab", lambda image_id, options: loader(image))
    loaded = await asyncio.wait_for(session.load_image("lab:1").promise, 5)
    return to_js(loaded.pixels.reshape(-1).tolist())

async def failure(loader):
    try:
        await load(loader)
    except LoadstoneError as error:
        cause = error.__cause__
        name, kind = type(error).__name__, type(cause).__name__
        return to_js([name, str(error), error.image_id, kind, cause.reason, cause.stack])
`);
    self.load = pyodide.globals.get("load");
    self.failure = pyodide.globals.get("failure");
"""


@pytest.fixture(scope="module")
def page(selenium_module_scope):
    selenium_module_scope.load_package(["loadstone", "pydicom"])
    load_libraries(selenium_module_scope)
    selenium_module_scope.run_js(PREPARE)
    return selenium_module_scope


@pytest.mark.parametrize("loader", THENABLES.values(), ids=THENABLES)
def test_a_thenable_brings_its_image_as_the_result_and_as_its_promise(page, loader):
    told = page.run_js(f"""
        const loader = {loader};
        const inner = (image) => ({{ promise: loader(image), cancelFn() {{}} }});
        return [Array.from(await load(loader)), Array.from(await load(inner))];
    """)
    assert told == [[1, 2], [1, 2]]


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("rejection", REJECTIONS.values(), ids=REJECTIONS)
def test_a_rejection_is_one_error_that_keeps_the_value_and_its_stack(page, rejection, reason):
    given, wrapped = page.run_js(f"""
        const reason = {reason};
        const loader = () => {rejection};
        const told = [];
        for (const one of [loader, () => ({{ promise: loader() }})]) {{
          const [name, message, imageId, cause, kept, stack] = await failure(one);
          told.push([name, message, imageId, cause, kept === reason, stack === (reason?.stack ?? "")]);
        }}
        return told;
    """)
    assert given == wrapped
    assert given[0] == "LoaderError"
    assert given[1].startswith("lab:1: ")
    assert REASONS[reason] in given[1]
    assert given[2:] == ["lab:1", "PromiseRejectedError", True, True]
