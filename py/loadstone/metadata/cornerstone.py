"""Modules as Cornerstone spells them."""

from __future__ import annotations

from dataclasses import Field, field, fields, is_dataclass
from typing import Any

__all__ = ["as_cornerstone", "name_in_cornerstone", "spelled"]

_UPPER = {"uid": "UID", "lut": "LUT", "id": "ID"}


def spelled(name: str) -> Any:
    """An optional field that Cornerstone spells ``name``, where camel case alone does not give it."""
    return field(default=None, metadata={"cornerstone": name})


def as_cornerstone(module: object) -> object:
    """A module as a plain dict with Cornerstone's names, tuples as lists; anything else, also arrays, as it is."""
    if is_dataclass(module) and not isinstance(module, type):
        return {name_in_cornerstone(f): as_cornerstone(getattr(module, f.name)) for f in fields(module)}
    if isinstance(module, tuple):
        return [as_cornerstone(item) for item in module]
    return module


def name_in_cornerstone(described: Field[Any]) -> str:
    """What Cornerstone calls a field of one of our modules."""
    return str(described.metadata.get("cornerstone") or _camel_case(described.name))


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(_UPPER.get(word, word.capitalize()) for word in others)
