"""The parts of a multipart/related answer (RFC 2387), as WADO-RS servers give frames, instances and bulk data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import TYPE_CHECKING

from .errors import DecodeError, TruncatedError
from .fetching import Fetched

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

__all__ = ["MediaType", "Part", "parts_of"]


@dataclass(frozen=True)
class MediaType:
    """A Content-Type taken apart: ``name`` in lower case, "" where there is none; ``parameters`` by lower-case name."""

    name: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> MediaType:
        message = Message()
        # without any, email would say text/plain
        message["Content-Type"] = text
        if "/" not in text.partition(";")[0]:
            return cls()
        parameters = message.get_params(unquote=True) or []
        # boundary*=utf-8''b, which is a tuple until it is put together (RFC 2231)
        return cls(
            message.get_content_type(), {name.lower(): collapse_rfc2231_value(value) for name, value in parameters[1:]}
        )


@dataclass(frozen=True, eq=False)
class Part:
    """One part: its bytes, and what they are."""

    data: bytes = field(repr=False)
    media_type: MediaType


def parts_of(answer: Fetched) -> tuple[Part, ...]:
    """The parts of an answer; an answer that is not multipart is its own one part. Needs the package python-multipart.

    Raises :class:`TruncatedError` where the body ends before its closing boundary, and :class:`DecodeError` where
    it can not be taken apart.
    """
    media_type = MediaType.parse(answer.content_type)
    if not media_type.name.startswith("multipart/"):
        return (Part(answer.data, media_type),)
    boundary = media_type.parameters.get("boundary", "")
    if not boundary:
        raise DecodeError(
            f"the server gave {answer.content_type!r} without a boundary, so its parts can not be told apart; "
            "look at the server's log, or at a proxy in between"
        )
    delimiter = b"--" + boundary.encode("latin-1", "replace")
    # what stands before the first boundary says nothing (RFC 2046 5.1.1), and the parser takes none
    begin = 0 if answer.data.startswith(delimiter) else answer.data.find(b"\n" + delimiter) + 1
    if not answer.data.startswith(delimiter, begin):
        raise DecodeError(
            f"the multipart body of {len(answer.data)} bytes has no boundary {boundary!r}, which its Content-Type "
            f"names; it begins with {answer.data[:20]!r}. Look at the server's log, or at a proxy in between"
        )
    return _parsed(answer.data[begin:], boundary)


def _parsed(body: bytes, boundary: str) -> tuple[Part, ...]:
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser

    collector = _Collector()
    try:
        parser = MultipartParser(boundary.encode("latin-1", "replace"), collector.callbacks)
        parser.write(body)
    except FormParserError as cause:
        raise DecodeError(
            f"the multipart body of {len(body)} bytes is malformed behind part {len(collector.parts)} ({cause}); "
            "look at the server's log, or at a proxy in between"
        ) from cause
    if not collector.has_ended:
        raise TruncatedError(
            f"the multipart body ends after {len(body)} bytes without its closing boundary --{boundary}--: the server "
            "or a proxy stopped in the middle; try again"
        )
    if not collector.parts:
        raise DecodeError("the multipart body has no part in it; look at the server's log")
    return tuple(collector.parts)


class _Collector:
    """Puts together what the parser tells in pieces."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.has_ended = False
        self._headers: dict[str, str] = {}
        self._name = self._value = self._data = b""

    @property
    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._part_begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._part_data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def _part_begin(self) -> None:
        self._headers, self._data = {}, b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._name = self._value = b""

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def _part_end(self) -> None:
        self.parts.append(Part(self._data, MediaType.parse(self._headers.get("content-type", ""))))

    def _end(self) -> None:
        self.has_ended = True
