"""Any value as JSON has it: what metadata modules and providers give."""

import hashlib
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from loadstone.metadata import as_cornerstone

# longer arrays (look-up tables, the bits of overlays) are told by their digest
_MOST_VALUES = 64


def json_value(value: object) -> Any:
    """Return ``value`` as what ``json.dumps`` takes, with ``allow_nan=False`` too.

    Dataclasses are objects in Cornerstone's spelling. Numbers that JSON does not have are "NaN", "Infinity" and
    "-Infinity". Arrays of more than 64 values are ``{"type", "shape", "sha256"}`` of their values in row-major order,
    bytes are ``{"type": "bytes", "shape", "sha256"}``. Anything else is its text.
    """
    value = as_cornerstone(value)
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else _not_finite(value)
    if isinstance(value, Mapping):
        return {str(name): json_value(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [json_value(item) for item in value]
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _digest("bytes", (len(bytes(value)),), bytes(value))
    if isinstance(value, np.ndarray):
        if value.size <= _MOST_VALUES:
            return json_value(value.tolist())
        return _digest(str(value.dtype), value.shape, value.tobytes())
    return str(value)


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _digest(kind: str, shape: tuple[int, ...], data: bytes) -> dict[str, Any]:
    return {"type": kind, "shape": list(shape), "sha256": hashlib.sha256(data).hexdigest()}
