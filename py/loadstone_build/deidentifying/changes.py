"""What a de-identification tells of its work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from loadstone_build.errors import BuildError


@dataclass(frozen=True)
class Change:
    """What was done with an attribute or a part of a file, in one or in all its places there."""

    where: str
    action: Literal["removed", "emptied", "replaced"]


Report = Callable[[Change], object]


class NotDeidentifiedError(BuildError):
    """The file can not be de-identified; it must not be given to others."""


class DicomDirectoryError(NotDeidentifiedError):
    """The file is a DICOMDIR, which the files it lists can do without."""
