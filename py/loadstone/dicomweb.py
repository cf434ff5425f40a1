"""A DICOMweb server: QIDO-RS finds its studies, series and instances (PS3.18 10.6), page by page.

Nothing is asked for but what is listed and what images are sorted by; what an image itself needs, its loader fetches
when it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from .errors import HttpStatusError, InvalidArgumentError, LoadstoneError
from .fetching import Fetch
from .paged_search import PagedSearch
from .stack_listing import StackListing
from .studies import Series, Stack, Study

if TYPE_CHECKING:
    from .dicom.json_model import ModelElements

__all__ = ["DicomWebServer"]

DEFAULT_LIMIT = 50
_MOST_FRAMES = 100_000

_DATE = re.compile(r"\d{8}|\d{8}-|-\d{8}|\d{8}-\d{8}")
_UID = re.compile(r"[0-9.]{1,64}")
_STUDY_FIELDS = ("StudyDescription", "ModalitiesInStudy", "NumberOfStudyRelatedInstances")
_SERIES_FIELDS = ("SeriesDescription", "BodyPartExamined", "SeriesDate", "SeriesTime", "NumberOfSeriesRelatedInstances")


class DicomWebServer:
    """The server whose services have the root ``url``, such as https://host/dicom-web.

    A query in it goes with each request.

    Each method raises :class:`FetchError` where no answer comes, and :class:`DecodeError` where it is no DICOM JSON.
    """

    def __init__(self, url: str, *, fetch: Fetch, require: Callable[[str], Awaitable[None]]) -> None:
        if not re.match(r"https?://[^/?#]", url):
            raise InvalidArgumentError(
                f"{url!r} is no address of a DICOMweb server; give the root of its services, "
                "such as https://host/dicom-web"
            )
        address, _, query = url.partition("#")[0].partition("?")
        self.url = address.rstrip("/")
        # goes with each request
        self._query = query
        self._names_fields = True
        self._fetch = fetch
        self._require = require

    async def search_studies(
        self,
        *,
        patient_name: str = "",
        patient_id: str = "",
        study_date: str = "",
        modality: str = "",
        limit: int = DEFAULT_LIMIT,
        offset: int = 0,
    ) -> tuple[Study, ...]:
        """The studies that match, ``limit`` of them at most, from number ``offset`` on; their series are left out.

        ``*`` stands for any characters and ``?`` for any one; a ``patient_name`` without them is the beginning of
        the name. ``study_date`` is a date as DICOM writes it or a range: "20240131", "20240101-20240131", "20240101-".
        What is "" matches all.
        """
        if study_date and not _DATE.fullmatch(study_date):
            raise InvalidArgumentError(
                f"study_date={study_date!r} is no date; write 20240131, or a range: 20240101-20240131, 20240101-"
            )
        _check_range(limit, offset)
        if patient_name and not re.search(r"[*?]", patient_name):
            patient_name += "*"
        query = {
            "PatientName": patient_name,
            "PatientID": patient_id,
            "StudyDate": study_date,
            "ModalitiesInStudy": modality,
        }
        models = await self._search("studies", query, _STUDY_FIELDS, limit=limit, offset=offset)
        from .dicom.instances import study_of
        from .dicom.json_model import ModelElements

        return tuple(
            replace(
                study_of(elements),
                modalities=tuple(filter(None, elements.texts("ModalitiesInStudy"))),
                instance_count=_count(elements, "NumberOfStudyRelatedInstances"),
            )
            for elements in map(ModelElements, models[:limit])
        )

    async def series(self, study_uid: str) -> tuple[Series, ...]:
        """The series of a study by number; their stacks are left out."""
        search = PagedSearch(partial(self._search, _path(study_uid), {}, _SERIES_FIELDS), "SeriesInstanceUID")
        found: list[ModelElements] = []
        while not search.is_complete:
            found += await search.more()
        from .dicom.instances import series_of

        series = [
            replace(series_of(elements), instance_count=_count(elements, "NumberOfSeriesRelatedInstances"))
            for elements in found
        ]
        return tuple(sorted(series, key=_series_order))

    async def stacks(self, study_uid: str, series_uid: str) -> tuple[Stack, ...]:
        """The images of a series, all of them, sorted into stacks under ``wadors:`` ids."""
        stacks: tuple[Stack, ...] = ()
        async for listed in self.list_stacks(study_uid, series_uid):
            stacks = listed.stacks
        return stacks

    def list_stacks(self, study_uid: str, series_uid: str, *, instance_count: int | None = None) -> StackListing:
        """The images of a series as they are listed, for large series: the first ones are there after one request.

        ``instance_count`` is what :meth:`series` told, for errors to say how much of the series is listed.
        """
        path = _path(study_uid, series_uid)

        async def ask(*, limit: int, offset: int) -> list[Any]:
            await self._require("pydicom")
            from .dicom.instances import SORTING_KEYWORDS

            return await self._search(path, {}, SORTING_KEYWORDS, limit=limit, offset=offset)

        def frame_ids(instance_uid: str, count: int) -> tuple[str, ...]:
            frames = f"wadors:{self.url}/{path}/{quote(instance_uid)}/frames/"
            query = f"?{self._query}" if self._query else ""
            return tuple(f"{frames}{number}{query}" for number in range(1, min(count, _MOST_FRAMES) + 1))

        return StackListing(
            PagedSearch(ask, "SOPInstanceUID"),
            frame_ids,
            study=Study(study_uid),
            series=Series(series_uid, instance_count=instance_count),
        )

    async def _search(
        self, path: str, query: Mapping[str, str], fields: Sequence[str], *, limit: int, offset: int
    ) -> list[Any]:
        await self._require("pydicom")
        from .dicom.json_model import read_models

        asked = [(name, value) for name, value in query.items() if value]
        asked += [("limit", str(limit)), ("offset", str(offset))]
        named = fields if self._names_fields else ()
        asked += [("includefield", name) for name in named]
        given = f"{self._query}&" if self._query else ""
        url = f"{self.url}/{path}?{given}{urlencode(asked, quote_via=quote, safe='*')}"
        try:
            answer = await self._fetch(url, headers={"Accept": "application/dicom+json"})
        except HttpStatusError as error:
            if error.status == 400 and named:
                # some servers refuse fields that they do not know, and give enough without being asked for them
                found = await self._search(path, query, (), limit=limit, offset=offset)
                self._names_fields = False
                return found
            if error.status not in (404, 405, 501):
                raise
            raise HttpStatusError(
                f"{url}: the server answered with status {error.status}; check that {self.url} is the root of its "
                "DICOMweb services (often …/dicom-web or …/rs), and that the study is still there",
                status=error.status,
            ) from error
        try:
            return read_models(answer, asked_for="search results")
        except LoadstoneError as error:
            raise type(error)(f"{url}: {error}") from error


def _path(study_uid: str, series_uid: str | None = None) -> str:
    for name, uid in (("study_uid", study_uid), ("series_uid", series_uid)):
        if uid is not None and not _UID.fullmatch(uid):
            raise InvalidArgumentError(f"{name}={uid!r} is no DICOM UID; give the one that the search told")
    series = f"studies/{study_uid}/series"
    return series if series_uid is None else f"{series}/{series_uid}/instances"


def _check_range(limit: int, offset: int) -> None:
    if limit < 1:
        raise InvalidArgumentError(f"limit={limit} would find nothing; give 1 or more")
    if offset < 0:
        raise InvalidArgumentError(f"offset={offset}; give how many studies to pass over, 0 or more")


def _count(elements: ModelElements, keyword: str) -> int | None:
    numbers = elements.numbers(keyword)
    return int(numbers[0]) if numbers else None


def _series_order(series: Series) -> tuple[float, str, str, str]:
    number = float("inf") if series.number is None else series.number
    return (number, series.date, series.time, series.series_instance_uid)
