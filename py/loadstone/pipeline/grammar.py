"""How pipelines are written::

    pipe     = "pipe:" source 1*( "|" step )
    step     = name [ "(" [ argument *( "," argument ) ] ")" ]
    argument = [ name "=" ] value                              arguments with names come last
    value    = number | word | quoted
    name     = letter *( letter | digit | "_" )
    number   = [ "-" ] digits [ "." digits ] [ "e" [ "+" | "-" ] digits ]
    word     = letter *( letter | digit | "_" | "." | ":" | "/" | "-" )
    quoted   = '"' *( any character but '"' and "|" ) '"'
    source   = any characters but "|": the id of the image that goes in

Letters are those of ASCII; spaces around all of these count for nothing. Within a source and a quoted text, ``%7C``,
``%28``, ``%29`` and ``%22`` stand for ``|``, ``(``, ``)`` and ``"``, and ``%257C`` for the characters ``%7C``;
everything else stands for itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite

from ..errors import InvalidImageIdError, PipelineError
from ..image_id import ImageId

__all__ = ["Recipe", "Step", "Value", "is_step_name", "parse_pipe", "uses_step"]

Value = int | float | str

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_ARGUMENT_NAME = re.compile(rf"({_NAME.pattern})\s*=")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?(?![\w.])", re.ASCII)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]*")
_QUOTED = re.compile(r'"([^"|]*)"')
_SPACES = re.compile(r"\s*")

_ENCODED = re.compile(r"%(?:25)*(?:7C|28|29|22)", re.IGNORECASE)
_CHARACTERS = {"|": "%7C", "(": "%28", ")": "%29", '"': "%22"}


@dataclass(frozen=True)
class Step:
    """One step of a pipeline, with its arguments in their order and those that have names."""

    name: str
    arguments: tuple[Value, ...] = ()
    named: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        arguments = [*map(_written, self.arguments), *(f"{name}={_written(value)}" for name, value in self.named)]
        return f"{self.name}({','.join(arguments)})" if arguments else self.name


@dataclass(frozen=True)
class Recipe:
    """The id of the image that goes in, and the steps that it goes through."""

    source: str
    steps: tuple[Step, ...]

    def up_to(self, count: int) -> str:
        """The id of what the first ``count`` steps give; of 0, the source itself."""
        if count == 0:
            return self.source
        return "|".join((f"pipe:{_encoded(self.source)}", *map(str, self.steps[:count])))

    def __str__(self) -> str:
        return self.up_to(len(self.steps))


def parse_pipe(image_id: str) -> Recipe:
    """The recipe that a ``pipe:`` id is; raises :class:`PipelineError` with the place where it is none."""
    scheme, colon, rest = image_id.partition(":")
    encoded, *texts = rest.split("|")
    start = len(scheme) + len(colon)
    source = _decoded(encoded).strip()
    try:
        ImageId.parse(source)
    except InvalidImageIdError as cause:
        raise PipelineError(
            f"{image_id}: a pipeline begins with the id of an image, and {source!r} is none; write "
            "pipe:example:ct|gaussian(2), for example",
            image_id=image_id,
        ) from cause
    if not texts:
        raise PipelineError(
            f"{image_id}: there is no step; write one behind the image's id, for example {image_id}|gaussian(2)",
            image_id=image_id,
        )
    steps = []
    start += len(encoded)
    for text in texts:
        start += 1
        steps.append(_Reader(image_id, start, start + len(text)).step())
        start += len(text)
    return Recipe(source, tuple(steps))


def is_step_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def uses_step(image_id: str, name: str) -> bool:
    """Whether ``image_id`` is a pipeline that goes through a step of this name."""
    if ImageId.parse(image_id).scheme != "pipe":
        return False
    try:
        return any(step.name == name for step in parse_pipe(image_id).steps)
    except PipelineError:
        return False


class _Reader:
    """Reads the step that lies between two places of an id."""

    def __init__(self, image_id: str, place: int, end: int) -> None:
        self._image_id = image_id
        self._place = place
        self._end = end

    def step(self) -> Step:
        name = self._take(_NAME)
        if name is None:
            raise self._expected("the name of a step")
        arguments: list[Value] = []
        named: dict[str, Value] = {}
        if self._is("(") and not self._is(")"):
            self._argument(arguments, named)
            while self._is(","):
                self._argument(arguments, named)
            if not self._is(")"):
                raise self._expected("a comma or a closing parenthesis")
        self._skip_spaces()
        if self._place != self._end:
            raise self._expected("a | or the end")
        return Step(name[0], tuple(arguments), tuple(named.items()))

    def _argument(self, arguments: list[Value], named: dict[str, Value]) -> None:
        match = self._take(_ARGUMENT_NAME)
        if match is None:
            if named:
                raise self._expected("an argument with a name, as those before it have one")
            arguments.append(self._value())
        elif match[1] in named:
            raise self._expected(f"no second {match[1]}")
        else:
            named[match[1]] = self._value()

    def _value(self) -> Value:
        number = self._take(_NUMBER)
        if number is not None:
            value = float(number[0])
            if not isfinite(value) or len(number[0]) > 300:
                raise self._expected("a number of a sensible size")
            return value if number[1] or number[2] else int(number[0])
        word = self._take(_WORD)
        if word is not None:
            return word[0]
        quoted = self._take(_QUOTED)
        if quoted is not None:
            return _decoded(quoted[1])
        raise self._expected('a number, a word, or a text in double quotes ("example:ct")')

    def _is(self, character: str) -> bool:
        return self._take(re.compile(re.escape(character))) is not None

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self._skip_spaces()
        match = pattern.match(self._image_id, self._place, self._end)
        if match is not None:
            self._place = match.end()
        return match

    def _skip_spaces(self) -> None:
        match = _SPACES.match(self._image_id, self._place, self._end)
        assert match is not None
        self._place = match.end()

    def _expected(self, what: str) -> PipelineError:
        found = self._image_id[self._place : self._end]
        told = f"{found[:20]!r}" if found else "nothing"
        return PipelineError(
            f"{self._image_id}: at character {self._place + 1} there must be {what}, and there is {told}; steps are "
            "written as in gaussian(2)|threshold(100, 400)",
            image_id=self._image_id,
        )


def _written(value: Value) -> str:
    if not isinstance(value, str):
        return repr(value)
    return value if _WORD.fullmatch(value) else f'"{_encoded(value)}"'


def _encoded(text: str) -> str:
    text = _ENCODED.sub(lambda match: f"%25{match[0][1:]}", text)
    return re.sub(r'[|()"]', lambda match: _CHARACTERS[match[0]], text)


def _decoded(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[0][1:]
        return f"%{code[2:]}" if code.startswith("25") else chr(int(code, 16))

    return _ENCODED.sub(character, text)
