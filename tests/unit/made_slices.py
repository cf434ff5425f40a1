"""Series for tests of volumes: images by number, each with its pixels and its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadstone.image import Image
from loadstone.metadata import ImagePlaneModule
from loadstone.registry import LoadOptions
from loadstone.session import Session

__all__ = ["AXIAL", "MadeSlice", "ramp", "session_of"]

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True, eq=False)
class MadeSlice:
    """``position`` None is an image without a place; ``fields`` are further ones of the Image."""

    pixels: NDArray[Any]
    position: Sequence[float] | None = None
    orientation: Sequence[float] = AXIAL
    spacing: tuple[float, float] | None = (1.0, 1.0)
    fields: Mapping[str, Any] = field(default_factory=dict)
    frame_of_reference_uid: str = "1.2"

    def image(self, image_id: str) -> Image:
        image = Image(image_id, self.pixels, **self.fields)
        if self.position is None:
            return image
        plane = ImagePlaneModule(
            image_orientation_patient=tuple(self.orientation),
            image_position_patient=tuple(self.position),
            pixel_spacing=self.spacing,
            frame_of_reference_uid=self.frame_of_reference_uid,
        )
        return replace(image, metadata={"imagePlaneModule": lambda: plane})


def ramp(number: int, dtype: str = "i2") -> NDArray[Any]:
    """2 rows x 3 columns: 100 x number + 10 x row + column."""
    return (100 * number + 10 * np.arange(2)[:, None] + np.arange(3)).astype(dtype)


def session_of(slices: Sequence[MadeSlice | Exception], **arguments: Any) -> tuple[Session, list[str]]:
    """A session that loads ``made:0``, ``made:1`` … of these, and their ids."""
    session = Session(**arguments)

    async def load(image_id: str, options: LoadOptions) -> Image:
        made = slices[int(image_id.partition(":")[2])]
        if isinstance(made, Exception):
            raise made
        return made.image(image_id)

    session.register_image_loader("made", load)
    return session, [f"made:{number}" for number in range(len(slices))]
