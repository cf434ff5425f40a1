"""The series that the volume's benchmark is about: 300 CT slices, signed, whose values are Hounsfield units.

Its files lie in ``build/bench/volume/``, made once.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from loadstone_build.paths import BUILD
from loadstone_build.stamps import content_hash, refresh

from .ct_series import ENCODINGS, INTERCEPT, ct_file, stored_values

__all__ = ["SIZE", "SLICES", "SPACING", "position", "series_folder"]

SLICES, SIZE = 300, 512
# of rows and columns, in mm; slices are 1 mm apart
SPACING = 0.7


def series_folder() -> Path:
    """Where the files ``0.dcm`` to ``299.dcm`` lie, below the repository's root."""
    folder = BUILD / "bench" / "volume"

    def write() -> None:
        print(f"writing {SLICES} slices", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(SLICES):
            frame = (stored_values(number, SLICES).astype(np.int16) + INTERCEPT).astype("<i2")
            elements = {
                "PixelRepresentation": 1,
                "BitsStored": 16,
                "HighBit": 15,
                "RescaleIntercept": 0,
                "ImagePositionPatient": list(position(number)),
                "PixelSpacing": [SPACING, SPACING],
                "SliceThickness": 1,
            }
            (folder / f"{number}.dcm").write_bytes(ct_file(number, frame, ENCODINGS["native"], **elements))

    stamp = content_hash([Path(__file__), Path(__file__).with_name("ct_series.py")])
    refresh(folder.with_suffix(".stamp"), stamp, write, made=folder / f"{SLICES - 1}.dcm")
    return folder.relative_to(BUILD.parent)


def position(number: int) -> tuple[float, float, float]:
    """Of the centre of slice ``number``'s first pixel."""
    corner = -(SIZE - 1) / 2 * SPACING
    return (corner, corner, float(number))
