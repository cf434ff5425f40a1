"""Calls about where images come from: opened files and DICOMweb servers."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ...errors import LocalFileError
from ...importing import ImportProgress, import_files
from ...local_files import local_address
from ...metadata import as_cornerstone
from ..context import Call, Context
from ..local_files import BlobFile, imported_data, progress_data
from ..parameters import Parameters
from ..plain import plain

__all__ = ["SOURCES"]

# the page's names for what search_studies takes
_QUERY: Mapping[str, str] = {
    "limit": "limit",
    "modality": "modality",
    "offset": "offset",
    "patientId": "patient_id",
    "patientName": "patient_name",
    "studyDate": "study_date",
}


async def _add_files(context: Context, params: Parameters) -> Any:
    if context.read_slice is None:
        raise LocalFileError(
            "files can not be opened here, since Node reads no part of them at once; load one as "
            "wadouri: or nifti: with the address that URL.createObjectURL(file) gives"
        )
    blobs = partial(BlobFile, context.read_slice)
    given = zip(params["files"], params["paths"], params["sizes"], strict=True)
    files = context.session.local_files
    files.add(itertools.starmap(blobs, given), first=int(params["first"]))
    # told to a new engine: what was closed in the one before
    files.close(params.get("closed", ()))


async def _open_files(context: Context, params: Parameters) -> Any:
    opening = int(params["opening"])
    indices = itertools.count()

    async def more() -> Sequence[int]:
        batch = await context.ask("files", plain({"opening": opening, "index": next(indices)}))
        return range(batch.first, batch.first + batch.count)

    def report(progress: ImportProgress) -> None:
        context.emit("LOADSTONE_FILES_PROGRESS", plain({"opening": opening, **progress_data(progress)}))

    imported = await import_files(
        context.session.local_files, more, require=context.require, read_heads=context.read_heads, progress=report
    )
    return imported_data(imported)


async def _close_files(context: Context, params: Parameters) -> Any:
    context.session.close_files(params["imageIds"])


async def _close_other_files(context: Context, params: Parameters) -> Any:
    numbers = [number for first, count in params["numbers"] for number in range(first, first + count)]
    kept = filter(None, map(local_address, params["imageIds"]))
    context.session.local_files.close_others(numbers, kept)


async def _set_token(context: Context, params: Parameters) -> Any:
    origin = params["url"]

    async def from_page() -> str:
        token: str = await context.ask("token", plain({"origin": origin}))
        return token

    context.session.tokens.set(origin, from_page if params.get("ask") else params.get("token"))


async def _search_studies(context: Context, params: Parameters) -> Any:
    wanted = {_QUERY[name]: params[name] for name in _QUERY if name in params}
    return as_cornerstone(await context.session.dicomweb(params["url"]).search_studies(**wanted))


async def _search_series(context: Context, params: Parameters) -> Any:
    return as_cornerstone(await context.session.dicomweb(params["url"]).series(params["studyUID"]))


async def _search_stacks(context: Context, params: Parameters) -> Any:
    server = context.session.dicomweb(params["url"])
    return as_cornerstone(await server.stacks(params["studyUID"], params["seriesUID"]))


async def _list_stacks(context: Context, params: Parameters) -> Any:
    number = int(params["listing"])
    # one that is not known is begun: the page goes on with the listings of an engine that was there before
    if number not in context.listings:
        context.listings[number] = context.session.dicomweb(params["url"]).list_stacks(
            params["studyUID"],
            params["seriesUID"],
            instance_count=int(params["instanceCount"]) if "instanceCount" in params else None,
        )
    found = await anext(context.listings[number])
    if found.complete:
        context.listings.pop(number, None)
    return as_cornerstone(found)


async def _end_listing(context: Context, params: Parameters) -> Any:
    context.listings.pop(int(params["listing"]), None)


SOURCES: Mapping[str, Call] = {
    "addFiles": _add_files,
    "closeFiles": _close_files,
    "closeOtherFiles": _close_other_files,
    "endListing": _end_listing,
    "listStacks": _list_stacks,
    "openFiles": _open_files,
    "searchSeries": _search_series,
    "searchStacks": _search_stacks,
    "searchStudies": _search_studies,
    "setToken": _set_token,
}
