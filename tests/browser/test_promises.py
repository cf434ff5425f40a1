"""Loaders that give back JavaScript promises and thenables."""

import pytest
from pytest_pyodide import run_in_pyodide

# each is a JavaScript expression of a loader: (image, log) => what the loader gives back
THENABLES = {
    "a native promise": "(image) => Promise.resolve(image)",
    "a promise that resolves later": "(image) => new Promise((resolve) => setTimeout(() => resolve(image), 5))",
    "a bare thenable": "(image) => ({ then(resolve) { resolve(image); } })",
    "a thenable of a thenable": "(image) => ({ then(resolve) { resolve({ then(again) { again(image); } }); } })",
    "a thenable that calls back twice": "(image) => ({ then(resolve, reject) { resolve(image); reject(1); } })",
    "a thenable that throws after resolving": "(image) => ({ then(resolve) { resolve(image); throw 1; } })",
    "an object with a promise": "(image) => ({ promise: Promise.resolve(image) })",
    "an object with a thenable": "(image) => ({ promise: { then(resolve) { resolve(image); } }, cancelFn() {} })",
}

REASONS = {
    "an Error": ("new RangeError('no slice')", "no slice"),
    "text": ("'no slice'", "no slice"),
    "an object": ("({ error: 'no slice' })", '{"error":"no slice"}'),
    "a number": ("404", "404"),
    "undefined": ("undefined", "lab:1: "),
    "null": ("null", "lab:1: "),
}


@run_in_pyodide(packages=["loadstone"])
async def load_by(selenium, loader_source):
    import asyncio

    import numpy
    from pyodide.code import run_js
    from pyodide.ffi import create_proxy

    from loadstone._browser.promises import from_javascript, let_every_rejection_arrive
    from loadstone.errors import LoadstoneError
    from loadstone.image import Image
    from loadstone.session import Session

    let_every_rejection_arrive()
    loader = run_js(loader_source)
    image = Image("lab:1", numpy.array([[1, 2]], numpy.int16))
    # JavaScript keeps the image beyond the call
    kept = create_proxy(image)
    session = Session(foreign=from_javascript)
    session.register_image_loader("lab", lambda image_id, options: loader(kept))
    try:
        got = await asyncio.wait_for(session.load_image("lab:1").promise, 5)
    except LoadstoneError as error:
        return [type(error).__name__, str(error), type(error.__cause__).__name__]
    return got.pixels.tolist()


@pytest.mark.parametrize("source", THENABLES.values(), ids=THENABLES)
def test_each_kind_of_thenable_brings_its_image(selenium, source):
    assert load_by(selenium, source) == [[1, 2]]


@pytest.mark.parametrize(("reason", "text"), REASONS.values(), ids=REASONS)
def test_each_kind_of_rejection_arrives_as_one_error_and_none_hangs(selenium, reason, text):
    name, message, cause = load_by(selenium, f"() => Promise.reject({reason})")
    assert name == "LoaderError"
    assert message.startswith("lab:1: ")
    assert text in message
    assert cause == "PromiseRejectedError"


def test_a_loader_that_throws_in_javascript_is_one_error(selenium):
    name, message, cause = load_by(selenium, "() => { throw new TypeError('no scanner'); }")
    assert (name, cause) == ("LoaderError", "JsException")
    assert "no scanner" in message


@run_in_pyodide(packages=["loadstone"])
async def cancel_a_promise_that_never_settles(selenium):
    import asyncio

    from pyodide.code import run_js

    from loadstone._browser.promises import from_javascript
    from loadstone.errors import LoadCancelledError
    from loadstone.session import Session

    made = run_js("({ calls: 0, load() { return { promise: new Promise(() => {}), cancelFn: () => this.calls++ }; } })")
    session = Session(foreign=from_javascript)
    session.register_image_loader("lab", lambda image_id, options: made.load())
    load = session.load_image("lab:1")
    await asyncio.sleep(0.05)
    load.cancel()
    try:
        await load
    except LoadCancelledError:
        await asyncio.sleep(0.05)
        return made.calls


def test_cancelling_in_python_calls_the_javascript_cancel_fn(selenium):
    assert cancel_a_promise_that_never_settles(selenium) == 1
