"""session.volume: images become one array with its place in patient space."""

import asyncio
import gc
import tracemalloc

import numpy as np
import pytest
from doubles import FakeFetch, turns
from made_slices import MadeSlice, ramp, session_of
from nifti_files import nifti1
from numpy.testing import assert_allclose, assert_array_equal

from loadstone.errors import ImageTooLargeError, LoadCancelledError, VolumeError
from loadstone.image import LookupTable, Window
from loadstone.session import Session

# a gantry tilted by 30 degrees about x: rows stay level, columns rise to the back; the table moves along z
TILTED = (1.0, 0.0, 0.0, 0.0, 3**0.5 / 2, -0.5)


def axial(numbers, heights, **fields):
    return [MadeSlice(ramp(n), (5, 6, z), fields=fields) for n, z in zip(numbers, heights, strict=True)]


async def refused(slices, **arguments):
    session, image_ids = session_of(slices, **arguments)
    with pytest.raises(VolumeError) as raised:
        await session.volume(image_ids)
    assert len(session.volumes) == 0
    return str(raised.value)


async def test_slices_are_sorted_along_their_normal_and_the_affine_leads_to_each_voxel():
    fields = {"rescale_slope": 2.0, "rescale_intercept": -1.0, "windows": (Window(40, 400),), "padding": (-9, -8)}
    slices = [MadeSlice(ramp(n), (5, 6, z), spacing=(0.5, 0.75), fields=fields) for n, z in [(2, 14), (0, 10), (1, 12)]]
    session, image_ids = session_of(slices)
    volume = await session.volume(image_ids)
    assert_array_equal(volume.voxels, np.stack([ramp(0), ramp(1), ramp(2)]))
    assert volume.voxels.dtype == np.int16
    assert not volume.voxels.flags.writeable
    assert volume.image_ids == ("made:1", "made:2", "made:0")
    # column, row, slice: 0.75 mm to the left, 0.5 mm to the back, 2 mm up
    assert_allclose(volume.affine, [[0.75, 0, 0, 5], [0, 0.5, 0, 6], [0, 0, 2, 10], [0, 0, 0, 1]])
    assert volume.position(2, 1, 1) == (6.5, 6.5, 12)
    assert volume.spacing == (0.75, 0.5, 2.0)
    assert (volume.rescale_slope, volume.rescale_intercept) == (2.0, -1.0)
    assert volume.windows == (Window(40, 400),)
    assert volume.padding == (-9, -8)
    assert volume.frame_of_reference_uid == "1.2"
    assert volume.value_range == (0, 212)
    assert volume.warnings == ()


async def test_a_tilted_gantry_shears_the_affine():
    slices = [MadeSlice(ramp(n), (0, 0, 5.0 * n), TILTED, (2.0, 2.0)) for n in range(3)]
    session, image_ids = session_of(slices)
    volume = await session.volume(image_ids)
    assert volume.warnings == (
        "the slices follow each other at 30.0° to their normal, as those of a tilted gantry do: planes along the "
        "patient's axes are computed between voxels",
    )
    assert_allclose(volume.affine[:3, 2], [0, 0, 5])
    assert_allclose(volume.affine[:3, 1], [0, 3**0.5, -1])
    # slices 5 mm apart along z lie 5 mm x cos 30 degrees apart along their normal
    assert volume.spacing[2] == pytest.approx(5 * 3**0.5 / 2)


async def test_an_image_without_a_window_gets_the_full_range_of_all_that_is_not_padding():
    session, image_ids = session_of(axial([0, 3], [0, 1], padding=(0, 0), rescale_slope=0.5))
    volume = await session.volume(image_ids)
    # stored 1 to 312
    assert volume.windows == (Window(78.25, 155.5, "Full range"),)
    assert volume.voi_lut_function == "LINEAR_EXACT"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (ramp(0, "u2"), -ramp(1), "int16"),
        (np.full((2, 3), 40000, "u2"), -ramp(1), "int32"),
        (ramp(0, "u1"), np.full((2, 3), 256, "u2"), "uint16"),
        (np.full((2, 3), True), np.full((2, 3), False), "uint8"),
        (ramp(0, "i1"), ramp(1, "f4") / 8, "float32"),
        (ramp(0, "f4"), ramp(1, "f8") / 8, "float64"),
        (np.full((2, 3), 2**63, "u8"), -ramp(1), "float64"),
    ],
)
async def test_the_narrowest_type_that_holds_all_values_is_taken(first, second, expected):
    for one, other in [(first, second), (second, first)]:
        session, image_ids = session_of([MadeSlice(one, (0, 0, 0)), MadeSlice(other, (0, 0, 1))])
        volume = await session.volume(image_ids)
        assert volume.voxels.dtype == expected
        assert_array_equal(volume.voxels[0], one)
        assert_array_equal(volume.voxels[1], other)


async def test_where_rescale_differs_voxels_are_floats_in_modality_units():
    slices = [
        MadeSlice(ramp(1), (0, 0, 0), fields={"rescale_slope": 0.5, "padding": (112, 112), "unit": "g/ml"}),
        MadeSlice(ramp(2), (0, 0, 1), fields={"rescale_slope": 0.25, "rescale_intercept": 10, "unit": "g/ml"}),
        MadeSlice(ramp(2), (0, 0, 2), fields={"rescale_slope": 0.5, "unit": "g/ml"}),
    ]
    session, image_ids = session_of(slices)
    volume = await session.volume(image_ids)
    assert volume.voxels.dtype == np.float32
    assert_array_equal(volume.voxels[0], [[50, 50.5, 51], [55, 55.5, np.nan]])
    assert_array_equal(volume.voxels[1], [[60, 60.25, 60.5], [62.5, 62.75, 63]])
    assert_array_equal(volume.voxels[2], [[100, 100.5, 101], [105, 105.5, 106]])
    assert (volume.rescale_slope, volume.rescale_intercept, volume.unit) == (1, 0, "g/ml")
    assert volume.padding is None
    assert volume.warnings == (
        "slope and intercept differ from image to image (made:0 has 0.5 and 0, made:1 has 0.25 and 10): voxels are "
        "floats in modality units",
    )


async def test_padding_is_each_images_own_and_that_of_the_first_where_the_volume_has_one():
    paddings = [None, (110, 110), (200, 200)]
    for order in [(0, 1, 2), (2, 1, 0)]:
        slices = [MadeSlice(ramp(n), (0, 0, n), fields={"padding": paddings[n]}) for n in range(3)]
        session, image_ids = session_of(slices)
        # whichever comes first
        for number in order:
            await session.load_and_cache_image(image_ids[number])
        volume = await session.volume(image_ids)
        assert volume.padding == (110, 110)
        assert volume.warnings == (
            "the images differ in their pixel padding; that of the first image that has one is used",
        )
    # in floats, none of them is left
    slices[2] = MadeSlice(ramp(2), (0, 0, 2), fields={"padding": (200, 200), "rescale_slope": 2.0})
    session, image_ids = session_of(slices)
    volume = await session.volume(image_ids)
    assert_array_equal(volume.voxels[:, 0, 0], [0, 100, np.nan])
    assert_array_equal(volume.voxels[:, 1, 0], [10, np.nan, 420])


@pytest.mark.parametrize(
    ("spacing", "expected"),
    [
        (np.array([2, 3], "f4"), (2, 3)),
        ((np.float32(2), np.float32(3)), (2, 3)),
        ((2.0,), (1, 1)),
        ((2.0, np.nan), (1, 1)),
        ("23", (1, 1)),
    ],
)
async def test_a_spacing_is_two_lengths_of_whatever_type(spacing, expected):
    session, image_ids = session_of([MadeSlice(ramp(n), (0, 0, n), spacing=spacing) for n in range(2)])
    volume = await session.volume(image_ids)
    rows, columns = expected
    assert volume.spacing == (columns, rows, 1)


async def test_a_modality_lut_is_applied():
    table = LookupTable(np.arange(1000, 2000, dtype=np.uint16), 100, 16)
    session, image_ids = session_of(axial([1, 2], [0, 1], modality_lut=table))
    volume = await session.volume(image_ids)
    assert_array_equal(volume.voxels[0], [[1000, 1001, 1002], [1010, 1011, 1012]])
    assert volume.warnings == ("values have gone through the modality LUT of each image",)


async def test_of_several_images_at_one_place_the_first_given_is_kept():
    session, image_ids = session_of(axial([0, 1, 7, 2], [0, 1, 1, 2]))
    volume = await session.volume(image_ids)
    assert_array_equal(volume.voxels, np.stack([ramp(0), ramp(1), ramp(2)]))
    assert volume.image_ids == ("made:0", "made:1", "made:3")
    assert volume.warnings == (
        "1 image lies where another one lies already and is left out, the first is made:2; the first given image of "
        "each place is kept",
    )


async def test_a_missing_slice_is_computed_and_told():
    session, image_ids = session_of(axial([4, 3, 1, 0], [8, 6, 2, 0]))
    volume = await session.volume(image_ids)
    assert_array_equal(volume.voxels, np.stack([ramp(n) for n in range(5)]))
    assert_allclose(volume.affine[:3, 2], [0, 0, 2])
    assert volume.image_ids == ("made:3", "made:2", "made:1", "made:0")
    assert volume.image_places == pytest.approx((0, 1, 3, 4))
    assert volume.warnings == (
        "the slices do not lie evenly: they are 2 to 4 mm apart, the most between made:2 and made:1; computed by "
        "linear interpolation, every 2 mm",
    )


async def test_a_slice_that_is_there_takes_nothing_from_its_neighbours():
    slices = [MadeSlice(ramp(n, "f4") * (np.nan if n == 2 else 1), (0, 0, n)) for n in (0, 1, 2, 4)]
    session, image_ids = session_of(slices)
    volume = await session.volume(image_ids)
    assert_array_equal(volume.voxels[[0, 1, 4]], np.stack([ramp(n, "f4") for n in (0, 1, 4)]))


async def test_the_middle_image_speaks_for_the_volume():
    slices = [MadeSlice(ramp(n), (0, 0, n), fields={"windows": (Window(n, 10),)}) for n in range(5)]
    session, image_ids = session_of(slices)
    assert (await session.volume(image_ids)).windows == (Window(2, 10),)


async def test_uneven_slices_are_evened_out_without_a_detour():
    # 0, 9, 20 mm: evenly every 10 mm; the middle lies 1 of 11 mm from the second to the third
    session, image_ids = session_of(axial([0, 11, 22], [0, 9, 20]))
    volume = await session.volume(image_ids)
    assert_array_equal(volume.voxels[[0, 2]], np.stack([ramp(0), ramp(22)]))
    assert_array_equal(volume.voxels[1], ramp(12))
    assert "they are 9 to 11 mm apart, the most between made:1 and made:2" in volume.warnings[0]


async def test_distances_within_one_percent_are_left_alone():
    session, image_ids = session_of(axial([0, 1, 2], [0, 1.005, 2]))
    volume = await session.volume(image_ids)
    assert_array_equal(volume.voxels[1], ramp(1))
    assert volume.warnings == ()


async def test_images_that_do_not_say_where_they_lie_are_taken_in_their_order():
    fields = {"row_spacing": 0.5, "column_spacing": 0.25}
    session, image_ids = session_of([MadeSlice(ramp(n), fields=fields) for n in (3, 1, 2)])
    volume = await session.volume(image_ids)
    assert_array_equal(volume.voxels, np.stack([ramp(3), ramp(1), ramp(2)]))
    assert_allclose(volume.affine, np.diag([0.25, 0.5, 1, 1]))
    assert volume.warnings == (
        "the images do not say where they lie (no image_position_patient and image_orientation_patient): taken as "
        "axial slices from the feet up, in the order in which they were given, with slices 1 mm apart; left and right "
        "may be wrong, and so may lengths",
    )


async def test_a_metadata_provider_in_cornerstones_spelling_tells_where_images_lie():
    session, image_ids = session_of([MadeSlice(ramp(n)) for n in range(2)])

    def plane(module_type, image_id):
        height = 3 * int(image_id[-1])
        module = {"rowCosines": [0, 1, 0], "columnCosines": [0, 0, -1], "imagePositionPatient": [height, 0, 0]}
        return {**module, "pixelSpacing": [2, 2]} if module_type == "imagePlaneModule" else None

    session.metadata.add_provider(plane)
    volume = await session.volume(image_ids)
    # the normal of a sagittal image points to the right
    assert volume.image_ids == ("made:1", "made:0")
    assert_allclose(volume.affine, [[0, 0, -3, 3], [2, 0, 0, 0], [0, -2, 0, 0], [0, 0, 0, 1]])


async def test_slices_that_are_a_little_out_of_line_are_left_so_and_told():
    slices = [
        MadeSlice(ramp(0), (0, 0, 0), spacing=None),
        MadeSlice(ramp(1), (0.3, 0, 1), spacing=None, frame_of_reference_uid="1.3"),
        MadeSlice(ramp(2), (0, 0, 2), spacing=None),
    ]
    session, image_ids = session_of(slices)
    volume = await session.volume(image_ids)
    assert_allclose(volume.affine, np.eye(4))
    assert volume.warnings == (
        "the images do not say how large their pixels are: taken as pixels of 1 mm",
        "slices lie up to 0.3 mm beside a straight line (made:1 does); that is not corrected",
        "the images name 2 frames of reference; their positions are taken to be comparable all the same",
    )


async def test_what_makes_no_volume_is_refused_with_the_reason():
    one = MadeSlice(ramp(0), (0, 0, 0))
    assert await refused([one]) == (
        "made:0 is one image, and a volume needs two slices or more; give the ids of all images of a stack, or the id "
        "of a file with several frames"
    )
    assert await refused([]) == "a volume of no images can not be; give the ids of two or more slices"
    advice = "; give the images of one stack, as session.open_files() sorts them"
    assert await refused([one, MadeSlice(np.zeros((3, 2), "i2"), (0, 0, 1))]) == (
        "the images differ in their sizes: made:1 has 2 x 3 pixels, made:0 3 x 2" + advice
    )
    assert await refused([one, MadeSlice(ramp(1), (0, 0, 1), (0, 1, 0, 0, 0, -1))]) == (
        "the images differ in their orientations: made:1 has (0, 1, 0, 0, 0, -1), made:0 (1, 0, 0, 0, 1, 0)" + advice
    )
    assert await refused([one, MadeSlice(ramp(1), (0, 0, 1), spacing=(2.0, 1.0))]) == (
        "the images differ in their pixel sizes: made:1 has 2 x 1 mm, made:0 1 x 1" + advice
    )
    inverse = MadeSlice(ramp(1), (0, 0, 1), fields={"photometric_interpretation": "MONOCHROME1"})
    assert await refused([one, inverse]) == (
        "the images differ in their photometric interpretations: made:1 has MONOCHROME1, made:0 MONOCHROME2" + advice
    )
    counts = axial([0, 1], [0, 1], unit="g/ml")[0], axial([0, 1], [0, 1], unit="Bq/ml")[1]
    assert await refused(counts) == "the images differ in their units: made:1 has Bq/ml, made:0 g/ml" + advice
    assert await refused([MadeSlice(np.zeros((2, 3, 3), "u1"), (0, 0, 0)), one]) == (
        "made:0 is in colour (RGB), and volumes are made of grey images; give a grey stack, or a loader "
        "that makes it grey"
    )
    assert await refused([one, one, one]) == (
        "all 3 images lie at one place (made:0 and the others): that is a clip or a series in time and no volume; give "
        "images of at least two places"
    )
    assert await refused([one, MadeSlice(ramp(1))]) == (
        "made:1 does not say where it lies (no image_position_patient and image_orientation_patient in its "
        "imagePlaneModule), 1 of the 2 images do; give those only, or register a metadata provider that knows it"
    )
    assert await refused([one, MadeSlice(ramp(1), (0, 3, 1)), MadeSlice(ramp(2), (0, 0, 2))]) == (
        "the slices do not lie in line: made:1 lies 3 mm beside the line from made:0 to made:2; give the images of one "
        "straight stack"
    )
    assert await refused(axial([0, 1, 2, 3], [0, 1, 2, 100])) == (
        "the slices lie too unevenly: most are 1 mm apart, but 98 mm lie between made:2 and made:3; give the images on "
        "one side of the gap"
    )


async def test_an_image_that_can_not_be_loaded_is_named_with_its_cause():
    cause = ValueError("no such thing")
    slices = [*axial([0], [0]), cause]
    assert await refused(slices) == (
        "an image of the volume could not be loaded: made:1: its loader raised ValueError: no such thing"
    )
    session, image_ids = session_of(slices)
    with pytest.raises(VolumeError) as raised:
        await session.volume(image_ids)
    assert raised.value.image_id == "made:1"
    assert raised.value.__cause__.__cause__ is cause


async def test_a_volume_beyond_the_budget_is_refused_before_memory_is_asked_for():
    huge = MadeSlice(np.broadcast_to(np.int16(0), (100_000, 100_000)), (0, 0, 0))
    session, image_ids = session_of([huge] * 2)
    with pytest.raises(ImageTooLargeError) as raised:
        await session.volume(image_ids)
    assert str(raised.value) == (
        "the volume of 100000 x 100000 x 2 voxels of type int16 takes 4e+04 MB, more than the 1074 MB that volumes may "
        "take; give fewer images, or raise session.volumes.set_maximum_size_in_bytes()"
    )


async def test_all_frames_of_a_file_are_taken_for_one_id_and_its_key_names_them_too():
    session = Session()
    volume = await session.volume("example:nifti")
    assert volume.shape == (24, 96, 96)
    assert volume.image_ids[23] == "example:nifti?frame=23"
    assert await session.volume(["example:nifti"]) is volume
    assert await session.volume(volume.key) is volume
    assert await session.volume(await session.frames("example:nifti")) is volume
    session.volumes.purge()
    # a key is as good as the ids, also when the volume is not kept any more
    assert (await session.volume(volume.key)).image_ids == volume.image_ids
    with pytest.raises(VolumeError) as raised:
        await session.volume("0123")
    assert str(raised.value) == (
        "no volume with the key '0123' was made here; call session.volume(image_ids) with its images first, or give "
        "their ids in its place (in an image id percent-encoded, joined by commas)"
    )


async def test_of_several_times_of_a_nifti_file_that_of_the_frame_is_taken_and_told():
    # 2 x 2 voxels, 3 slices, 2 times: each voxel holds 10 x time + slice
    voxels = np.broadcast_to(np.arange(3)[:, None] + 10 * np.arange(2), (2, 2, 3, 2)).astype("i2")
    session = Session(fetch=FakeFetch({"https://host/fmri.nii": nifti1(voxels)}))
    image_id = "nifti:https://host/fmri.nii"
    told = (
        "the file holds 2 volumes of 3 frames, one after the other (times or stacks): this is volume {} of them; give "
        "the id of a frame of another one for that"
    )
    for address, first, number in [(image_id, 0, 1), (image_id + "?frame=4", 10, 2)]:
        key = session.volume_key(address)
        for images in (address, key):
            volume = await session.volume(images)
            assert volume.voxels[:, 0, 0].tolist() == [first, first + 1, first + 2]
            assert volume.warnings == (told.format(number),)
        assert session.volume_key(address) == key
    plane = await session.load_image(f"mpr:axial/0?volume={key}")
    assert plane.warnings == volume.warnings


async def test_volumes_that_are_kept_keep_their_names():
    session, image_ids = session_of(axial([0, 1], [0, 1]))
    volume = await session.volume(image_ids)
    for number in range(300):
        last = session.volume_key([f"made:{number}", "made:0"])
    assert await session.volume(volume.key) is volume
    session.volumes.purge()
    for number in range(300):
        session.volume_key([f"made:{number}", "made:1"])
    with pytest.raises(VolumeError, match=f"no volume with the key '{volume.key}'"):
        await session.volume(volume.key)
    with pytest.raises(VolumeError, match=f"no volume with the key '{last}'"):
        await session.volume(last)


async def test_nothing_is_cached_for_a_volume_and_what_is_cached_is_used():
    loads = []
    session, image_ids = session_of(axial([0, 1], [0, 1]))
    session.register_image_loader(
        "counted", lambda image_id, options: loads.append(image_id) or session.load_image(f"made:{image_id[-1]}")
    )
    image_ids = ["counted:0", "counted:1"]
    await session.load_and_cache_image("counted:1")
    progress = []
    load = session.volume(image_ids, progress=lambda done, total: progress.append((done, total)))
    assert load.progress == (0, 0)
    await load
    assert load.progress == (2, 2)
    assert progress == [(1, 2), (2, 2)]
    assert sorted(loads) == image_ids
    assert session.cache.keys() == ("counted:1",)


class Held:
    """A loader that waits; counts what runs and what was cancelled."""

    def __init__(self, session):
        self.gate, self.begun, self.cancelled = asyncio.Event(), [], []
        session.register_image_loader("held", self.load)

    async def load(self, image_id, options):
        self.begun.append(image_id)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled.append(image_id)
            raise
        return MadeSlice(ramp(1), (0, 0, float(image_id[5:]))).image(image_id)


async def begun(held):
    await turns(20)
    assert held.begun


IDS = [f"held:{number}" for number in range(20)]


async def test_a_volume_is_loaded_once_for_all_and_cancelled_with_the_last_who_waits():
    session = Session()
    held = Held(session)
    first, second = session.volume(IDS), session.volume(IDS)
    await begun(held)
    # as many at once as the pool of interaction lets run
    assert len(held.begun) == 6
    first.cancel()
    with pytest.raises(LoadCancelledError, match="the load of the volume was cancelled"):
        await first
    assert held.cancelled == []
    task = asyncio.ensure_future(_awaited(second))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await turns(20)
    assert (len(held.begun), len(held.cancelled)) == (6, 6)
    assert session.requests.running("interaction") == 0
    held.gate.set()
    one, other = await asyncio.gather(session.volume(IDS), session.volume(IDS))
    assert one is other
    assert len(held.begun) == 26


async def _awaited(load):
    return await load


async def test_those_who_wait_for_a_volume_in_a_full_pool_do_not_hold_it_up():
    session = Session()
    held = Held(session)

    async def cut(image_id, options):
        return (await session.volume(IDS)).voxels[0]

    session.register_image_loader("cut", cut)
    volume = session.volume(IDS)
    await begun(held)
    images = [session.load_image(f"cut:{number}") for number in range(12)]
    held.gate.set()
    await asyncio.wait_for(asyncio.gather(volume, *(_awaited(image) for image in images)), 10)


async def test_one_image_that_fails_calls_off_the_others():
    session = Session()
    held = Held(session)

    def bad(image_id, options):
        raise ValueError("no such thing")

    session.register_image_loader("bad", bad)
    with pytest.raises(VolumeError, match="bad:1"):
        await session.volume([*IDS[:3], "bad:1", *IDS[3:]])
    await turns(20)
    assert session.requests.running("interaction") == 0
    assert len(held.begun) <= 6


@pytest.mark.parametrize("end", [Session.cancel_load_all, Session.purge])
async def test_a_session_can_be_done_with_its_volumes(end):
    session, image_ids = session_of(axial([0, 1], [0, 1]))
    await session.volume(image_ids)
    held = Held(session)
    load = session.volume(IDS)
    await begun(held)
    end(session)
    assert len(session.volumes) == (0 if end is Session.purge else 1)
    if end is Session.cancel_load_all:
        with pytest.raises(LoadCancelledError):
            await load
        assert session.requests.running("interaction") == 0
    load.cancel()


async def test_a_plane_that_is_cancelled_calls_off_the_loads_of_its_volume():
    session = Session()
    held = Held(session)
    plane = session.load_image(f"mpr:axial/0?volume={session.volume_key(IDS)}")
    await begun(held)
    plane.cancel()
    with pytest.raises(LoadCancelledError):
        await plane
    await turns(20)
    assert len(held.cancelled) == len(held.begun) > 0
    assert session.requests.running("interaction") == 0


async def test_a_volume_goes_with_a_loader_of_its_images_and_so_does_what_was_made_of_it():
    session, image_ids = session_of(axial([0, 1], [0, 1]))

    async def cut(image_id, options):
        return (await session.volume(image_ids)).voxels[0]

    session.register_image_loader("cut", cut)
    session.register_image_loader("via", lambda image_id, options: session.load_image(f"made:{image_id[4:]}"))
    await session.load_and_cache_image("cut:1")
    # made of a volume that was there already
    await session.load_and_cache_image("cut:2")
    via = await session.volume(["via:0", "via:1"])
    other = await session.volume("example:nifti")
    assert (
        session.volumes.keys() == ((await session.volume(image_ids)).key, via.key, other.key)
        or len(session.volumes) == 3
    )
    session.register_image_loader("made", lambda image_id, options: ramp(5))
    assert session.volumes.keys() == (other.key,)
    assert session.cache.keys() == ()


async def test_a_volume_that_is_under_way_while_its_loader_is_replaced_is_not_kept():
    session = Session()
    held = Held(session)
    volume = session.volume(IDS)
    await begun(held)
    held.gate.set()
    session.register_image_loader("held", held.load)
    await volume
    assert len(session.volumes) == 0


@pytest.mark.parametrize(("left_out", "wide"), [([], "i2"), ([120], "i2"), ([], "f4")])
async def test_memory_is_little_more_than_the_voxels(left_out, wide):
    # the other way round; a slice that is missing, and a wider type that comes late, too
    heights = [height for height in range(200, 0, -1) if height not in left_out]
    session = Session()

    async def load(image_id, options):
        height = int(image_id[5:])
        pixels = np.full((200, 200), height, wide if height == 3 else "i2")
        return MadeSlice(pixels, (0, 0, float(height))).image(image_id)

    session.register_image_loader("made", load)
    await session.volume(["made:1", "made:2"])
    session.purge()
    gc.collect()
    tracemalloc.start()
    try:
        volume = await session.volume([f"made:{height}" for height in heights])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert volume.voxels.dtype == wide
    assert_array_equal(volume.voxels[:, 7, 7], np.arange(1, 201))
    assert volume.size_in_bytes == 200 * 200 * 200 * np.dtype(wide).itemsize
    assert peak < 1.1 * volume.size_in_bytes


async def test_a_volume_that_is_asked_for_by_its_key_stays_known():
    session, image_ids = session_of(axial([0, 1], [0, 1]))
    volume = await session.volume(image_ids)
    # more than are remembered, were it not asked for in between
    for number in range(300):
        session.volume_key([f"other:{number}", "other:x"])
        assert await session.volume(volume.key) is volume
