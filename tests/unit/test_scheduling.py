import asyncio

import pytest

from loadstone.errors import InvalidArgumentError
from loadstone.scheduling import RequestPools, leave_pool

NAN = float("nan")


class Gates:
    """Work that notes when it starts and ends when its gate is opened."""

    def __init__(self):
        self.started = []
        self.gates = {}

    def work(self, name):
        async def run():
            self.started.append(name)
            gate = self.gates[name] = asyncio.Event()
            await gate.wait()
            return name

        return run


async def turns(count=5):
    for _ in range(count):
        await asyncio.sleep(0)


async def test_no_more_than_the_limit_run_at_once_and_the_next_follows():
    pools, gates = RequestPools({"interaction": 2}), Gates()
    requests = [pools.submit(gates.work(n), request_type="interaction") for n in "abc"]
    await turns()
    assert gates.started == ["a", "b"]
    assert (pools.running("interaction"), pools.queued("interaction")) == (2, 1)
    gates.gates["a"].set()
    assert await requests[0].result == "a"
    await turns()
    assert gates.started == ["a", "b", "c"]


async def test_a_lower_priority_number_goes_first_and_equals_in_their_order():
    pools, gates = RequestPools({"thumbnail": 1}), Gates()
    for name, priority in [("first", 0), ("late", 5), ("urgent", -5), ("late too", 5)]:
        pools.submit(gates.work(name), request_type="thumbnail", priority=priority)
    for _ in range(4):
        await turns()
        gates.gates[gates.started[-1]].set()
    assert gates.started == ["first", "urgent", "late", "late too"]


async def test_a_full_pool_holds_up_no_other():
    pools, gates = RequestPools({"prefetch": 1}), Gates()
    for name in "abc":
        pools.submit(gates.work(name), request_type="prefetch")
    pools.submit(gates.work("now"), request_type="interaction")
    await turns()
    assert gates.started == ["a", "now"]


async def test_a_queued_request_that_is_cancelled_never_starts():
    pools, gates = RequestPools({"compute": 1}), Gates()
    pools.submit(gates.work("a"), request_type="compute")
    queued = pools.submit(gates.work("b"), request_type="compute")
    queued.cancel()
    await turns()
    gates.gates["a"].set()
    await turns()
    assert queued.result.cancelled()
    assert gates.started == ["a"]


async def test_a_running_request_that_is_cancelled_frees_its_place():
    pools, gates = RequestPools({"compute": 1}), Gates()
    running = pools.submit(gates.work("a"), request_type="compute")
    pools.submit(gates.work("b"), request_type="compute")
    await turns()
    running.cancel()
    await turns()
    assert running.result.cancelled()
    assert gates.started == ["a", "b"]


async def test_cancelling_before_the_first_step_frees_the_place_too():
    pools, gates = RequestPools({"compute": 1}), Gates()
    pools.submit(gates.work("a"), request_type="compute").cancel()
    pools.submit(gates.work("b"), request_type="compute")
    await turns()
    assert gates.started == ["b"]


async def test_work_inside_work_runs_at_once_since_waiting_for_a_full_pool_would_never_end():
    pools = RequestPools({"interaction": 1})

    async def inner():
        return 7

    async def outer():
        return await pools.submit(inner, request_type="interaction").result

    assert await asyncio.wait_for(pools.submit(outer, request_type="interaction").result, 1) == 7


async def test_promoting_moves_a_queued_request_forward_and_never_back():
    pools, gates = RequestPools({"interaction": 1, "prefetch": 1}), Gates()
    pools.submit(gates.work("a"), request_type="prefetch")
    waiting = pools.submit(gates.work("b"), request_type="prefetch", priority=3)
    await turns()
    pools.promote(waiting, request_type="interaction", priority=0)
    await turns()
    assert gates.started == ["a", "b"]
    queued = pools.submit(gates.work("c"), request_type="interaction", priority=1)
    pools.promote(queued, request_type="prefetch", priority=0)
    assert (queued.request_type, queued.priority) == ("interaction", 1)


async def test_raising_the_limit_starts_what_waits():
    pools, gates = RequestPools({"interaction": 1}), Gates()
    for name in "abc":
        pools.submit(gates.work(name), request_type="interaction")
    pools.set_limit("interaction", 3)
    await turns()
    assert gates.started == ["a", "b", "c"]
    with pytest.raises(ValueError, match="a limit of 0 would stop all interaction requests"):
        pools.set_limit("interaction", 0)


async def test_an_error_of_the_work_is_the_error_of_the_result():
    async def broken():
        raise KeyError("x")

    with pytest.raises(KeyError):
        await RequestPools().submit(broken, request_type="interaction").result


async def test_running_work_that_wants_what_is_queued_starts_it_at_once():
    pools, gates = RequestPools({"interaction": 1}), Gates()

    async def outer():
        pools.promote(queued, request_type="interaction", priority=0)
        return await queued.result

    running = pools.submit(outer, request_type="interaction")
    queued = pools.submit(gates.work("inner"), request_type="interaction")
    await turns()
    gates.gates["inner"].set()
    assert await asyncio.wait_for(running.result, 1) == "inner"
    assert pools.running("interaction") == 0


@pytest.mark.parametrize(("request_type", "priority"), [("urgent", 0), ("interaction", "high"), ("interaction", NAN)])
async def test_a_type_or_priority_that_there_is_not_is_refused_and_nothing_is_queued(request_type, priority):
    pools = RequestPools({"interaction": 1})
    with pytest.raises(InvalidArgumentError, match=r"there are interaction, thumbnail, prefetch, compute|is no number"):
        pools.submit(Gates().work("a"), request_type=request_type, priority=priority)
    assert pools.queued("interaction") == pools.running("interaction") == 0


async def test_a_request_that_leaves_its_pool_makes_room_and_its_end_makes_none_again():
    pools, gates = RequestPools({"interaction": 1}), Gates()

    async def leaving():
        leave_pool()
        leave_pool()
        return await gates.work("leaving")()

    request = pools.submit(leaving, request_type="interaction")
    others = [pools.submit(gates.work(name), request_type="interaction") for name in "ab"]
    await turns()
    assert gates.started == ["leaving", "a"]
    assert pools.running("interaction") == 1
    gates.gates["leaving"].set()
    assert await request.result == "leaving"
    await turns()
    assert gates.started == ["leaving", "a"]
    gates.gates["a"].set()
    await turns()
    assert gates.started == ["leaving", "a", "b"]
    gates.gates["b"].set()
    assert [await other.result for other in others] == ["a", "b"]
    await turns()
    assert pools.running("interaction") == 0


async def test_work_within_work_leaves_the_pool_for_both():
    pools, gates = RequestPools({"interaction": 1}), Gates()

    async def inner():
        leave_pool()
        return await pools.submit(gates.work("other"), request_type="interaction").result

    async def outer():
        return await pools.submit(inner, request_type="interaction").result

    request = pools.submit(outer, request_type="interaction")
    pools.submit(gates.work("next"), request_type="interaction")
    await turns()
    assert sorted(gates.started) == ["next", "other"]
    gates.gates["other"].set()
    assert await request.result == "other"


async def test_leaving_a_pool_outside_of_all_requests_does_nothing():
    leave_pool()
