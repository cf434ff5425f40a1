"""The steps that pipelines go through: those of a session's users, before those that are built in."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import InvalidArgumentError
from .builtin import BUILTIN_STEPS, StepTools, builtin_step
from .grammar import Step, is_step_name

__all__ = ["StepFunction", "StepRegistration", "Steps", "checked"]

# what a step may give is checked when it is called, see running.py
StepFunction = Callable[..., object]


@dataclass(frozen=True, eq=False)
class StepRegistration:
    """A step's place among the steps; :meth:`unregister` gives it up."""

    name: str
    step: StepFunction
    _steps: Steps

    def unregister(self) -> bool:
        """Take the step out, unless another has replaced it meanwhile; tells whether it was there.

        A built-in step that it stood in front of is there again.
        """
        return self._steps.unregister(self)


class Steps:
    """Steps by name; ``on_change(name)`` is called when a name gets or loses its step."""

    def __init__(self, on_change: Callable[[str], object] = lambda name: None) -> None:
        self._registrations: dict[str, StepRegistration] = {}
        self._on_change = on_change

    @property
    def names(self) -> tuple[str, ...]:
        """All that there are, sorted."""
        return tuple(sorted({*BUILTIN_STEPS, *self._registrations}))

    def register(self, name: str, step: StepFunction) -> StepRegistration:
        """Let ``step`` serve ``name``, in place of the one that did.

        Raises :class:`InvalidArgumentError` for a text that can be no name and for a step that can not be called.
        """
        if not isinstance(name, str) or not is_step_name(name):
            raise InvalidArgumentError(
                f"{name!r} can be no step's name: it must start with a letter and go on with letters, digits or _"
            )
        if not callable(step):
            raise InvalidArgumentError(f"the step {name} must be a function (image, …), not {step!r}")
        registration = StepRegistration(name, step, self)
        self._registrations[name] = registration
        self._on_change(name)
        return registration

    def unregister(self, registration: StepRegistration) -> bool:
        """See :meth:`StepRegistration.unregister`."""
        if self._registrations.get(registration.name) is not registration:
            return False
        del self._registrations[registration.name]
        self._on_change(registration.name)
        return True

    def find(self, name: str, tools: StepTools) -> StepFunction:
        """The step of this name; raises :class:`InvalidArgumentError` where there is none."""
        registration = self._registrations.get(name)
        if registration is not None:
            return registration.step
        if name in BUILTIN_STEPS:
            return builtin_step(name, tools)
        raise InvalidArgumentError(
            f"there is no step {name!r}; there are {', '.join(self.names)}. "
            f"Register one with session.register_step({name!r}, step)"
        )


def checked(step: Step, function: StepFunction) -> StepFunction:
    """``function``; raises :class:`InvalidArgumentError` where it does not take the arguments of ``step``."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        # functions that are written in C need not tell
        return function
    try:
        signature.bind(None, *step.arguments, **dict(step.named))
    except TypeError as cause:
        taken = ", ".join(_written(parameter) for parameter in list(signature.parameters.values())[1:])
        raise InvalidArgumentError(f"{cause}; it takes {step.name}({taken})") from cause
    return function


def _written(parameter: inspect.Parameter) -> str:
    """As pipelines write it: what must be given by its name, what may be left out with its default."""
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        return "…"
    return parameter.name if parameter.default is parameter.empty else f"{parameter.name}={parameter.default}"
