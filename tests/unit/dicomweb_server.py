"""What a DICOMweb server answers, made from files by hand: for FakeFetch."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pydicom

from loadstone.fetching import Fetched

__all__ = ["INSTANCE", "ROOT", "json_answer", "metadata_of", "multipart_answer"]

ROOT = "https://pacs.example/dicom-web"
INSTANCE = f"{ROOT}/studies/1.2/series/1.2.3/instances/1.2.3.4"


def metadata_of(data: bytes, **changes: dict[str, Any] | None) -> dict[str, Any]:
    """The metadata of a file as WADO-RS tells them, without pixel data; ``changes`` are elements by tag: T00280010."""
    data_set = pydicom.dcmread(BytesIO(data), force=True)
    for keyword in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"):
        if keyword in data_set:
            del data_set[keyword]
    model: dict[str, Any] = data_set.to_json_dict()
    for name, element in changes.items():
        model.pop(name[1:], None)
        if element is not None:
            model[name[1:]] = element
    return model


def json_answer(models: object) -> Fetched:
    return Fetched(json.dumps(models).encode(), "application/dicom+json")


def multipart_answer(*parts: bytes, part_type: str = "application/octet-stream") -> Fetched:
    body = b"".join(b"--XX\r\nContent-Type: " + part_type.encode() + b"\r\n\r\n" + part + b"\r\n" for part in parts)
    return Fetched(body + b"--XX--\r\n", 'multipart/related; type="application/octet-stream"; boundary="XX"')
