"""What a ``phantom:`` image id says: the phantom's name, and its arguments, checked as they are asked for."""

from __future__ import annotations

import math
import re
from urllib.parse import parse_qsl

from ..errors import PhantomError
from ..image_id import ImageId

__all__ = ["Arguments"]


class Arguments:
    """The arguments of one image id, behind its ``?``.

    Each is asked for once, with its default; what is wrong raises :class:`PhantomError`. :meth:`finish`, at the end,
    refuses what nobody asked for.
    """

    def __init__(self, image_id: str) -> None:
        parsed = ImageId.parse(image_id)
        self.image_id = image_id
        self.name, _, query = parsed.locator.partition("?")
        # raises where it is no frame number; None where the id names none
        self.frame = parsed.frame(first=1)
        self._asked: list[str] = []
        self._given: dict[str, str] = {}
        for name, value in parse_qsl(query.replace("+", "%2B"), keep_blank_values=True):
            if name in self._given:
                raise self.error(f"{name} is given twice; give it once")
            self._given[name] = value

    def error(self, message: str) -> PhantomError:
        return PhantomError(f"{self.image_id}: {message}", image_id=self.image_id)

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        text = self._take(name)
        if text is None:
            return default
        # Python refuses to read numbers of thousands of digits
        is_number = re.fullmatch(r"[+-]?[0-9]{1,18}", text)
        if is_number is None or not low <= int(text) <= high:
            raise self.error(f"{name}={text} is no whole number from {low} to {high}")
        return int(text)

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        text = self._take(name)
        if text is None:
            return default
        found = _number(text)
        if found is None or not low <= found <= high:
            raise self.error(f"{name}={text} is no number from {low:g} to {high:g}")
        return found

    def numbers(self, name: str, default: tuple[float, ...], what: str) -> tuple[float, ...]:
        """Numbers with commas between them; ``what`` says in an error what they should be."""
        text = self._take(name)
        if text is None:
            return default
        found = [_number(part) for part in text.split(",")]
        numbers = tuple(number for number in found if number is not None)
        if len(numbers) != len(found):
            raise self.error(f"{name}={text} should be {what}")
        return numbers

    def word(self, name: str, default: str, words: tuple[str, ...]) -> str:
        """One of ``words``; blanks in them may be written as ``_``."""
        text = self._take(name)
        if text is None:
            return default
        for word in words:
            if text in (word, word.replace(" ", "_")):
                return word
        raise self.error(f"{name}={text} is not known; there are {', '.join(word.replace(' ', '_') for word in words)}")

    def text(self, name: str, default: str) -> str:
        """Whatever stands there."""
        text = self._take(name)
        return default if text is None else text

    def finish(self) -> None:
        """Refuse the arguments that nobody asked for."""
        for name in self._given:
            if name not in self._asked:
                known = ", ".join(sorted([*self._asked, "frame"]))
                raise self.error(f"{self.name} has no argument {name!r}; it has {known}")

    def _take(self, name: str) -> str | None:
        self._asked.append(name)
        return self._given.get(name)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
