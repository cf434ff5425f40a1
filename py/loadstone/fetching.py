"""Bytes from an address: the seam that the browser and the desktop fill in differently."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from .errors import ConnectionFailedError, FetchError, HttpStatusError

__all__ = [
    "Fetch",
    "Fetched",
    "HeadersHook",
    "Progress",
    "UrllibFetch",
    "check_status",
    "with_retries",
]

Progress = Callable[[int, int | None], None]
HeadersHook = Callable[[str], Mapping[str, str] | Awaitable[Mapping[str, str]]]

# what may pass by itself: time-outs, too many requests, and gateways that have no back end for a moment
_WORTH_RETRYING = frozenset({408, 429, 500, 502, 503, 504})
_LONGEST_WAIT = 30.0


@dataclass(frozen=True, eq=False)
class Fetched:
    """An answer: its bytes, and the content type that the server named ("" where it named none)."""

    data: bytes
    content_type: str = ""


class Fetch(Protocol):
    """Gets the bytes at ``url``.

    ``progress(loaded, total)`` is called as bytes arrive, ``total`` None where it is not known. Cancelling the
    task that awaits it aborts the request on the wire. Raises :class:`FetchError` and nothing else.
    """

    async def __call__(self, url: str, *, headers: Mapping[str, str], progress: Progress | None = None) -> Fetched: ...


class UrllibFetch:
    """Fetches on desktop CPython with the standard library, in a thread: http, https, file and data URLs.

    Cancelling frees whoever waits at once, but does not abort the thread's request: that runs on to its end or its
    ``timeout``, in seconds, and its answer is dropped.
    """

    def __init__(self, *, timeout: float = 60.0) -> None:
        self._timeout = timeout

    async def __call__(self, url: str, *, headers: Mapping[str, str], progress: Progress | None = None) -> Fetched:
        fetched = await asyncio.to_thread(self._read, url, headers)
        if progress is not None:
            progress(len(fetched.data), len(fetched.data))
        return fetched

    def _read(self, url: str, headers: Mapping[str, str]) -> Fetched:
        # only the desktop needs these, and they take long to import
        import http.client
        import urllib.error
        import urllib.request

        try:
            request = urllib.request.Request(url)
            for name, value in headers.items():
                # a log-in must not follow a redirect, which may lead to another origin
                add = request.add_unredirected_header if name.lower() == "authorization" else request.add_header
                add(name, value)
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                return Fetched(answer.read(), answer.headers.get("Content-Type", ""))
        except urllib.error.HTTPError as error:
            check_status(url, error.code, error.headers.get("Retry-After"))
            raise FetchError(f"{url}: the server answered {error.code}") from error
        except http.client.IncompleteRead as cause:
            raise ConnectionFailedError(
                f"{url}: the connection broke after {len(cause.partial)} bytes; try again, or check the server"
            ) from cause
        except (http.client.InvalidURL, ValueError) as cause:
            raise FetchError(f"{url} is no address that can be fetched ({cause}); check the image id") from cause
        except (OSError, http.client.HTTPException) as cause:
            reason = cause.reason if isinstance(cause, urllib.error.URLError) else cause
            # urllib tells what is wrong with the address itself as text
            if isinstance(reason, str) or not url.lower().startswith(("http:", "https:")):
                raise FetchError(f"{url} can not be read ({reason}); check the image id") from cause
            raise ConnectionFailedError(
                f"{url}: no answer came ({reason}); check the address and that the server runs"
            ) from cause


def check_status(url: str, status: int, retry_after: str | None = None) -> None:
    """Raise :class:`HttpStatusError` for an answer that is no success; it says what to do about it."""
    if 200 <= status < 300:
        return
    advice = {
        401: "the server asks for a log-in; set a token, or request headers that carry it",
        403: "the server refuses access; check the rights of the account in the request headers",
        404: "there is nothing at this address; check its spelling",
        410: "what was at this address is gone",
    }.get(status, "ask whoever runs the server" if status >= 500 else "check the address and the request headers")
    raise HttpStatusError(
        f"{url}: the server answered with status {status}; {advice}",
        status=status,
        retry_after=_seconds_to_wait(retry_after),
    )


def _seconds_to_wait(retry_after: str | None) -> float | None:
    """The ``Retry-After`` header as seconds from now: it holds seconds or a date (RFC 9110, 10.2.3)."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    import email.utils

    try:
        when = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (when.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def with_retries(
    fetch: Fetch,
    *,
    attempts: int = 3,
    first_wait: float = 0.3,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> Fetch:
    """``fetch``, tried again after failures that may pass by themselves; waits double, in seconds.

    A server's ``Retry-After`` is honoured up to half a minute; a longer one ends the attempts at once.
    """

    async def retrying(url: str, *, headers: Mapping[str, str], progress: Progress | None = None) -> Fetched:
        wait = first_wait
        for _ in range(attempts - 1):
            try:
                return await fetch(url, headers=headers, progress=progress)
            except HttpStatusError as error:
                asked = error.retry_after or 0.0
                if error.status not in _WORTH_RETRYING or asked > _LONGEST_WAIT:
                    raise
                await sleep(max(wait, asked))
            except ConnectionFailedError:
                await sleep(wait)
            wait *= 2
        return await fetch(url, headers=headers, progress=progress)

    return retrying
