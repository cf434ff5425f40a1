"""Planes of volumes: their values against SimpleITK and scipy, their geometry by hand."""

from itertools import product

import numpy as np
import pytest
import SimpleITK
from numpy.testing import assert_allclose, assert_array_equal
from scipy.ndimage import map_coordinates

from loadstone.volume.cutting import cut
from loadstone.volume.planes import meets, oblique_plane, plane_stack
from loadstone.volume.volume import Volume

RNG = np.random.default_rng(7)
# slices, rows, columns
NOISE = RNG.integers(-1000, 3000, (9, 11, 13)).astype(np.int16)


def turned(angles):
    """A rotation about x, y and z by these degrees."""
    matrix = np.eye(3)
    for axis, angle in enumerate(np.radians(angles)):
        cosine, sine = np.cos(angle), np.sin(angle)
        one, other = [place for place in range(3) if place != axis]
        turn = np.eye(3)
        turn[one, one] = turn[other, other] = cosine
        turn[one, other], turn[other, one] = -sine, sine
        matrix = turn @ matrix
    return matrix


def volume_of(voxels=NOISE, axes=None, spacing=(1.0, 1.0, 1.0), origin=(0.0, 0.0, 0.0), **fields):
    affine = np.eye(4)
    affine[:3, :3] = (np.eye(3) if axes is None else axes) * np.array(spacing)
    affine[:3, 3] = origin
    fields.setdefault("value_range", (np.nanmin(voxels).item(), np.nanmax(voxels).item()))
    return Volume("k", ("a:1", "a:2"), ("a:1", "a:2"), voxels, affine, **fields)


def by_itk(volume, plane, interpolator, dtype=SimpleITK.sitkFloat64):
    """The plane as SimpleITK resamples the volume; it knows no sheared ones."""
    image = SimpleITK.GetImageFromArray(volume.voxels)
    lengths = np.linalg.norm(volume.affine[:3, :3], axis=0)
    image.SetSpacing(lengths.tolist())
    image.SetDirection((volume.affine[:3, :3] / lengths).reshape(-1).tolist())
    image.SetOrigin(volume.affine[:3, 3].tolist())
    direction = np.stack([plane.row, plane.column, plane.normal], axis=1)
    size = [plane.columns, plane.rows, 1]
    spacing = (plane.column_spacing, plane.row_spacing, 1.0)
    resampled = SimpleITK.Resample(
        image, size, SimpleITK.Transform(), interpolator, plane.position.tolist(), spacing,
        direction.reshape(-1).tolist(), volume.outside, dtype,
    )  # fmt: skip
    return SimpleITK.GetArrayFromImage(resampled)[0]


def by_scipy(volume, plane, order):
    """The plane by scipy, which clamps at the edges, with the places it was taken at."""
    columns, rows = np.meshgrid(np.arange(plane.columns), np.arange(plane.rows))
    points = (
        plane.position[:, None, None]
        + plane.row[:, None, None] * columns * plane.column_spacing
        + plane.column[:, None, None] * rows * plane.row_spacing
    )
    inverse = np.linalg.inv(volume.affine)
    places = np.tensordot(inverse[:3, :3], points, 1) + inverse[:3, 3, None, None]
    values = map_coordinates(volume.voxels.astype(np.float64), places[::-1], order=order, mode="nearest")
    sizes = np.array(volume.voxels.shape[::-1])[:, None, None]
    return values, ((places >= -0.5) & (places < sizes - 0.5)).all(axis=0)


OBLIQUE = volume_of(axes=turned((20, -35, 50)), spacing=(0.8, 1.3, 2.5), origin=(-3, 7, 11))
SHEARED = volume_of(
    axes=np.array([[1, 0, 0], [0, np.cos(0.3), 0], [0, -np.sin(0.3), 1]]).astype(float), spacing=(0.9, 0.9, 3)
)
BYTES = volume_of(RNG.integers(0, 256, (5, 6, 7)).astype(np.uint8), turned((5, 10, 15)), (1, 1, 2))
FLOATS = volume_of(RNG.normal(size=(5, 6, 7)), turned((-5, 10, 95)), (1, 1, 2))
VOLUMES = [OBLIQUE, BYTES, FLOATS]


def planes_of(volume, spacing=None):
    for name in ("axial", "coronal", "sagittal"):
        stack = plane_stack(volume, name, spacing)
        yield stack.plane(stack.count // 2)
    yield oblique_plane(volume, volume.centre, (1, 2, -1), (1, 0, 1), spacing)


@pytest.mark.parametrize("volume", VOLUMES)
@pytest.mark.parametrize("spacing", [None, 0.37])
def test_linear_planes_are_those_of_simpleitk(volume, spacing):
    for plane in planes_of(volume, spacing):
        expected = by_itk(volume, plane, SimpleITK.sitkLinear)
        values = cut(volume, plane)
        assert_array_equal(np.isnan(values), np.isnan(expected))
        inside = expected != volume.outside
        assert inside.sum() > 20
        # whole numbers are rounded, by floats of 32 bits
        within = 1e-12 if volume is FLOATS else 0.5 + 1e-3
        assert_allclose(values, expected, atol=within, rtol=0)
        if volume is not FLOATS:
            clear = np.abs(expected - np.floor(expected) - 0.5) > 1e-3
            assert_array_equal(values[clear], np.rint(expected[clear]))


@pytest.mark.parametrize("volume", VOLUMES)
def test_nearest_planes_are_those_of_simpleitk(volume):
    for plane in planes_of(volume):
        expected = by_itk(volume, plane, SimpleITK.sitkNearestNeighbor)
        assert_array_equal(cut(volume, plane, interpolation="nearest"), expected)


@pytest.mark.parametrize(("interpolation", "order"), [("nearest", 0), ("linear", 1)])
def test_planes_of_a_sheared_volume_are_those_of_scipy(interpolation, order):
    for plane in planes_of(SHEARED):
        expected, inside = by_scipy(SHEARED, plane, order)
        values = cut(SHEARED, plane, interpolation=interpolation)
        assert_allclose(values[inside], expected[inside], atol=0.501, rtol=0)
        assert_array_equal(values == SHEARED.outside, ~inside)


def test_planes_of_a_volume_along_the_axes_are_its_voxels_however_it_is_stored():
    # stored in any order of axes and any direction; the voxel at (x, y, z) is 100 x + 10 y + z
    grid = (100 * np.arange(4)[:, None, None] + 10 * np.arange(3)[:, None] + np.arange(2)).astype(np.int16)
    for order, signs in product([(0, 1, 2), (1, 2, 0), (2, 0, 1), (1, 0, 2)], product((1, -1), repeat=3)):
        # stored axis a (column, row, slice) runs along patient axis order[a]
        voxels = grid.transpose(order)[tuple(slice(None, None, sign) for sign in signs)].transpose(2, 1, 0)
        axes, origin = np.zeros((3, 3)), np.zeros(3)
        for stored, (patient, sign) in enumerate(zip(order, signs, strict=True)):
            axes[patient, stored] = sign
            origin[patient] = 0 if sign > 0 else grid.shape[patient] - 1
        volume = volume_of(np.ascontiguousarray(voxels), axes, origin=origin)
        # rows to the back, columns to the left
        assert_array_equal(cut(volume, plane_stack(volume, "axial").plane(1)), grid[:, :, 1].T)
        # head on top
        assert_array_equal(cut(volume, plane_stack(volume, "coronal").plane(2)), grid[:, 2, ::-1].T)
        assert_array_equal(cut(volume, plane_stack(volume, "sagittal").plane(3)), grid[3, :, ::-1].T)


def test_the_geometry_of_planes_along_the_axes():
    volume = volume_of(spacing=(0.5, 0.75, 3), origin=(-10, 20, 100))
    axial, coronal, sagittal = (plane_stack(volume, name) for name in ("axial", "coronal", "sagittal"))
    assert (axial.count, coronal.count, sagittal.count) == (9, 11, 13)
    plane = axial.plane(2)
    assert_allclose(plane.position, [-10, 20, 106])
    assert (plane.rows, plane.columns, plane.row_spacing, plane.column_spacing) == (11, 13, 0.75, 0.5)
    plane = coronal.plane(1)
    assert_allclose(plane.position, [-10, 20.75, 124])
    assert_allclose([*plane.row, *plane.column], [1, 0, 0, 0, 0, -1])
    assert (plane.rows, plane.columns, plane.row_spacing, plane.column_spacing) == (9, 13, 3, 0.5)
    plane = sagittal.plane(12)
    assert_allclose(plane.position, [-4, 20, 124])
    assert_allclose([*plane.row, *plane.column], [0, 1, 0, 0, 0, -1])
    assert (plane.rows, plane.columns, plane.row_spacing, plane.column_spacing) == (9, 11, 3, 0.75)


def test_a_spacing_divides_the_pixels_and_not_the_planes():
    volume = volume_of(spacing=(0.5, 0.75, 3), origin=(-10, 20, 100))
    stack = plane_stack(volume, "coronal", 0.6)
    assert stack.count == 11
    plane = stack.plane(1)
    # x from -10 to -4, z from 100 to 124: the top row is the last that fits
    assert (plane.columns, plane.rows) == (11, 41)
    assert_allclose(plane.position, [-10, 20.75, 124])
    assert_allclose(cut(volume, plane)[0, :1], NOISE[8, 1, 0])


def test_a_volume_of_a_tilted_gantry_has_planes_along_the_patients_axes():
    # 30 degrees about x: rows run along (0, 0.866, -0.5), slices are 4 mm apart along z
    axes = np.array([[1, 0, 0], [0, 3**0.5 / 2, 0], [0, -0.5, 1]])
    volume = volume_of(axes=axes, spacing=(1, 2, 4))
    stack = plane_stack(volume, "axial")
    # z from -10 (the last row of the lowest slice) to 32; slices are 4 x 0.866 mm apart
    assert_allclose(stack.first.position, [0, 0, -10])
    assert_allclose(stack.step, [0, 0, 2 * 3**0.5])
    assert stack.count == 13
    assert (stack.first.columns, stack.first.rows) == (13, 9)
    assert_allclose(stack.first.row_spacing, 2)


def test_an_oblique_plane_shows_all_of_the_volume_wherever_its_point_lies():
    volume = volume_of(spacing=(1, 1, 2))
    plane = oblique_plane(volume, (6, 5, 8), (1, 0, 0), (0, 0.6, -0.8))
    # y from 0 to 10, z from 0 to 16 reach over 10 x 0.6 + 16 x 0.8 = 18.8 mm of the column's direction
    assert (plane.columns, plane.rows, plane.row_spacing) == (13, 19, 1)
    # the centre of the volume, (6, 5, 8), is that of the picture
    assert_allclose(plane.position, [0, 5 - 9 * 0.6, 8 + 9 * 0.8])
    within = oblique_plane(volume, (2, 5.6, 7.2), (1, 0, 0), (0, 0.6, -0.8))
    assert_allclose(within.position, plane.position)
    through = oblique_plane(volume, (6, 5.8, 8.6), (1, 0, 0), (0, 0.6, -0.8))
    assert_allclose(through.position - plane.position, [0, 0.8, 0.6])
    assert meets(volume, through)
    assert not meets(volume, oblique_plane(volume, (6, 5, 17.1), (1, 0, 0), (0, 1, 0)))
    assert meets(volume, oblique_plane(volume, (6, 5, 16.9), (1, 0, 0), (0, 1, 0)))


@pytest.mark.parametrize("mode", ["max", "min", "mean"])
def test_slabs_along_an_axis_are_numpys(mode):
    volume = volume_of(spacing=(1, 1, 2))
    combine = getattr(np, mode)
    # 4 mm to each side are two slices of 2 mm
    expected = np.rint(combine(NOISE[2:7], axis=0))
    assert_array_equal(cut(volume, plane_stack(volume, "axial").plane(4), slab=8, mode=mode), expected)
    # 2.9 mm to each side are two rows of 1 mm; at the edge there are fewer
    expected = np.rint(combine(NOISE[::-1, :4], axis=1))
    assert_array_equal(cut(volume, plane_stack(volume, "coronal").plane(1), slab=5.8, mode=mode), expected)


@pytest.mark.parametrize("mode", ["max", "min", "mean"])
@pytest.mark.parametrize("interpolation", ["nearest", "linear"])
def test_oblique_slabs_are_those_of_the_planes_they_are_made_of(mode, interpolation):
    volume = volume_of(NOISE.astype(np.float64), axes=turned((20, -35, 50)), origin=(1, 2, 3))
    plane = oblique_plane(volume, volume.centre, (1, 2, -1), (1, 0, 1))
    # the voxels' axes meet the normal at cosines of which the largest tells how far apart the planes are
    step = 1 / np.abs(turned((20, -35, 50)).T @ plane.normal).max()
    planes = [
        by_itk(
            volume,
            plane.moved(offset * step * plane.normal),
            SimpleITK.sitkNearestNeighbor if interpolation == "nearest" else SimpleITK.sitkLinear,
        )
        for offset in range(-2, 3)
    ]
    values = cut(volume, plane, interpolation=interpolation, slab=5 * step, mode=mode)
    met = ~np.isnan(planes).all(axis=0)
    expected = np.full(values.shape, np.nan)
    expected[met] = getattr(np, f"nan{mode}")(np.array(planes)[:, met], axis=0)
    assert_allclose(values, expected)


@pytest.mark.parametrize(("mode", "expected"), [("max", 30), ("min", 10), ("mean", 20)])
def test_padding_counts_in_no_slab(mode, expected):
    voxels = np.array([10, -2000, 30, 5000, -2000]).astype(np.int16)[:, None, None] * np.ones((1, 2, 3), np.int16)
    volume = volume_of(voxels, padding=(-2000, -2000), value_range=(-2000, 5000))
    stack = plane_stack(volume, "axial")
    assert (cut(volume, stack.plane(1), slab=2, mode=mode) == expected).all()
    # where there is nothing else, it stays
    assert (cut(volume, stack.plane(4), slab=1, mode=mode) == -2000).all()


@pytest.mark.parametrize("axes", [None, turned((10, 20, 30))])
def test_the_highest_is_the_one_in_modality_units(axes):
    # 100, 0 and -100 HU
    voxels = np.array([0, 100, 200], np.int16)[:, None, None] * np.ones((3, 3), np.int16)
    volume = volume_of(voxels, axes, rescale_slope=-1.0, rescale_intercept=100.0)
    plane = oblique_plane(volume, volume.centre, (1, 0, 0), (0, 1, 0))
    middle = (plane.rows // 2, plane.columns // 2)
    highest, mean, lowest = (cut(volume, plane, slab=3, mode=mode)[middle] for mode in ("max", "mean", "min"))
    assert highest < mean < lowest
    if axes is None:
        assert (highest, mean, lowest) == (0, 100, 200)


def test_a_slab_is_no_thicker_than_the_volume():
    # as thick as that in steps of a voxel, it would never end
    plane = oblique_plane(OBLIQUE, OBLIQUE.centre, (1, 0, 0), (0, 1, 0))
    assert_array_equal(cut(OBLIQUE, plane, slab=1e9), cut(OBLIQUE, plane, slab=60))


def test_padding_counts_in_no_oblique_slab():
    voxels = np.where(np.arange(9)[:, None, None] % 2, NOISE, -2000).astype(np.int16)
    volume = volume_of(voxels, turned((10, 20, 30)), padding=(-2000, -2000))
    plane = oblique_plane(volume, volume.centre, (1, 0, 0), (0, 1, 0))
    lowest = cut(volume, plane, interpolation="nearest", slab=4, mode="min")
    met = lowest != -2000
    assert met.mean() > 0.5
    assert lowest[met].min() >= NOISE.min()
    # where the slab leaves the volume there is nothing
    assert not met[0, 0]


def test_an_edge_takes_nothing_from_the_voxels_that_are_stored_behind_it():
    voxels = np.zeros((3, 3, 3))
    voxels[:, :, 0] = np.inf
    volume = volume_of(voxels, value_range=(0, 0))
    plane = plane_stack(volume, "sagittal", 0.5).plane(2)
    assert_array_equal(cut(volume, plane), np.zeros((5, 5)))


@pytest.mark.parametrize("beside", [np.nan, np.inf])
def test_neighbours_without_weight_do_not_count(beside):
    voxels = np.ones((3, 3, 3))
    voxels[:, :, 2] = beside
    voxels[0] = beside
    volume = volume_of(voxels, value_range=(1, 1))
    # pixels on voxels and half way between them
    values = cut(volume, plane_stack(volume, "coronal", 0.5).plane(1))
    assert_array_equal(values[:3, :3], np.ones((3, 3)))
    assert not np.isfinite(values[3:]).any()
    assert not np.isfinite(values[:, 3:]).any()
    # also beside the last voxel
    voxels = np.ones((3, 3, 3))
    voxels[:, :, 1] = beside
    volume = volume_of(voxels, value_range=(1, 1))
    row = cut(volume, plane_stack(volume, "coronal", 0.5).plane(1))[0]
    assert_array_equal(np.isfinite(row), [True, False, False, False, True])


def test_what_is_outside_has_a_value_that_no_voxel_has():
    assert volume_of(np.full((2, 2, 2), 7, np.uint8)).outside == 6
    assert volume_of(np.arange(8, dtype=np.uint8).reshape(2, 2, 2)).outside == 8
    full = volume_of(np.array([0, 255] * 25, np.uint8).reshape(2, 5, 5), turned((0, 0, 45)))
    assert full.outside == -1
    values = cut(full, plane_stack(full, "axial").plane(0))
    assert values.dtype == np.int16
    assert values.min() == -1
    assert np.isnan(volume_of(np.zeros((2, 2, 2))).outside)


def test_nothing_of_a_volume_is_held_on_to_by_its_planes():
    volume = volume_of()
    for name in ("axial", "coronal", "sagittal"):
        assert cut(volume, plane_stack(volume, name).plane(1)).base is None
