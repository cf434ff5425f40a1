"""BrowserFetch in a real browser against real servers."""

import pytest
from pytest_pyodide import run_in_pyodide
from servers import free_port, odd_server

TRY_AGAIN = "try again, or check the server"


@pytest.fixture(scope="module")
def allowing():
    with odd_server(cors=True) as server:
        yield server


@pytest.fixture(scope="module")
def refusing():
    with odd_server(cors=False) as server:
        yield server


@run_in_pyodide(packages=["loadstone"])
async def fetched(selenium, url, headers):
    import js

    from loadstone._browser.fetching import BrowserFetch
    from loadstone.errors import FetchError

    told = []
    try:
        answer = await BrowserFetch(js.location.href)(
            url, headers=headers, progress=lambda *numbers: told.append(list(numbers))
        )
    except FetchError as error:
        return [type(error).__name__, str(error), type(error.__cause__).__name__]
    return [answer.data.decode(), answer.content_type, told]


def test_bytes_content_type_and_progress_arrive(selenium, allowing):
    text, content_type, told = fetched(selenium, f"{allowing.url}/echo", {"X-Mine": "abc"})
    assert "x-mine: abc" in text.lower()
    assert content_type == "text/plain"
    assert told[-1] == [len(text), len(text)]


@pytest.mark.parametrize(("code", "advice"), [(404, "nothing at this address"), (401, "log-in"), (503, "ask whoever")])
def test_an_error_status_is_told_with_its_number(selenium, allowing, code, advice):
    name, text, _ = fetched(selenium, f"{allowing.url}/status/{code}", {})
    assert name == "HttpStatusError"
    assert f"/status/{code}: the server answered with status {code}" in text
    assert advice in text


def test_a_server_that_forbids_reading_is_told_from_one_that_is_not_there(selenium, refusing):
    name, text, _ = fetched(selenium, f"{refusing.url}/echo", {})
    assert name == "CrossOriginError"
    assert "(CORS); it must send the header Access-Control-Allow-Origin: http" in text
    name, text, cause = fetched(selenium, f"http://127.0.0.1:{free_port()}/a.dcm", {})
    assert name == "ConnectionFailedError"
    assert "no answer came; check the address, that the server runs" in text
    assert cause != "NoneType"


def test_a_body_that_ends_too_soon_is_told_with_its_numbers(selenium, allowing):
    name, text, _ = fetched(selenium, f"{allowing.url}/short", {})
    assert name == "ConnectionFailedError"
    assert text == f"{allowing.url}/short: the connection broke before its 1000 bytes were there; " + TRY_AGAIN
    name, text, _ = fetched(selenium, f"{allowing.url}/long-short", {})
    assert name == "ConnectionFailedError"
    assert text == f"{allowing.url}/long-short: the connection broke after 10 of 10000000 bytes; " + TRY_AGAIN


def test_a_blob_that_is_gone_is_told(selenium):
    name, text, _ = fetched(selenium, "blob:http://localhost/none", {})
    assert name == "ConnectionFailedError"
    assert "open the file again" in text


@pytest.mark.parametrize("url", ["http://", "http://h:port/a.dcm", "https://[1/a.dcm"])
def test_a_text_that_is_no_address_is_told_without_a_foreign_message(selenium, url):
    name, text, _ = fetched(selenium, url, {})
    assert (name, text) == ("FetchError", f"{url} is no address; check the image id")


@run_in_pyodide(packages=["loadstone"])
async def cancel_after(selenium, url, seconds):
    import asyncio

    import js

    from loadstone._browser.fetching import BrowserFetch

    task = asyncio.ensure_future(BrowserFetch(js.location.href)(url, headers={}))
    await asyncio.sleep(seconds)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return "cancelled"


def test_cancelling_ends_the_question_whether_a_server_forbids_reading_too(selenium):
    with odd_server(cors=False) as server:
        assert cancel_after(selenium, f"{server.url}/slow-head", 0.5) == "cancelled"
        assert server.broken_off.wait(2)


@run_in_pyodide(packages=["loadstone"])
async def cancel_after_first_progress(selenium, url):
    import asyncio

    import js

    from loadstone._browser.fetching import BrowserFetch

    begun = asyncio.Event()
    task = asyncio.ensure_future(BrowserFetch(js.location.href)(url, headers={}, progress=lambda *_: begun.set()))
    await begun.wait()
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return "cancelled"


def test_cancelling_closes_the_connection(selenium):
    with odd_server(cors=True) as server:
        assert cancel_after_first_progress(selenium, f"{server.url}/slow") == "cancelled"
        assert server.broken_off.wait(5)


def test_cancelling_closes_the_connection_of_a_short_body_too(selenium):
    with odd_server(cors=True) as server:
        assert cancel_after(selenium, f"{server.url}/slow-short", 0.5) == "cancelled"
        assert server.broken_off.wait(5)


@run_in_pyodide(packages=["loadstone"])
async def load_then_cancel(selenium, url):
    import js

    from loadstone._browser.fetching import BrowserFetch
    from loadstone.errors import LoadCancelledError
    from loadstone.events import ImageLoadProgress
    from loadstone.session import Session

    session = Session(fetch=BrowserFetch(js.location.href))
    load = session.load_image(url)
    session.events.add_listener(ImageLoadProgress, lambda event: load.cancel())
    try:
        await load
    except LoadCancelledError as error:
        return str(error)


def test_cancelling_the_last_waiter_of_an_image_closes_the_connection(selenium):
    with odd_server(cors=True) as server:
        text = load_then_cancel(selenium, f"{server.url}/slow")
        assert text == f"{server.url}/slow: the load was cancelled"
        assert server.broken_off.wait(5)
