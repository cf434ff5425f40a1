"""One thing in a file that says who a person is, and when a value says nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["NOT_CHECKED", "Identifier", "is_dummy", "shortened"]

NOT_CHECKED = "could not be checked"
"""Where a file can not be read, an :class:`Identifier` says this in the place of a value, or of where it lies."""

# characters of a value that a person's eye still recognises, and a reader of a log does not learn from
_SHOWN = 5
# what programs and people write in the place of a name or a number
_DUMMY_WORDS = frozenset(
    ("anon", "anonym", "anonymised", "anonymized", "anonymous", "deidentified", "dummy", "empty", "na", "name", "no",
     "none", "null", "nodata", "patient", "removed", "undefined", "unknown", "unspecified")
)  # fmt: skip
_DUMMY_DATES = frozenset(("00010101", "19000101"))
_NOTHING = re.compile(r"[\W_0x]*", re.IGNORECASE)


@dataclass(frozen=True)
class Identifier:
    """Where it lies (``"(0010,0010) Patient's Name"``, ``"Exif Artist"``), and the beginning of its value."""

    where: str
    value: str


def shortened(value: str) -> str:
    """The value's first characters, enough for who knows it to recognise it."""
    line = " ".join(value.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN].rstrip()}…"


def is_dummy(value: str) -> bool:
    """Whether a value names nobody: empty, zeros and punctuation only, or a word such as "ANONYMIZED"."""
    if _NOTHING.fullmatch(value) or value.strip() in _DUMMY_DATES:
        return True
    words = re.split(r"[\W_]+", value.replace("-", "").replace("/", "").casefold())
    return all(word in _DUMMY_WORDS for word in words if word)
