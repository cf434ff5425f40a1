"""What a de-identification keeps, and what it tells of its work."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from loadstone_build.errors import BuildError


@dataclass(frozen=True)
class Change:
    """What was done with an attribute or a part of a file, in one or in all its places there."""

    where: str
    action: Literal["removed", "emptied", "replaced"]


KeptOption = Literal["dates", "characteristics"]
Kept = Collection[KeptOption]
"""What the profile's options keep: full dates and times but that of birth; age, sex, size, weight and the like."""

Report = Callable[[Change], object]


class NotDeidentifiedError(BuildError):
    """The file can not be de-identified; it must not be given to others."""


class DicomDirectoryError(NotDeidentifiedError):
    """The file is a DICOMDIR, which the files it lists can do without."""
