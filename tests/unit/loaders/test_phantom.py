import pytest
from doubles import FakeFetch

from loadstone.errors import FrameIndexError, ImageTooLargeError, PhantomError
from loadstone.phantom import truth
from loadstone.session import Session


async def test_a_phantom_is_loaded_from_nowhere():
    fetch = FakeFetch({})
    session = Session(fetch=fetch)
    image = await session.load_image("phantom:step-wedge?rows=2&columns=4&steps=2&bits=8")
    assert image.pixels.tolist() == [[0, 0, 255, 255]] * 2
    assert image.image_id == "phantom:step-wedge?rows=2&columns=4&steps=2&bits=8"
    assert fetch.requests == []
    assert "phantom" in session.schemes


async def test_frames_count_from_1_and_the_first_is_the_default():
    session = Session()
    ids = await session.frames("phantom:ellipsoids?frames=3&slice_spacing=70")
    assert ids == tuple(f"phantom:ellipsoids?frames=3&slice_spacing=70&frame={n}" for n in (1, 2, 3))
    assert await session.frames("phantom:smpte") == ("phantom:smpte",)
    first, default = await session.load_image(ids[0]), await session.load_image(ids[0].partition("&frame")[0])
    assert (first.pixels == default.pixels).all()
    middle = await session.load_image(ids[1])
    # the middle of the volume is the body's: water
    assert (middle.frame_count, middle.unit, middle.pixels[64, 64]) == (3, "HU", 1024)


async def test_what_is_wrong_arrives_as_it_is():
    session = Session()
    with pytest.raises(PhantomError, match="there is no phantom 'disk'; there are ellipsoids, line-pairs, ramp, "):
        await session.load_image("phantom:disk")
    with pytest.raises(FrameIndexError) as raised:
        await session.load_image("phantom:ellipsoids?frames=3&frame=4")
    assert str(raised.value).endswith(
        "frame=4 does not exist: the phantom has 3 frames, counted from 1; ask for more by frames=4"
    )


async def test_more_samples_than_the_limit_are_refused_before_they_are_made():
    session = Session(sample_limit=1000)
    with pytest.raises(ImageTooLargeError) as raised:
        await session.load_image("phantom:ramp?rows=20&columns=20&photometric=RGB")
    assert str(raised.value) == (
        "phantom:ramp?rows=20&columns=20&photometric=RGB: 20 x 20 pixels are 1200 samples, more than the limit of 1000 "
        "samples; give fewer rows and columns, or raise the session's sample_limit"
    )


async def test_the_phantoms_that_the_page_offers_can_be_shown():
    for image_id in (
        "phantom:shepp-logan?samples=4",
        "phantom:tg18-qc",
        "phantom:ellipsoids?orientation=coronal",
    ):
        image = await Session().load_image(image_id)
        low, high = image.value_range
        assert low < high
        assert truth(image_id).canvas.rows == image.rows
