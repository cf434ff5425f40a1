"""The built-in steps: their modules are imported when one of them is first needed.

A new step is a function ``step(image, …)`` in the module of its kind, named in the module's ``create_steps``, and one
line in the table. Steps are handed grey images as floats in modality units, NaN where there is no pixel, and colour
images as they are; an array that they give is in the same units.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from ..image import Image

__all__ = ["BUILTIN_STEPS", "StepTools", "builtin_step"]

BUILTIN_STEPS: Mapping[str, str] = MappingProxyType(
    {
        "add": "combining",
        "clip": "values",
        "crop": "shapes",
        "equalize": "values",
        "flip": "shapes",
        "gaussian": "filters",
        "grey": "values",
        "invert": "values",
        "laplace": "filters",
        "median": "filters",
        "mpr": "combining",
        "multiply": "combining",
        "rescale": "values",
        "resize": "shapes",
        "rotate90": "shapes",
        "sharpen": "filters",
        "sobel": "filters",
        "subtract": "combining",
        "threshold": "values",
        "window": "values",
    }
)


@dataclass(frozen=True, eq=False)
class StepTools:
    """``load_image(image_id)`` gives another image; ``require(package)`` makes a Python package importable;
    ``sample_limit()`` is the most samples that an image may have."""

    load_image: Callable[[str], Awaitable[Image]]
    require: Callable[[str], Awaitable[None]]
    sample_limit: Callable[[], int]


def builtin_step(name: str, tools: StepTools) -> Callable[..., object]:
    """The built-in step of this name, of which there must be one."""
    module = import_module(f".{BUILTIN_STEPS[name]}", __package__)
    steps: Mapping[str, Callable[..., object]] = module.create_steps(tools)
    return steps[name]
