"""Studies of small images whose grey tells their place, as folders of files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from part10 import SIXTEEN_BITS, part10
from pydicom.uid import CTImageStorage

__all__ = ["slice_file", "write_series"]


def slice_file(
    number: int, *, series: int = 1, modality: str = "CT", description: str = "", study: str = "1.2.3"
) -> bytes:
    """Slice ``number`` of a series: 2 rows and 3 columns, all of the value 10 x ``number``, shown as that grey."""
    elements: dict[str, object] = SIXTEEN_BITS | {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": f"{study}.{series}.{number}",
        "StudyInstanceUID": study,
        "SeriesInstanceUID": f"{study}.{series}",
        "PatientName": "Doe^Jane",
        "PatientID": "J-17",
        "StudyDate": "20260312",
        "StudyDescription": "Follow-up",
        "SeriesNumber": series,
        "SeriesDescription": description,
        "Modality": modality,
        "InstanceNumber": number,
        "ImagePositionPatient": [0, 0, 2 * number],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "WindowCenter": 128,
        "WindowWidth": 256,
    }
    data: bytes = part10(elements, np.full(6, 10 * number, "<u2").tobytes())
    return data


def write_series(folder: Path, count: int, **given: object) -> None:
    """Write a series of so many slices; by name the last slice comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        (folder / f"IM{count - number:04}").write_bytes(slice_file(number, **given))  # type: ignore[arg-type]
