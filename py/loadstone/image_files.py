"""The file that an image lies in, for those who hand images on as files."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from .errors import LocalFileError
from .image_id import ImageId
from .loaders import DEFAULT_LOADERS
from .local_files import LocalFiles, local_address

__all__ = ["ImageFile", "image_file", "why_not_as_file"]

_OF_FILES = {"dicomfile": "wadouri", "nifti": "nifti", "wadouri": "wadouri", "web": "web"}
_ELSEWHERE = {
    "mpr": "is computed from other images, which can be saved in its place",
    "pipe": "is computed from other images, which can be saved in its place",
    "wadors": "is a frame of a DICOMweb server; save its file from there, and open that",
}


@dataclass(frozen=True)
class ImageFile:
    """Where the file of an image is, and what it is called.

    ``f"{scheme}:{place}{query}"`` is the image's id where the file lies at another place. ``size`` is in bytes, None
    where it is not known before the file is read.
    """

    address: str
    name: str
    scheme: str
    query: str
    size: int | None


def image_file(image_id: str, local_files: LocalFiles) -> ImageFile | None:
    """The file of an image; None where it has none, as one that a loader makes has.

    Raises :class:`InvalidImageIdError` for what is no id, and :class:`LocalFileError` for a file that is closed.
    """
    parsed = ImageId.parse(image_id)
    kind = DEFAULT_LOADERS.get(parsed.scheme, "")
    if kind not in _OF_FILES:
        return None
    frame = None if kind == "web" else parsed.frame(first=0)
    query = "" if frame is None else f"?frame={frame}"
    local = local_address(image_id)
    if local is not None:
        file = local_files.at(local)
        return ImageFile(local, file.path, _OF_FILES[kind], query, file.size)
    # an id that is an address itself stays whole
    address = image_id if kind == "web" and parsed.scheme != "web" else parsed.rest if kind == "web" else parsed.locator
    return ImageFile(address, _name(address), _OF_FILES[kind], query, None)


def why_not_as_file(image_id: str, local_files: LocalFiles) -> str:
    """Why an image can not be handed on, to go on behind its id; "" where it can, as a file or by its loader."""
    reason = _ELSEWHERE.get(DEFAULT_LOADERS.get(ImageId.parse(image_id).scheme, ""))
    if reason is not None:
        return reason
    try:
        image_file(image_id, local_files)
    except LocalFileError:
        return "is of a file that was closed; open it again"
    return ""


def _name(address: str) -> str:
    if address.startswith("data:"):
        return "image"
    return unquote(address.partition("?")[0].partition("#")[0].rpartition("/")[2]) or "image"
