"""The frames of a file that make one volume, where its id alone is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ..errors import VolumeError
from ..image import Image
from ..image_id import ImageId
from ..metadata import FrameModule

__all__ = ["VolumeFrames", "frames_of_volume"]


@dataclass(frozen=True)
class VolumeFrames:
    """``warnings`` tell of frames that were left out."""

    image_ids: tuple[str, ...]
    warnings: tuple[str, ...] = ()


async def frames_of_volume(image_id: str, load: Callable[[str], Awaitable[Image]]) -> VolumeFrames:
    """All frames of a file, or, where it holds one volume after the other, those of the one that the frame is of.

    Raises :class:`VolumeError` where there is one frame only, and what ``load`` raises.
    """
    image = await load(image_id)
    count, first_number = image.frame_count, image.first_frame_number
    if count < 2:
        raise VolumeError(
            f"{image_id} is one image, and a volume needs two slices or more; give the ids of all images of a stack, "
            "or the id of a file with several frames",
            image_id=image_id,
        )
    parsed = ImageId.parse(image_id)

    def frame(index: int) -> str:
        return str(parsed.with_frame(index, first=first_number))

    async def number_in_stack(index: int) -> int | None:
        return _frame_module(await load(frame(index))).in_stack_position_number

    last = await number_in_stack(count - 1)
    if last is not None and 1 < last < count and count % last == 0:
        # 1, 2 … last, 1, 2 … last: so NIfTI has its times
        around = [await number_in_stack(index) for index in (0, last - 1, last)]
        if around == [1, last, 1]:
            place = ((_frame_module(image).frame_number or 1) - 1) // last
            told = (
                f"the file holds {count // last} volumes of {last} frames, one after the other (times or stacks): this "
                f"is volume {place + 1} of them; give the id of a frame of another one for that"
            )
            return VolumeFrames(tuple(map(frame, range(place * last, (place + 1) * last))), (told,))
    return VolumeFrames(tuple(map(frame, range(count))))


def _frame_module(image: Image) -> FrameModule:
    read = image.metadata.get("frameModule")
    module = read() if read is not None else None
    return module if isinstance(module, FrameModule) else FrameModule()
