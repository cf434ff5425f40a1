"""DICOM files of one picture, each with another way from stored values to what is seen, and a series for a volume."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from part10 import PET, SIXTEEN_BITS, part10
from pydicom.uid import CTImageStorage, PositronEmissionTomographyImageStorage

__all__ = ["COLUMNS", "FILES", "ROWS", "SLICES", "series_file"]

ROWS, COLUMNS, SLICES = 48, 64, 20

_COMMON: dict[str, object] = SIXTEEN_BITS | {
    "Rows": ROWS,
    "Columns": COLUMNS,
    "SOPClassUID": CTImageStorage,
    "StudyInstanceUID": "1.2.3",
    "SeriesInstanceUID": "1.2.3.4",
    "FrameOfReferenceUID": "1.2.3.5",
    "Modality": "CT",
    "SeriesNumber": 7,
    "SeriesDate": "20260312",
    "PatientName": "Doe^Jane",
    "PatientID": "J-17",
    "PatientBirthDate": "19700102",
    "PatientSex": "F",
    "ImagePositionPatient": [-10, -20, 30],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "PixelSpacing": [1.5, 1.5],
    "SliceThickness": 2,
    "WindowCenter": 500,
    "WindowWidth": 1800,
}


def _picture(top: float, depth: float = 0.0) -> NDArray[np.float64]:
    """An ellipsoid on a ramp, 0 to ``top``; ``depth`` is where it is cut, -1 to 1."""
    y, x = np.mgrid[-1 : 1 : ROWS * 1j, -1 : 1 : COLUMNS * 1j]
    inside = (x / 0.8) ** 2 + (y / 0.6) ** 2 + depth**2 < 1
    waves = 0.5 + 0.3 * np.sin(9 * x + 4 * depth) * np.cos(7 * y)
    return np.asarray(top * np.where(inside, waves, (x + 1) / 8))


def _stored(top: float, dtype: str = "<u2", depth: float = 0.0) -> bytes:
    return np.floor(_picture(top, depth)).astype(dtype).tobytes()


def _file(pixels: bytes, **elements: object) -> bytes:
    return bytes(part10(_COMMON | elements, pixels))


def _float_file() -> bytes:
    elements = _COMMON | {"BitsAllocated": 32, "BitsStored": None, "HighBit": None, "PixelRepresentation": None}
    pixels = (_picture(2000) - 0.25).astype("<f4").tobytes()
    return bytes(part10(elements, pixels, vr="OF", keyword="FloatPixelData"))


def _pet_file() -> bytes:
    # 175 MBq in 70 kg are left: 2500 Bq/ml are SUV 1
    elements = PET | {"SOPClassUID": PositronEmissionTomographyImageStorage, "RescaleSlope": 5, "RescaleIntercept": 0}
    return _file(_stored(3000), **elements)


_RGB = np.stack([_picture(255), _picture(200, 0.3), _picture(150, 0.6)], axis=-1)

FILES: Mapping[str, bytes] = {
    "ct": _file(_stored(3000), RescaleSlope=1, RescaleIntercept=-1024),
    "signed": _file(_stored(2000, "<i2"), PixelRepresentation=1),
    "8-bit": _file(_stored(255, "u1"), BitsAllocated=8, BitsStored=8, HighBit=7, WindowCenter=100, WindowWidth=200),
    "monochrome1": _file(_stored(3000), PhotometricInterpretation="MONOCHROME1"),
    "float": _float_file(),
    "fractional slope": _file(_stored(3000), RescaleSlope=0.37, RescaleIntercept=-100.5),
    "no window": _file(_stored(3000), WindowCenter=None, WindowWidth=None),
    "pet": _pet_file(),
    "rgb": _file(
        np.floor(_RGB).astype("u1").tobytes(),
        SamplesPerPixel=3,
        PlanarConfiguration=0,
        PhotometricInterpretation="RGB",
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        WindowCenter=None,
        WindowWidth=None,
    ),
    "oblong pixels": _file(_stored(3000), PixelSpacing=[3, 1.5]),
    "no spacing": _file(_stored(3000), PixelSpacing=None, ImagePositionPatient=None, ImageOrientationPatient=None),
}


def series_file(number: int) -> bytes:
    """Slice ``number``, from 0, of an oblique CT series; its window is in no file's metadata but its own."""
    across, down = np.array([0.8, 0.6, 0.0]), np.array([0.0, 0.0, -1.0])
    position = np.array([-20.0, 10.0, 40.0]) + 2.5 * number * np.cross(across, down)
    return _file(
        _stored(3000, depth=2 * number / SLICES - 1),
        SOPInstanceUID=f"1.2.3.4.{number + 1}",
        InstanceNumber=number + 1,
        ImagePositionPatient=[round(float(part), 6) for part in position],
        ImageOrientationPatient=[*across, *down],
        PixelSpacing=[1.25, 1.5],
        RescaleSlope=1,
        RescaleIntercept=-1024,
    )
