"""Whatever a loader gives back becomes an image, or one LoadstoneError that names the id and the cause."""

import asyncio

import numpy as np
import pytest
from doubles import PIXELS, Heard, turns

from loadstone.errors import DecodeError, LoadCancelledError, LoaderError, LoadstoneError
from loadstone.image import Image, ImageLoadObject
from loadstone.session import Session


class Thenable:
    """A Promises/A+ thenable of its own making."""

    def __init__(self, then):
        self.then = then


async def coroutine():
    return Image("lab:1", PIXELS)


def future():
    made = asyncio.get_running_loop().create_future()
    made.set_result(PIXELS)
    return made


def thenable_that_calls_back_twice(resolve, reject):
    resolve(PIXELS)
    reject(ValueError("too late"))
    resolve(None)


GOOD = {
    "an image": lambda: Image("lab:1", PIXELS),
    "an array": lambda: PIXELS,
    "a coroutine": coroutine,
    "a task": lambda: asyncio.ensure_future(coroutine()),
    "a future of an array": future,
    "a load object of a coroutine": lambda: ImageLoadObject(coroutine()),
    "a load object of an image": lambda: ImageLoadObject(Image("lab:1", PIXELS)),  # type: ignore[arg-type]
    "a load object of a thenable": lambda: ImageLoadObject(
        Thenable(lambda resolve, reject: resolve(PIXELS))  # type: ignore[arg-type]
    ),
    "a thenable": lambda: Thenable(lambda resolve, reject: resolve(PIXELS)),
    "a thenable that calls back twice": lambda: Thenable(thenable_that_calls_back_twice),
    "an image of another id": lambda: Image("base:7", PIXELS),
}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD)
async def test_each_form_of_a_result_becomes_the_image_of_the_id(make):
    session = Session()
    heard = Heard(session)
    session.register_image_loader("lab", lambda image_id, options: make())
    image = await session.load_image("lab:1")
    assert image.image_id == "lab:1"
    assert np.array_equal(image.pixels, PIXELS)
    assert heard.names == ["ImageLoaded"]


def raising():
    raise KeyError("scanner")


async def rejecting():
    raise KeyError("scanner")


def thenable_that_throws(resolve, reject):
    raise KeyError("scanner")


async def nothing():
    return None


BAD = {
    "raises at once": (raising, "its loader raised KeyError: 'scanner'", KeyError),
    "rejects": (rejecting, "its loader raised KeyError: 'scanner'", KeyError),
    "a thenable that rejects": (
        lambda: Thenable(lambda resolve, reject: reject(KeyError("scanner"))),
        "its loader raised KeyError: 'scanner'",
        KeyError,
    ),
    "a thenable that rejects with text": (
        lambda: Thenable(lambda resolve, reject: reject("no luck")),
        "rejected with 'no luck'",
        LoaderError,
    ),
    "a thenable that throws": (lambda: Thenable(thenable_that_throws), "its loader raised KeyError", KeyError),
    "returns None": (lambda: None, "its loader gave None; it must give an Image", type(None)),
    "promises None": (nothing, "its loader gave None; it must give an Image", type(None)),
    "returns text": (lambda: "pixels", "its loader gave 'pixels'", type(None)),
    "an array of no image's shape": (lambda: np.zeros(3), r"an array of shape \(3,\) is no image", type(None)),
    "a load object of None": (
        lambda: ImageLoadObject(None),  # type: ignore[arg-type]
        "its loader gave None",
        type(None),
    ),
}


@pytest.mark.parametrize(("make", "text", "cause"), BAD.values(), ids=BAD)
async def test_whatever_a_loader_does_wrong_is_one_error_with_id_and_cause(make, text, cause):
    session = Session()
    heard = Heard(session)
    session.register_image_loader("lab", lambda image_id, options: make())
    with pytest.raises(LoadstoneError, match=text) as caught:
        await session.load_and_cache_image("lab:1")
    assert str(caught.value).startswith("lab:1: ")
    assert caught.value.image_id == "lab:1"
    assert isinstance(caught.value.__cause__, cause)
    assert heard.names == ["ImageLoadFailed"]
    assert len(session.cache) == 0


async def test_after_a_failure_a_later_call_tries_again():
    session, answers = Session(), [None, PIXELS]
    session.register_image_loader("lab", lambda image_id, options: answers.pop(0))
    with pytest.raises(LoaderError):
        await session.load_and_cache_image("lab:1")
    assert np.array_equal((await session.load_and_cache_image("lab:1")).pixels, PIXELS)


async def test_an_error_of_our_own_keeps_its_type_and_learns_the_image_id():
    def loader(image_id, options):
        raise DecodeError("the bytes are odd")

    session = Session()
    session.register_image_loader("lab", loader)
    with pytest.raises(DecodeError, match="lab:1: the bytes are odd"):
        await session.load_image("lab:1")


async def test_a_loader_built_on_another_tells_both_ids_when_the_other_fails():
    session = Session()
    session.register_image_loader("base", lambda image_id, options: None)
    session.register_image_loader("lab", lambda image_id, options: session.load_image("base:7"))
    with pytest.raises(LoaderError, match="lab:1: base:7: its loader gave None") as caught:
        await session.load_image("lab:1")
    assert caught.value.image_id == "lab:1"


async def test_a_promise_that_never_settles_ends_when_it_is_cancelled():
    session, cancelled = Session(), []
    heard = Heard(session)
    never = asyncio.get_running_loop().create_future()
    session.register_image_loader(
        "lab", lambda image_id, options: ImageLoadObject(never, lambda: cancelled.append(image_id))
    )
    load = session.load_and_cache_image("lab:1")
    await turns()
    assert session.cancel_load_image("lab:1")
    with pytest.raises(LoadCancelledError, match="lab:1: the load was cancelled"):
        await load
    await turns()
    assert cancelled == ["lab:1"]
    assert heard.names == ["ImageLoadFailed"]
    assert len(session.cache) == 0


async def test_a_promise_that_cancels_itself_ends_the_load():
    session = Session()
    never = asyncio.get_running_loop().create_future()
    session.register_image_loader("lab", lambda image_id, options: never)
    load = session.load_image("lab:1")
    await turns()
    never.cancel()
    with pytest.raises(LoadCancelledError) as caught:
        await load
    assert isinstance(caught.value.__cause__, asyncio.CancelledError)


class MyError(LoadstoneError):
    """A subclass that does not call its base."""

    def __init__(self):
        Exception.__init__(self, "my own")


class WordlessError(Exception):
    def __str__(self):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("error", "text"), [(MyError(), "lab:1: my own"), (WordlessError(), "its text can not be had: ZeroDivisionError")]
)
async def test_errors_of_odd_classes_end_the_load_too(error, text):
    def loader(image_id, options):
        raise error

    session = Session()
    session.register_image_loader("lab", loader)
    with pytest.raises(LoadstoneError, match=text):
        await asyncio.wait_for(session.load_image("lab:1").promise, 2)


async def test_a_loader_that_asks_for_its_own_image_is_told_so_and_does_not_hang():
    async def loader(image_id, options):
        return await session.load_image("lab:1" if image_id == "lab:2" else "lab:2")

    session = Session()
    session.register_image_loader("lab", loader)
    with pytest.raises(LoaderError, match="its loader asks for the same image again and would wait for itself"):
        await asyncio.wait_for(session.load_image("lab:1").promise, 2)


async def test_a_cancel_fn_that_raises_is_logged_and_hides_nothing(caplog):
    session = Session()
    never = asyncio.get_running_loop().create_future()
    session.register_image_loader("lab", lambda image_id, options: ImageLoadObject(never, raising))
    load = session.load_image("lab:1")
    await turns()
    load.cancel()
    with pytest.raises(LoadCancelledError):
        await load
    await turns()
    assert "lab:1: the cancel_fn of its loader raised" in caplog.text


async def test_a_very_long_id_is_named_by_its_beginning():
    session = Session()
    session.register_image_loader("lab", lambda image_id, options: None)
    with pytest.raises(LoaderError) as caught:
        await session.load_image("lab:" + "A" * 5000)
    assert str(caught.value).startswith("lab:" + "A" * 116 + "… (5004 characters): its loader gave None")
    assert caught.value.image_id == "lab:" + "A" * 5000
