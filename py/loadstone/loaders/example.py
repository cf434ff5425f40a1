"""``example:name[?frame=n]``: the embedded samples, held in ``example_samples``.

Frames count as the sample's own format has it: from 1 for DICOM, from 0 for NIfTI.

The samples are made by the build from public test files; nothing is requested over the network.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..cache import Entry
from ..errors import LoadstoneError
from ..image import Image
from ..image_id import ImageId
from ..registry import ImageLoader, LoadOptions
from .shared_files import FileOfFrames
from .tools import Tools
from .wadouri import load_frame
from .web import decode_web_image

__all__ = ["create_loader", "sample_file", "samples"]

_F = TypeVar("_F", bound=FileOfFrames)


def samples() -> dict[str, str]:
    """The image ids of the samples and their titles, in the order in which they are shown."""
    from .example_samples import TITLES

    return {f"example:{name}": title for name, title in TITLES.items()}


def sample_file(image_id: str) -> bytes:
    """The file that the sample is; raises :class:`LoadstoneError` where there is no such sample."""
    return _sample(ImageId.parse(image_id))[1]


def create_loader(tools: Tools) -> ImageLoader:
    async def load(image_id: str, options: LoadOptions) -> Image:
        parsed = ImageId.parse(image_id)
        kind, data = _sample(parsed)
        options.report_progress(image_id, len(data), len(data))
        if kind == "web":
            await tools.require("pillow")
            return decode_web_image(data, image_id, sample_limit=tools.sample_limit())
        if kind == "nifti":
            await tools.require("nibabel")
            from ..nifti.file import read_nifti
            from ..nifti.to_image import plane_to_image

            limit = tools.sample_limit()
            volume = _kept(parsed, tools, lambda: read_nifti(data, sample_limit=limit))
            return plane_to_image(volume, parsed.frame(first=0) or 0, image_id, sample_limit=limit)
        await tools.require("pydicom")
        from ..dicom.file import read_file

        file = _kept(parsed, tools, lambda: read_file(data))
        return await load_frame(file, parsed.frame(first=1) or 0, image_id, options, tools)

    return load


def _kept(image_id: ImageId, tools: Tools, read: Callable[[], _F]) -> _F:
    """The sample as it was read before, else what ``read`` gives, kept for its further frames."""
    key = f"example:{image_id.locator}"
    file: _F | None = tools.files.get(key)
    if file is None:
        file = read()
        if file.frame_count > 1:
            tools.files.put(key, Entry(file, file.size_in_bytes))
    return file


def _sample(image_id: ImageId) -> tuple[str, bytes]:
    from .example_samples import SAMPLES

    found = SAMPLES.get(image_id.locator)
    if found is None:
        raise LoadstoneError(
            f"{image_id}: there is no sample {image_id.locator!r}; there are {', '.join(SAMPLES)}",
            image_id=str(image_id),
        )
    return found
