"""``dicomfile:7[?frame=n]``: a DICOM file that was opened here, by its number.

``dicomfile:7/2`` is member 2 of the ZIP archive that file 7 is.
"""

from __future__ import annotations

from ..registry import ImageLoader
from .tools import Tools
from .wadouri import file_loader

__all__ = ["create_loader"]


def create_loader(tools: Tools) -> ImageLoader:
    return file_loader(tools, lambda image_id: f"local:{image_id.locator}")
