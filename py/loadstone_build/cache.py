"""Files that all projects of a user share: fetched wheels and compact archives, each in an entry of its own.

::

    <cache>/lock                    held while the cache is filled
    <cache>/wheels/<sha256>/        an entry: the file, and beside it ...
    <cache>/wheels/<sha256>/sha256  ... what it must hash to, checked at each use
    <cache>/compact/<key>/          an entry whose key is a hash of all that its file was made from

The time of an entry's folder is that of its last use.
"""

import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from loadstone_build.errors import BuildError

VARIABLE = "LOADSTONE_CACHE"
UNUSED_SECONDS = 90 * 24 * 3600
DIGEST = "sha256"


@dataclass(frozen=True)
class Cache:
    """A folder of files by kind and key. Entries appear whole or not at all, so many processes may use it at once."""

    folder: Path

    def find(self, kind: str, key: str, file_name: str) -> Path | None:
        """Return the file's path; None where there is none, or one that is damaged."""
        entry = self.folder / kind / key
        path = entry / file_name
        try:
            intact = (entry / DIGEST).read_text() == _digest(path)
        except OSError:
            return None
        if not intact:
            return None
        with suppress(OSError):  # another user's cache may be read, too
            os.utime(entry)
        return path

    def keep(self, kind: str, key: str, file_name: str, write: Callable[[Path], None]) -> Path:
        """Make the entry anew with the file that ``write`` writes to the path it is given; return where it lies.

        To be called within ``filling()``.
        """
        entry = self.folder / kind / key
        entry.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".new-", ignore_cleanup_errors=True) as name:
            new = Path(name) / key
            new.mkdir()
            write(new / file_name)
            (new / DIGEST).write_text(_digest(new / file_name))
            shutil.rmtree(entry, ignore_errors=True)
            new.rename(entry)
        return entry / file_name

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Wait until no other process fills the cache, and keep others waiting meanwhile.

        Raises BuildError when the cache can not be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / "lock").open("w")
        except OSError as error:
            raise BuildError(
                f"{self.folder}: the cache can not be written: {error.strerror}; name another folder in {VARIABLE}"
            ) from error
        with lock:
            # where there is no flock, two processes may fetch the same file, and one of them keeps it
            if sys.platform != "win32":
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def forget_unused(self, *, now: float | None = None) -> None:
        """Remove the entries that nothing has used for 90 days."""
        oldest = (time.time() if now is None else now) - UNUSED_SECONDS
        for entry in self.folder.glob("*/*"):
            if entry.is_dir() and entry.stat().st_mtime < oldest:
                shutil.rmtree(entry, ignore_errors=True)


def user_cache() -> Cache:
    """Return the cache in the folder that LOADSTONE_CACHE names, else in the user's cache folder."""
    named = os.environ.get(VARIABLE)
    return Cache(Path(named).absolute() if named else user_cache_path("loadstone", appauthor=False))


def cached_wheel(cache: Cache, file_name: str, sha256: str, read: Callable[[], bytes]) -> Path:
    """Return the path of the wheel that has this sha256; ``read`` gives its bytes where the cache has not got it.

    Raises BuildError when what ``read`` gives has another sha256, and what ``read`` raises.
    """
    found = cache.find("wheels", sha256, file_name)
    if found is not None:
        return found
    with cache.filling():
        return cache.find("wheels", sha256, file_name) or keep_wheel(cache, file_name, sha256, read())


def keep_wheel(cache: Cache, file_name: str, sha256: str, content: bytes) -> Path:
    """Keep a wheel's bytes, within ``filling()``; BuildError when they have another sha256."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise BuildError(f"{file_name} has the wrong sha256: expected {sha256}, found {found}; fetch it again")
    return cache.keep("wheels", sha256, file_name, lambda path: _write(path, content))


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
