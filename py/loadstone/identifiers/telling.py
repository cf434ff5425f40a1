"""What was found in many files, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .identifier import Identifier

__all__ = ["tell"]

_FILES = 3
_FINDINGS = 6


def tell(found: Mapping[str, Sequence[Identifier]]) -> str:
    """A sentence or some lines on the files by name; the first three of them with what was found in each.

    Empty where nothing was found.
    """
    telling = {name: identifiers for name, identifiers in found.items() if identifiers}
    if not telling:
        return ""
    lines = [f"{name} says who a person is: {_of_file(some)}" for name, some in list(telling.items())[:_FILES]]
    others = len(telling) - _FILES
    if others > 0:
        lines.append(f"and so {'does 1 more file' if others == 1 else f'do {others} more files'} of {len(found)}")
    return "\n".join(lines)


def _of_file(identifiers: Sequence[Identifier]) -> str:
    told = [f"{one.where} {one.value!r}" for one in identifiers[:_FINDINGS]]
    others = len(identifiers) - _FINDINGS
    return ", ".join(told) + (f" and {others} more" if others > 0 else "")
