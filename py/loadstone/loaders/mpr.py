"""``mpr:coronal/120?volume=KEY``: a plane of a volume, computed when it is asked for.

``mpr:axial/0`` is the lowest axial plane (the feet), ``mpr:coronal/0`` the foremost, ``mpr:sagittal/0`` the one
farthest to the patient's right; ``mpr:oblique?volume=KEY&origin=x,y,z&row=x,y,z&column=x,y,z`` lies through a point
along two directions, LPS in mm. ``volume`` is the key of a volume, or the ids that it is to be made of, percent-encoded
and joined by commas; one id stands for all frames of its file. Further arguments: ``slab=20`` (mm) with ``mode=max``,
``min`` or ``mean``; ``interpolation=linear`` or ``nearest``; ``spacing=0.5`` (mm) of pixels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import hypot, isfinite
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from ..errors import FrameIndexError, ImageTooLargeError, InvalidImageIdError
from ..image import Image
from ..image_id import ImageId
from ..registry import ImageLoader, LoadOptions
from .tools import Tools

if TYPE_CHECKING:
    from ..volume.cutting import Projection
    from ..volume.interpolation import Interpolation
    from ..volume.planes import Plane
    from ..volume.volume import Volume

__all__ = ["create_loader"]

Vector = tuple[float, float, float]

_PLANE = re.compile(r"(axial|coronal|sagittal)/(\d{1,9})|oblique")
_EXAMPLE = "mpr:axial/0?volume=example%3Anifti"
_OF_OBLIQUE = ("origin", "row", "column")
_ARGUMENTS = ("volume", "slab", "mode", "interpolation", "spacing", *_OF_OBLIQUE)
# in mm; beyond, counts of pixels overflow, and nothing is to be seen
_LENGTHS = (1e-5, 1e5)
_ENDS = {"axial": ("feet", "head"), "coronal": ("front", "back"), "sagittal": ("right", "left")}


@dataclass(frozen=True)
class _Recipe:
    """What an image id asks for; ``index`` None is an oblique plane."""

    plane: str
    index: int | None
    volume: str | tuple[str, ...]
    slab: float = 0.0
    mode: Projection = "max"
    interpolation: Interpolation = "linear"
    spacing: float | None = None
    origin: Vector | None = None
    row: Vector | None = None
    column: Vector | None = None
    # as they stand in the id, but for the volume
    arguments: tuple[str, ...] = field(default=())

    @property
    def step(self) -> str:
        """As lineage tells it."""
        place = () if self.index is None else (str(self.index),)
        return f"mpr({', '.join((self.plane, *place, *self.arguments))})"


def create_loader(tools: Tools) -> ImageLoader:
    async def load(image_id: str, options: LoadOptions) -> Image:
        recipe = _parse(image_id)
        volume = await tools.volume(recipe.volume, options)
        return _image(image_id, recipe, volume, tools.sample_limit())

    return load


def _image(image_id: str, recipe: _Recipe, volume: Volume, sample_limit: int) -> Image:
    from ..volume.cutting import cut
    from ..volume.plane_image import plane_image

    plane, count = _plane(image_id, recipe, volume)
    if plane.rows * plane.columns > sample_limit:
        raise ImageTooLargeError(
            f"{image_id}: the plane would have {plane.columns} x {plane.rows} pixels, more than the limit of "
            f"{sample_limit} samples; give a larger spacing, or raise the session's sample_limit",
            image_id=image_id,
        )
    pixels = cut(volume, plane, interpolation=recipe.interpolation, slab=recipe.slab, mode=recipe.mode)
    return plane_image(
        image_id, volume, plane, pixels, step=recipe.step, index=recipe.index or 0, count=count, slab=recipe.slab
    )


def _plane(image_id: str, recipe: _Recipe, volume: Volume) -> tuple[Plane, int]:
    """The plane, and how many of its kind there are."""
    from ..volume.planes import meets, oblique_plane, plane_stack

    if recipe.index is not None:
        stack = plane_stack(volume, recipe.plane, recipe.spacing)
        if recipe.index >= stack.count:
            first, last = _ENDS[recipe.plane]
            raise FrameIndexError(
                f"{image_id}: there is no {recipe.plane} plane {recipe.index}; the volume has {stack.count}, from "
                f"{recipe.plane}/0 ({first}) to {recipe.plane}/{stack.count - 1} ({last})",
                image_id=image_id,
            )
        return stack.plane(recipe.index), stack.count
    assert recipe.origin is not None
    assert recipe.row is not None
    assert recipe.column is not None
    plane = oblique_plane(volume, recipe.origin, recipe.row, recipe.column, recipe.spacing)
    if not meets(volume, plane):
        centre = ", ".join(f"{part:.1f}" for part in volume.centre)
        raise InvalidImageIdError(
            f"{image_id}: the plane through origin={','.join(f'{part:g}' for part in recipe.origin)} does not meet the "
            f"volume, whose centre lies at {centre} (LPS, mm)",
            image_id=image_id,
        )
    return plane, 1


def _parse(image_id: str) -> _Recipe:
    place, _, query = ImageId.parse(image_id).rest.partition("?")
    match = _PLANE.fullmatch(place)
    if match is None:
        raise InvalidImageIdError(
            f"{image_id}: {place!r} names no plane; write axial/, coronal/ or sagittal/ and a number from 0, or "
            f"oblique, for example {_EXAMPLE}",
            image_id=image_id,
        )
    arguments = _Arguments(image_id, query)
    oblique = match[1] is None
    recipe = _Recipe(
        plane=match[1] or "oblique",
        index=None if oblique else int(match[2]),
        volume=arguments.volume(),
        slab=arguments.length("slab") or 0.0,
        mode=cast("Projection", arguments.choice("mode", ("max", "min", "mean"))),
        interpolation=cast("Interpolation", arguments.choice("interpolation", ("linear", "nearest"))),
        spacing=arguments.length("spacing"),
        origin=arguments.vector("origin", wanted=oblique),
        row=arguments.direction("row", wanted=oblique),
        column=arguments.direction("column", wanted=oblique),
        arguments=tuple(one for one in query.split("&") if not one.startswith("volume=")),
    )
    if recipe.row is not None and recipe.column is not None:
        arguments.check_across(recipe.row, recipe.column)
    return recipe


class _Arguments:
    """The arguments of an id, as what they stand for; raises :class:`InvalidImageIdError` for what is wrong."""

    def __init__(self, image_id: str, query: str) -> None:
        self._image_id = image_id
        self._given: dict[str, str] = {}
        for argument in filter(None, query.split("&")):
            name, _, value = argument.partition("=")
            if name not in _ARGUMENTS:
                raise self._wrong(f"there is no argument {name!r}; there are {', '.join(_ARGUMENTS)}")
            if name in self._given:
                raise self._wrong(f"{name} is given twice; give it once")
            self._given[name] = value

    def volume(self) -> str | tuple[str, ...]:
        given = self._given.get("volume", "")
        if not given:
            raise self._wrong(
                "it does not say of which volume; give volume=KEY, or the ids of its images, percent-encoded and "
                f"joined by commas, as in {_EXAMPLE}"
            )
        parts = tuple(map(unquote, given.split(",")))
        return parts[0] if len(parts) == 1 else parts

    def length(self, name: str) -> float | None:
        if name not in self._given:
            return None
        number = _number(self._given[name])
        if number is None or not _LENGTHS[0] <= number <= _LENGTHS[1]:
            raise self._wrong(f"{name}={self._given[name]}; give a length in mm from 0.00001 to 100000")
        return number

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self._given.get(name, choices[0])
        if value not in choices:
            raise self._wrong(f"{name}={value}; give {', '.join(choices[:-1])} or {choices[-1]}")
        return value

    def vector(self, name: str, *, wanted: bool) -> Vector | None:
        value = self._given.get(name)
        if value is None or not wanted:
            if wanted:
                raise self._wrong(f"an oblique plane needs {name}=x,y,z (LPS, mm)")
            if value is not None:
                raise self._wrong(f"{name} is for oblique planes only; leave it out")
            return None
        numbers = [_number(part) for part in unquote(value).split(",")]
        if len(numbers) != 3 or None in numbers:
            raise self._wrong(f"{name}={value}; give three numbers, x,y,z (LPS, mm)")
        return cast(Vector, tuple(numbers))

    def direction(self, name: str, *, wanted: bool) -> Vector | None:
        vector = self.vector(name, wanted=wanted)
        # beyond these, lengths and cosines would be rounding errors
        if vector is not None and not 1e-6 < hypot(*vector) < 1e6:
            raise self._wrong(f"{name}={self._given[name]} has no direction; give a unit vector x,y,z (LPS)")
        return vector

    def check_across(self, row: Vector, column: Vector) -> None:
        lengths = [sum(part * part for part in vector) ** 0.5 for vector in (row, column)]
        cosine = sum(a * b for a, b in zip(row, column, strict=True)) / (lengths[0] * lengths[1])
        if abs(cosine) > 0.01:
            raise self._wrong(
                f"row={self._given['row']} and column={self._given['column']} are not at right angles (cosine "
                f"{cosine:.3g}); give two unit vectors at right angles"
            )

    def _wrong(self, what: str) -> InvalidImageIdError:
        return InvalidImageIdError(f"{self._image_id}: {what}", image_id=self._image_id)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
