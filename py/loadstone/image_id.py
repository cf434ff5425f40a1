"""Image ids: ``scheme:rest``, where some schemes carry a frame in the query as ``frame=n``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import InvalidImageIdError

__all__ = ["ImageId"]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*")
# `frame` must be a whole argument: keyframe=7 is none
_FRAME = re.compile(r"(?<=[?&])frame=([^&#]*)")
_FRAME_ARGUMENT = re.compile(r"(?<=[?&])frame=[^&#]*&|[?&]frame=[^&#]*(?=$|#)")
# WADO-RS names the frame by the end of its path, and so do the planes of volumes
_FRAME_OF_PATH = re.compile(r"(/instances/[^/?#]+/frames/|^mpr:[a-z]+/)\d+(?=$|[?#])")
# pipelines have the frames of their source, or, from a step on that cuts a volume, its planes
_PLANE_OF_PIPE = re.compile(r"(^pipe:.*\|\s*mpr\(\s*[a-z]+\s*,\s*)\d+")


@dataclass(frozen=True)
class ImageId:
    """One image id, taken apart.

    ``scheme`` is lower case, as URL schemes are compared without case; ``rest`` is everything behind the
    first colon, untouched. Two ids that differ in anything but the scheme's case name two images.
    """

    scheme: str
    rest: str

    @classmethod
    def parse(cls, text: str) -> ImageId:
        """Take ``text`` apart; raises :class:`InvalidImageIdError` where it has no scheme or nothing behind it."""
        scheme, colon, rest = text.strip().partition(":")
        if not colon or not _SCHEME.fullmatch(scheme) or not rest:
            raise InvalidImageIdError(
                f"{text!r} is no image id: write scheme:address, for example wadouri:https://host/ct.dcm",
                image_id=text,
            )
        return cls(scheme.lower(), rest)

    @property
    def locator(self) -> str:
        """``rest`` without its ``frame=n`` argument; every other argument stays, in its order."""
        return _FRAME_ARGUMENT.sub("", self.rest)

    def frame(self, *, first: int) -> int | None:
        """The 0-based index of the frame that ``frame=n`` names, or None where the id names none.

        ``first`` is the number of the first frame: 1 for DICOM, 0 for NIfTI. Raises
        :class:`InvalidImageIdError` where ``n`` is no whole number or lies before the first.
        """
        match = _FRAME.search(self.rest)
        if match is None:
            return None
        number = match.group(1)
        # Python refuses to read numbers of thousands of digits
        if not number.isdecimal() or len(number) > 1000 or int(number) < first:
            raise InvalidImageIdError(
                f"{self}: frame={number} is no frame number; frames of {self.scheme}: count from {first}",
                image_id=str(self),
            )
        return int(number) - first

    def with_frame(self, index: int, *, first: int) -> ImageId:
        """The id of another frame of the same file; ``index`` counts from 0."""
        if self.scheme == "pipe":
            return self._pipe_with_frame(index, first)
        if _FRAME_OF_PATH.search(str(self)):
            return ImageId.parse(_FRAME_OF_PATH.sub(rf"\g<1>{index + first}", str(self)))
        address, hash_mark, fragment = self.locator.partition("#")
        joint = "&" if "?" in address else "?"
        return ImageId(self.scheme, f"{address}{joint}frame={index + first}{hash_mark}{fragment}")

    def _pipe_with_frame(self, index: int, first: int) -> ImageId:
        if _PLANE_OF_PIPE.search(str(self)):
            return ImageId.parse(_PLANE_OF_PIPE.sub(rf"\g<1>{index + first}", str(self)))
        source, bar, steps = self.rest.partition("|")
        return ImageId(self.scheme, f"{ImageId.parse(source).with_frame(index, first=first)}{bar}{steps}")

    def __str__(self) -> str:
        return f"{self.scheme}:{self.rest}"
