"""``nifti:URL[?frame=i]``: a NIfTI-1 or NIfTI-2 file, .nii or .nii.gz, at an address; frames from 0.

Frame i is the plane of slice k and time t in the file's order, i = t * slices + k. The file is fetched and inflated
once however many of its frames are asked for, also at the same time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetching import Progress
from ..image import Image
from ..image_id import ImageId
from ..registry import ImageLoader, LoadOptions
from .shared_files import SharedFiles
from .tools import Tools

if TYPE_CHECKING:
    from ..nifti.file import NiftiFile

__all__ = ["create_loader"]


def create_loader(tools: Tools) -> ImageLoader:
    files: SharedFiles[NiftiFile] = SharedFiles(tools.files)

    async def load(image_id: str, options: LoadOptions) -> Image:
        parsed = ImageId.parse(image_id)
        url = parsed.locator
        # a wrong frame number is told before anything is fetched
        index = parsed.frame(first=0) or 0

        async def read(progress: Progress) -> NiftiFile:
            fetched = await tools.fetch(url, headers={}, progress=progress)
            await tools.require("nibabel")
            from ..nifti.file import read_nifti

            return read_nifti(fetched.data, sample_limit=tools.sample_limit())

        # other loaders keep other readings of the same address
        file = await files.get(f"nifti:{url}", read, lambda loaded, total: options.report_progress(url, loaded, total))
        from ..nifti.to_image import plane_to_image

        return plane_to_image(file, index, image_id, sample_limit=tools.sample_limit())

    return load
