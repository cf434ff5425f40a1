"""Files of the user's disk as image ids, and the addresses in such ids as files.

``loadstone info``, ``loadstone render`` and what builds a case share this: in the page, addresses in image ids begin at
the page (``wadouri:files/ct.dcm``), here at a folder.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urljoin

from loadstone.fetching import Fetch, Fetched, Progress
from loadstone.recognising import FileKind, kind_of
from loadstone_build.errors import BuildError

# the loader of each kind of file that is one image, or the frames of one
_SCHEMES: Mapping[FileKind, str] = {"dicom": "wadouri", "nifti": "nifti", "picture": "web"}
_HEAD_BYTES = 1024
# two letters at least: C: is a disk
_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]+:")


def image_id_of(given: str) -> str:
    """Return ``given`` if it is an image id; of a file on disk, the id by which the session loads it.

    The id follows from what the file is, not from its name: ``wadouri:ct.dcm``, ``nifti:brain.nii.gz``,
    ``web:photo.png``, with the path as it was given, quoted as addresses are. Raises :class:`BuildError` for a path
    where there is no file, and for a file that is no single image.
    """
    path = Path(given)
    if path.is_file():
        return image_id_of_file(path, quote(path.as_posix()))
    if given and path.is_dir():
        raise BuildError(f"{given} is a folder; name one of its files, or make a page of all: loadstone build {given}")
    if _SCHEME.match(given):
        return given
    name = given or "''"
    raise BuildError(
        f"{name}: there is no such file; check the path, or give an image id such as wadouri:https://host/ct.dcm"
    )


def image_id_of_file(path: Path, address: str) -> str:
    """Return the id of the file at ``path`` for a session that finds it at ``address``.

    Raises :class:`BuildError` where it can not be read, and where it is no single image.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as cause:
        raise BuildError(f"{path} can not be read ({cause.strerror}); check its permissions") from cause
    if not head:
        raise BuildError(f"{path} is empty; copy it again from its source")
    kind = kind_of(head, path.name)
    if kind == "dicom" and _is_directory(head):
        raise BuildError(
            f"{path} is a DICOMDIR, the list of a disc's files; name one of them, or make a page of all: "
            f"loadstone build {path.parent}"
        )
    if kind in _SCHEMES:
        return f"{_SCHEMES[kind]}:{address}"
    if kind == "zip":
        raise BuildError(
            f"{path} is a ZIP archive; unpack it and name one of its files, or make a page of all: "
            f"loadstone build {path}"
        )
    raise BuildError(
        f"{path} is no DICOM file, no picture and no NIfTI volume: it begins with {head[:12]!r}; a loader of your own "
        "can read it: --loader my_loader.py, and an image id of its scheme"
    )


def _is_directory(head: bytes) -> bool:
    # pydicom comes with it
    from loadstone.dicom.directory import is_directory

    return is_directory(head)


def beginning_at(folder: Path, fetch: Fetch) -> Fetch:
    """Return ``fetch`` with relative addresses taken as files below ``folder``, as a page takes them from its own."""
    base = f"{folder.resolve().as_uri()}/"

    async def fetching(url: str, *, headers: Mapping[str, str], progress: Progress | None = None) -> Fetched:
        address = url if _SCHEME.match(url) else urljoin(base, url)
        return await fetch(address, headers=headers, progress=progress)

    return fetching
