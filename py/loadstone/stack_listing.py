"""The stacks of a series on a server, while its images are still being listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .errors import FetchError, LoadstoneError
from .paged_search import PagedSearch
from .stacking import stacks_of
from .studies import Instance, Series, Stack, Study

__all__ = ["ListedStacks", "StackListing"]

# sorting all that is there, and telling it, takes its time: each step grows by no less than this
_GROWTH = 1.5


@dataclass(frozen=True)
class ListedStacks:
    """The stacks of the instances listed so far, in order among themselves; ``complete`` once these are all."""

    stacks: tuple[Stack, ...]
    listed: int
    complete: bool


class StackListing:
    """The images of a series, step by step: an asynchronous iterator of :class:`ListedStacks`.

    The first step asks for one page, enough for the first image and for all images of most series. Each further step
    asks for so many pages that half as many images again are there; at the end, all are. Servers give instances in
    any order, so an image may lack its neighbours until then. That is why a viewer should go on to the end behind
    the first image, and not wait until the user comes near the last image that is known.

    Nothing is asked for between two steps: who leaves the loop stops the listing. A step that raises or is cancelled
    loses nothing; iterating again goes on where it was. Raises as the methods of :class:`DicomWebServer` do in its
    first step, and then :class:`FetchError` that tells how many are listed.
    """

    def __init__(
        self, search: PagedSearch, frame_ids: Callable[[str, int], tuple[str, ...]], *, study: Study, series: Series
    ) -> None:
        self._search = search
        self._frame_ids = frame_ids
        self._study = study
        self._series = series
        self._instances: list[Instance] = []
        self._told: ListedStacks | None = None

    def __aiter__(self) -> StackListing:
        return self

    async def __anext__(self) -> ListedStacks:
        if self._told is not None and self._told.complete:
            raise StopAsyncIteration
        told = 0 if self._told is None else self._told.listed
        try:
            while not self._search.is_complete and len(self._instances) < max(1, told * _GROWTH):
                await self._list_more()
        except LoadstoneError as error:
            # what has come before the error is told first; if it was no passing one, the next step raises it
            if not told:
                raise
            if len(self._instances) == told:
                raise self._interrupted(error) from error
        self._told = ListedStacks(stacks_of(self._instances), len(self._instances), self._search.is_complete)
        return self._told

    async def _list_more(self) -> None:
        found = await self._search.more()
        from .dicom.instances import read_instance

        for elements in found:
            uid = elements.text("SOPInstanceUID")

            def frame_ids(count: int, uid: str = uid) -> tuple[str, ...]:
                return self._frame_ids(uid, count)

            self._instances.append(read_instance(elements, frame_ids, study=self._study, series=self._series, name=uid))

    def _interrupted(self, error: LoadstoneError) -> FetchError:
        listed, count = len(self._instances), self._series.instance_count
        so_far = f"{listed} of {count}" if count is not None and count > listed else str(listed)
        return FetchError(
            f"{error}. {so_far} images of the series are listed and can be shown; ask again for the others"
        )
