"""``pipe:source|step|step…``: an image computed from another, step by step.

What all steps but the last give is an image of its own, which is loaded as any other:
``pipe:example:ct|gaussian(2)`` is computed once for all that goes on from it. How ids are written stands in
:mod:`loadstone.pipeline.grammar`; a pipeline of a file with several frames has as many, each through the same steps.
"""

from __future__ import annotations

from ..errors import InvalidArgumentError, PipelineError
from ..image import Image
from ..pipeline import Recipe, parse_pipe
from ..pipeline.builtin import StepTools
from ..pipeline.running import run_step
from ..pipeline.steps import StepFunction, checked
from ..registry import ImageLoader, LoadOptions
from .tools import Tools

__all__ = ["create_loader"]


def create_loader(tools: Tools) -> ImageLoader:
    async def load(image_id: str, options: LoadOptions) -> Image:
        recipe = parse_pipe(image_id)

        async def load_image(other_id: str) -> Image:
            return await tools.load_image(other_id, options)

        step_tools = StepTools(load_image, tools.require, tools.sample_limit)
        # all of them, before anything is loaded or computed
        functions = [_function(image_id, recipe, number, tools, step_tools) for number in range(len(recipe.steps))]
        number = len(functions) - 1
        source_id = recipe.up_to(number)
        source = await load_image(source_id)
        try:
            return await run_step(
                image_id, recipe.steps[-1], functions[-1], source, lambda name: tools.module(name, source)
            )
        except Exception as cause:
            reason = str(cause) if isinstance(cause, InvalidArgumentError) else f"{type(cause).__name__}: {cause}"
            raise PipelineError(
                f"{image_id}: step {number + 1}, {recipe.steps[-1]}, failed on {source_id}: {reason}",
                image_id=image_id,
                step=str(recipe.steps[-1]),
                number=number + 1,
                input_id=source_id,
            ) from cause

    return load


def _function(image_id: str, recipe: Recipe, number: int, tools: Tools, step_tools: StepTools) -> StepFunction:
    """The function of step ``number``, from 0; raises :class:`PipelineError` where it can not be called so."""
    step = recipe.steps[number]
    try:
        return checked(step, tools.steps.find(step.name, step_tools))
    except InvalidArgumentError as cause:
        raise PipelineError(
            f"{image_id}: step {number + 1}, {step}: {cause}",
            image_id=image_id,
            step=str(step),
            number=number + 1,
            input_id=recipe.up_to(number),
        ) from cause
