"""DICOM files for tests: pydicom's bundled ones, and small ones that pydicom writes."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from loadstone.dicom.file import read_file
from loadstone.dicom.functional_groups import DicomFrame
from loadstone.dicom.modules import dicom_metadata

BUNDLED = Path(pydicom.__file__).parent / "data" / "test_files"

# 2 rows x 3 columns of 8-bit grey
GREY = {
    "Rows": 2,
    "Columns": 3,
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "BitsAllocated": 8,
    "BitsStored": 8,
    "HighBit": 7,
    "PixelRepresentation": 0,
}
COLOR = GREY | {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
SIXTEEN_BITS = GREY | {"BitsAllocated": 16, "BitsStored": 16, "HighBit": 15}


def bundled(name: str) -> bytes:
    return (BUNDLED / name).read_bytes()


def data_set(elements: dict[str, object]) -> Dataset:
    """A data set of these elements by keyword; None leaves one out."""
    made = Dataset()
    for keyword, value in elements.items():
        if value is not None:
            setattr(made, keyword, value)
    return made


def part10(
    elements: dict[str, object],
    pixels: bytes | None = None,
    *,
    syntax: str = ExplicitVRLittleEndian,
    vr: str = "OW",
    keyword: str = "PixelData",
) -> bytes:
    """A Part 10 file; ``pixels`` are written as they are."""
    made = data_set({"SOPClassUID": SecondaryCaptureImageStorage, "SOPInstanceUID": "1.2.3"} | elements)
    if pixels is not None:
        setattr(made, keyword, pixels)
        made[keyword].VR = vr
        made[keyword].is_undefined_length = UID(syntax).is_encapsulated if UID(syntax).is_transfer_syntax else False
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = UID(syntax)
    written = BytesIO()
    made.save_as(written, enforce_file_format=True)
    return written.getvalue()


# 70 kg, 350 MBq of a nuclide that halves in an hour, injected an hour before the scan: 175 MBq are left
PET: dict[str, object] = {
    "Modality": "PT",
    "Units": "BQML",
    "CorrectedImage": ["ATTN", "DECY", "SCAT"],
    "DecayCorrection": "START",
    "PatientWeight": "70",
    "SeriesDate": "20200102",
    "SeriesTime": "100000",
    "AcquisitionDate": "20200102",
    "AcquisitionTime": "100500",
    "RadiopharmaceuticalInformationSequence": [
        data_set(
            {
                "RadiopharmaceuticalStartDateTime": "20200102090000",
                "RadionuclideTotalDose": "350000000",
                "RadionuclideHalfLife": "3600",
            }
        )
    ],
}


def frame_of(data: bytes, index: int = 0) -> DicomFrame:
    """Frame ``index`` of a file, without its pixels, as metadata reads it."""
    return DicomFrame(read_file(data).without_pixels(), index)


def made(module: str, elements: dict[str, object], index: int = 0) -> Any:
    """The metadata module of a file of these elements."""
    return dicom_metadata(frame_of(part10(elements, bytes(18), vr="OB"), index))[module]()
