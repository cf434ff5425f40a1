"""A session on the desktop whose ids are written as in the page, with users' loaders, and a note of what it fetched."""

import asyncio
import hashlib
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from loadstone import ImageId, Session
from loadstone.fetching import Fetch, Fetched, Progress, UrllibFetch
from loadstone_build.errors import BuildError
from loadstone_build.image_files import beginning_at
from loadstone_build.user_loaders import run_loaders

# WADO-RS names the frame by the end of its path
_FRAME_OF_PATH = re.compile(r"/frames/\d+$")


@dataclass(frozen=True)
class FetchedFile:
    """What came from one address, as the image id has it."""

    address: str
    size: int
    sha256: str


class DesktopSession:
    """A session that fetches over http, and files from ``folder`` on; ``fetched`` says what it fetched so far."""

    def __init__(self, folder: Path) -> None:
        self.fetched: list[FetchedFile] = []
        self.session = Session(fetch=self._noting(beginning_at(folder, UrllibFetch())))

    def _noting(self, fetch: Fetch) -> Fetch:
        async def fetching(url: str, *, headers: Mapping[str, str], progress: Progress | None = None) -> Fetched:
            answer = await fetch(url, headers=headers, progress=progress)
            self.fetched.append(FetchedFile(url, len(answer.data), hashlib.sha256(answer.data).hexdigest()))
            return answer

        return fetching


class _Threads(ThreadPoolExecutor):
    """Threads that nobody waits for in the end: Ctrl-C leaves requests in them that go on up to their time-out."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


async def desktop_session(loaders: Iterable[Path] = ()) -> DesktopSession:
    """Return a session whose relative addresses begin at the working folder, with these users' loaders registered.

    The event loop that runs gets threads for requests that do not hold Ctrl-C up.
    """
    asyncio.get_running_loop().set_default_executor(_Threads())
    desktop = DesktopSession(Path())
    await run_loaders(loaders, desktop.session)
    return desktop


async def id_of_frame(session: Session, image_id: str, frame: int | None) -> str:
    """Return the id of frame ``frame`` of the image's file, counted as in ids; None is the one that the id names.

    Raises :class:`BuildError` where the file has no such frame.
    """
    if frame is None:
        return image_id
    image = await session.load_and_cache_image(image_id)
    first, last = image.first_frame_number, image.first_frame_number + image.frame_count - 1
    if not first <= frame <= last:
        there = f"its frames are {first} to {last}" if last > first else f"its only frame is {first}"
        raise BuildError(f"--frame {frame}: {image_id} has no such frame; {there}")
    if first == last:
        return image_id
    return str(ImageId.parse(image_id).with_frame(frame - first, first=first))


def names_a_frame(image_id: str) -> bool:
    """Whether the id is of one frame of a file, not of the file."""
    parsed = ImageId.parse(image_id)
    return parsed.locator != parsed.rest or _FRAME_OF_PATH.search(parsed.rest) is not None
