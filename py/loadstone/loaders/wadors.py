"""``wadors:https://host/dicom-web/studies/S/series/E/instances/I[/frames/n]``: a frame from a DICOMweb server, from 1.

The instance's metadata and the frame are asked for at the same time (PS3.18 10.4). Where the server does not give
frames, the whole instance is fetched, and at last a picture that the server has rendered.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import DecodeError, FetchError, HttpStatusError, InvalidImageIdError, LoadstoneError, NotAnImageError
from ..fetching import Fetched, Progress
from ..image import Image
from ..image_id import ImageId
from ..registry import ImageLoader, LoadOptions
from .shared_files import SharedFiles
from .tools import Tools
from .wadouri import load_frame

if TYPE_CHECKING:
    from ..dicom.file import DicomFile
    from ..dicom.frame_description import FrameDescription
    from ..multipart import Part

__all__ = ["create_loader"]

_T = TypeVar("_T")
_U = TypeVar("_U")

_ADDRESS = re.compile(
    r"(?P<instance>https?://[^?#]+/studies/[^/?#]+/series/[^/?#]+/instances/[^/?#]+)(?:/frames/(?P<frame>[^/?#]+))?/?"
    r"(?P<query>\?[^#]*)?"
)
_ACCEPT_FRAME = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
_ACCEPT_INSTANCE = 'multipart/related; type="application/dicom"; transfer-syntax=*'
# the server has no frames to give, or not in any form that was asked for; 500 is what Orthanc says where it can not
# take the frames out of a file
_NO_FRAMES = frozenset({400, 404, 405, 406, 415, 500, 501})
# palettes, look-up tables and overlays: what an image needs of what may lie apart
_BULK_TAGS = frozenset({"00281201", "00281202", "00281203", "00281221", "00281222", "00281223", "00283006", "60xx3000"})
_OVERLAY_TAGS = frozenset({"60xx3000"})
_PIXEL_TAGS = {"7FE00008": "FloatPixelData", "7FE00009": "DoubleFloatPixelData"}
_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
_RLE = "1.2.840.10008.1.2.5"


@dataclass(frozen=True)
class _Address:
    """Where an instance is, which of its frames (from 0) is meant, and a query that goes with each request."""

    instance: str
    index: int
    query: str

    @classmethod
    def parse(cls, image_id: str) -> _Address:
        parsed = ImageId.parse(image_id)
        match = _ADDRESS.fullmatch(parsed.locator)
        if match is None:
            raise InvalidImageIdError(
                f"{image_id}: wadors needs the address of an instance or frame: "
                "wadors:https://host/dicom-web/studies/…/series/…/instances/…/frames/1",
                image_id=image_id,
            )
        frame = match["frame"]
        if frame is None:
            return cls(match["instance"], parsed.frame(first=1) or 0, match["query"] or "")
        if not (frame.isdecimal() and len(frame) < 10 and int(frame) >= 1):
            raise InvalidImageIdError(
                f"{image_id}: frames/{frame} names no frame; frames of wadors: count from 1, and each id has one",
                image_id=image_id,
            )
        return cls(match["instance"], int(frame) - 1, match["query"] or "")

    @property
    def frame(self) -> str:
        return f"{self.instance}/frames/{self.index + 1}{self.query}"

    @property
    def rendered(self) -> str:
        return f"{self.instance}/frames/{self.index + 1}/rendered{self.query}"

    @property
    def metadata(self) -> str:
        return f"{self.instance}/metadata{self.query}"

    @property
    def whole(self) -> str:
        return f"{self.instance}{self.query}"


def create_loader(tools: Tools) -> ImageLoader:
    return _WadoRs(tools).load


class _WadoRs:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._metadata: SharedFiles[DicomFile] = SharedFiles(tools.files)
        self._instances: SharedFiles[DicomFile] = SharedFiles(tools.files)

    async def load(self, image_id: str, options: LoadOptions) -> Image:
        address = _Address.parse(image_id)
        metadata, answer = await _both(
            self._metadata.get(address.metadata, lambda progress: self._read_metadata(address), _nobody),
            self._fetch_frame(address, options),
        )
        metadata.check_frame(address.index)
        if isinstance(answer, HttpStatusError):
            return await self._without_frames(address, metadata, answer, image_id, options)
        file = await self._file_of_frame(address, metadata, answer)
        return await load_frame(file, address.index, image_id, options, self._tools)

    async def _fetch_frame(self, address: _Address, options: LoadOptions) -> Fetched | HttpStatusError:
        """The server's answer; or the reason why it gives no frames, where another way may be open."""
        url = address.frame
        try:
            return await self._tools.fetch(
                url,
                headers={"Accept": _ACCEPT_FRAME},
                progress=lambda loaded, total: options.report_progress(url, loaded, total),
            )
        except HttpStatusError as error:
            if error.status not in _NO_FRAMES:
                raise
            return error

    async def _read_metadata(self, address: _Address) -> DicomFile:
        answer = await self._tools.fetch(address.metadata, headers={"Accept": "application/dicom+json"})
        await self._tools.require("pydicom")
        from ..dicom.file import DicomFile, PixelData
        from ..dicom.json_model import bulk_data_uris, data_set_of, read_models
        from ..dicom.values import text

        models = read_models(answer, asked_for="metadata")
        if len(models) != 1:
            raise DecodeError(
                f"{address.metadata}: the server gave the metadata of {len(models)} instances in the place of one; "
                "check the image id"
            )
        overlays = frozenset(bulk_data_uris(models[0], _OVERLAY_TAGS))
        uris = list(dict.fromkeys(bulk_data_uris(models[0], _BULK_TAGS)))
        fetched = await _together(self._bulk_data(address, uri, is_needed=uri not in overlays) for uri in uris)
        bulk = {uri: data for uri, data in zip(uris, fetched, strict=True) if isinstance(data, bytes)}
        data_set = data_set_of(models[0], bulk)
        keyword = next((keyword for keyword in _PIXEL_TAGS.values() if keyword in data_set), "PixelData")
        for each in ("PixelData", *_PIXEL_TAGS.values()):
            if each in data_set:
                del data_set[each]
        # as a data set, the text takes about ten times its length
        pixel_data = PixelData(keyword, "OW", b"") if "Rows" in data_set else None
        syntax = text(data_set, "AvailableTransferSyntaxUID") or _LITTLE_ENDIAN
        warnings = tuple(f"an overlay could not be fetched: {data}" for data in fetched if not isinstance(data, bytes))
        return DicomFile(data_set, pixel_data, 10 * len(answer.data), warnings, frame_syntax=syntax)

    async def _bulk_data(self, address: _Address, uri: str, *, is_needed: bool) -> bytes | LoadstoneError:
        """What lies at ``uri``; the reason why it can not be had where the image can be shown without it."""
        try:
            return (await self._parts(_joined(address.metadata, uri), _ACCEPT_FRAME))[0].data
        except (FetchError, DecodeError) as error:
            if is_needed:
                raise
            return error

    async def _parts(self, url: str, accept: str, progress: Progress | None = None) -> tuple[Part, ...]:
        answer = await self._tools.fetch(url, headers={"Accept": accept}, progress=progress)
        await self._tools.require("python-multipart")
        from ..multipart import parts_of

        return parts_of(answer)

    async def _file_of_frame(self, address: _Address, metadata: DicomFile, answer: Fetched) -> DicomFile:
        await self._tools.require("python-multipart")
        from ..dicom.description import describe
        from ..multipart import parts_of

        part = parts_of(answer)[0]
        _check_type(part)
        description = describe(metadata, sample_limit=self._tools.sample_limit())
        needed = (description.native_bits + 7) // 8
        is_native_length = len(part.data) in (needed, needed + needed % 2)
        syntax = _syntax_of(part, metadata, is_native_length=is_native_length)
        pixel_data = replace(metadata.required_pixel_data(), data=part.data)
        file = replace(metadata, pixel_data=pixel_data, frame_syntax=syntax)
        if not is_native_length and not description.is_subsampled:
            _check_compressed(file, description)
        return file

    async def _without_frames(
        self, address: _Address, metadata: DicomFile, refusal: HttpStatusError, image_id: str, options: LoadOptions
    ) -> Image:
        """The image from the whole instance, else as the server renders it; else the server's refusal of the frame."""
        metadata.required_pixel_data()

        async def read(progress: Progress) -> DicomFile:
            from ..dicom.file import read_file

            return read_file((await self._parts(address.whole, _ACCEPT_INSTANCE, progress))[0].data)

        def report(loaded: int, total: int | None) -> None:
            options.report_progress(address.whole, loaded, total)

        try:
            file = await self._instances.get(address.whole, read, report)
        except HttpStatusError as error:
            if error.status not in _NO_FRAMES:
                raise
        else:
            return await load_frame(file, address.index, image_id, options, self._tools)
        try:
            return await self._rendered(address, metadata, image_id)
        except FetchError:
            raise refusal from None

    async def _rendered(self, address: _Address, metadata: DicomFile, image_id: str) -> Image:
        # one type alone: Orthanc refuses a list
        answer = await self._tools.fetch(address.rendered, headers={"Accept": "image/png"})
        await self._tools.require("pillow")
        from ..dicom.functional_groups import DicomFrame
        from ..dicom.modules import dicom_metadata
        from .web import decode_web_image

        picture = decode_web_image(
            answer.data, image_id, content_type=answer.content_type, sample_limit=self._tools.sample_limit()
        )
        warning = (
            "the server gives neither this frame nor its file, only this picture of 8 bits that it rendered itself: "
            "its values are no stored values, and its window is fixed"
        )
        return replace(
            picture,
            frame_count=metadata.frame_count,
            warnings=(*picture.warnings, warning),
            metadata=dicom_metadata(DicomFrame(metadata, address.index)),
        )


def _syntax_of(part: Part, metadata: DicomFile, *, is_native_length: bool) -> str:
    """The transfer syntax of a frame: by its Content-Type, else by what it looks like, else by the metadata."""
    from ..dicom.storage import syntax_of_codestream

    named = part.media_type.parameters.get("transfer-syntax", "")
    if named and named != "*":
        return named
    if part.media_type.name == "image/dicom-rle":
        return _RLE
    found = syntax_of_codestream(part.data)
    if found is not None and not is_native_length:
        return found
    return _LITTLE_ENDIAN if is_native_length else metadata.frame_syntax


def _check_type(part: Part) -> None:
    name = part.media_type.name
    if name.startswith(("text/", "multipart/")) or name.endswith(("json", "xml")):
        raise NotAnImageError(
            f"the server gave {name} in the place of a frame, beginning with {part.data[:20]!r}; check the address, "
            "and whether the server wants a log-in"
        )


def _check_compressed(file: DicomFile, description: FrameDescription) -> None:
    """Native samples must be as many as the metadata say: fewer are cut off, more would make a garbled picture."""
    from ..dicom.storage import ENCAPSULATED, stored_syntax

    syntax, _ = stored_syntax(file, description)
    if syntax in ENCAPSULATED or syntax.is_private or not syntax.is_transfer_syntax or syntax.is_encapsulated:
        return
    d = description
    raise DecodeError(
        f"the frame has {len(file.required_pixel_data().data)} bytes, but {d.rows} rows x {d.columns} columns x "
        f"{d.samples_per_pixel} samples of {d.bits_allocated} bits need {(d.native_bits + 7) // 8}: it was cut off, or "
        "the server's metadata are wrong"
    )


def _joined(base: str, uri: str) -> str:
    from urllib.parse import urljoin

    return urljoin(base, uri)


async def _both(first: Awaitable[_T], second: Awaitable[_U]) -> tuple[_T, _U]:
    """Both results; where one fails, the other is called off."""
    tasks: tuple[asyncio.Future[Any], ...] = (asyncio.ensure_future(first), asyncio.ensure_future(second))
    try:
        one, other = await asyncio.gather(*tasks)
        return one, other
    finally:
        for task in tasks:
            task.cancel()


async def _together(awaitables: Iterable[Awaitable[_T]]) -> list[_T]:
    """All results; where one fails, the others are called off."""
    tasks = [asyncio.ensure_future(one) for one in awaitables]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


def _nobody(loaded: int, total: int | None) -> None:
    """Metadata are small: nobody hears of their progress."""
