"""From a ``phantom:`` image id to the phantom that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..errors import PhantomError
from . import ellipsoids, line_pairs, ramp, shepp_logan, smpte, step_wedge, tg18_qc
from .arguments import Arguments
from .pattern import Pattern

__all__ = ["PATTERNS", "read_phantom"]

# a new phantom is one module with its pattern and read(arguments), and one line here
PATTERNS: Mapping[str, Callable[[Arguments], Pattern]] = MappingProxyType(
    {
        "ellipsoids": ellipsoids.read,
        "line-pairs": line_pairs.read,
        "ramp": ramp.read,
        "shepp-logan": shepp_logan.read,
        "smpte": smpte.read,
        "step-wedge": step_wedge.read,
        "tg18-qc": tg18_qc.read,
    }
)


def read_phantom(image_id: str) -> tuple[Pattern, int | None]:
    """The phantom of ``phantom:name[?argument=value&…]`` and the frame, from 0, that the id names, or None.

    Raises :class:`PhantomError` where there is no such phantom or an argument is wrong, and
    :class:`~loadstone.errors.InvalidImageIdError` for what is no image id or no frame number.
    """
    arguments = Arguments(image_id)
    read = PATTERNS.get(arguments.name)
    if read is None:
        raise PhantomError(
            f"{image_id}: there is no phantom {arguments.name!r}; there are {', '.join(PATTERNS)}", image_id=image_id
        )
    pattern = read(arguments)
    arguments.finish()
    return pattern, arguments.frame
