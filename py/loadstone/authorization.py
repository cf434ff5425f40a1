"""Log-ins: headers that go with requests, tokens that go to one origin only, and their renewal after a 401."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from .errors import FetchError, HttpStatusError, InvalidArgumentError, LoadstoneError
from .fetching import Fetch, Fetched, HeadersHook, Progress

__all__ = ["RenewHook", "TokenSource", "Tokens", "origin_of", "with_headers"]

# a token, or a function that gives one, which is asked again when the server has refused the last
TokenSource = str | Callable[[], str | Awaitable[str]]
RenewHook = Callable[[str], bool | Awaitable[bool]]

_T = TypeVar("_T")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, the default port left out: "https://host"; "" where there is no host."""
    # takes long to import, and most sessions have no log-in
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # a port beyond 65535, a bracket that is left open
        return ""
    if not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    named = port is not None and port != _DEFAULT_PORTS.get(parts.scheme)
    return f"{parts.scheme}://{host}:{port}" if named else f"{parts.scheme}://{host}"


class Tokens:
    """Bearer tokens (RFC 6750): each goes with the requests to the origin that it was set for, and to no other."""

    def __init__(self) -> None:
        self._sources: dict[str, TokenSource] = {}
        self._asked: dict[str, asyncio.Future[str]] = {}

    def set(self, url: str, source: TokenSource | None) -> None:
        """Send the token of ``source`` with every request to the origin of ``url``; None sends none any more.

        Raises :class:`InvalidArgumentError` where ``url`` has no origin.
        """
        origin = origin_of(url)
        if source is not None and not origin:
            raise InvalidArgumentError(
                f"{url!r} names no host that a token could go to; give an address such as https://host"
            )
        self._asked.pop(origin, None)
        self._sources.pop(origin, None)
        if source is not None:
            self._sources[origin] = source

    async def headers(self, url: str) -> Mapping[str, str]:
        """The header for a request to ``url``; raises :class:`FetchError` where its function gives no token."""
        origin = origin_of(url) if self._sources else ""
        source = self._sources.get(origin)
        if source is None:
            return {}
        if isinstance(source, str):
            return _bearer(origin, source)
        asked = self._asked.get(origin)
        if asked is None:
            asked = self._asked[origin] = asyncio.ensure_future(_ask(origin, source))
        try:
            # shield: one request that is cancelled must not cancel the question that others wait for
            token = await asyncio.shield(asked)
        except LoadstoneError:
            self._forget(origin, asked)
            raise
        return _bearer(origin, token)

    def renew(self, url: str) -> bool:
        """Let the function for ``url`` be asked for another token; False where there is none to ask."""
        origin = origin_of(url)
        if not callable(self._sources.get(origin)):
            return False
        self._asked.pop(origin, None)
        return True

    def _forget(self, origin: str, asked: asyncio.Future[str]) -> None:
        if self._asked.get(origin) is asked:
            del self._asked[origin]


def _bearer(origin: str, token: str) -> Mapping[str, str]:
    # what a header can not hold the browser refuses without a word, as if the server did not answer
    odd = next((character for character in token if not (character.isascii() and character.isprintable())), None)
    if odd is not None:
        raise FetchError(
            f"{origin}: the token for it holds {odd!r} at place {token.index(odd) + 1}, which no request can carry; "
            "copy it again, without line breaks and quotes"
        )
    return {"Authorization": f"Bearer {token}"}


async def _ask(origin: str, source: Callable[[], str | Awaitable[str]]) -> str:
    try:
        token = await _settled(source())
    except Exception as cause:
        raise FetchError(
            f"{origin}: the token for it could not be had ({type(cause).__name__}: {cause}); log in again"
        ) from cause
    if not isinstance(token, str) or not token:
        raise FetchError(f"{origin}: the function for its token gave {token!r}; it must give the text of a token")
    return token


def with_headers(fetch: Fetch, hook: HeadersHook, renew: RenewHook = lambda url: False) -> Fetch:
    """``fetch``, with the headers that ``hook(url)`` gives, plainly or as an awaitable, under the caller's own.

    Where the server refuses them with status 401, ``renew(url)`` is asked to get others, once for all the requests to
    an origin that wait for it; if it gives True, ``hook`` is asked again and the request repeated, once.
    """
    renewals = _Renewals(hook, renew)

    async def adding(url: str, *, headers: Mapping[str, str], progress: Progress | None = None) -> Fetched:
        extra = await _settled(hook(url))
        try:
            return await fetch(url, headers={**extra, **headers}, progress=progress)
        except HttpStatusError as error:
            renewed = await renewals.after_refusal(url, extra) if error.status == 401 else None
            if renewed is None:
                raise
        try:
            return await fetch(url, headers={**renewed, **headers}, progress=progress)
        except HttpStatusError as error:
            if error.status != 401:
                raise
            raise HttpStatusError(
                f"{url}: the server answered with status 401 also to the renewed log-in; "
                "ask whoever runs the server whether this account may read there",
                status=401,
            ) from error

    return adding


class _Renewals:
    """Renewals by origin; those that wait for the same one share it."""

    def __init__(self, hook: HeadersHook, renew: RenewHook) -> None:
        self._hook = hook
        self._renew = renew
        self._running: dict[str, asyncio.Future[bool]] = {}

    async def after_refusal(self, url: str, refused: Mapping[str, str]) -> Mapping[str, str] | None:
        """The headers in place of those that were refused; None where there are no others."""
        present = await _settled(self._hook(url))
        if present != refused:
            # another request has renewed them meanwhile
            return present
        origin = origin_of(url)
        running = self._running.get(origin)
        if running is None:
            running = self._running[origin] = asyncio.ensure_future(_settled(self._renew(url)))
            running.add_done_callback(lambda _: self._running.pop(origin, None))
        return await _settled(self._hook(url)) if await asyncio.shield(running) else None


async def _settled(value: _T | Awaitable[_T]) -> _T:
    return await value if inspect.isawaitable(value) else value
