"""What programs print is told as it is printed, and a flood of it is held back."""

import asyncio

import pytest

from loadstone._browser.output import OutputStream


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def stream(told: list[str], clock: Clock) -> OutputStream:
    return OutputStream(told.append, clock=clock)


def test_each_line_is_told_when_it_is_printed(stream: OutputStream, told: list[str]) -> None:
    print("one", 1, file=stream)
    assert told == ["one 1\n"]
    print("two\nthree", file=stream)
    assert "".join(told) == "one 1\ntwo\nthree\n"


def test_a_line_without_an_end_is_told_when_it_is_flushed_or_soon(stream: OutputStream, told: list[str]) -> None:
    print(".", end="", file=stream)
    assert told == []
    print(".", end="", file=stream, flush=True)
    assert told == [".."]

    async def dots() -> None:
        print("!", end="", file=stream)
        await asyncio.sleep(0.2)

    asyncio.run(dots())
    assert told == ["..", "!"]


def test_what_is_left_is_told_at_the_end(stream: OutputStream, told: list[str]) -> None:
    print("no newline", end="", file=stream)
    stream.end()
    stream.end()
    assert told == ["no newline"]


def test_a_flood_is_told_now_and_then_its_last_lines_and_how_much_is_missing(
    stream: OutputStream, told: list[str], clock: Clock
) -> None:
    for number in range(10_000):
        print(f"line {number:05}", file=stream)
    # a hundred at once, then nothing before time has gone by
    assert told == [f"line {number:05}\n" for number in range(100)]
    clock.now = 0.1
    print("line 10000", file=stream)
    assert len(told) == 101
    first, *lines = told[-1].splitlines()
    # 9,901 lines of 11 characters were not told yet; 373 of them are the first to reach 4,096 characters
    assert lines == [f"line {number:05}" for number in range(10_001 - 373, 10_001)]
    assert first == f"[{(9901 - 373) * 11:,} characters are left out here]"


def test_one_enormous_text_is_told_by_its_end(stream: OutputStream, told: list[str]) -> None:
    stream.write("x" * 1_000_000 + "y\n")
    assert told == ["[995,906 characters are left out here]\n" + "x" * 4094 + "y\n"]


def test_only_text_can_be_written(stream: OutputStream) -> None:
    with pytest.raises(TypeError, match="must be str, not bytes"):
        stream.write(b"bytes")  # type: ignore[arg-type]
