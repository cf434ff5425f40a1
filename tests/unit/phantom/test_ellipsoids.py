"""The volume of ellipsoids: places and values against geometry by hand."""

import numpy as np
import pytest

from loadstone.phantom import truth
from loadstone.phantom.identity import identity_of
from loadstone.phantom.reading import read_phantom
from loadstone.session import Session

SPHERE = "phantom:ellipsoids?ellipsoids=10,20,30,4,4,4,100&center=10,20,30&rows=11&columns=11&frames=11"


async def volume(image_id):
    session = Session()
    ids = await session.frames(image_id)
    return [await session.load_and_cache_image(frame_id) for frame_id in ids], session


def hounsfield(image):
    return image.pixels * image.rescale_slope + image.rescale_intercept


async def test_a_sphere_lies_in_the_middle_of_its_volume():
    images, session = await volume(f"{SPHERE}&spacing=1&slice_spacing=1")
    values = np.stack(list(map(hounsfield, images)))
    # the points of a grid of 1 mm no farther than 4 mm from the middle: 257, as counted for lattice points in a sphere
    assert (values == 100).sum() == 257
    assert (values == -1000).sum() == 11**3 - 257
    assert values[5, 5].tolist() == [-1000] + [100] * 9 + [-1000]
    assert values[:, 5, 5].tolist() == [-1000] + [100] * 9 + [-1000]
    plane = session.metadata.get("imagePlaneModule", images[0].image_id)
    assert plane.image_position_patient == (5, 15, 25)
    assert session.metadata.get("imagePlaneModule", images[10].image_id).image_position_patient == (5, 15, 35)
    assert (plane.pixel_spacing, plane.slice_thickness) == ((1, 1), 1)


@pytest.mark.parametrize(
    ("orientation", "directions", "first"),
    [
        ("axial", ((1, 0, 0), (0, 1, 0), (0, 0, 1)), (-40.5, -31.5, -46)),
        ("coronal", ((1, 0, 0), (0, 0, -1), (0, 1, 0)), (-40.5, -46, 31.5)),
        ("sagittal", ((0, 1, 0), (0, 0, -1), (-1, 0, 0)), (46, -40.5, 31.5)),
    ],
)
async def test_slices_lie_where_their_orientation_has_them(orientation, directions, first):
    # 28 columns and 22 rows of 3 mm, 24 slices of 4 mm
    image_id = f"phantom:ellipsoids?orientation={orientation}&rows=22&columns=28&spacing=3&frames=24&slice_spacing=4"
    images, session = await volume(image_id)
    row, column, normal = directions
    for number, image in enumerate(images):
        plane = session.metadata.get("imagePlaneModule", image.image_id)
        assert (plane.row_cosines, plane.column_cosines) == (row, column)
        assert plane.image_position_patient == tuple(f + 4 * number * n for f, n in zip(first, normal, strict=True))
        known = truth(image_id)
        for i, j in ((0, 0), (11, 14), (5, 20), (8, 7), (21, 27)):
            place = np.array(plane.image_position_patient) + 3 * j * np.array(row) + 3 * i * np.array(column)
            assert hounsfield(image)[i, j] == known.value_at(*place)


async def test_oblique_slices_hold_the_values_of_their_places():
    cosines = "0.8,0.6,0,0.36,-0.48,0.8"
    image_id = f"phantom:ellipsoids?orientation={cosines}&center=3,-5,7&rows=40&columns=50&spacing=4,3.5&frames=30"
    images, session = await volume(f"{image_id}&slice_spacing=5")
    known = truth(f"{image_id}&slice_spacing=5")
    row, column = np.array([0.8, 0.6, 0]), np.array([0.36, -0.48, 0.8])
    # the middle of 30 slices is between the 15th and the 16th
    middle = np.array([3, -5, 7]) - 24.5 * 3.5 * row - 19.5 * 4 * column - 14.5 * 5 * np.cross(row, column)
    found = session.metadata.get("imagePlaneModule", images[0].image_id).image_position_patient
    assert found == pytest.approx(tuple(middle))
    seen = set()
    for number in (3, 14, 20):
        values = hounsfield(images[number])
        for i in range(0, 40, 3):
            for j in range(0, 50, 3):
                place = middle + number * 5 * np.cross(row, column) + 3.5 * j * row + 4 * i * column
                assert values[i, j] == known.value_at(*place)
                seen.add(values[i, j])
    assert {-1000, 0, -800, -750} <= seen


@pytest.mark.parametrize(
    ("axes", "expected"),
    # 4/3 pi a b c in mm³
    [((12, 9, 15), 6786), ((18, 12, 9), 8143), ((16, 16, 16), 17157)],
)
async def test_volumes_are_those_of_the_formula(axes, expected):
    a, b, c = axes
    image_id = (
        f"phantom:ellipsoids?ellipsoids=0.3,0.1,-0.2,{a},{b},{c},1000&background=0"
        "&rows=40&columns=40&frames=20&spacing=1&slice_spacing=2&samples=2"
    )
    images, _ = await volume(image_id)
    assert truth(image_id).ellipsoids[0].volume == pytest.approx(expected, abs=1)
    # voxels of 2 mm³, at the edges in part
    assert 2 * sum(hounsfield(image).sum() / 1000 for image in images) == pytest.approx(expected, rel=0.005)


def test_a_place_is_found_in_rows_columns_and_frames():
    known = truth(f"{SPHERE}&spacing=2,0.5&slice_spacing=4")
    assert known.pixel(10, 20, 30) == pytest.approx((5, 5, 5))
    # 1 mm to the left is two columns, 1 mm to the back half a row, 1 mm up a quarter of a frame
    assert known.pixel(11, 21, 31) == pytest.approx((5.5, 7, 5.25))
    assert known.placement.affine.tolist() == [[0.5, 0, 0, 7.5], [0, 2, 0, 10], [0, 0, 4, 10], [0, 0, 0, 1]]


def test_a_turned_ellipsoid_is_longest_in_its_direction():
    turned = truth("phantom:ellipsoids").ellipsoids[6]
    # 18 mm along 30 degrees from x to y, 12 mm across, around (-30, 20, -45)
    along, across = np.array([3**0.5 / 2, 0.5, 0]), np.array([-0.5, 3**0.5 / 2, 0])
    centre = np.array([-30, 20, -45])
    assert turned.contains(*(centre + 17.9 * along))
    assert not turned.contains(*(centre + 18.1 * along))
    assert turned.contains(*(centre - 11.9 * across))
    assert not turned.contains(*(centre - 12.1 * across))


def test_the_inner_ellipsoids_lie_within_the_body_and_apart_from_each_other():
    body, *inner = truth("phantom:ellipsoids").ellipsoids
    rng = np.random.default_rng(7)
    directions = rng.standard_normal((500, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, np.newaxis]
    for one in inner:
        surface = np.linalg.solve(one.to_unit_sphere, directions.T).T + np.array([one.x, one.y, one.z])
        for point in surface:
            assert body.contains(*point)
            assert not any(other.contains(*point) for other in inner if other is not one)


async def test_stored_values_follow_from_slope_and_intercept():
    query = "ellipsoids=0,0,0,20,20,20,40&background=-100&rows=3&columns=3&frames=1&signed=1&slope=-0.5&intercept=10"
    image = await Session().load_image(f"phantom:ellipsoids?{query}")
    assert image.pixels[1, 1] == -60
    assert truth(f"phantom:ellipsoids?{query}").stored(-100) == 220
    # MONOCHROME1 shows other grey levels, the values are the same
    inverse = await Session().load_image(f"phantom:ellipsoids?{query}&photometric=MONOCHROME1")
    assert inverse.pixels.tolist() == image.pixels.tolist()


def test_slices_that_do_not_meet_an_ellipsoid_are_background():
    pattern, _ = read_phantom(f"{SPHERE}&spacing=1&slice_spacing=8.1")
    assert [np.unique(pattern.stored_values(frame)).tolist() for frame in (4, 5, 6)] == [[24], [24, 1124], [24]]


def test_all_orientations_are_of_one_frame_of_reference():
    uids = {
        identity_of(read_phantom(f"phantom:ellipsoids?orientation={name}")[0], None).frame_of_reference_uid
        for name in ("axial", "coronal")
    }
    assert len(uids) == 1


@pytest.mark.parametrize("orientation", ["sagittal", "0.8,0.6,0,0.36,-0.48,0.8"])
async def test_a_session_makes_a_volume_of_them_whose_voxels_lie_where_the_truth_says(orientation):
    image_id = (
        f"phantom:ellipsoids?orientation={orientation}&rows=30&columns=40&spacing=6,4&frames=20&slice_spacing=8"
        "&center=3,-5,7&slope=0.5&intercept=-1024&bits=13"
    )
    session, known = Session(), truth(image_id)
    made = await session.volume([image_id])
    assert made.voxels.shape == (20, 30, 40)
    values = made.voxels * made.rescale_slope + made.rescale_intercept
    for place in [(0, 0, 0), (10, 15, 20), (12, 7, 33), (3, 22, 10), (16, 14, 12)]:
        x, y, z, _ = made.affine @ (place[2], place[1], place[0], 1)
        assert values[place] == known.value_at(x, y, z)
    # each place that is known is found in the volume by its affine
    for ellipsoid in known.ellipsoids[1:]:
        column, row, slice_index, _ = np.linalg.solve(made.affine, (ellipsoid.x, ellipsoid.y, ellipsoid.z, 1))
        assert values[round(slice_index), round(row), round(column)] == ellipsoid.value
