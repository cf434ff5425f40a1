import hashlib

import pytest
from doubles import FakeFetch
from part10 import BUNDLED
from pydicom import dcmread

from loadstone.cache import Cache
from loadstone.dicom.codecs import decode
from loadstone.errors import FrameIndexError, InvalidImageIdError, LoadstoneError
from loadstone.events import ImageLoadProgress
from loadstone.image import DEFAULT_SAMPLE_LIMIT
from loadstone.loaders import Tools
from loadstone.loaders.example import create_loader, samples
from loadstone.pipeline import Steps
from loadstone.registry import LoadOptions
from loadstone.rendering import render
from loadstone.session import Session
from loadstone.view import View

NAMES = ["ct", "mr", "mr-small", "us", "us-cine", "phantom", "png", "jpeg", "nifti"]


def session():
    return Session(fetch=FakeFetch({}))


def test_the_samples_are_listed_in_the_order_in_which_they_are_shown():
    assert list(samples()) == [f"example:{name}" for name in NAMES]
    assert samples()["example:ct"] == "CT, 128 × 128, 16 bit signed"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("ct", "CT_small.dcm"),
        ("mr", "examples_overlay.dcm"),
        ("mr-small", "MR_small.dcm"),
        ("us", "examples_rgb_color.dcm"),
        ("us-cine", "examples_ybr_color.dcm"),
    ],
)
async def test_the_samples_of_pydicom_are_its_files(name, file):
    image = await session().load_image(f"example:{name}")
    read = dcmread(BUNDLED / file)
    expected = read.pixel_array[0] if name == "us-cine" else read.pixel_array
    assert hashlib.sha256(image.pixels.tobytes()).digest() == hashlib.sha256(expected.tobytes()).digest()


@pytest.mark.parametrize(
    ("name", "shape", "dtype"),
    [
        ("phantom", (256, 256), "uint16"),
        ("nifti", (96, 96), "int16"),
        ("png", (256, 256), "uint16"),
        ("jpeg", (320, 448, 3), "uint8"),
    ],
)
async def test_the_generated_samples_have_the_size_and_depth_of_their_titles(name, shape, dtype):
    image = await session().load_image(f"example:{name}")
    assert (image.pixels.shape, image.pixels.dtype) == (shape, dtype)


@pytest.mark.parametrize("name", NAMES)
async def test_every_sample_can_be_shown_and_asks_for_nothing_over_the_network(name):
    fetch = FakeFetch({})
    image = await Session(fetch=fetch).load_image(f"example:{name}")
    rgba = render(image, View(64, 64))
    assert len({tuple(color) for color in rgba.reshape(-1, 4).tolist()}) > 20
    assert fetch.requests == []


async def test_frames_of_a_sample_count_from_1():
    loaded = session()
    first = await loaded.load_image("example:us-cine?frame=1")
    last = await loaded.load_image("example:us-cine?frame=30")
    assert (first.pixels == (await loaded.load_image("example:us-cine")).pixels).all()
    assert (first.pixels != last.pixels).any()
    assert await loaded.frames("example:us-cine") == tuple(f"example:us-cine?frame={n}" for n in range(1, 31))


async def test_slices_of_the_nifti_sample_count_from_0():
    loaded = session()
    ids = await loaded.frames("example:nifti")
    assert ids == tuple(f"example:nifti?frame={n}" for n in range(24))
    first, last = await loaded.load_image(ids[0]), await loaded.load_image(ids[-1])
    assert (first.pixels == (await loaded.load_image("example:nifti")).pixels).all()
    assert (first.pixels != last.pixels).any()
    # brain behind the ventricles and skull in front, in HU, by Toft's table: 0.2 and 1.0 of 5000, less 1000
    hounsfield = first.pixels * first.rescale_slope + first.rescale_intercept
    assert hounsfield[48 + 11, 48] == 0
    assert hounsfield[48 - 43, 48] == 4000
    assert loaded._files.get("example:nifti").frame_count == 24


async def test_a_frame_beyond_the_last_is_told():
    with pytest.raises(FrameIndexError, match="frame=31 does not exist: the file has 30 frames, counted from 1"):
        await session().load_image("example:us-cine?frame=31")
    with pytest.raises(InvalidImageIdError, match="frame=0 is no frame number; frames of example: count from 1"):
        await session().load_image("example:us-cine?frame=0")


async def test_a_sample_that_does_not_exist_is_told_with_those_that_do():
    with pytest.raises(LoadstoneError) as raised:
        await session().load_image("example:xray")
    assert str(raised.value) == (
        "example:xray: there is no sample 'xray'; there are ct, mr, mr-small, us, us-cine, phantom, png, jpeg, nifti"
    )
    assert raised.value.image_id == "example:xray"


async def test_a_sample_of_several_frames_is_taken_apart_once():
    files = Cache()

    async def require(package):
        pass

    async def decode_here(frame, options):
        return decode(frame.codestream, frame.transfer_syntax, frame.description)

    async def no_volume(images, options):
        raise AssertionError("a sample is no volume")

    async def no_image(image_id, options):
        raise AssertionError("a sample is made of no other image")

    tools = Tools(
        FakeFetch({}),
        require,
        decode_here,
        files,
        lambda: DEFAULT_SAMPLE_LIMIT,
        no_volume,
        no_image,
        lambda name, image: None,
        Steps(),
    )
    load = create_loader(tools)
    await load("example:us-cine?frame=2", LoadOptions())
    kept = files.get("example:us-cine")
    assert kept.frame_count == 30
    await load("example:us-cine?frame=3", LoadOptions())
    assert files.get("example:us-cine") is kept
    await load("example:ct", LoadOptions())
    assert files.keys() == ("example:us-cine",)


async def test_progress_is_reported_once():
    loaded, heard = session(), []
    loaded.events.add_listener(ImageLoadProgress, heard.append)
    await loaded.load_image("example:ct")
    assert [(event.image_id, event.loaded, event.total) for event in heard] == [("example:ct", 39206, 39206)]


async def test_a_sample_is_answered_with_metadata():
    loaded = session()
    await loaded.load_and_cache_image("example:ct")
    assert loaded.metadata.get("patientModule", "example:ct").patient_name == "CompressedSamples^CT1"
