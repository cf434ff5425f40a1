"""The frames of a file that make one volume, where its id alone is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ..errors import VolumeError
from ..image import Image
from ..image_id import ImageId
from ..metadata import FrameModule

__all__ = ["frames_of_volume"]


async def frames_of_volume(image_id: str, load: Callable[[str], Awaitable[Image]]) -> tuple[str, ...]:
    """All frames of a file, or, where it holds one volume after the other, those of the first.

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
        read = (await load(frame(index))).metadata.get("frameModule")
        module = read() if read is not None else None
        return module.in_stack_position_number if isinstance(module, FrameModule) else None

    last = await number_in_stack(count - 1)
    if last is not None and 1 < last < count and count % last == 0:
        # 1, 2 … last, 1, 2 … last: so NIfTI has its times
        around = [await number_in_stack(index) for index in (0, last - 1, last)]
        if around == [1, last, 1]:
            count = last
    return tuple(map(frame, range(count)))
