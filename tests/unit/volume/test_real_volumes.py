"""Volumes of real series lie where SimpleITK and nibabel have them, and those of a phantom where it is, by voxel."""

from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
import SimpleITK
from packed import InMemory

from loadstone.errors import VolumeError
from loadstone.phantom import dicom, truth
from loadstone.session import Session

PYDICOM = Path(pydicom.__file__).parent / "data" / "test_files"
NIBABEL = Path(nibabel.__file__).parent / "tests" / "data"
CT = sorted((PYDICOM / "dicomdirtests" / "98892001" / "CT5N").iterdir())
# one slice lies 20 cm from the others
TORN = sorted((PYDICOM / "dicomdirtests" / "77654033" / "CT2").iterdir())


async def volume_of(paths):
    session = Session()
    found = await session.open_files([InMemory(path.read_bytes(), path.name) for path in paths])
    stacks = [stack.image_ids for study in found.studies for series in study.series for stack in series.stacks]
    assert len(stacks) + len(found.others) == 1
    return await session.volume(stacks[0] if stacks else found.others[0].image_id)


def some_voxels(volume):
    """The places (column, row, slice), the values in modality units, and the points of a few hundred voxels."""
    slices, rows, columns = volume.shape
    chosen = np.random.default_rng(3)
    for _ in range(300):
        place = (int(chosen.integers(columns)), int(chosen.integers(rows)), int(chosen.integers(slices)))
        stored = float(volume.voxels[place[::-1]])
        yield stored * volume.rescale_slope + volume.rescale_intercept, volume.position(*place)


@pytest.mark.parametrize(("paths", "factor"), [(CT, 1), ([PYDICOM / "rtdose.dcm"], 1e-6)], ids=["CT", "dose"])
async def test_dicom_lies_where_simpleitk_has_it(paths, factor):
    volume = await volume_of(paths)
    if len(paths) > 1:
        reader = SimpleITK.ImageSeriesReader()
        reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(paths[0].parent)))
        other = reader.Execute()
    else:
        other = SimpleITK.ReadImage(str(paths[0]))
    assert other.GetSize() == volume.shape[::-1]
    for value, point in some_voxels(volume):
        theirs = other.GetPixel(other.TransformPhysicalPointToIndex(point))
        # SimpleITK leaves the dose grid scaling (1e-6) to its user
        assert value == pytest.approx(theirs * factor)


async def test_a_real_series_with_a_slice_far_away_is_refused():
    with pytest.raises(
        VolumeError, match=r"most are 1\.25 mm apart, but 202\.5 mm lie between dicomfile:1 and dicomfile:2"
    ):
        await volume_of(TORN)


@pytest.mark.parametrize(
    "name", ["anatomical.nii", "functional.nii", "example4d.nii.gz", "reoriented_anat_moved.nii", "standard.nii.gz"]
)
async def test_nifti_lies_where_nibabel_has_it(name):
    volume = await volume_of([NIBABEL / name])
    image = nibabel.load(NIBABEL / name)
    theirs = image.get_fdata()
    theirs = theirs.reshape(*theirs.shape[:3], -1)[..., 0]
    assert sorted(volume.shape) == sorted(theirs.shape)
    # of several times only the first is loaded
    assert len(volume.made_of) == volume.shape[0]
    inverse = np.linalg.inv(image.affine)
    for value, (x, y, z) in some_voxels(volume):
        # NIfTI's x runs to the right, y to the front
        i, j, k = np.rint((inverse @ [-x, -y, z, 1])[:3]).astype(int)
        assert value == pytest.approx(theirs[i, j, k])


@pytest.mark.parametrize("orientation", ["axial", "coronal", "sagittal", "0,-1,0,0.6,0,0.8"])
async def test_planes_of_an_enhanced_multi_frame_file_show_what_is_there(orientation):
    phantom = f"phantom:ellipsoids?orientation={orientation}&rows=40&columns=36&frames=30&spacing=4&slice_spacing=5"
    session = Session()
    await session.open_files([InMemory(dicom(phantom), "enhanced.dcm")])
    known = truth(phantom)
    volume = await session.volume("dicomfile:1")
    assert volume.shape == (30, 40, 36)
    np.testing.assert_allclose(volume.affine, known.placement.affine, atol=1e-9)
    # of planes along its own axes every pixel is a voxel, of others the nearest one may lie across a border
    differing = 0.0 if "," not in orientation else 0.05
    for name in ("axial", "coronal", "sagittal"):
        image = await session.load_image(f"mpr:{name}/17?volume={volume.key}&interpolation=nearest")
        plane = image.metadata["imagePlaneModule"]()
        wrong = 0
        for row, column in np.ndindex(image.pixels.shape):
            point = (
                np.array(plane.image_position_patient)
                + np.array(plane.row_cosines) * column * image.column_spacing
                + np.array(plane.column_cosines) * row * image.row_spacing
            )
            value = image.pixels[row, column] * image.rescale_slope + image.rescale_intercept
            is_outside = image.padding is not None and image.pixels[row, column] == image.padding[0]
            wrong += not is_outside and value != known.value_at(*point)
        assert wrong <= differing * image.pixels.size
