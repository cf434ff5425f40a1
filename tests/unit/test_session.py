import asyncio
import gc
from weakref import ref

import numpy as np
import pytest
from doubles import PIXELS, FakeFetch, Heard, turns

from loadstone.errors import ImageTooLargeError, InvalidArgumentError, LoadCancelledError, UnknownSchemeError
from loadstone.events import ImageCacheFull, ImageLoaded, ImageLoadProgress, LoaderRegistered
from loadstone.image import Image, ImageLoadObject
from loadstone.session import Session
from loadstone.view import View


class SlowLoader:
    """A loader whose images come when :meth:`deliver` is called; counts what is asked of it."""

    def __init__(self, pixels=PIXELS):
        self.pixels = pixels
        self.calls, self.cancelled, self.decached = [], [], []
        self.promises = {}

    def __call__(self, image_id, options):
        self.calls.append(image_id)
        self.promises[image_id] = asyncio.get_running_loop().create_future()
        return ImageLoadObject(
            self.promises[image_id],
            lambda: self.cancelled.append(image_id),
            lambda: self.decached.append(image_id),
        )

    async def deliver(self, *image_ids):
        await turns()
        for image_id in image_ids:
            self.promises[image_id].set_result(Image(image_id, self.pixels))
        await turns()


def session_with(loader, **options):
    session = Session(**options)
    session.register_image_loader("lab", loader)
    return session


async def test_a_second_load_of_the_same_id_calls_the_loader_no_more():
    session = session_with(loader := SlowLoader())
    first = session.load_and_cache_image("lab:1")
    await loader.deliver("lab:1")
    assert await session.load_image("lab:1") is await first
    assert loader.calls == ["lab:1"]


async def test_load_image_reads_the_cache_and_never_writes_it():
    session = session_with(loader := SlowLoader())
    load = session.load_image("lab:1")
    await loader.deliver("lab:1")
    await load
    assert len(session.cache) == 0


async def test_loads_in_flight_are_shared_and_cached_if_one_of_them_asks():
    session = session_with(loader := SlowLoader())
    heard = Heard(session)
    plain, caching = session.load_image("lab:1"), session.load_and_cache_image("lab:1")
    await loader.deliver("lab:1")
    assert await plain is await caching
    assert loader.calls == ["lab:1"]
    assert "lab:1" in session.cache
    assert heard.names == ["ImageLoaded", "ImageCacheAdded"]


async def test_a_cache_hit_fires_no_event():
    session = session_with(lambda image_id, options: PIXELS)
    await session.load_and_cache_image("lab:1")
    heard = Heard(session)
    await session.load_image("lab:1")
    assert heard.names == []


async def test_waiters_share_a_failure_and_it_is_told_once():
    session = session_with(loader := SlowLoader())
    heard = Heard(session)
    loads = [session.load_image("lab:1") for _ in range(3)]
    await turns()
    loader.promises["lab:1"].set_exception(ValueError("no"))
    errors = await asyncio.gather(*loads, return_exceptions=True)
    assert len({id(error) for error in errors}) == 1
    assert heard.names == ["ImageLoadFailed"]


async def test_cancelling_one_waiter_leaves_the_others():
    session = session_with(loader := SlowLoader())
    leaving, staying = session.load_image("lab:1"), session.load_image("lab:1")
    await turns()
    leaving.cancel()
    with pytest.raises(LoadCancelledError):
        await leaving
    await loader.deliver("lab:1")
    assert (await staying).image_id == "lab:1"
    assert loader.cancelled == []


async def test_the_last_waiters_cancel_calls_the_loaders_cancel_fn_once():
    session = session_with(loader := SlowLoader())
    heard = Heard(session)
    loads = [session.load_image("lab:1") for _ in range(2)]
    await turns()
    for load in loads:
        load.cancel()
        load.cancel()
    await turns()
    assert loader.cancelled == ["lab:1"]
    assert heard.names == ["ImageLoadFailed"]


async def test_a_waiting_task_that_is_cancelled_leaves_the_load():
    session = session_with(loader := SlowLoader())

    async def wait():
        return await session.load_image("lab:1")

    leaving, staying = asyncio.ensure_future(wait()), asyncio.ensure_future(wait())
    await turns()
    leaving.cancel()
    await turns()
    assert loader.cancelled == []
    staying.cancel()
    await turns()
    assert loader.cancelled == ["lab:1"]


async def test_the_last_waiters_cancel_aborts_the_fetch():
    fetch = FakeFetch({"https://h/a.png": b""})
    fetch.gate.clear()
    session = Session(fetch=fetch)
    load = session.load_image("https://h/a.png")
    await turns()
    load.cancel()
    await turns()
    assert fetch.cancelled == ["https://h/a.png"]


async def test_after_a_cancel_a_new_load_starts_afresh():
    session = session_with(loader := SlowLoader())
    session.load_image("lab:1").cancel()
    again = session.load_image("lab:1")
    await loader.deliver("lab:1")
    assert (await again).image_id == "lab:1"


async def test_cancelling_what_is_not_in_flight_says_so():
    assert not Session().cancel_load_image("lab:1")


async def test_cancel_load_all_calls_off_queued_and_running_loads():
    session = session_with(loader := SlowLoader(), limits={"interaction": 1})
    loads = [session.load_image(f"lab:{n}") for n in range(3)]
    await turns()
    session.cancel_load_all()
    results = await asyncio.gather(*loads, return_exceptions=True)
    assert [type(result) for result in results] == [LoadCancelledError] * 3
    assert loader.calls == ["lab:0"]


async def test_decache_runs_once_when_the_image_leaves_the_cache():
    session = session_with(loader := SlowLoader(), cache_bytes=PIXELS.nbytes)
    heard = Heard(session)
    for image_id in ("lab:1", "lab:2"):
        load = session.load_and_cache_image(image_id)
        await loader.deliver(image_id)
        await load
    assert loader.decached == ["lab:1"]
    session.purge()
    session.purge()
    assert loader.decached == ["lab:1", "lab:2"]
    assert heard.names.count("ImageCacheRemoved") == 2


async def test_images_on_display_are_not_evicted():
    session = session_with(lambda image_id, options: PIXELS, cache_bytes=2 * PIXELS.nbytes)
    session.display(["lab:1"])
    for n in (1, 2, 3):
        await session.load_and_cache_image(f"lab:{n}")
    assert session.cache.keys() == ("lab:1", "lab:3")


async def test_an_image_larger_than_the_budget_is_handed_over_and_an_event_says_so():
    session = session_with(lambda image_id, options: PIXELS, cache_bytes=10)
    heard = Heard(session)
    assert (await session.load_and_cache_image("lab:1")).size_in_bytes == 12
    assert heard.events[1:] == [ImageCacheFull("lab:1", 12, 10)]
    assert len(session.cache) == 0


async def test_registering_a_scheme_again_drops_its_cached_images_only():
    session = session_with(lambda image_id, options: PIXELS)
    session.register_image_loader("other", lambda image_id, options: PIXELS)
    await session.load_and_cache_image("lab:1")
    await session.load_and_cache_image("other:1")
    session.register_image_loader("lab", lambda image_id, options: PIXELS + 1)
    assert session.cache.keys() == ("other:1",)
    assert (await session.load_image("lab:1")).pixels[0, 0] == 1


async def test_a_load_of_a_replaced_loader_reaches_its_waiters_but_not_the_cache():
    session = session_with(loader := SlowLoader())
    old = session.load_and_cache_image("lab:1")
    await turns()
    session.register_image_loader("lab", lambda image_id, options: PIXELS + 1)
    new = await session.load_and_cache_image("lab:1")
    await loader.deliver("lab:1")
    assert ((await old).pixels[0, 0], new.pixels[0, 0]) == (0, 1)
    assert session.cache.get("lab:1") is new


async def test_an_unknown_scheme_raises_at_once():
    with pytest.raises(
        UnknownSchemeError, match="there are loaders for blob, data, dicomfile, dicomweb, example, http"
    ):
        Session().load_image("nope:1")


async def test_progress_is_told_by_the_load_and_by_events():
    def loader(image_id, options):
        options.report_progress("https://h/x", 5, 10)
        return PIXELS

    session = session_with(loader)
    heard = Heard(session)
    load = session.load_image("lab:1")
    assert load.progress == (0, None)
    await load
    assert load.progress == (5, 10)
    assert heard.events[0] == ImageLoadProgress("lab:1", "https://h/x", 5, 10)


async def test_a_loader_may_await_the_session_even_when_the_pool_is_full():
    session = Session(limits={"interaction": 1})
    session.register_image_loader("base", lambda image_id, options: PIXELS)

    async def derived(image_id, options):
        return (await session.load_image("base:1")).pixels * 2

    session.register_image_loader("lab", derived)
    image = await asyncio.wait_for(session.load_image("lab:1").promise, 2)
    assert np.array_equal(image.pixels, PIXELS * 2)


async def test_what_is_asked_for_urgently_overtakes_the_prefetching_of_itself():
    session = session_with(loader := SlowLoader(), limits={"prefetch": 1})
    session.prefetch(["lab:0", "lab:1", "lab:2", "lab:3"], 0)
    await turns()
    assert loader.calls == ["lab:1"]
    urgent = session.load_image("lab:3")
    await turns()
    assert loader.calls == ["lab:1", "lab:3"]
    await loader.deliver("lab:3")
    assert (await urgent).image_id == "lab:3"
    session.cancel_load_all()
    await turns()


async def test_a_loader_hears_of_those_who_want_its_image_more_urgently_also_of_the_ones_before_it_listened():
    heard, going_on = [], asyncio.Event()

    async def load(image_id, options):
        await going_on.wait()
        options.on_promotion(lambda request_type, priority: heard.append((request_type, priority)))
        await asyncio.sleep(3600)

    session = session_with(load)
    loads = [session.load_image("lab:1", request_type="prefetch", priority=3)]
    loads.append(session.load_image("lab:1", request_type="thumbnail", priority=1))
    going_on.set()
    await turns()
    assert heard == [("thumbnail", 1)]
    loads.append(session.load_image("lab:1"))
    assert heard == [("thumbnail", 1), ("interaction", 0)]
    for load in loads:
        load.cancel()


async def test_prefetching_around_another_index_calls_off_what_is_no_longer_near():
    session = session_with(loader := SlowLoader())
    ids = [f"lab:{n}" for n in range(100)]
    session.prefetch(ids, 0)
    await turns()
    session.prefetch(ids, 60)
    await turns()
    assert set(loader.cancelled) == {"lab:1", "lab:2", "lab:3", "lab:4", "lab:5"}
    assert loader.calls[5:] == ["lab:61", "lab:59", "lab:62", "lab:58", "lab:63"]
    session.cancel_load_all()
    await turns()


async def test_metadata_of_a_cached_image_comes_from_its_loader():
    image = Image("lab:1", PIXELS, metadata={"labModule": lambda: {"site": "Bonn"}})
    session = session_with(lambda image_id, options: image)
    assert session.metadata.get("labModule", "lab:1") is None
    await session.load_and_cache_image("lab:1")
    assert session.metadata.get("labModule", "lab:1") == {"site": "Bonn"}
    assert session.metadata.get("otherModule", "lab:1") is None


async def test_frames_are_the_ids_of_all_frames_of_the_file():
    session = session_with(lambda image_id, options: Image("lab:a", PIXELS, frame_count=3, first_frame_number=0))
    assert await session.frames("lab:a?t=1") == ("lab:a?t=1&frame=0", "lab:a?t=1&frame=1", "lab:a?t=1&frame=2")
    session.register_image_loader("lab", lambda image_id, options: PIXELS)
    assert await session.frames("lab:a") == ("lab:a",)


async def test_rendering_loads_and_caches_the_image():
    session = session_with(lambda image_id, options: np.array([[0, 255]], np.uint8))
    rgba = await session.render("lab:1", View(2, 1))
    assert rgba.tolist() == [[[0, 0, 0, 255], [255, 255, 255, 255]]]
    assert "lab:1" in session.cache


async def test_headers_come_from_the_hook_plain_or_awaited():
    async def later(url):
        return {"Authorization": f"for {url}"}

    fetch = FakeFetch({})
    session = Session(fetch=fetch, headers=later)
    await asyncio.gather(session.load_image("data:x,y"), return_exceptions=True)
    session.headers = lambda url: {"X": "1"}
    await asyncio.gather(session.load_image("data:x,z"), return_exceptions=True)
    assert fetch.requests[0] == ("data:x,y", {"Authorization": "for data:x,y"})
    assert fetch.requests[-1] == ("data:x,z", {"X": "1"})


async def test_the_load_time_is_measured():
    async def loader(image_id, options):
        await asyncio.sleep(0.02)
        return PIXELS

    assert 0.015 < (await session_with(loader).load_image("lab:1")).load_time < 2


async def test_a_decache_that_raises_is_logged_and_no_other_load_is_held_up(caplog):
    def loader(image_id, options):
        return ImageLoadObject(image_of(image_id), None, lambda: 1 / 0)

    async def image_of(image_id):
        return Image(image_id, PIXELS)

    session = session_with(loader, cache_bytes=PIXELS.nbytes)
    await session.load_and_cache_image("lab:1")
    await asyncio.wait_for(session.load_and_cache_image("lab:2").promise, 2)
    session.purge()
    assert len(session.cache) == 0
    assert "lab:1: the decache of its loader raised" in caplog.text
    assert "lab:2: the decache of its loader raised" in caplog.text


async def test_a_wrong_request_type_is_refused_and_a_later_right_one_loads():
    session = session_with(lambda image_id, options: PIXELS)
    with pytest.raises(InvalidArgumentError, match="there is no request type 'urgent'"):
        session.load_image("lab:1", request_type="urgent")
    assert (await asyncio.wait_for(session.load_image("lab:1").promise, 2)).rows == 2


async def test_a_running_loader_may_await_what_is_queued_behind_it():
    session = Session(limits={"interaction": 1})
    session.register_image_loader("base", lambda image_id, options: PIXELS)

    async def derived(image_id, options):
        await turns()
        return (await session.load_image("base:1")).pixels

    session.register_image_loader("lab", derived)
    outer, inner = session.load_image("lab:1"), session.load_image("base:1")
    await asyncio.wait_for(asyncio.gather(outer.promise, inner.promise), 2)


async def test_an_image_larger_than_the_budget_is_shown_again_without_loading_it_again():
    calls = []

    def loader(image_id, options):
        calls.append(image_id)
        return Image(image_id, PIXELS, metadata={"labModule": lambda: "known"})

    session = session_with(loader, cache_bytes=10)
    for center in (1, 2, 3):
        await session.render("lab:1", View(3, 2, window_center=center, window_width=2))
    assert calls == ["lab:1"]
    assert session.metadata.get("labModule", "lab:1") == "known"
    session.purge()
    await session.load_image("lab:1")
    assert calls == ["lab:1", "lab:1"]


async def test_prefetching_goes_on_past_an_id_that_can_not_be_loaded():
    session = session_with(loader := SlowLoader())
    session.prefetch(["lab:0", "nope:1", "lab:2", "lab:3"], 0)
    await turns()
    assert loader.calls == ["lab:2", "lab:3"]
    session.cancel_load_all()
    await turns()


async def test_prefetching_asks_for_no_more_images_than_the_cache_has_room_for():
    session = session_with(lambda image_id, options: PIXELS, cache_bytes=5 * PIXELS.nbytes)
    ids = [f"lab:{n}" for n in range(40)]
    session.display([ids[20]])
    await session.load_and_cache_image(ids[20])
    session.prefetch(ids, 20)
    await turns(50)
    assert sorted(session.cache.keys()) == ["lab:18", "lab:19", "lab:20", "lab:21", "lab:22"]


async def test_a_listener_that_asks_for_the_loaded_image_finds_it():
    session = session_with(loader := SlowLoader())
    session.events.add_listener(ImageLoaded, lambda event: session.load_and_cache_image(event.image_id))
    load = session.load_and_cache_image("lab:1")
    await loader.deliver("lab:1")
    await load
    assert loader.calls == ["lab:1"]


async def test_cancelling_all_reaches_the_loads_of_a_replaced_loader():
    session = session_with(loader := SlowLoader())
    load = session.load_image("lab:1")
    await turns()
    session.register_image_loader("lab", lambda image_id, options: PIXELS)
    session.cancel_load_all()
    with pytest.raises(LoadCancelledError):
        await load
    await turns()
    assert loader.cancelled == ["lab:1"]


async def test_a_new_scheme_drops_what_the_unknown_image_loader_had_loaded_for_it():
    session = Session()
    session.register_unknown_image_loader(lambda image_id, options: PIXELS)
    await session.load_and_cache_image("new:1")
    session.register_image_loader("new", lambda image_id, options: PIXELS + 1)
    assert (await session.load_image("new:1")).pixels[0, 0] == 1


async def test_what_was_rendered_is_not_kept_alive_once_it_left_the_cache():
    session = session_with(lambda image_id, options: np.zeros((2, 3)))
    await session.render("lab:1", View(3, 2))
    image = ref(session.cache.peek("lab:1"))
    session.cache.purge()
    await turns()
    gc.collect()
    assert image() is None


async def test_the_limit_of_samples_can_be_changed_while_the_session_runs():
    session = Session(sample_limit=100)
    with pytest.raises(ImageTooLargeError, match="more than the limit of 100 samples"):
        await session.load_image("example:ct")
    session.sample_limit = 128 * 128
    assert (await session.load_image("example:ct")).rows == 128


async def test_listeners_hear_which_scheme_got_or_lost_a_loader_and_which_images_went() -> None:
    session = Session()
    heard: list[LoaderRegistered] = []
    session.register_image_loader("flat", lambda image_id, options: np.zeros((2, 2)))
    await session.load_and_cache_image("flat:1")
    session.events.add_listener(LoaderRegistered, heard.append)
    registration = session.register_image_loader("flat", lambda image_id, options: np.ones((2, 2)))
    assert heard == [LoaderRegistered("flat", ("flat:1",))]
    registration.unregister()
    assert heard[1:] == [LoaderRegistered("flat", ())]


async def test_a_loader_fetches_with_the_sessions_headers_and_tells_its_progress() -> None:
    fetch = FakeFetch({"https://host/data": b"1234"})
    session = Session(fetch=fetch, headers=lambda url: {"X-Test": "yes"})
    told: list[ImageLoadProgress] = []
    session.events.add_listener(ImageLoadProgress, told.append)

    async def load(image_id, options):
        return np.frombuffer(await session.fetch("https://host/data", options), "u1").reshape(2, 2)

    session.register_image_loader("my", load)
    assert (await session.load_image("my:1")).pixels.tolist() == [[49, 50], [51, 52]]
    assert fetch.requests == [("https://host/data", {"X-Test": "yes"})]
    assert told[-1] == ImageLoadProgress("my:1", "https://host/data", 4, 4)
    assert await session.fetch("https://host/data") == b"1234"
