"""Images computed from images, step by step: ``pipe:example:ct|gaussian(2)|threshold(100, 400)``.

:mod:`.grammar` says how ids are written, :mod:`.steps` which steps there are, :mod:`.builtin` those that are built in.
"""

from __future__ import annotations

from .grammar import Recipe, Step, Value, parse_pipe, uses_step
from .steps import StepFunction, StepRegistration, Steps

__all__ = ["Recipe", "Step", "StepFunction", "StepRegistration", "Steps", "Value", "parse_pipe", "uses_step"]
