"""Where one image of a volume lies, and whether it fits the others."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from ..errors import VolumeError
from ..image import Image
from ..metadata import ImagePlaneModule, from_cornerstone

__all__ = ["SlicePlace", "check_alike", "place_of"]

Floats = NDArray[np.float64]

# cosines that differ by less are the same direction: half a degree, as for stacks
_SAME_DIRECTION = 0.01
# pixels whose sizes differ by more than this share are of another size
_SAME_SPACING = 0.01
_ADVICE = "give the images of one stack, as session.open_files() sorts them"


@dataclass(frozen=True, eq=False)
class SlicePlace:
    """What is known of where an image lies: each None where neither its metadata nor the image tell it.

    ``orientation`` has the unit vectors along rows and down columns as its two rows; ``spacing`` is that of rows and of
    columns; ``step`` what the image says of the distance to the next one. Lengths in mm.
    """

    image_id: str
    position: Floats | None = None
    orientation: Floats | None = None
    spacing: tuple[float, float] | None = None
    step: float | None = None
    frame_of_reference_uid: str | None = None

    @property
    def missing(self) -> str:
        """What it would need to have a place in the patient; "" where it has one."""
        said = {"image_position_patient": self.position, "image_orientation_patient": self.orientation}
        return " and ".join(name for name, value in said.items() if value is None)


def place_of(image: Image, plane: object) -> SlicePlace:
    """Where ``image`` lies by its imagePlaneModule, ours or one in Cornerstone's spelling."""
    plane = from_cornerstone("imagePlaneModule", plane)
    if not isinstance(plane, ImagePlaneModule):
        plane = ImagePlaneModule()
    cosines = plane.image_orientation_patient
    if cosines is None and plane.row_cosines is not None and plane.column_cosines is not None:
        cosines = (*plane.row_cosines, *plane.column_cosines)
    position = _numbers(plane.image_position_patient, 3)
    orientation = _numbers(cosines, 6)
    return SlicePlace(
        image_id=image.image_id,
        position=position,
        orientation=None if orientation is None else _directions(orientation),
        spacing=_spacing(plane.pixel_spacing)
        or _spacing((plane.row_pixel_spacing, plane.column_pixel_spacing))
        or _spacing((image.row_spacing, image.column_spacing)),
        step=_length(plane.spacing_between_slices) or _length(plane.slice_thickness),
        frame_of_reference_uid=plane.frame_of_reference_uid,
    )


def check_alike(first: Image, place: SlicePlace, other: Image, other_place: SlicePlace) -> None:
    """Raise :class:`VolumeError` unless two images can be slices of one volume, with the difference."""
    for image in (first, other):
        if image.is_color:
            raise VolumeError(
                f"{image.image_id} is in colour ({image.photometric_interpretation}), and volumes are made of grey "
                "images; give a grey stack, or a loader that makes it grey",
                image_id=image.image_id,
            )
    sizes = [f"{image.columns} x {image.rows}" for image in (first, other)]
    if sizes[0] != sizes[1]:
        raise _unlike(other, first, "sizes", f"{sizes[1]} pixels", sizes[0])
    photometrics = [image.photometric_interpretation for image in (first, other)]
    if photometrics[0] != photometrics[1]:
        raise _unlike(other, first, "photometric interpretations", photometrics[1], photometrics[0])
    if first.unit and other.unit and first.unit != other.unit:
        raise _unlike(other, first, "units", other.unit, first.unit)
    a, b = place.orientation, other_place.orientation
    if a is not None and b is not None and np.abs(a - b).max() > _SAME_DIRECTION:
        raise _unlike(other, first, "orientations", _as_text(b), _as_text(a))
    if place.spacing and other_place.spacing and not np.allclose(place.spacing, other_place.spacing, _SAME_SPACING, 0):
        spacings = [" x ".join(f"{length:g}" for length in one) for one in (other_place.spacing, place.spacing)]
        raise _unlike(other, first, "pixel sizes", f"{spacings[0]} mm", spacings[1])


def _unlike(other: Image, first: Image, what: str, others: str, firsts: str) -> VolumeError:
    return VolumeError(
        f"the images differ in their {what}: {other.image_id} has {others}, {first.image_id} {firsts}; {_ADVICE}",
        image_id=other.image_id,
    )


def _as_text(directions: Floats) -> str:
    return "(" + ", ".join(f"{part:.3g}" for part in directions.reshape(-1)) + ")"


def _numbers(values: object, count: int) -> Floats | None:
    """``count`` finite numbers as an array, None for anything else."""
    try:
        array = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        return None
    return array if array.shape == (count,) and np.isfinite(array).all() else None


def _directions(cosines: Floats) -> Floats | None:
    """Row and column as unit vectors; None where they span no plane."""
    directions = cosines.reshape(2, 3)
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    if not lengths.all():
        return None
    directions = directions / lengths
    return directions if np.linalg.norm(np.cross(*directions)) > 0.5 else None


def _spacing(lengths: object) -> tuple[float, float] | None:
    """Of rows and of columns; None for anything but two lengths."""
    numbers = _numbers(lengths, 2)
    return None if numbers is None or min(numbers) <= 0 else (float(numbers[0]), float(numbers[1]))


def _length(value: object) -> float | None:
    return float(value) if isinstance(value, Real) and 0 < float(value) < float("inf") else None
