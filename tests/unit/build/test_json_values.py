import hashlib
import json
from dataclasses import dataclass
from datetime import date
from math import inf, nan
from types import MappingProxyType

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID
from pydicom.valuerep import DSfloat, PersonName

from loadstone_build.json_values import json_value


@dataclass(frozen=True)
class Module:
    frame_of_reference_uid: str
    row_cosines: tuple[float, ...]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ([1, True, None, "text", 0.5], '[1, true, null, "text", 0.5]'),
        ([nan, inf, -inf, np.float32("nan")], '["NaN", "Infinity", "-Infinity", "NaN"]'),
        ([np.uint8(3), np.bool_(True), np.float64(0.5), 2**70], "[3, true, 0.5, 1180591620717411303424]"),
        (Module("1.2", (1.0, nan)), '{"frameOfReferenceUID": "1.2", "rowCosines": [1.0, "NaN"]}'),
        (MappingProxyType({1: (UID("1.2"), DSfloat("1.50"))}), '{"1": ["1.2", 1.5]}'),
        ({"name": PersonName("Doe^Jane"), "day": date(2024, 2, 3)}, '{"name": "Doe^Jane", "day": "2024-02-03"}'),
        (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
    ],
)
def test_a_value_is_written_as_json_has_it(value: object, written: str) -> None:
    assert json.dumps(json_value(value), allow_nan=False) == written


def test_long_arrays_and_bytes_are_told_by_their_digest() -> None:
    table = np.arange(65, dtype="<u2")
    digest = hashlib.sha256(table.tobytes()).hexdigest()
    assert json_value(table) == {"type": "uint16", "shape": [65], "sha256": digest}
    digest = hashlib.sha256(b"profile").hexdigest()
    assert json_value(memoryview(b"profile")) == {"type": "bytes", "shape": [7], "sha256": digest}


def test_a_data_set_is_its_text() -> None:
    made = Dataset()
    made.PatientID = "17"
    assert "Patient ID" in json_value(made)
