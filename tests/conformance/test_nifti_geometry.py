"""A DICOM series and dcm2niix's conversion of it lie in the same patient space: same voxel, same millimetre."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, MRImageStorage, generate_uid

from loadstone.grey import modality_values
from loadstone.image import Image
from loadstone.metadata import ImagePlaneModule
from loadstone.session import Session

ROWS, COLUMNS, SLICES = 10, 14, 6
ROW_SPACING, COLUMN_SPACING, SLICE_SPACING = 1.5, 0.8, 3.25
ORIGIN = np.array([-31.5, 12.25, 70.75])


def turned(x: float, y: float, z: float) -> NDArray[np.float64]:
    """Axial cosines of rows and columns, turned about the patient's axes by so many degrees."""
    cos, sin = np.cos(np.radians((x, y, z))), np.sin(np.radians((x, y, z)))
    about_x = np.array([[1, 0, 0], [0, cos[0], -sin[0]], [0, sin[0], cos[0]]])
    about_y = np.array([[cos[1], 0, sin[1]], [0, 1, 0], [-sin[1], 0, cos[1]]])
    about_z = np.array([[cos[2], -sin[2], 0], [sin[2], cos[2], 0], [0, 0, 1]])
    cosines: NDArray[np.float64] = (about_z @ about_y @ about_x)[:, :2].T
    return cosines


ORIENTATIONS = {
    "axial": np.array([[1, 0, 0], [0, 1, 0]]),
    "coronal": np.array([[1, 0, 0], [0, 0, -1]]),
    "sagittal": np.array([[0, 1, 0], [0, 0, -1]]),
    "axial, feet first, prone": np.array([[1, 0, 0], [0, -1, 0]]),
    "oblique": turned(18, -7, 11),
    "double oblique near sagittal": turned(80, 12, 75),
}


def write_series(folder: Path, cosines: NDArray[np.float64], *, modality: str, step: float) -> list[Path]:
    """A slice of each place; every voxel of the series has a value of its own."""
    folder.mkdir()
    normal = np.cross(*cosines)
    series, study, space = (
        generate_uid(entropy_srcs=["nifti geometry", name]) for name in ("series", "study", "space")
    )
    return [
        _write_slice(
            folder / f"{k}.dcm",
            {
                "SOPClassUID": CTImageStorage if modality == "CT" else MRImageStorage,
                "SOPInstanceUID": generate_uid(entropy_srcs=["nifti geometry", str(k)]),
                "StudyInstanceUID": study,
                "SeriesInstanceUID": series,
                "FrameOfReferenceUID": space,
                "Modality": modality,
                "Manufacturer": "Loadstone",
                "PatientName": "Geometry",
                "PatientID": "GEOMETRY",
                "SeriesNumber": 1,
                "AcquisitionNumber": 1,
                "InstanceNumber": k + 1,
                "ImageType": ["ORIGINAL", "PRIMARY"],
                "ImagePositionPatient": [f"{part:.10g}"[:16] for part in ORIGIN + normal * step * k],
                "ImageOrientationPatient": [f"{part:.10g}"[:16] for part in cosines.ravel()],
                "PixelSpacing": [ROW_SPACING, COLUMN_SPACING],
                "SliceThickness": abs(step),
                "RescaleSlope": 2 if modality == "CT" else None,
                "RescaleIntercept": -1024 if modality == "CT" else None,
            },
            np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) + 1000 * k,
        )
        for k in range(SLICES)
    ]


def _write_slice(path: Path, elements: dict[str, Any], values: NDArray[np.integer]) -> Path:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = elements["SOPClassUID"]
    meta.MediaStorageSOPInstanceUID = elements["SOPInstanceUID"]
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset(path, {}, file_meta=meta, preamble=b"\0" * 128)
    for keyword, value in elements.items():
        if value is not None:
            setattr(data, keyword, value)
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.Rows, data.Columns = values.shape
    data.BitsAllocated = data.BitsStored = 16
    data.HighBit = 15
    data.PixelRepresentation = 1
    data.PixelData = values.astype("<i2").tobytes()
    data.save_as(path, enforce_file_format=True)
    return path


def converted(folder: Path, target: Path, *, packed: bool) -> Path:
    target.mkdir()
    command = ["dcm2niix", "-z", "y" if packed else "n", "-b", "n", "-f", "made", "-o", str(target), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    made = list(target.glob("*.nii*"))
    assert len(made) == 1, run.stdout + run.stderr
    return made[0]


def places_by_value(images: list[Image]) -> dict[float, NDArray[np.float64]]:
    """The patient coordinates in mm of each value's pixel, by the plane equation (PS3.3 C.7.6.2.1.1)."""
    places = {}
    for image in images:
        plane = image.metadata["imagePlaneModule"]()
        assert isinstance(plane, ImagePlaneModule)
        assert plane.pixel_spacing is not None
        down = np.array(plane.column_cosines) * plane.pixel_spacing[0]
        along = np.array(plane.row_cosines) * plane.pixel_spacing[1]
        values = modality_values(image, image.pixels)
        for row, column in np.ndindex(values.shape):
            places[float(values[row, column])] = np.array(plane.image_position_patient) + down * row + along * column
    return places


def loaded(*ids: str, frames_of: str | None = None) -> list[Image]:
    async def load() -> list[Image]:
        session = Session()
        all_ids = await session.frames(frames_of) if frames_of else ids
        return [await session.load_image(image_id) for image_id in all_ids]

    return asyncio.run(load())


@pytest.mark.parametrize("step", [SLICE_SPACING, -SLICE_SPACING], ids=["along the normal", "against the normal"])
@pytest.mark.parametrize("modality", ["MR", "CT"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_each_voxel_of_a_converted_series_lies_where_it_lay(
    tmp_path: Path, orientation: str, modality: str, step: float
) -> None:
    slices = write_series(tmp_path / "dicom", ORIENTATIONS[orientation], modality=modality, step=step)
    made = converted(tmp_path / "dicom", tmp_path / "nifti", packed=modality == "CT")
    dicom = places_by_value(loaded(*(f"wadouri:{path.as_uri()}" for path in slices)))
    frames = loaded(frames_of=f"nifti:{made.as_uri()}")
    nifti = places_by_value(frames)
    assert len(nifti) == ROWS * COLUMNS * SLICES
    assert nifti.keys() == dicom.keys()
    # single floats in the NIfTI header
    assert max(np.abs(nifti[value] - dicom[value]).max() for value in dicom) < 1e-4
    for frame in frames:
        plane = frame.metadata["imagePlaneModule"]()
        assert isinstance(plane, ImagePlaneModule)
        assert plane.spacing_between_slices == pytest.approx(SLICE_SPACING, abs=1e-5)
        assert sorted(plane.pixel_spacing or ()) == pytest.approx([COLUMN_SPACING, ROW_SPACING], abs=1e-6)


def test_an_axial_series_looks_the_same_before_and_after(tmp_path: Path) -> None:
    slices = write_series(tmp_path / "dicom", ORIENTATIONS["axial"], modality="MR", step=SLICE_SPACING)
    made = converted(tmp_path / "dicom", tmp_path / "nifti", packed=False)
    dicom = loaded(*(f"wadouri:{path.as_uri()}" for path in slices))
    nifti = loaded(frames_of=f"nifti:{made.as_uri()}")
    assert [image.pixels.tolist() for image in nifti] == [image.pixels.tolist() for image in dicom]
