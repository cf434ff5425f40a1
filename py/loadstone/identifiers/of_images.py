"""The identifiers of images by their ids, of those whose file can be had."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from ..errors import LoadstoneError
from ..fetching import Fetch
from ..image_id import ImageId
from ..loaders import DEFAULT_LOADERS
from ..local_files import LocalFiles, local_address
from .finding import file_kind, find_identifiers
from .identifier import NOT_CHECKED, Identifier

__all__ = ["ImageIdentifiers", "image_identifiers"]


@dataclass(frozen=True)
class ImageIdentifiers:
    """What the file of an image says of persons; ``file`` is its name or address.

    ``image_id`` is the first of the ids that name frames of the file.
    """

    image_id: str = field(metadata={"cornerstone": "imageId"})
    file: str
    findings: tuple[Identifier, ...]


async def image_identifiers(
    image_ids: Iterable[str],
    *,
    fetch: Fetch,
    require: Callable[[str], Awaitable[None]],
    local_files: LocalFiles,
) -> tuple[ImageIdentifiers, ...]:
    """What the files of these images say of persons, each file once; those in which nothing was found are left out.

    Ids of ``wadors:`` and of loaders of users name no file: nothing is known of them. A file that can not be had
    counts as one with something in it. Raises :class:`InvalidImageIdError` for what is no id.
    """
    sources: dict[str, str] = {}
    for image_id in image_ids:
        address = _address(image_id)
        if address is not None:
            sources.setdefault(address, image_id)
    found: list[ImageIdentifiers] = []
    for address, image_id in sources.items():
        try:
            name, data = await _file(address, fetch, local_files)
            if file_kind(data, name) in ("dicom", "zip"):
                # the other kinds need no package, and a page of pictures alone may not have it
                await require("pydicom")
            findings = find_identifiers(data, name)
        except LoadstoneError:
            name, findings = address, (Identifier("the file", NOT_CHECKED),)
        if findings:
            found.append(ImageIdentifiers(image_id, name, findings))
    return tuple(found)


def _address(image_id: str) -> str | None:
    """Where the file lies that the id names, None where it names none."""
    local = local_address(image_id)
    if local is not None:
        return local
    parsed = ImageId.parse(image_id)
    match DEFAULT_LOADERS.get(parsed.scheme):
        case "wadouri" | "nifti":
            return parsed.locator
        case "web":
            return parsed.rest if parsed.scheme == "web" else image_id
        case "example":
            return f"example:{parsed.locator}"
    return None


async def _file(address: str, fetch: Fetch, local_files: LocalFiles) -> tuple[str, bytes]:
    """The name and the bytes of the file at an address."""
    if address.startswith("example:"):
        from ..loaders.example import sample_file

        return address, sample_file(address)
    name = local_files.at(address).path if address.startswith("local:") else address.partition("?")[0]
    return name, (await fetch(address, headers={})).data
