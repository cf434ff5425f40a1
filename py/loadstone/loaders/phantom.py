"""``phantom:name[?argument=value&…][&frame=n]``: images with known truth, computed; frames from 1.

``loadstone.phantom`` says which there are and what they take, and has their truth.
"""

from __future__ import annotations

from ..image import Image
from ..phantom.reading import read_phantom
from ..phantom.to_image import frame_to_image
from ..registry import ImageLoader, LoadOptions
from .tools import Tools

__all__ = ["create_loader"]


def create_loader(tools: Tools) -> ImageLoader:
    async def load(image_id: str, options: LoadOptions) -> Image:
        pattern, frame = read_phantom(image_id)
        return frame_to_image(pattern, frame or 0, image_id, sample_limit=tools.sample_limit())

    return load
