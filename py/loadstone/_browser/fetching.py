"""Fetching with the browser's own fetch, through pyodide's pyfetch."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import js
from pyodide.ffi import JsException, to_js
from pyodide.http import pyfetch

from ..errors import ConnectionFailedError, CrossOriginError, FetchError
from ..fetching import Fetched, Progress, check_status

__all__ = ["BrowserFetch", "Refusal"]

# why nothing can be read from an address; None where it may be tried
Refusal = Callable[[str], str | None]

_PROBE_SECONDS = 5

_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")

# a body of up to so many bytes is read in one step: reading piece by piece costs more than decoding it
_READ_AT_ONCE = 2**20
# how often the progress of a longer one is told
_PROGRESS_SECONDS = 0.05


class BrowserFetch:
    """The :class:`~loadstone.fetching.Fetch` of the page: reports progress, aborts when cancelled.

    Relative addresses begin at ``page_url``, without one there are none. What ``refusal`` has a reason against is not
    asked for. Up to a mebibyte, as far as the server says, the only progress is that all has arrived.
    """

    def __init__(self, page_url: str | None = None, refusal: Refusal | None = None) -> None:
        self._page_url = page_url
        self._refusal = refusal

    async def __call__(self, url: str, *, headers: Mapping[str, str], progress: Progress | None = None) -> Fetched:
        controller = js.AbortController.new()
        try:
            try:
                address = self._address(url)
                if self._refusal is not None and (reason := self._refusal(address)):
                    raise FetchError(reason)
                response = await pyfetch(address, headers=dict(headers), signal=controller.signal)
            except (OSError, JsException) as cause:
                raise await _why_unreachable(url, self._page_url, controller.signal) from cause
            sent = response.headers
            check_status(url, response.status, sent.get("retry-after"))
            total = None if "content-encoding" in sent else _whole(sent.get("content-length"))
            if total is not None and total <= _READ_AT_ONCE:
                data = await _read_at_once(url, response.js_response, total, progress)
            else:
                data = await _read_in_pieces(url, response.js_response.body, total, progress)
            return Fetched(data, sent.get("content-type", ""))
        except BaseException:
            # cancelling the task alone would leave the request running on the wire
            controller.abort()
            raise

    def _address(self, url: str) -> str:
        if self._page_url is None or _SCHEME.match(url):
            return url
        # a worker would begin at its own script
        address: str = js.URL.new(url, self._page_url).href
        return address


async def _read_at_once(url: str, answer: Any, total: int, progress: Progress | None) -> bytes:
    try:
        body = await answer.arrayBuffer()
    except (OSError, JsException) as cause:
        raise _broken(url, f"before its {total} bytes were there") from cause
    data: bytes = body.to_bytes()
    if progress is not None:
        progress(len(data), total if len(data) <= total else None)
    return data


async def _read_in_pieces(url: str, body: Any, total: int | None, progress: Progress | None) -> bytes:
    if body is None:
        return b""
    reader = body.getReader()
    chunks: list[bytes] = []
    loaded, told_at = 0, -math.inf

    def tell() -> None:
        if progress is not None:
            progress(loaded, total if total is not None and loaded <= total else None)

    try:
        while True:
            step = await reader.read()
            if step.done:
                tell()
                return b"".join(chunks)
            chunks.append(step.value.to_bytes())
            loaded += len(chunks[-1])
            if time.monotonic() - told_at >= _PROGRESS_SECONDS:
                told_at = time.monotonic()
                tell()
    except (OSError, JsException) as cause:
        raise _broken(url, f"after {loaded}{f' of {total}' if total is not None else ''} bytes") from cause


def _broken(url: str, when: str) -> ConnectionFailedError:
    return ConnectionFailedError(f"{url}: the connection broke {when}; try again, or check the server")


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


async def _why_unreachable(url: str, page_url: str | None, signal: Any) -> FetchError:
    """Tell a server that does not answer from one that answers but forbids reading (CORS).

    The browser reports both alike. A request in "no-cors" mode, whose answer nobody can read, succeeds only in
    the second case. Aborting ``signal`` ends it.
    """
    if not js.URL.canParse(url, page_url):
        return FetchError(f"{url} is no address; check the image id")
    address = js.URL.new(url, page_url)
    if address.username or address.password:
        return FetchError(
            f"{address.host}: browsers send no request to an address with a user name or password in it; "
            "leave them out, and set a token or request headers"
        )
    page = None if page_url is None else js.URL.new(page_url)
    if page is not None and url.startswith("http:") and page.protocol == "https:":
        return ConnectionFailedError(
            f"{url}: a page that came over https may not read http addresses; use the https address"
        )
    if page is not None and await _is_forbidden(url, page.origin, signal):
        return CrossOriginError(
            f"{url}: the server answers, but does not allow pages of {page.origin} to read it (CORS); it must send "
            f"the header Access-Control-Allow-Origin: {page.origin}"
        )
    if url.startswith("blob:"):
        return ConnectionFailedError(f"{url}: there is no such blob (any more); open the file again")
    return ConnectionFailedError(f"{url}: no answer came; check the address, that the server runs, and the network")


async def _is_forbidden(url: str, origin: str, signal: Any) -> bool:
    return url.startswith(("http:", "https:")) and js.URL.new(url).origin != origin and await _answers(url, signal)


async def _answers(url: str, signal: Any) -> bool:
    options = to_js({"mode": "no-cors", "method": "HEAD", "credentials": "omit"}, dict_converter=js.Object.fromEntries)
    options.signal = js.AbortSignal.any(to_js([js.AbortSignal.timeout(_PROBE_SECONDS * 1000), signal]))
    try:
        await js.fetch(url, options)
    except (OSError, JsException):
        return False
    return True
