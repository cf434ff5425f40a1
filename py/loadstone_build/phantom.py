"""The Shepp-Logan head phantom as a DICOM file."""

import io

import numpy as np
import numpy.typing as npt
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

# Ellipses of the head phantom: grey level added, half axes a (x) and b (y), centre x and y, rotation in degrees.
# Geometry: Shepp and Logan, "The Fourier reconstruction of a head section", IEEE Trans. Nucl. Sci. 21 (1974),
# 21-43, table 1. Grey levels: the contrast-enhanced ones of P. Toft, "The Radon Transform", PhD thesis,
# Technical University of Denmark (1996), table B.3, as the original ones hide the soft structures.
ELLIPSES = (
    (1.0, 0.69, 0.92, 0.0, 0.0, 0.0),
    (-0.8, 0.6624, 0.874, 0.0, -0.0184, 0.0),
    (-0.2, 0.11, 0.31, 0.22, 0.0, -18.0),
    (-0.2, 0.16, 0.41, -0.22, 0.0, 18.0),
    (0.1, 0.21, 0.25, 0.0, 0.35, 0.0),
    (0.1, 0.046, 0.046, 0.0, 0.1, 0.0),
    (0.1, 0.046, 0.046, 0.0, -0.1, 0.0),
    (0.1, 0.046, 0.023, -0.08, -0.605, 0.0),
    (0.1, 0.023, 0.023, 0.0, -0.606, 0.0),
    (0.1, 0.023, 0.046, 0.06, -0.605, 0.0),
)
SIZE = 256
# each pixel is the mean of this many samples squared, so that edges are smooth
OVERSAMPLING = 4
# grey level 0 is air (-1000 HU), 0.2 the brain's water (0 HU), 1.0 the skull (4000 HU)
STORED_PER_GREY_LEVEL = 10000
RESCALE_SLOPE = 0.5
RESCALE_INTERCEPT = -1000.0


def phantom_values(size: int = SIZE, z: float = 0.0) -> npt.NDArray[np.float64]:
    """Return the phantom's grey levels, ``(size, size)``, 0 outside to 1 in the skull, y upwards.

    At another height ``z`` than 0 each ellipse is taken for an ellipsoid, as high as its longer axis is long.
    """
    fine = size * OVERSAMPLING
    axis = (np.arange(fine) + 0.5) / fine * 2 - 1
    x, y = np.meshgrid(axis, -axis)
    levels = np.zeros((fine, fine))
    for level, a, b, x0, y0, degrees in ELLIPSES:
        angle = np.deg2rad(degrees)
        along = (x - x0) * np.cos(angle) + (y - y0) * np.sin(angle)
        across = (y - y0) * np.cos(angle) - (x - x0) * np.sin(angle)
        levels[(along / a) ** 2 + (across / b) ** 2 + (z / max(a, b)) ** 2 <= 1] += level
    means: npt.NDArray[np.float64] = levels.reshape(size, OVERSAMPLING, size, OVERSAMPLING).mean(axis=(1, 3))
    return means


def phantom_stored_values() -> npt.NDArray[np.uint16]:
    """Return the stored values, ``(SIZE, SIZE)``: half Hounsfield units above -1000 HU."""
    return np.rint(phantom_values() * STORED_PER_GREY_LEVEL).astype(np.uint16)


def phantom_dicom() -> bytes:
    """Return the phantom as a Part 10 file: CT, 16 bit unsigned, rescaled to HU, with two windows."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["loadstone phantom instance"])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset("phantom.dcm", {}, file_meta=meta, preamble=b"\0" * 128)
    data.SOPClassUID = meta.MediaStorageSOPClassUID
    data.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    data.StudyInstanceUID = generate_uid(entropy_srcs=["loadstone phantom study"])
    data.SeriesInstanceUID = generate_uid(entropy_srcs=["loadstone phantom series"])
    data.FrameOfReferenceUID = generate_uid(entropy_srcs=["loadstone phantom frame of reference"])
    data.Modality = "CT"
    data.PatientName = "Phantom^Shepp-Logan"
    data.PatientID = "PHANTOM"
    data.StudyDescription = "Loadstone sample"
    data.SeriesDescription = "Shepp-Logan head phantom"
    data.SeriesNumber = data.InstanceNumber = 1
    data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    data.ImagePositionPatient = [-89.6, -89.6, 0]
    data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data.PixelSpacing = [0.7, 0.7]
    data.SliceThickness = 5
    _describe_pixels(data)
    buffer = io.BytesIO()
    data.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _describe_pixels(data: FileDataset) -> None:
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.Rows = data.Columns = SIZE
    data.BitsAllocated = data.BitsStored = 16
    data.HighBit = 15
    data.PixelRepresentation = 0
    data.RescaleSlope = RESCALE_SLOPE
    data.RescaleIntercept = RESCALE_INTERCEPT
    data.RescaleType = "HU"
    data.WindowCenter = [0, 250]
    data.WindowWidth = [2000, 750]
    data.WindowCenterWidthExplanation = ["WHOLE", "STRUCTURES"]
    data.PixelData = phantom_stored_values().astype("<u2").tobytes()
