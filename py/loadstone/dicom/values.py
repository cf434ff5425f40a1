"""Reading single values of a data set, tolerant where the standard lets a value be absent."""

from __future__ import annotations

import warnings
from collections.abc import MutableSequence
from math import isfinite

from pydicom import DataElement, Dataset
from pydicom.datadict import tag_for_keyword
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag

from ..errors import DecodeError

__all__ = ["element_value", "items", "number", "numbers", "optional_int", "required_int", "text", "texts", "whole"]


def required_int(data_set: Dataset, keyword: str) -> int:
    """The whole number at ``keyword``; raises :class:`DecodeError` where it is absent or no number."""
    value = element_value(data_set, keyword)
    try:
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError, OverflowError) as cause:
        what = "is missing" if value is None else f"is {value!r}, which is no whole number"
        raise DecodeError(
            f"the element {keyword} {what}; the file is no complete image, ask for it again from its source"
        ) from cause


def optional_int(data_set: Dataset, keyword: str, default: int) -> int:
    """The whole number at ``keyword``, ``default`` where it is absent or no number."""
    value = element_value(data_set, keyword)
    if value is None:
        return default
    try:
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError, OverflowError):
        return default


def number(data_set: Dataset, keyword: str | BaseTag) -> float | None:
    """The number at ``keyword`` (the first of several), or None where it is absent or unreadable."""
    several = numbers(data_set, keyword)
    return several[0] if several else None


def whole(data_set: Dataset, keyword: str | BaseTag) -> int | None:
    """The whole number at ``keyword`` (the first of several), or None where it is absent or unreadable."""
    value = number(data_set, keyword)
    return None if value is None else int(value)


def numbers(data_set: Dataset, keyword: str | BaseTag) -> tuple[float, ...] | None:
    """All numbers at ``keyword``, or None where it is absent, empty or unreadable, or one of them is not finite."""
    value = element_value(data_set, keyword)
    if value is None or value == "":
        return None
    items = value if isinstance(value, (MultiValue, list, tuple)) else [value]
    try:
        read = tuple(float(str(item)) for item in items)
    except (TypeError, ValueError):
        return None
    return read if read and all(map(isfinite, read)) else None


def text(data_set: Dataset, keyword: str | BaseTag) -> str | None:
    """The text at ``keyword`` (the first of several), or None where it is absent or empty."""
    value = element_value(data_set, keyword)
    if isinstance(value, (MultiValue, list)):
        value = str(value[0]).strip() if value else None
    return None if value is None else str(value) or None


def texts(data_set: Dataset, keyword: str | BaseTag) -> tuple[str, ...] | None:
    """All texts at ``keyword``, or None where it is absent or empty."""
    value = element_value(data_set, keyword)
    several = value if isinstance(value, MutableSequence) else [value]
    # spaces around a value mean nothing where there may be several (PS3.5 6.2); pydicom takes off the last one's only
    return tuple("" if item is None else str(item).strip() for item in several) if text(data_set, keyword) else None


def element_value(data_set: Dataset, keyword: str | BaseTag) -> object:
    """The value at ``keyword`` as pydicom reads it, or None where it is absent or unreadable."""
    tag = tag_for_keyword(keyword) if isinstance(keyword, str) else keyword
    try:
        element = None if tag is None else data_set.get_item(tag)
        if element is None or isinstance(element, DataElement):
            # read before: nothing is left to warn of
            return None if element is None else element.value
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return data_set[element.tag].value
    except Exception:
        # a malformed value raises all kinds of errors; for the picture it is as good as absent
        return None


def items(data_set: Dataset, keyword: str | BaseTag) -> list[Dataset]:
    """The items of the sequence at ``keyword``; none where it is absent, empty, unreadable or no sequence."""
    value = element_value(data_set, keyword)
    if not isinstance(value, MutableSequence):
        return []
    return [item for item in value if isinstance(item, Dataset)]
