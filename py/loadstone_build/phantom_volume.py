"""The Shepp-Logan head phantom as a NIfTI volume: its ellipses made solid."""

import gzip

import nibabel
import numpy as np
import numpy.typing as npt

from loadstone_build.phantom import RESCALE_INTERCEPT, RESCALE_SLOPE, STORED_PER_GREY_LEVEL, phantom_values

SIZE = 96
SLICES = 24
# in mm; the head is as large as that of the DICOM phantom
PIXEL_SPACING = 179.2 / SIZE
SLICE_SPACING = 4.0
# in halves of the picture's width, as the ellipses are; the first slice has something to show already
LOWEST = -0.15


def phantom_stored_volume() -> npt.NDArray[np.int16]:
    """Return the stored values ``[i, j, k]``, half HU above -1000: i to the left, j to the front, k up."""
    step = 2 * SLICE_SPACING / (PIXEL_SPACING * SIZE)
    planes = [phantom_values(SIZE, LOWEST + k * step)[::-1].T for k in range(SLICES)]
    return np.rint(np.stack(planes, axis=2) * STORED_PER_GREY_LEVEL).astype(np.int16)


def phantom_nifti() -> bytes:
    """Return the phantom as .nii.gz: 16 bit signed, rescaled to HU, its middle at the origin of patient space."""
    affine = np.diag([-PIXEL_SPACING, PIXEL_SPACING, SLICE_SPACING, 1.0])
    affine[:2, 3] = np.array([1, -1]) * PIXEL_SPACING * (SIZE - 1) / 2
    affine[2, 3] = LOWEST * PIXEL_SPACING * SIZE / 2
    image = nibabel.Nifti1Image(phantom_stored_volume(), affine)
    # nibabel writes voxels as they are where slope and intercept are set
    image.header.set_slope_inter(RESCALE_SLOPE, RESCALE_INTERCEPT)
    image.header.set_xyzt_units("mm")
    image.header["descrip"] = b"Loadstone sample: Shepp-Logan head phantom"
    image.header["cal_min"], image.header["cal_max"] = -1000, 1000
    return gzip.compress(image.to_bytes(), mtime=0)
