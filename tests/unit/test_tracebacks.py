"""Errors of user programs tell the line that a person would look at."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from loadstone.errors import LoadstoneError
from loadstone.session import Session
from loadstone.tracebacks import formatted, place_of


def run(source: str, **names: object) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "__main__", **names}
    exec(compile(source, "mine.py", "exec"), namespace)
    return namespace


def raised(action: Callable[[], object]) -> BaseException:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each test looks at what it is
        action()
    return caught.value


async def failed_load(source: str, image_id: str) -> LoadstoneError:
    session = Session()
    run(source, session=session, np=np)
    with pytest.raises(LoadstoneError) as caught:
        await session.load_image(image_id)
    return caught.value


def test_the_line_that_raised_is_told() -> None:
    assert place_of(raised(lambda: run("a = 1\n\nb = a / 0\n"))) == ("mine.py", 3)


def test_the_innermost_line_of_the_program_counts_not_that_of_a_library_below_it() -> None:
    source = "def half(text):\n    return np.frombuffer(text)\n\nhalf('text')"
    assert place_of(raised(lambda: run(source, np=np))) == ("mine.py", 2)


def test_a_program_that_can_not_be_compiled_tells_its_line() -> None:
    assert place_of(raised(lambda: run("a = 1\nb = (\n"))) == ("mine.py", 2)


def test_a_text_that_a_program_can_not_evaluate_is_told_at_the_programs_line() -> None:
    assert place_of(raised(lambda: run("a = 1\n\n\neval('1 +')\n"))) == ("mine.py", 4)


def test_errors_without_a_program_have_no_place() -> None:
    assert place_of(ValueError("never raised")) is None
    assert place_of(raised(lambda: np.frombuffer("text"))) is None  # type: ignore[call-overload]


async def test_a_loader_that_fails_later_tells_its_line() -> None:
    source = """
async def load(image_id, options):
    return 1 // 0
session.register_image_loader("my", load)
"""
    error = await failed_load(source, "my:1")
    assert type(error).__name__ == "LoaderError"
    assert place_of(error) == ("mine.py", 3)


async def test_of_two_loaders_the_one_that_raised_is_told() -> None:
    source = """
async def inner(image_id, options):
    raise ValueError("no such thing")
async def outer(image_id, options):
    return await session.load_image("inner:1")
session.register_image_loader("inner", inner)
session.register_image_loader("outer", outer)
"""
    assert place_of(await failed_load(source, "outer:1")) == ("mine.py", 3)


async def test_where_loadstone_refuses_what_a_program_asks_the_asking_line_is_told() -> None:
    source = """
async def load(image_id, options):
    return await session.load_image("nothing:1")
session.register_image_loader("my", load)
"""
    assert place_of(await failed_load(source, "my:1")) == ("mine.py", 3)


async def test_the_traceback_begins_in_the_program_and_goes_on_to_what_is_said() -> None:
    source = "async def load(image_id, options):\n    return 1 // 0\nsession.register_image_loader('my', load)"
    text = formatted(await failed_load(source, "my:1"))
    assert text.startswith('Traceback (most recent call last):\n  File "mine.py", line 2, in load\n')
    assert "ZeroDivisionError" in text
    assert text.rstrip().endswith("its loader raised ZeroDivisionError: integer division or modulo by zero")


def test_a_traceback_without_a_program_is_told_whole() -> None:
    assert "in run\n" not in formatted(raised(lambda: run("1 / 0")))
    assert "test_tracebacks.py" in formatted(raised(lambda: np.frombuffer("text")))  # type: ignore[call-overload]
