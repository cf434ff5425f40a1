"""``example:name[?frame=n]``: the embedded samples, held as base64 in ``example_samples``; frames from 1.

The samples are made by the build from public test files; nothing is requested over the network.
"""

from __future__ import annotations

import base64

from ..cache import Entry
from ..errors import LoadstoneError
from ..image import Image
from ..image_id import ImageId
from ..registry import ImageLoader, LoadOptions
from .tools import Tools
from .wadouri import load_frame
from .web import decode_web_image

__all__ = ["create_loader", "samples"]


def samples() -> dict[str, str]:
    """The image ids of the samples and their titles, in the order in which they are shown."""
    from .example_samples import TITLES

    return {f"example:{name}": title for name, title in TITLES.items()}


def create_loader(tools: Tools) -> ImageLoader:
    async def load(image_id: str, options: LoadOptions) -> Image:
        parsed = ImageId.parse(image_id)
        kind, data = _sample(parsed)
        options.report_progress(image_id, len(data), len(data))
        if kind == "web":
            await tools.require("pillow")
            return decode_web_image(data, image_id, sample_limit=tools.sample_limit())
        await tools.require("pydicom")
        from ..dicom.file import read_file

        key = f"example:{parsed.locator}"
        file = tools.files.get(key)
        if file is None:
            file = read_file(data)
            if file.frame_count > 1:
                tools.files.put(key, Entry(file, file.size_in_bytes))
        return await load_frame(file, parsed, options, tools)

    return load


def _sample(image_id: ImageId) -> tuple[str, bytes]:
    from .example_samples import SAMPLES

    found = SAMPLES.get(image_id.locator)
    if found is None:
        raise LoadstoneError(
            f"{image_id}: there is no sample {image_id.locator!r}; there are {', '.join(SAMPLES)}",
            image_id=str(image_id),
        )
    kind, encoded = found
    return kind, base64.b64decode(encoded)
