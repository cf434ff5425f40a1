"""Same voxel, same millimetre: by nibabel's affine, by canonical orientation, by hand."""

from itertools import permutations, product

import nibabel
import numpy as np
import pytest
from nifti_files import RAMP, nifti1, nifti2

from loadstone.nifti.file import read_nifti
from loadstone.nifti.to_image import plane_to_image

LIMIT = 10**6
SHAPE = (4, 5, 3)
VOXELS = np.arange(60, dtype=np.int16).reshape(SHAPE)
# every way in which voxel axes can lie along the patient's: columns of the affine, with signs
AXES = [
    np.eye(3)[list(order)].T * signs for order in permutations(range(3)) for signs in product((1, -1), repeat=3)
]  # fmt: skip


def frames_of(data):
    file = read_nifti(data, sample_limit=LIMIT)
    return [plane_to_image(file, n, "nifti:x", sample_limit=LIMIT) for n in range(file.frame_count)]


def affine_of(axes, zooms=(1, 2, 3), origin=(-10, 20, 30)):
    affine = np.eye(4)
    affine[:3, :3] = axes * zooms
    affine[:3, 3] = origin
    return affine


def rotation(x, y, z):
    (a, b, c), (d, e, f) = np.cos((x, y, z)), np.sin((x, y, z))
    return (
        np.array([[c, -f, 0], [f, c, 0], [0, 0, 1]])
        @ np.array([[b, 0, e], [0, 1, 0], [-e, 0, b]])
        @ np.array([[1, 0, 0], [0, a, -d], [0, d, a]])
    )


def saved(affine, form="sform"):
    """The file that nibabel itself writes."""
    image = nibabel.Nifti1Image(VOXELS, None)
    getattr(image, f"set_{form}")(affine, code=1)
    getattr(image, "set_qform" if form == "sform" else "set_sform")(None, code=0)
    image.header.set_xyzt_units("mm", "sec")
    return image.to_bytes()


def assert_same_voxel_same_millimetre(data):
    """Each pixel, from DICOM's plane equation (PS3.3 C.7.6.2.1.1) back through nibabel's affine to nibabel's voxel."""
    theirs = nibabel.Nifti1Image.from_bytes(data)
    voxels = np.asarray(theirs.dataobj)
    to_voxel = np.linalg.inv(theirs.affine)
    for image in frames_of(data):
        plane = image.metadata["imagePlaneModule"]()
        for row, column in np.ndindex(image.pixels.shape):
            lps = (
                np.array(plane.image_position_patient)
                + np.array(plane.row_cosines) * plane.column_pixel_spacing * column
                + np.array(plane.column_cosines) * plane.row_pixel_spacing * row
            )
            ijk = to_voxel @ [-lps[0], -lps[1], lps[2], 1]
            assert np.abs(ijk - ijk.round()).max() < 1e-4
            assert voxels[tuple(ijk[:3].round().astype(int))] == image.pixels[row, column]


@pytest.mark.parametrize("form", ["sform", "qform"])
@pytest.mark.parametrize("axes", AXES, ids=lambda axes: "".join(nibabel.aff2axcodes(affine_of(axes))))
def test_every_orientation_puts_each_voxel_where_nibabel_does(axes, form):
    assert_same_voxel_same_millimetre(saved(affine_of(axes), form))


@pytest.mark.parametrize("axes", AXES, ids=lambda axes: "".join(nibabel.aff2axcodes(affine_of(axes))))
def test_every_orientation_is_shown_as_radiology_looks_at_it(axes):
    data = saved(affine_of(axes))
    canonical = np.asarray(nibabel.as_closest_canonical(nibabel.Nifti1Image.from_bytes(data)).dataobj)
    through = int(np.abs(axes[:, 2]).argmax())
    for k, image in enumerate(frames_of(data)):
        plane = image.metadata["imagePlaneModule"]()
        # the plane that is left of the RAS+ volume, its first axis across and its last upright, both reversed
        place = k if axes[through, 2] > 0 else SHAPE[2] - 1 - k
        assert image.pixels.tolist() == canonical.take(place, through).T[::-1, ::-1].tolist()
        left, back, feet = (1, 0, 0), (0, 1, 0), (0, 0, -1)
        expected = {0: (back, feet), 1: (left, feet), 2: (left, back)}[through]
        assert (plane.row_cosines, plane.column_cosines) == expected


@pytest.mark.parametrize("angles", [(0.1, 0, 0), (0, 0.3, -0.2), (0.4, -0.3, 0.6), (2.5, 1.1, -2.0)])
@pytest.mark.parametrize("form", ["sform", "qform"])
def test_oblique_planes_keep_their_place_and_their_right_angles(angles, form):
    data = saved(affine_of(rotation(*angles), zooms=(0.7, 0.9, 4)), form)
    assert_same_voxel_same_millimetre(data)
    for image in frames_of(data):
        plane = image.metadata["imagePlaneModule"]()
        cosines = np.array([plane.row_cosines, plane.column_cosines])
        assert np.allclose(cosines @ cosines.T, np.eye(2), atol=1e-6)
        assert sorted(plane.pixel_spacing) == pytest.approx([0.7, 0.9], rel=1e-6)
        assert plane.spacing_between_slices == pytest.approx(4, rel=1e-6)
        assert image.warnings == ()


def test_a_plane_by_hand():
    # LAS, 2 x 3 x 4 mm: i to the left, j to the front, the first voxel at R 90, A -126, S -72
    data = nifti1(RAMP, srow=(-2, 0, 0, 90, 0, 3, 0, -126, 0, 0, 4, -72), pixdim=(1, 2, 3, 4, 0, 0, 0, 0))
    image = frames_of(data)[2]
    # only j is reversed: the front, j = 2, is the first row
    assert image.pixels.tolist() == [[220, 221], [210, 211], [200, 201]]
    plane = image.metadata["imagePlaneModule"]()
    # RAS of voxel (0, 2, 2) is (90, -120, -64); LPS turns x and y around
    assert plane.image_position_patient == (-90, 120, -64)
    assert (plane.row_cosines, plane.column_cosines) == ((1, 0, 0), (0, 1, 0))
    assert (plane.pixel_spacing, plane.slice_thickness, plane.rows, plane.columns) == ((3, 2), 4, 3, 2)
    assert (image.row_spacing, image.column_spacing) == (3, 2)


def test_the_sform_counts_over_the_qform():
    fields = {"qform_code": 1, "quatern": (0, 0, 0), "qoffset": (7, 8, 9), "pixdim": (1, 5, 5, 5, 0, 0, 0, 0)}
    (image, *_) = frames_of(nifti1(**fields))
    assert image.metadata["imagePlaneModule"]().pixel_spacing == (1, 1)
    (image, *_) = frames_of(nifti1(**fields, sform_code=0))
    plane = image.metadata["imagePlaneModule"]()
    # RAS axes of 5 mm from (7, 8, 9): both reversed, so the first pixel is voxel (1, 2, 0)
    assert (plane.pixel_spacing, plane.image_position_patient) == ((5, 5), (-12, -18, 9))


def test_without_both_the_voxel_sizes_count_and_the_image_says_that_its_place_is_a_guess():
    data = nifti1(sform_code=0, pixdim=(1, 2, 3, 4, 0, 0, 0, 0))
    (image, *_) = frames_of(data)
    assert_same_voxel_same_millimetre(data)
    assert image.metadata["imagePlaneModule"]().pixel_spacing == (3, 2)
    assert image.warnings == (
        "the file does not say where in the patient it lies (no sform, no qform): rows are taken to run to the "
        "patient's left and columns to the back, about the volume's centre; left and right may be wrong",
    )


def test_forms_that_can_not_be_used_are_passed_over_and_told():
    data = nifti1(srow=(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0), qform_code=1, quatern=(0.9, 0.9, 0))
    (image, *_) = frames_of(data)
    assert image.warnings[0] == "the header's sform can not be used (its axes do not span space)"
    assert image.warnings[1].startswith("the header's qform can not be used (w2 should be positive")
    assert "does not say where in the patient it lies" in image.warnings[2]
    (image, *_) = frames_of(nifti1(srow=(float("nan"),) * 12))
    assert "sform can not be used" in image.warnings[0]


def test_a_sheared_volume_says_so_and_keeps_the_place_of_each_plane():
    # gantry tilt: slices move back by 1 mm for each 2 mm up; atan(2/1) = 63.43°
    data = nifti1(srow=(1, 0, 0, 0, 0, 1, -1, 0, 0, 0, 2, 0))
    assert_same_voxel_same_millimetre(data)
    image = frames_of(data)[1]
    assert image.warnings == (
        "the axes j and k meet at 116.57° instead of 90°: the volume is sheared; each plane is shown with right angles",
    )
    # the distance along the normal, not that of the origins
    assert image.metadata["imagePlaneModule"]().spacing_between_slices == pytest.approx(2)


@pytest.mark.parametrize(("unit", "factor"), [(0, 1), (1, 1000), (2, 1), (3, 0.001)])
def test_units_of_length_become_millimetres(unit, factor):
    plane = frames_of(nifti1(srow=(2, 0, 0, 8, 0, 3, 0, 9, 0, 0, 4, 5), xyzt_units=unit))[0].metadata[
        "imagePlaneModule"
    ]()
    assert plane.pixel_spacing == pytest.approx((3 * factor, 2 * factor))
    assert plane.spacing_between_slices == pytest.approx(4 * factor)
    assert plane.image_position_patient == pytest.approx((-10 * factor, -15 * factor, 5 * factor))


def test_an_unknown_unit_of_length_is_told():
    (image, *_) = frames_of(nifti1(xyzt_units=5))
    assert image.warnings == ("the header's unit of length has the code 5, which NIfTI does not know; taken as mm",)


def test_nifti_2_has_the_same_geometry():
    fields = {"srow": (-2, 0, 0, 90, 0, 3, 0, -126, 0, 0, 4, -72)}
    one, two = (frames_of(write(RAMP, **fields))[1].metadata["imagePlaneModule"]() for write in (nifti1, nifti2))
    assert (one.image_position_patient, one.pixel_spacing) == (two.image_position_patient, two.pixel_spacing)


def test_a_single_slice_has_its_thickness():
    data = nifti1(np.zeros((4, 5), np.uint8), srow=(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 6, 0))
    assert frames_of(data)[0].metadata["imagePlaneModule"]().slice_thickness == 6
