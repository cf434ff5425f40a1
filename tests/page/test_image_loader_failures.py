"""What a loader written in JavaScript does wrong is one error, whose cause keeps the JavaScript value."""

from collections.abc import Iterator
from typing import Any

import pytest
from loader_page import prepare, run, tidy
from playwright.sync_api import Page


@pytest.fixture
def page(api_page: Page) -> Iterator[Page]:
    prepare(api_page)
    yield api_page
    tidy(api_page)


# what a loader does wrong, and what is said of it behind "js:1: its JavaScript loader "
WRONGS = {
    "throws": ("() => { throw new RangeError('no slice'); }", "failed: RangeError: no slice"),
    "rejects with an Error": ("async () => { throw new TypeError('no slice'); }", "failed: TypeError: no slice"),
    "rejects with an Error of its own": (
        "async () => { throw Object.assign(new Error('no slice'), { name: 'ScannerError' }); }",
        "failed: ScannerError: no slice",
    ),
    "rejects with a DOMException": (
        "async () => { throw new DOMException('no slice', 'NotReadableError'); }",
        "failed: NotReadableError: no slice",
    ),
    "rejects with text": ("() => ({ promise: Promise.reject('no slice') })", "failed: no slice"),
    "rejects with an object": ("async () => { throw { error: 'no slice' }; }", 'failed: {"error":"no slice"}'),
    "rejects with an Error in an object, as Cornerstone's": (
        "async () => { throw { error: new Error('no slice') }; }",
        "failed: Error: no slice",
    ),
    "rejects with an object that can not be cloned": (
        "async () => { throw { error: 'no slice', retry() {} }; }",
        'failed: {"error":"no slice"}',
    ),
    "rejects with a request": (
        """async () => {
            const request = new XMLHttpRequest();
            request.open("GET", "no-such-file");
            await new Promise((resolve) => { request.onload = resolve; request.send(); });
            throw request;
        }""",
        'failed: {"status":404,"statusText":"File not found","responseURL":"',
    ),
    "rejects with an event": ("async () => { throw new Event('error'); }", 'failed: {"type":"error"}'),
    "rejects with what can not even be told": (
        "() => { throw { retry() {}, get error() { throw Object.create(null); } }; }",
        "failed: Error: the page failed with something that has no text",
    ),
    "rejects with undefined": ("() => Promise.reject()", "failed: it gave no reason"),
    "rejects with null": ("() => Promise.reject(null)", "failed: it gave no reason"),
    "gives undefined": ("() => {}", "gave undefined; it must give an image, a promise of one, or {promise, cancelFn,"),
    "promises undefined": ("async () => {}", "gave undefined; "),
    "gives null": ("() => null", "gave null; "),
    "gives text": ("() => 'image'", 'gave "image"; '),
}


@pytest.mark.parametrize(("loader", "text"), WRONGS.values(), ids=WRONGS)
def test_what_a_loader_does_wrong_is_one_error_that_names_the_image(page: Page, loader: str, text: str) -> None:
    name, message, image_id = run(page, f"await register({loader}); return failure(pixels('js:1'));")
    assert (name, image_id) == ("LoaderError", "js:1")
    assert message.startswith(f"js:1: its JavaScript loader {text}")


CAUSE = """
try:
    await session.load_image("js:1")
except Exception as caught:
    error = caught
    cause = error.__cause__
    reason = cause.reason
    shown = reason.to_py() if hasattr(reason, "to_py") and not isinstance(reason, Exception) else str(reason)
[type(error).__name__, type(cause).__name__, type(reason).__name__, shown, cause.stack]
"""


def test_the_cause_of_a_failure_keeps_the_javascript_value_and_its_stack(page: Page) -> None:
    def cause(loader: str) -> Any:
        return run(page, f"await register({loader}); return python(argument);", CAUSE)

    error, rejected, kind, shown, stack = cause("function ofTheScanner() { throw new RangeError('no slice'); }")
    assert (error, rejected, kind, shown) == (
        "LoaderError",
        "PromiseRejectedError",
        "JsException",
        "RangeError: no slice",
    )
    assert "ofTheScanner" in stack
    assert cause("async () => { throw 'no slice'; }")[1:] == ["PromiseRejectedError", "str", "no slice", ""]
    assert cause("async () => { throw { error: 5 }; }")[1:] == ["PromiseRejectedError", "JsProxy", {"error": 5}, ""]
    assert cause("async () => { throw undefined; }")[1:] == ["PromiseRejectedError", "NoneType", "None", ""]


def test_a_failed_load_is_told_by_one_event_and_asked_of_the_loader_again(page: Page) -> None:
    assert run(
        page,
        """let calls = 0;
        await register(() => { calls += 1; if (calls === 1) throw new Error("not yet"); return row(1); });
        const listen = ({ detail }) => noted.push(detail.imageId);
        loadstone.events.addEventListener("CORNERSTONE_IMAGE_LOAD_FAILED", listen);
        const [first] = await failure(loadstone.loadAndCacheImage("js:1").promise);
        const second = await loadstone.loadAndCacheImage("js:1").promise;
        loadstone.events.removeEventListener("CORNERSTONE_IMAGE_LOAD_FAILED", listen);
        return [first, second.getPixelData()[0], noted, calls];""",
    ) == ["LoaderError", 1, ["js:1"], 2]
