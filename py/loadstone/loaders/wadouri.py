"""``wadouri:URL[?frame=n]`` (and its old name ``dicomweb:``): a DICOM file at an address, frames from 1.

The file is fetched once however many of its frames are asked for, also at the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import DecodeError, ImageTooLargeError
from ..fetching import Progress
from ..image import Image
from ..image_id import ImageId
from ..registry import ImageLoader, LoadOptions
from .shared_files import SharedFiles
from .tools import Tools

if TYPE_CHECKING:
    from ..dicom.file import DicomFile

__all__ = ["create_loader", "file_loader", "load_frame"]


def create_loader(tools: Tools) -> ImageLoader:
    return file_loader(tools, lambda image_id: image_id.locator)


def file_loader(tools: Tools, address: Callable[[ImageId], str]) -> ImageLoader:
    """A loader of the frames of whole DICOM files, that are fetched from ``address(image_id)``."""
    sources: SharedFiles[DicomFile] = SharedFiles(tools.files)

    async def load(image_id: str, options: LoadOptions) -> Image:
        parsed = ImageId.parse(image_id)
        url = address(parsed)
        # a wrong frame number is told before anything is fetched
        parsed.frame(first=1)

        async def read(progress: Progress) -> DicomFile:
            fetched = await tools.fetch(url, headers={}, progress=progress)
            await tools.require("pydicom")
            from ..dicom.file import read_file

            return read_file(fetched.data)

        file = await sources.get(url, read, lambda loaded, total: options.report_progress(url, loaded, total))
        return await load_frame(file, parsed.frame(first=1) or 0, image_id, options, tools)

    return load


async def load_frame(file: DicomFile, index: int, image_id: str, options: LoadOptions, tools: Tools) -> Image:
    """Frame ``index`` (from 0) of ``file`` as the image of ``image_id``."""
    from ..dicom.frames import encoded_frame
    from ..dicom.to_image import describe_frame, frame_to_image

    description = describe_frame(file, index, sample_limit=tools.sample_limit())
    encoded = encoded_frame(file, index, description)
    decoded = None
    if encoded is not None:
        try:
            decoded = await tools.decode(encoded, options)
        except (DecodeError, ImageTooLargeError) as cause:
            raise encoded.error(cause) from cause
    return frame_to_image(file, index, image_id, description=description, decoded=decoded)
