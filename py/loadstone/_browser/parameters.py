"""What the page passes to the engine's methods, checked on the way in."""

from __future__ import annotations

import reprlib
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..errors import InvalidArgumentError

__all__ = ["Parameters"]


class Parameters(dict[str, Any]):
    """The parameters of one call of ``method``, by name; what is null or undefined is not in it.

    Raises :class:`InvalidArgumentError` for a value that is not of its name's kind, and for a missing one when it
    is asked for.
    """

    def __init__(self, method: str, values: Mapping[str, object]) -> None:
        super().__init__({name: value for name, value in values.items() if value is not None})
        self._method = method
        for name, value in self.items():
            if name in _KINDS and not _KINDS[name][0](value):
                raise InvalidArgumentError(f"{method}: {name}={reprlib.repr(value)}; give {_KINDS[name][1]}")

    def __missing__(self, name: str) -> Any:
        raise InvalidArgumentError(f"{self._method} needs the parameter {name}; give {_KINDS[name][1]}")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _is_positive(value: object) -> bool:
    return isinstance(value, (int, float)) and _is_number(value) and value >= 1


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_set_of_texts(value: object) -> bool:
    return isinstance(value, set) and all(map(_is_text, value))


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


_KINDS: Mapping[str, tuple[Callable[[object], bool], str]] = MappingProxyType(
    {
        "ask": (_is_truth, "true or false"),
        "building": (_is_number, "the number of a volume that is put together"),
        "bytes": (_is_number, "a number of bytes"),
        "closed": (_is_set_of_texts, "a set of the addresses of closed files"),
        "dataType": (_is_text, "the name of a typed array, or nothing"),
        "events": (_is_list_of_texts, "an array of the names of events"),
        "files": (_is_list, "an array of files"),
        "first": (_is_number, "the number of the first file"),
        "samples": (_is_positive, "a number of samples, 1 or more, rows x columns x samples per pixel"),
        "headers": (_is_object, "an object of header names and values"),
        "imageId": (_is_text, "the text of an image id"),
        "imageIds": (_is_list_of_texts, "an array of image ids"),
        "indexUrls": (_is_list_of_texts, "an array of addresses of package indexes"),
        "index": (_is_number, "a number, counted from 0"),
        "name": (_is_text, "the name that tracebacks call the program by"),
        "instanceCount": (_is_number, "the number of instances of the series"),
        "listing": (_is_number, "the number of a listing"),
        "release": (_is_truth, "true or false"),
        "rgba": (_is_truth, "true or false"),
        "scaled": (_is_truth, "true or false"),
        "seriesUID": (_is_text, "the SeriesInstanceUID of a series of the study"),
        "numbers": (_is_list, "an array of first numbers and counts of files"),
        "opening": (_is_number, "the number of an opening of files"),
        "loader": (_is_number, "the number of a loader of the page"),
        "names": (_is_list_of_texts, "an array of what messages call the packages"),
        "packages": (_is_list, "an array of package names, addresses of wheels, and wheels as File or Blob"),
        "paths": (_is_list_of_texts, "an array of the files' paths"),
        "scheme": (_is_text, "the text of a scheme, such as 'lab'"),
        "size": (_is_number, "a number of canvas pixels"),
        "sizes": (_is_list, "an array of the files' sizes in bytes"),
        "source": (_is_text, "the text of a Python program"),
        "studyUID": (_is_text, "the StudyInstanceUID of a study on the server"),
        "token": (_is_text, "the text of a token"),
        "type": (_is_text, "the name of a metadata module"),
        "url": (_is_text, "the address of a server or file"),
        "view": (_is_object, "an object with a width and a height"),
        "x": (_is_number, "a number of canvas pixels"),
        "y": (_is_number, "a number of canvas pixels"),
    }
)
