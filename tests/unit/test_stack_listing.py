"""Series of DICOMweb servers of all manners, as they are listed step by step."""

import asyncio
import random
from urllib.parse import parse_qsl, urlsplit

import pytest
from dicomweb_server import ROOT, json_answer

from loadstone import Session
from loadstone.errors import FetchError, HttpStatusError

PATH = "studies/1.2/series/1.2.3/instances"


def instance(n):
    return {
        "00080018": {"vr": "UI", "Value": [f"1.2.3.{n}"]},
        "00200013": {"vr": "IS", "Value": [n]},
        "00200032": {"vr": "DS", "Value": [0, 0, 2.5 * n]},
        "00200037": {"vr": "DS", "Value": [1, 0, 0, 0, 1, 0]},
    }


def ids(numbers):
    return tuple(f"wadors:{ROOT}/{PATH}/1.2.3.{n}/frames/1" for n in numbers)


class Server:
    """Gives the instances of ``numbers`` in this order, ``at_most(offset)`` at once; remembers what was asked."""

    def __init__(self, numbers, *, at_most=lambda offset: 1000):
        self.numbers = list(numbers)
        self.at_most = at_most
        self.queries = []
        self.errors = {}
        self.under_way = 0
        self.most_under_way = 0
        self.busy = asyncio.Event()

    @property
    def offsets(self):
        return [int(dict(query)["offset"]) for query in self.queries]

    async def __call__(self, url, *, headers, progress=None):
        query = parse_qsl(urlsplit(url).query)
        self.queries.append(query)
        offset, limit = int(dict(query)["offset"]), int(dict(query)["limit"])
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        if self.under_way == 2:
            self.busy.set()
        try:
            await asyncio.sleep(0)
        finally:
            self.under_way -= 1
        if offset in self.errors:
            raise self.errors[offset]
        return json_answer([instance(n) for n in self.numbers[offset:][: min(limit, self.at_most(offset))]])


def listing(server, **options):
    return Session(fetch=server).dicomweb(ROOT).list_stacks("1.2", "1.2.3", **options)


async def steps(server, **options):
    return [step async for step in listing(server, **options)]


async def test_the_first_step_asks_for_one_page_and_for_nothing_that_images_are_not_sorted_by():
    server = Server(range(10_000))
    first = await anext(listing(server))
    assert first.stacks[0].image_ids == ids(range(200))
    assert (first.listed, first.complete) == (200, False)
    assert [dict(query)["limit"] for query in server.queries] == ["200"]
    asked = {value for name, value in server.queries[0] if name == "includefield"}
    assert {"ImagePositionPatient", "ImageOrientationPatient", "InstanceNumber", "NumberOfFrames"} <= asked
    assert not {"PatientName", "StudyDate", "Modality", "all"} & asked


async def test_each_step_lists_half_as_many_again_and_the_last_one_all():
    server = Server(range(10_000))
    found = await steps(server)
    # pages of 200, two at once from the third on
    assert [step.listed for step in found] == [200, 400, 800, 1200, 2000, 3200, 4800, 7200, 10_000]
    assert [step.complete for step in found] == [False] * 8 + [True]
    assert found[-1].stacks[0].image_ids == ids(range(10_000))
    assert server.most_under_way == 2
    assert len(server.queries) <= 52


async def test_images_that_come_in_any_order_are_in_order_at_each_step():
    numbers = list(range(1, 1001))
    random.Random(7).shuffle(numbers)
    found = await steps(Server(numbers))
    assert len(found) > 2
    for step in found:
        assert step.stacks[0].image_ids == ids(sorted(numbers[: step.listed]))


async def test_an_image_that_needs_a_stack_of_its_own_gets_it_when_it_comes():
    server = Server(range(250))
    found = await steps(server)
    assert [len(step.stacks) for step in found] == [1, 1]

    class WithSagittal(Server):
        async def __call__(self, url, *, headers, progress=None):
            answer = await super().__call__(url, headers=headers)
            return type(answer)(
                answer.data.replace(
                    b'"Value": [0, 0, 500.0]}, "00200037": {"vr": "DS", "Value": [1, 0, 0, 0, 1, 0]',
                    b'"Value": [0, 0, 500.0]}, "00200037": {"vr": "DS", "Value": [0, 1, 0, 0, 0, 1]',
                ),
                answer.content_type,
            )

    found = await steps(WithSagittal(range(250)))
    assert [[stack.title for stack in step.stacks] for step in found] == [[""], ["axial", "sagittal"]]
    assert found[-1].stacks[1].image_ids == ids([200])


@pytest.mark.parametrize(
    "at_most",
    [lambda offset: 100, lambda offset: 37, lambda offset: 1, lambda offset: 60 if offset == 240 else 120],
    ids=["100", "37", "1", "one shorter page"],
)
async def test_a_server_that_gives_fewer_at_once_is_read_to_its_end(at_most):
    server = Server(range(530), at_most=at_most)
    found = await steps(server)
    assert found[-1].complete
    assert found[-1].stacks[0].image_ids == ids(range(530))


@pytest.mark.parametrize("count", [0, 3, 200, 700])
async def test_a_server_that_knows_no_pages_is_asked_no_more_than_once_more(count):
    class All(Server):
        async def __call__(self, url, *, headers, progress=None):
            self.queries.append(url)
            return json_answer([instance(n) for n in self.numbers])

    server = All(range(count))
    found = await steps(server)
    assert (found[-1].listed, found[-1].complete) == (count, True)
    assert len(server.queries) <= 2


async def test_an_instance_that_comes_again_is_listed_once():
    # another instance has come in at the front while the pages were read
    server = Server([*range(200), *range(199, 399), *range(398, 450)])
    found = await steps(server)
    assert found[-1].stacks[0].image_ids == ids(range(450))


async def test_nothing_is_asked_for_between_two_steps():
    server = Server(range(2000))
    pages = listing(server)
    for _ in range(4):
        await anext(pages)
        asked = len(server.queries)
        await asyncio.sleep(0.01)
        assert len(server.queries) == asked
        assert server.under_way == 0


async def test_a_cancelled_step_stops_its_requests_and_the_next_one_goes_on_there():
    server = Server(range(1000))
    pages = listing(server)
    await anext(pages)
    await anext(pages)
    step = asyncio.ensure_future(anext(pages))
    await server.busy.wait()
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert server.under_way == 0
    assert server.offsets == [0, 200, 400, 600]
    found = [step async for step in pages]
    assert found[-1].stacks[0].image_ids == ids(range(1000))
    assert server.offsets[4:6] == [400, 600]


@pytest.mark.parametrize(("count", "so_far"), [(1000, "400 of 1000 images"), (None, "400 images"), (300, "400 images")])
async def test_an_error_midway_tells_how_many_are_listed_and_the_next_step_tries_again(count, so_far):
    server = Server(range(1000))
    broken = HttpStatusError(f"{ROOT}: status 403", status=403)
    server.errors = {400: broken}
    pages = listing(server, instance_count=count)
    await anext(pages)
    assert (await anext(pages)).listed == 400
    for _ in range(2):
        with pytest.raises(FetchError) as raised:
            await anext(pages)
        assert str(raised.value) == (
            f"{ROOT}: status 403. {so_far} of the series are listed and can be shown; ask again for the others"
        )
        assert raised.value.__cause__ is broken
    server.errors = {}
    assert [step.listed async for step in pages][-1] == 1000


async def test_what_came_before_an_error_is_told_first():
    server = Server(range(3000))
    server.errors = {1000: HttpStatusError("status 403", status=403)}
    pages = listing(server)
    assert [(await anext(pages)).listed for _ in range(4)] == [200, 400, 800, 1000]
    with pytest.raises(FetchError, match="1000 images of the series are listed"):
        await anext(pages)


async def test_an_error_of_the_first_page_is_told_as_it_is():
    server = Server(range(10))
    server.errors = {0: HttpStatusError("status 403", status=403)}
    with pytest.raises(HttpStatusError, match=r"^status 403$"):
        await anext(listing(server))


async def test_a_listing_at_its_end_asks_for_nothing_more():
    server = Server(range(10))
    pages = listing(server)
    assert [step.complete async for step in pages] == [False, True]
    asked = len(server.queries)
    with pytest.raises(StopAsyncIteration):
        await anext(pages)
    assert len(server.queries) == asked
