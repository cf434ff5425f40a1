"""What steps are given, checked: each raises InvalidArgumentError, which says what would be right."""

from __future__ import annotations

from math import isfinite
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidArgumentError
from ..image import Image

__all__ = ["check_choice", "check_number", "check_whole", "grey_values"]


def check_number(name: str, value: object, *, above: float | None = None) -> float:
    """``value`` as a float that is finite, and more than ``above``."""
    right = "a number" if above is None else f"a number above {above:g}"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise InvalidArgumentError(f"{name}={value!r} is no number; give {right}")
    if above is not None and value <= above:
        raise InvalidArgumentError(f"{name}={value!r}; give {right}")
    return float(value)


def check_whole(name: str, value: object, *, low: int, high: int) -> int:
    """``value`` as a whole number from ``low`` to ``high``."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidArgumentError(f"{name}={value!r}; give a whole number from {low} to {high}")
    return value


def check_choice(name: str, value: object, *choices: str) -> str:
    """``value`` as one of ``choices``."""
    if not isinstance(value, str) or value not in choices:
        raise InvalidArgumentError(f"{name}={value!r}; give {', '.join(choices[:-1])} or {choices[-1]}")
    return value


def grey_values(image: Image) -> NDArray[np.floating[Any]]:
    """The pixels of a grey image, which steps are handed as floats."""
    if image.is_color:
        raise InvalidArgumentError(
            f"it works on grey values, and this is a colour image ({image.photometric_interpretation}); put the step "
            "grey before it"
        )
    return cast("NDArray[np.floating[Any]]", image.pixels)
