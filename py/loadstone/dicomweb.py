"""A DICOMweb server: QIDO-RS finds its studies, series and instances (PS3.18 10.6), page by page.

Nothing is asked for but what is listed and what images are sorted by; what an image itself needs, its loader fetches
when it is shown.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from .errors import HttpStatusError, InvalidArgumentError, LoadstoneError
from .fetching import Fetch
from .stacking import stacks_of
from .studies import Instance, Series, Stack, Study

if TYPE_CHECKING:
    from .dicom.json_model import ModelElements

__all__ = ["DicomWebServer"]

DEFAULT_LIMIT = 50
# what servers give without complaint (some refuse to be asked for more), and what takes no noticeable time to read
_PAGE = 200
_MOST_FRAMES = 100_000

_DATE = re.compile(r"\d{8}|\d{8}-|-\d{8}|\d{8}-\d{8}")
_UID = re.compile(r"[0-9.]{1,64}")
_STUDY_FIELDS = ("StudyDescription", "ModalitiesInStudy", "NumberOfStudyRelatedInstances")
_SERIES_FIELDS = ("SeriesDescription", "BodyPartExamined", "SeriesDate", "SeriesTime", "NumberOfSeriesRelatedInstances")


class DicomWebServer:
    """The server whose services have the root ``url``, such as https://host/dicom-web.

    Each method raises :class:`FetchError` where no answer comes, and :class:`DecodeError` where it is no DICOM JSON.
    """

    def __init__(self, url: str, *, fetch: Fetch, require: Callable[[str], Awaitable[None]]) -> None:
        if not re.match(r"https?://[^/?#]", url):
            raise InvalidArgumentError(
                f"{url!r} is no address of a DICOMweb server; give the root of its services, "
                "such as https://host/dicom-web"
            )
        self.url = url.rstrip("/")
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
        found = [model async for page in self._pages(_path(study_uid), _SERIES_FIELDS) for model in page]
        from .dicom.instances import series_of
        from .dicom.json_model import ModelElements

        series = [
            replace(series_of(elements), instance_count=_count(elements, "NumberOfSeriesRelatedInstances"))
            for elements in map(ModelElements, found)
        ]
        return tuple(sorted(series, key=_series_order))

    async def stacks(self, study_uid: str, series_uid: str) -> tuple[Stack, ...]:
        """The images of a series, sorted into stacks, under ``wadors:`` ids."""
        path = _path(study_uid, series_uid)
        await self._require("pydicom")
        from .dicom.instances import INSTANCE_KEYWORDS, InstanceReader
        from .dicom.json_model import ModelElements

        reader = InstanceReader()
        instances: list[Instance] = []
        async for page in self._pages(path, INSTANCE_KEYWORDS):
            for elements in map(ModelElements, page):
                uid = elements.text("SOPInstanceUID")
                if uid:
                    instances.append(reader.read(elements, self._frame_ids(f"{path}/{quote(uid)}"), name=uid))
        return stacks_of(instances)

    def _frame_ids(self, path: str) -> Callable[[int], tuple[str, ...]]:
        frames = f"wadors:{self.url}/{path}/frames/"
        return lambda count: tuple(f"{frames}{number}" for number in range(1, min(count, _MOST_FRAMES) + 1))

    async def _pages(self, path: str, fields: Sequence[str]) -> AsyncIterator[list[Any]]:
        """All that is there, page by page; a server that knows no pages gives everything in the first.

        A page shorter than asked for may be all that the server gives at once, so the next one is asked for too.
        """
        offset = 0
        first: Any = None
        while True:
            page = await self._search(path, {}, fields, limit=_PAGE, offset=offset)
            if not page or page[0] == first:
                return
            first = page[0]
            yield page
            if len(page) > _PAGE:
                return
            offset += len(page)

    async def _search(
        self, path: str, query: Mapping[str, str], fields: Sequence[str], *, limit: int, offset: int
    ) -> list[Any]:
        await self._require("pydicom")
        from .dicom.json_model import read_models

        asked = [(name, value) for name, value in query.items() if value]
        asked += [("limit", str(limit)), ("offset", str(offset)), *(("includefield", name) for name in fields)]
        url = f"{self.url}/{path}?{urlencode(asked, quote_via=quote, safe='*')}"
        try:
            answer = await self._fetch(url, headers={"Accept": "application/dicom+json"})
        except HttpStatusError as error:
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
