"""Python's awaitables as JavaScript promises."""

import pytest

PREPARE = """
    pyodide.runPython(`
import asyncio
import js
from pyodide.code import run_js
from loadstone._browser.promises import let_every_rejection_arrive, to_promise
from loadstone.errors import LoaderError

let_every_rejection_arrive()

async def later(value):
    await asyncio.sleep(0)
    return value

async def failing():
    raise LoaderError("lab:1: no slice", image_id="lab:1")

async def failing_for(reason):
    try:
        await run_js("(reason) => Promise.reject(reason)")(reason)
    except Exception as cause:
        raise LoaderError("lab:1: failed") from cause

async def passing_on(reason):
    await run_js("(reason) => Promise.reject(reason)")(reason)

async def cancelled():
    raise asyncio.CancelledError

def future_of(value):
    future = asyncio.get_event_loop().create_future()
    future.set_result(value)
    return future
`);
    self.python = (expression) => pyodide.runPython(expression);
    self.outcome = (promise) => promise.then((value) => ["fulfilled", value], (reason) => ["rejected", reason]);
"""


@pytest.fixture(scope="module")
def page(selenium_module_scope):
    selenium_module_scope.load_package(["loadstone", "pydicom"])
    selenium_module_scope.run_js(PREPARE)
    return selenium_module_scope


@pytest.mark.parametrize("awaitable", ["later(5)", "asyncio.ensure_future(later(5))", "future_of(5)"])
def test_coroutines_tasks_and_futures_are_real_promises(page, awaitable):
    told = page.run_js(f"""
        const promise = python("to_promise({awaitable})");
        const all = await Promise.all([promise, promise.finally(() => {{}})]);
        return [promise instanceof Promise, await promise, all];
    """)
    assert told == [True, 5, [5, 5]]


def test_values_arrive_as_plain_data_and_javascripts_own_as_they_are(page):
    told = page.run_js("""
        self.own = { its: "own" };
        const [data, array, own] = await Promise.all([
          python("to_promise(later({'a': [1, None]}))"),
          python("import numpy; to_promise(later(numpy.array([[1, 2]], numpy.int16)))"),
          python("to_promise(later(js.own))"),
        ]);
        return [JSON.stringify(data), array.constructor.name, Array.from(array), own === self.own];
    """)
    assert told == ['{"a":[1,null]}', "Int16Array", [1, 2], True]


def test_a_promise_that_python_comes_to_is_waited_for(page):
    told = page.run_js("""
        self.soon = () => new Promise((resolve) => setTimeout(resolve, 5, 3));
        self.kept = { then: (resolve) => resolve(4) };
        const [called, kept] = ["js.soon()", "js.kept"].map((value) => python(`to_promise(later(${value}))`));
        return [await called, await kept, await python("to_promise(later(later(5)))")];
    """)
    assert told == [3, 4, 5]


def test_a_python_object_that_is_no_plain_data_rejects_and_leaves_no_proxy(page):
    status, name, message = page.run_js("""
        const [status, { name, message }] = await outcome(python("to_promise(later(object()))"));
        return [status, name, message];
    """)
    assert (status, name) == ("rejected", "InvalidArgumentError")
    assert message.startswith("the awaitable came to <object object at 0x")
    assert message.endswith(
        ">, which is no plain data; return numbers, text, lists, dicts, numpy arrays, images or JavaScript's own "
        "objects"
    )


def test_an_exception_rejects_with_an_error_of_its_name_image_id_and_traceback(page):
    told = page.run_js("""
        const [status, error] = await outcome(python("to_promise(failing())"));
        return [status, error instanceof Error, error.name, error.message, error.imageId, error.traceback,
          "cause" in error, String(error)];
    """)
    assert told[:5] == ["rejected", True, "LoaderError", "lab:1: no slice", "lab:1"]
    assert told[5].startswith("Traceback (most recent call last)")
    assert "in failing" in told[5]
    assert told[6:] == [False, "LoaderError: lab:1: no slice"]


@pytest.mark.parametrize(
    "reason", ["new RangeError('far')", "'text'", "({ error: 'far' })", "undefined", "null", "404"]
)
def test_what_javascript_rejected_with_is_the_cause_and_goes_out_as_it_came_in(page, reason):
    told = page.run_js(f"""
        self.reason = {reason};
        const [status, error] = await outcome(python("to_promise(failing_for(js.reason))"));
        const [, passed] = await outcome(python("to_promise(passing_on(js.reason))"));
        return [status, error.name, error.cause === reason, passed === reason];
    """)
    assert told == ["rejected", "LoaderError", True, True]


def test_an_error_that_was_raised_from_itself_arrives(page):
    told = page.run_js("""
        python(`
async def from_itself():
    error = ValueError("odd")
    raise error from error
`);
        return (await outcome(python("to_promise(from_itself())")))[1].message;
    """)
    assert told == "odd"


def test_an_image_comes_in_cornerstones_shape(page):
    told = page.run_js("""
        const image = await python(`
import numpy
from loadstone.image import Image
to_promise(later(Image("lab:1", numpy.array([[1, 2]], numpy.int16))))`);
        return [image.imageId, image.rows, image.columns, Array.from(image.pixelData)];
    """)
    assert told == ["lab:1", 1, 2, [1, 2]]


def test_an_awaitable_that_is_cancelled_rejects(page):
    told = page.run_js("""
        python("never = asyncio.get_event_loop().create_future()");
        const promise = python("to_promise(never)");
        python("never.cancel()");
        return await Promise.all([promise, python("to_promise(cancelled())")].map(
          (promise) => outcome(promise).then(([status, { name }]) => [status, name])));
    """)
    assert told == [["rejected", "CancelledError"]] * 2


def test_no_proxy_outlives_its_promise(page):
    before, after = page.run_js("""
        const rounds = async (count) => {
          for (let n = 0; n < count; n++) {
            await python("to_promise(later([1]))");
            await outcome(python("to_promise(failing())"));
          }
          python("import gc; gc.collect()");
          return pyodide._module.hiwire.num_keys();
        };
        return [await rounds(10), await rounds(500)];
    """)
    assert after == before
