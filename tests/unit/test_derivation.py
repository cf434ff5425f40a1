"""Images that were made from an image go with it when its loader is replaced."""

from collections.abc import Callable

import numpy as np
import pytest

from loadstone.derivation import Derivations
from loadstone.errors import InvalidImageIdError
from loadstone.events import LoaderRegistered
from loadstone.image import Image
from loadstone.registry import LoadOptions
from loadstone.session import Session


def flat(value: int) -> Callable[[str, LoadOptions], object]:
    return lambda image_id, options: np.full((2, 2), value)


def plus_one(session: Session) -> Callable[[str, LoadOptions], object]:
    async def load(image_id: str, options: LoadOptions) -> object:
        source = await session.load_and_cache_image(image_id.partition(":")[2])
        return source.pixels + np.int64(1)  # type: ignore[operator]

    return load


@pytest.fixture
def session() -> Session:
    session = Session()
    session.register_image_loader("flat", flat(10))
    session.register_image_loader("once", plus_one(session))
    session.register_image_loader("again", plus_one(session))
    return session


async def value(session: Session, image_id: str) -> int:
    image: Image = await session.load_and_cache_image(image_id)
    return int(image.pixels[0, 0])


async def test_what_was_made_from_an_image_or_from_what_was_is_made_anew_with_its_new_loader(session: Session) -> None:
    assert await value(session, "again:once:flat:1") == 12
    assert await value(session, "once:example:ct") == 176  # the first stored value of pydicom's CT_small.dcm is 175
    heard: list[LoaderRegistered] = []
    session.events.add_listener(LoaderRegistered, heard.append)
    session.register_image_loader("flat", flat(20))
    assert [sorted(event.image_ids) for event in heard] == [["again:once:flat:1", "flat:1", "once:flat:1"]]
    # what has nothing to do with it stays
    assert "once:example:ct" in session.cache
    assert await value(session, "again:once:flat:1") == 22


async def test_it_is_remembered_when_the_image_between_has_left_the_cache_or_was_there_before(session: Session) -> None:
    await value(session, "once:flat:1")
    await value(session, "again:once:flat:1")
    session.cache.remove("once:flat:1")
    session.register_image_loader("flat", flat(20))
    assert session.cache.keys() == ()


async def test_a_load_under_way_that_has_used_the_old_loader_is_not_cached(session: Session) -> None:
    async def meanwhile(image_id: str, options: LoadOptions) -> object:
        source = await session.load_image("flat:1")
        session.register_image_loader("flat", flat(20))
        return source.pixels

    session.register_image_loader("meanwhile", meanwhile)
    assert await value(session, "meanwhile:1") == 10
    assert "meanwhile:1" not in session.cache


async def test_nothing_is_remembered_of_images_that_are_not_kept(session: Session) -> None:
    await session.load_image("once:flat:1")
    session.register_image_loader("bad", lambda image_id, options: session.load_image("no id"))
    with pytest.raises(InvalidImageIdError):
        await session.load_image("bad:1")
    await value(session, "once:flat:2")
    session.purge()
    assert session._derivations.made_from(lambda image_id: True) == frozenset()


def test_a_circle_of_images_comes_to_an_end() -> None:
    derivations = Derivations()
    derivations.note(["a:1"], "b:1")
    derivations.note(["b:1"], "a:1")
    assert derivations.made_from(lambda image_id: image_id == "a:1") == {"a:1", "b:1"}
