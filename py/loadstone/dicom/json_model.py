"""The DICOM JSON model (PS3.18 F) as a data set."""

from __future__ import annotations

import json
import struct
import warnings
from collections.abc import Iterator, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any

from pydicom import Dataset
from pydicom.datadict import tag_for_keyword

from ..errors import DecodeError, LoadstoneError, NotAnImageError
from ..fetching import Fetched

__all__ = ["ModelElements", "bulk_data_uris", "data_set_of", "read_models"]


def read_models(answer: Fetched, *, asked_for: str) -> list[dict[str, Any]]:
    """The models in an answer of application/dicom+json; none where it is empty (status 204).

    Raises :class:`NotAnImageError` where it is something else, :class:`DecodeError` where it is damaged;
    ``asked_for`` names what it should be.
    """
    if not answer.data.strip():
        return []
    try:
        models = json.loads(answer.data)
    except ValueError as cause:
        raise _no_models(answer, asked_for) from cause
    if not isinstance(models, list) or not all(map(_is_model, models)):
        raise _no_models(answer, asked_for)
    return models


def _no_models(answer: Fetched, asked_for: str) -> LoadstoneError:
    called = answer.content_type or "no content type"
    if answer.data.lstrip()[:1] in (b"[", b"{"):
        return DecodeError(
            f"the {len(answer.data)} bytes of {called} in the place of {asked_for} are no DICOM JSON, or were cut off: "
            f"they end with {answer.data[-20:]!r}. Ask again, or look at the server's log"
        )
    return NotAnImageError(
        f"the server gave {called} in the place of {asked_for}, beginning with {answer.data[:20]!r}; check that the "
        "address is that of its DICOMweb services, and whether it wants a log-in"
    )


def _is_model(model: object) -> bool:
    return isinstance(model, dict) and all(isinstance(element, dict) for element in model.values())


class ModelElements:
    """The :class:`~loadstone.dicom.instances.Elements` of a model, read without making a data set of it."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        self._model = model

    def text(self, keyword: str) -> str:
        values = self.texts(keyword)
        return values[0] if values else ""

    def texts(self, keyword: str) -> tuple[str, ...]:
        return tuple("" if value is None else str(value) for value in self._values(keyword))

    def numbers(self, keyword: str) -> tuple[float, ...]:
        try:
            read = tuple(float(value) for value in self._values(keyword))
        except (TypeError, ValueError, OverflowError):
            return ()
        return read if all(map(isfinite, read)) else ()

    def person_name(self, keyword: str) -> str:
        values = self._values(keyword)
        name = values[0] if values and isinstance(values[0], dict) else {}
        groups = (str(name.get(group) or "").rstrip("^ ") for group in ("Alphabetic", "Ideographic", "Phonetic"))
        return next((group for group in groups if group), "")

    def _values(self, keyword: str) -> list[Any]:
        tag = tag_for_keyword(keyword)
        values = None if tag is None else self._model.get(f"{tag:08X}", {}).get("Value")
        return values if isinstance(values, list) else []


def data_set_of(model: Mapping[str, Any], bulk_data: Mapping[str, bytes] = MappingProxyType({})) -> Dataset:
    """The data set of a model; ``bulk_data`` holds by its URI what lies apart, other bulk data are left out.

    Elements that can not be read are left out too, as if the server had not sent them.
    """

    def bulk(tag: str, vr: str, uri: str) -> Any:
        data = bulk_data.get(uri)
        if data is None or vr not in ("US", "SS"):
            return data
        # bulk data are little endian (PS3.18 8.7.3.5.2)
        return list(struct.unpack(f"<{len(data) // 2}{'H' if vr == 'US' else 'h'}", data[: len(data) // 2 * 2]))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Dataset.from_json(dict(model), bulk)
        except Exception:
            # pydicom raises all kinds of errors; one element must not take the others with it
            return _element_by_element(model, bulk)


def _element_by_element(model: Mapping[str, Any], bulk: Any) -> Dataset:
    data_set = Dataset()
    for tag, element in model.items():
        try:
            data_set.update(Dataset.from_json({tag: element}, bulk))
        except Exception:
            continue
    return data_set


def bulk_data_uris(model: Mapping[str, Any], tags: frozenset[str]) -> Iterator[str]:
    """The URIs of the bulk data of these tags, in sequences too; overlays are told by ``60xx3000``."""
    for tag, element in model.items():
        uri = element.get("BulkDataURI")
        if isinstance(uri, str) and _masked(tag) in tags:
            yield uri
        if element.get("vr") == "SQ":
            for item in element.get("Value") or ():
                if isinstance(item, dict):
                    yield from bulk_data_uris(item, tags)


def _masked(tag: str) -> str:
    return f"60xx{tag[4:]}" if tag.startswith("60") else tag.upper()
