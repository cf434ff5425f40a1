"""``wadouri:URL[?frame=n]`` (and its old name ``dicomweb:``): a DICOM file at an address, frames from 1.

The file is fetched once however many of its frames are asked for, also at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..cache import Cache, Entry
from ..errors import DecodeError, ImageTooLargeError
from ..fetching import Progress
from ..image import Image
from ..image_id import ImageId
from ..registry import ImageLoader, LoadOptions
from .tools import Tools

if TYPE_CHECKING:
    from ..dicom.file import DicomFile

__all__ = ["create_loader", "file_loader", "load_frame"]


def create_loader(tools: Tools) -> ImageLoader:
    return file_loader(tools, lambda image_id: image_id.locator)


def file_loader(tools: Tools, address: Callable[[ImageId], str]) -> ImageLoader:
    """A loader of the frames of whole DICOM files, that are fetched from ``address(image_id)``."""
    sources = _SharedFiles(tools.files)

    async def load(image_id: str, options: LoadOptions) -> Image:
        parsed = ImageId.parse(image_id)
        url = address(parsed)
        # a wrong frame number is told before anything is fetched
        parsed.frame(first=1)

        async def fetch(progress: Progress) -> bytes:
            fetched = await tools.fetch(url, headers={}, progress=progress)
            await tools.require("pydicom")
            return fetched.data

        file = await sources.get(url, fetch, lambda loaded, total: options.report_progress(url, loaded, total))
        return await load_frame(file, parsed, options, tools)

    return load


async def load_frame(file: DicomFile, image_id: ImageId, options: LoadOptions, tools: Tools) -> Image:
    """The frame of ``file`` that ``image_id`` names (the first where it names none)."""
    from ..dicom.frames import encoded_frame
    from ..dicom.to_image import describe_frame, frame_to_image

    index = image_id.frame(first=1) or 0
    description = describe_frame(file, index, sample_limit=tools.sample_limit())
    encoded = encoded_frame(file, index, description)
    decoded = None
    if encoded is not None:
        try:
            decoded = await tools.decode(encoded, options)
        except (DecodeError, ImageTooLargeError) as cause:
            raise encoded.error(cause) from cause
    return frame_to_image(file, index, str(image_id), description=description, decoded=decoded)


class _SharedFiles:
    """Parsed files by URL: fetches in flight are shared, multi-frame files kept for their further frames."""

    def __init__(self, files: Cache[DicomFile]) -> None:
        self._files = files
        self._in_flight: dict[str, _Reading] = {}

    async def get(self, url: str, fetch: Callable[[Progress], Awaitable[bytes]], progress: Progress) -> DicomFile:
        kept = self._files.get(url)
        if kept is not None:
            return kept
        reading = self._in_flight.get(url)
        if reading is None:
            reading = self._in_flight[url] = self._read(url, fetch)
        reading.listeners.append(progress)
        try:
            # shield: one frame's load that is cancelled must not cancel the fetch that others wait for
            return await asyncio.shield(reading.task)
        finally:
            reading.listeners.remove(progress)
            if not reading.listeners and self._in_flight.get(url) is reading:
                del self._in_flight[url]
                reading.task.cancel()

    def _read(self, url: str, fetch: Callable[[Progress], Awaitable[bytes]]) -> _Reading:
        listeners: list[Progress] = []

        def tell(loaded: int, total: int | None) -> None:
            for listener in tuple(listeners):
                listener(loaded, total)

        async def read() -> DicomFile:
            data = await fetch(tell)
            from ..dicom.file import read_file

            file = read_file(data)
            if file.frame_count > 1:
                self._files.put(url, Entry(file, file.size_in_bytes))
            return file

        return _Reading(asyncio.ensure_future(read()), listeners)


@dataclass(frozen=True, eq=False)
class _Reading:
    """A file that is being fetched, and who hears of its progress."""

    task: asyncio.Task[DicomFile]
    listeners: list[Progress]
