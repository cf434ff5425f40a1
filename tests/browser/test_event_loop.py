"""Callbacks that are ready run together, in order, and leave the browser its turns."""

import pytest
from pytest_pyodide import run_in_pyodide


@pytest.fixture(scope="module")
def runner(selenium_module_scope):
    selenium_module_scope.load_package(["loadstone"])
    return selenium_module_scope


@run_in_pyodide
async def run_callbacks(selenium):
    import asyncio

    from loadstone._browser.event_loop import run_ready_callbacks_together

    loop = asyncio.get_event_loop()
    asked = []
    loop.call_later = lambda delay, *given: asked.append(delay) or type(loop).call_later(loop, delay, *given)
    run_ready_callbacks_together(loop)
    log, failures = [], []
    loop.set_exception_handler(lambda loop, context: failures.append(str(context["exception"])))
    done = loop.create_future()

    def fail():
        raise ValueError("a callback's own error")

    def make_ready():
        loop.call_soon(log.append, "made ready")
        loop.call_soon(done.set_result, None)

    loop.call_soon(log.append, "first")
    loop.call_soon(fail)
    loop.call_soon(log.append, "cancelled").cancel()
    loop.call_soon(make_ready)
    loop.call_soon(log.append, "last")
    asked_at_first = len(asked)
    try:
        await done
        return log, failures, asked_at_first
    finally:
        loop.set_exception_handler(None)
        del loop.call_soon, loop.call_later


def test_ready_callbacks_run_in_order_in_one_task_and_an_error_stops_no_other(runner):
    log, failures, asked = run_callbacks(runner)
    assert log == ["first", "last", "made ready"]
    assert failures == ["a callback's own error"]
    assert asked == 1


@run_in_pyodide
async def message_to_a_busy_task(selenium):
    import asyncio

    from js import MessageChannel
    from pyodide.ffi import create_once_callable

    from loadstone._browser.event_loop import run_ready_callbacks_together

    loop = asyncio.get_event_loop()
    run_ready_callbacks_together(loop)
    heard = []
    channel = MessageChannel.new()
    channel.port1.onmessage = create_once_callable(lambda event: heard.append("a message"))
    await asyncio.sleep(0)
    # from within the loop's own task
    channel.port2.postMessage(None)
    try:
        for _ in range(10_000):
            await asyncio.sleep(0)
            if heard:
                break
        return heard
    finally:
        channel.port1.close()
        del loop.call_soon


def test_a_task_that_only_yields_lets_messages_in(runner):
    assert message_to_a_busy_task(runner) == ["a message"]


@run_in_pyodide
async def wait_in_run_sync(selenium):
    import asyncio

    from pyodide.ffi import can_run_sync, run_sync

    from loadstone._browser.event_loop import run_ready_callbacks_together

    loop = asyncio.get_event_loop()
    run_ready_callbacks_together(loop)
    log = []

    async def other():
        await asyncio.sleep(0.01)
        log.append("other")

    async def waiting():
        if can_run_sync():
            run_sync(other())
        else:
            await other()
        log.append("waiting")

    try:
        task = asyncio.ensure_future(waiting())
        loop.call_soon(log.append, "beside it")
        await task
        return log
    finally:
        del loop.call_soon


def test_a_task_that_waits_in_run_sync_holds_up_no_other(runner):
    assert wait_in_run_sync(runner) == ["beside it", "other", "waiting"]
