"""The beginning of a gz stream, as far as it is needed and no further."""

from __future__ import annotations

import zlib

from ..errors import DecodeError, TruncatedError

__all__ = ["inflate", "is_gzip"]

# bytes that are read at a time; they give at most 1032 times as many (deflate's own limit)
_PIECE = 64 * 1024
_HIGHEST_RATIO = 1032
_MARK = b"\x1f\x8b"


def is_gzip(data: bytes) -> bool:
    return data[:2] == _MARK


def inflate(data: bytes, size: int) -> bytes | bytearray:
    """The first ``size`` bytes that the gz stream ``data`` holds, its members one after the other; fewer if it ends.

    Never asks for more memory than ``size``, nor than so much gz can hold. Raises :class:`TruncatedError` where the
    stream is cut off before, and :class:`DecodeError` where it is damaged.
    """
    _check_ratio(data, size)
    inflated = bytearray(size)
    filled = at = 0
    stream = zlib.decompressobj(wbits=31)
    view = memoryview(data)
    try:
        while filled < size and at < len(data):
            piece = view[at : at + _PIECE]
            got = stream.decompress(piece, size - filled)
            inflated[filled : filled + len(got)] = got
            filled += len(got)
            at += len(piece) - len(stream.unused_data)
            if stream.eof:
                if not is_gzip(view[at : at + 2].tobytes()):
                    # the end; zeros may follow
                    return inflated[:filled] if filled < size else inflated
                stream = zlib.decompressobj(wbits=31)
        _verify_end(stream, view[at:])
    except zlib.error as cause:
        raise DecodeError(
            f"the gz stream of {len(data)} bytes is damaged ({cause}); ask for the file again from its source"
        ) from cause
    if filled < size:
        raise TruncatedError(
            f"the gz stream is cut off: its {len(data)} bytes give {filled} of the {size} bytes that are needed; "
            "compare the file's size with the original"
        )
    return inflated


def _check_ratio(data: bytes, size: int) -> None:
    if size > _HIGHEST_RATIO * len(data):
        raise TruncatedError(
            f"the {len(data)} bytes of gz can not hold the {size} bytes that the header asks for; "
            "the header is wrong or the file cut off: compare its size with the original"
        )


def _verify_end(stream: zlib._Decompress, rest: memoryview) -> None:
    """Read on to the checksum, which zlib compares; stops where there are more bytes than were asked for."""
    left = stream.unconsumed_tail + rest[:_PIECE].tobytes()
    if left and not stream.eof:
        stream.decompress(left, 1)
