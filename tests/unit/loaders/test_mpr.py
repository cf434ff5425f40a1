"""mpr: planes of volumes as images that load, cache and tell where they lie, like any other."""

from urllib.parse import quote

import numpy as np
import pytest
from made_slices import MadeSlice, ramp, session_of
from numpy.testing import assert_allclose, assert_array_equal

from loadstone.errors import FrameIndexError, ImageTooLargeError, InvalidImageIdError, LoadstoneError, VolumeError
from loadstone.image import LineageStep, Window
from loadstone.metadata import FrameOfReferenceModule, GeneralSeriesModule
from loadstone.orientation import direction_letters, edge_letters
from loadstone.session import Session

FIELDS = {"rescale_slope": 2.0, "rescale_intercept": -1000.0, "unit": "HU", "windows": (Window(40, 400),)}

LENGTH = "give a length in mm from 0.00001 to 100000"


def made():
    """3 columns 0.5 mm apart, 2 rows 0.75 mm apart, 4 slices 2 mm apart; x to the left, y to the back, z up."""
    return session_of(
        [MadeSlice(ramp(n), (-10, 20, 100 + 2 * n), spacing=(0.75, 0.5), fields=FIELDS) for n in range(4)]
    )


async def test_a_plane_means_what_its_volume_means_and_tells_where_it_lies():
    session, image_ids = made()
    volume = await session.volume(image_ids)
    image_id = f"mpr:coronal/1?volume={volume.key}"
    image = await session.load_and_cache_image(image_id)
    # the second row of each slice, the highest on top
    assert_array_equal(image.pixels, [[310, 311, 312], [210, 211, 212], [110, 111, 112], [10, 11, 12]])
    assert image.pixels.dtype == np.int16
    assert (image.rescale_slope, image.rescale_intercept, image.unit) == (2.0, -1000.0, "HU")
    assert image.windows == (Window(40, 400),)
    assert (image.row_spacing, image.column_spacing) == (2.0, 0.5)
    plane = session.metadata.get("imagePlaneModule", image_id)
    assert plane.image_position_patient == (-10, 20.75, 106)
    assert plane.image_orientation_patient == (1, 0, 0, 0, 0, -1)
    assert plane.pixel_spacing == (2.0, 0.5)
    assert (plane.slice_thickness, plane.spacing_between_slices) == (0.75, 0.75)
    assert plane.frame_of_reference_uid == "1.2"
    assert session.metadata.get("frameOfReferenceModule", image_id) == FrameOfReferenceModule("1.2")
    assert image.lineage == (LineageStep("mpr(coronal, 1)", image_id, tuple(image_ids)),)
    assert image_id in session.cache
    assert not any(source in session.cache for source in image_ids)


async def test_all_planes_of_a_kind_are_the_frames_of_one():
    session, image_ids = made()
    key = (await session.volume(image_ids)).key
    assert await session.frames(f"mpr:coronal/1?volume={key}&slab=3") == (
        f"mpr:coronal/0?volume={key}&slab=3",
        f"mpr:coronal/1?volume={key}&slab=3",
    )
    axial = await session.frames(f"mpr:axial/0?volume={key}")
    assert len(axial) == 4
    # the lowest first
    assert_array_equal((await session.load_image(axial[0])).pixels, ramp(0))
    sagittal = await session.frames(f"mpr:sagittal/2?volume={key}")
    assert len(sagittal) == 3
    # rows from the front to the back, from the head down
    assert_array_equal((await session.load_image(sagittal[0])).pixels, [[300, 310], [200, 210], [100, 110], [0, 10]])


async def test_a_volume_is_made_of_the_ids_that_are_given_in_its_place():
    session, image_ids = made()
    image = await session.load_image(f"mpr:axial/3?volume={','.join(map(quote, image_ids))}")
    assert_array_equal(image.pixels, ramp(3))
    assert session.volumes.keys() == ((await session.volume(image_ids)).key,)
    whole = await session.load_image("mpr:axial/23?volume=example%3Anifti%3Fframe%3D3")
    assert_array_equal(whole.pixels, (await session.load_image("example:nifti?frame=23")).pixels)


async def test_slab_mode_interpolation_and_spacing():
    session, image_ids = made()
    of = f"?volume={(await session.volume(image_ids)).key}"
    image = await session.load_image(f"mpr:axial/1{of}&slab=4&mode=mean")
    assert_array_equal(image.pixels, ramp(1))
    image = await session.load_image(f"mpr:axial/1{of}&slab=4")
    assert_array_equal(image.pixels, ramp(2))
    assert image.metadata["imagePlaneModule"]().slice_thickness == 4
    assert image.lineage[0].step == "mpr(axial, 1, slab=4)"
    image = await session.load_image(f"mpr:axial/1{of}&slab=4&mode=min")
    assert_array_equal(image.pixels, ramp(0))
    # 1 mm of columns and 0.75 mm of rows, every 0.25 mm: a quarter and two quarters from pixel to pixel
    image = await session.load_image(f"mpr:axial/0{of}&spacing=0.25")
    assert_array_equal(image.pixels[0], [0, 0, 1, 2, 2])
    assert_array_equal(image.pixels[:, 0], [0, 3, 7, 10])
    image = await session.load_image(f"mpr:axial/0{of}&spacing=0.25&interpolation=nearest")
    assert_array_equal(image.pixels[:, 0], [0, 0, 10, 10])


async def test_an_oblique_plane_between_two_slices():
    session, image_ids = made()
    key = (await session.volume(image_ids)).key
    image = await session.load_image(f"mpr:oblique?volume={key}&origin=-10,20,101&row=0,1,0&column=1,0,0&spacing=0.5")
    # rows run to the back from y = 20.125, by a sixth and five sixths of the 10 between voxels
    assert_array_equal(image.pixels, [[52, 58], [53, 59], [54, 60]])
    plane = image.metadata["imagePlaneModule"]()
    assert_allclose(plane.image_position_patient, (-10, 20.125, 101))
    assert plane.image_orientation_patient == (0, 1, 0, 1, 0, 0)
    assert image.frame_count == 1
    assert image.padding is None
    turned = await session.load_image(
        f"mpr:oblique?volume={key}&origin=-9.5,20.4,103&row=0.6,0.8,0&column=-0.8,0.6,0&spacing=0.1"
    )
    # beside the volume there is nothing: stored values go from 0 to 312
    assert turned.padding == (-1, -1)
    assert turned.value_range[0] >= 0


async def test_what_is_said_of_the_series_is_said_of_its_planes():
    session = Session()
    series = GeneralSeriesModule(modality="MR", series_description="Three of a kind")

    async def load(image_id, options):
        image = MadeSlice(ramp(1), (0, 0, int(image_id[-1]))).image(image_id)
        modules = {**image.metadata, "generalSeriesModule": lambda: series, "sopCommonModule": lambda: "of one image"}
        object.__setattr__(image, "metadata", modules)
        return image

    session.register_image_loader("of", load)
    image = await session.load_image("mpr:axial/0?volume=of:1,of:2")
    assert image.metadata["generalSeriesModule"]() == series
    assert "sopCommonModule" not in image.metadata


@pytest.mark.parametrize(
    ("rest", "kind", "message"),
    [
        (
            "axial/4?volume=KEY",
            FrameIndexError,
            "there is no axial plane 4; the volume has 4, from axial/0 (feet) to axial/3 (head)",
        ),
        (
            "sideways/4?volume=KEY",
            InvalidImageIdError,
            "'sideways/4' names no plane; write axial/, coronal/ or sagittal/ and a number from 0, or oblique, for "
            "example mpr:axial/0?volume=example%3Anifti",
        ),
        (
            "axial/0",
            InvalidImageIdError,
            "it does not say of which volume; give volume=KEY, or the ids of its images, percent-encoded and joined by "
            "commas, as in mpr:axial/0?volume=example%3Anifti",
        ),
        (
            "axial/0?volume=KEY&slab=thick",
            InvalidImageIdError,
            "slab=thick; give a length in mm from 0.00001 to 100000",
        ),
        ("axial/0?volume=KEY&spacing=0", InvalidImageIdError, f"spacing=0; {LENGTH}"),
        (
            "axial/0?volume=KEY&spacing=1e-300",
            InvalidImageIdError,
            "spacing=1e-300; give a length in mm from 0.00001 to 100000",
        ),
        (
            "axial/0?volume=KEY&slab=1e300",
            InvalidImageIdError,
            "slab=1e300; give a length in mm from 0.00001 to 100000",
        ),
        ("axial/0?volume=KEY&mode=avg", InvalidImageIdError, "mode=avg; give max, min or mean"),
        (
            "axial/0?volume=KEY&interpolation=cubic",
            InvalidImageIdError,
            "interpolation=cubic; give linear or nearest",
        ),
        (
            "axial/0?volume=KEY&slap=3",
            InvalidImageIdError,
            "there is no argument 'slap'; there are volume, slab, mode, interpolation, spacing, origin, row, column",
        ),
        ("axial/0?volume=KEY&volume=KEY", InvalidImageIdError, "volume is given twice; give it once"),
        ("axial/0?volume=KEY&row=1,0,0", InvalidImageIdError, "row is for oblique planes only; leave it out"),
        (
            "oblique?volume=KEY&origin=0,0,0&row=1,0,0",
            InvalidImageIdError,
            "an oblique plane needs column=x,y,z (LPS, mm)",
        ),
        (
            "oblique?volume=KEY&origin=0,0&row=1,0,0&column=0,1,0",
            InvalidImageIdError,
            "origin=0,0; give three numbers, x,y,z (LPS, mm)",
        ),
        (
            "oblique?volume=KEY&origin=0,0,0&row=0,0,0&column=0,1,0",
            InvalidImageIdError,
            "row=0,0,0 has no direction; give a unit vector x,y,z (LPS)",
        ),
        (
            "oblique?volume=KEY&origin=0,0,0&row=1e-200,0,0&column=0,1,0",
            InvalidImageIdError,
            "row=1e-200,0,0 has no direction; give a unit vector x,y,z (LPS)",
        ),
        (
            "oblique?volume=KEY&origin=0,0,0&row=1,0,0&column=1,1,0",
            InvalidImageIdError,
            "row=1,0,0 and column=1,1,0 are not at right angles (cosine 0.707); give two unit vectors at right angles",
        ),
        (
            "oblique?volume=KEY&origin=0,0,200&row=1,0,0&column=0,1,0",
            InvalidImageIdError,
            "the plane through origin=0,0,200 does not meet the volume, whose centre lies at -9.5, 20.4, 103.0 (LPS, "
            "mm)",
        ),
        (
            "axial/0?volume=KEY&spacing=0.00001",
            ImageTooLargeError,
            "the plane would have 100001 x 75001 pixels, more than the limit of 536870912 samples; give a larger "
            "spacing, or raise the session's sample_limit",
        ),
        (
            "axial/0?volume=made:0",
            VolumeError,
            "made:0 is one image, and a volume needs two slices or more; give the ids of all images of a stack, or the "
            "id of a file with several frames",
        ),
    ],
)
async def test_what_can_be_no_plane_is_told_with_what_would_be_right(
    rest: str, kind: type[LoadstoneError], message: str
) -> None:
    session, image_ids = made()
    image_id = "mpr:" + rest.replace("KEY", (await session.volume(image_ids)).key)
    with pytest.raises(kind) as raised:
        await session.load_image(image_id)
    assert str(raised.value) == f"{image_id}: {message}"
    assert raised.value.image_id == image_id


def test_directions_are_told_by_letters_the_strongest_first():
    # PS3.3 C.7.6.1.1.1: A(nterior), P(osterior), R(ight), L(eft), H(ead), F(oot)
    assert [direction_letters(axis) for axis in np.eye(3)] == ["L", "P", "H"]
    assert [direction_letters(-axis) for axis in np.eye(3)] == ["R", "A", "F"]
    assert direction_letters((0.5, -0.8, 0.3)) == "ALH"
    assert direction_letters((1, 0.09, 0)) == "L"
    assert direction_letters((0, 0, 0)) == ""


async def test_the_letters_at_the_edges_of_planes_of_a_tilted_volume():
    # a gantry tilted by 30 degrees about x
    tilted = (1.0, 0.0, 0.0, 0.0, 3**0.5 / 2, -0.5)
    session, image_ids = session_of([MadeSlice(ramp(n), (0, 0, 3 * n), tilted) for n in range(4)])
    key = (await session.volume(image_ids)).key
    letters = {}
    for name in ("axial", "coronal", "sagittal"):
        image = await session.load_image(f"mpr:{name}/0?volume={key}")
        assert "as those of a tilted gantry do" in image.warnings[0]
        plane = image.metadata["imagePlaneModule"]()
        letters[name] = edge_letters(plane.row_cosines, plane.column_cosines)
    assert letters == {
        "axial": {"left": "R", "right": "L", "top": "A", "bottom": "P"},
        "coronal": {"left": "R", "right": "L", "top": "H", "bottom": "F"},
        "sagittal": {"left": "A", "right": "P", "top": "H", "bottom": "F"},
    }
