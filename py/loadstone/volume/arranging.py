"""The order of a volume's slices, and the affine that they have together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import VolumeError
from .placing import SlicePlace

__all__ = ["Arrangement", "arrange"]

Floats = NDArray[np.float64]

# images this close along the normal, in mm, lie at the same place, as in stacks
_SAME_PLACE = 1e-3
# distances that differ by more than this share of the spacing are told, and evened out
_UNEVEN = 0.01
# slices may lie beside the line through the first and the last by this many pixels before it is told, and at most
_ASIDE_TOLD, _ASIDE_MOST = 0.05, 0.5
# from this angle on, in degrees, a stack that leans to its side is told
_LEANING = 0.5
# slices that would be computed for each that there is: beyond, most of the volume were made up
_MOST_MADE_UP = 3


@dataclass(frozen=True, eq=False)
class Arrangement:
    """``order`` are the places of the images in what was given, by slice. Where the slices do not lie evenly,
    ``positions`` are those of the images in units of the ``count`` even slices that are to be computed."""

    order: tuple[int, ...]
    affine: Floats
    count: int
    positions: Floats | None = None
    frame_of_reference_uid: str | None = None
    warnings: tuple[str, ...] = ()


def arrange(places: Sequence[SlicePlace]) -> Arrangement:
    """Sort images that are alike by their positions along the normal.

    Raises :class:`VolumeError` where that gives no volume: fewer than two places, some without a place, steps to the
    side, or gaps that are wider than all that is there.
    """
    if not any(place.missing for place in places):
        return _by_position(places)
    if all(place.missing for place in places):
        return _by_order(places)
    lost = next(place for place in places if place.missing)
    placed = sum(not place.missing for place in places)
    raise VolumeError(
        f"{lost.image_id} does not say where it lies (no {lost.missing} in its imagePlaneModule), {placed} of the "
        f"{len(places)} images do; give those only, or register a metadata provider that knows it",
        image_id=lost.image_id,
    )


def _by_order(places: Sequence[SlicePlace]) -> Arrangement:
    """Of images without a place, the order in which they are given counts."""
    first = places[0]
    spacing, guesses = _known_spacing(first)
    step = first.step or 1.0
    if first.step is None:
        guesses.append("slices 1 mm apart")
    told = f", with {' and '.join(guesses)}" if guesses else ""
    warning = (
        f"the images do not say where they lie (no {first.missing}): taken as axial slices from the feet up, in the "
        f"order in which they were given{told}; left and right may be wrong, and so may lengths"
    )
    affine = np.diag([spacing[1], spacing[0], step, 1.0])
    return Arrangement(tuple(range(len(places))), affine, len(places), warnings=(warning,))


def _known_spacing(place: SlicePlace) -> tuple[tuple[float, float], list[str]]:
    return (place.spacing, []) if place.spacing else ((1.0, 1.0), ["pixels of 1 mm"])


def _by_position(places: Sequence[SlicePlace]) -> Arrangement:
    first = places[0]
    assert first.orientation is not None
    row, column = first.orientation
    normal = np.cross(row, column)
    normal /= np.linalg.norm(normal)
    points = np.array([place.position for place in places])
    distances = points @ normal
    warnings: list[str] = []
    order = _without_repeats(np.argsort(distances, kind="stable"), distances, places, warnings)
    points, distances = points[order], distances[order]
    spacing, guesses = _known_spacing(first)
    if guesses:
        warnings.append(f"the images do not say how large their pixels are: taken as {guesses[0]}")
    _check_straight(points, distances, min(spacing), [places[place] for place in order], warnings)
    _tell_tilt(points, distances, warnings)
    count, positions = _even(distances, [places[place].image_id for place in order], warnings)
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = row * spacing[1], column * spacing[0]
    affine[:3, 2], affine[:3, 3] = (points[-1] - points[0]) / (count - 1), points[0]
    frames_of_reference = {place.frame_of_reference_uid for place in places} - {None}
    if len(frames_of_reference) > 1:
        warnings.append(
            f"the images name {len(frames_of_reference)} frames of reference; their positions are taken to be "
            "comparable all the same"
        )
    return Arrangement(tuple(map(int, order)), affine, count, positions, first.frame_of_reference_uid, tuple(warnings))


def _without_repeats(
    order: NDArray[np.intp], distances: Floats, places: Sequence[SlicePlace], warnings: list[str]
) -> NDArray[np.intp]:
    """``order`` with the first given image of each place only."""
    ordered = distances[order]
    # a place begins where an image lies apart from the one before
    begins = np.concatenate([[True], np.diff(ordered) > _SAME_PLACE])
    groups = np.split(order, np.flatnonzero(begins)[1:])
    kept = np.array([group.min() for group in groups])
    if len(kept) == 1:
        raise VolumeError(
            f"all {len(order)} images lie at one place ({places[0].image_id} and the others): that is a clip or a "
            "series in time and no volume; give images of at least two places",
            image_id=places[0].image_id,
        )
    if len(kept) < len(order):
        again = next(group for group in groups if len(group) > 1)
        repeated = sorted(set(again) - {again.min()})[0]
        count = len(order) - len(kept)
        warnings.append(
            f"{count} image{'s lie' if count > 1 else ' lies'} where another one lies already and "
            f"{'are' if count > 1 else 'is'} left out, the first is {places[repeated].image_id}; the first given image "
            "of each place is kept"
        )
    return kept


def _check_straight(
    points: Floats, distances: Floats, pixel: float, places: Sequence[SlicePlace], warnings: list[str]
) -> None:
    """Slices may be shifted against each other, all by the same step: a tilted gantry shears the volume."""
    share = (distances - distances[0]) / (distances[-1] - distances[0])
    aside = np.linalg.norm(points[0] + share[:, None] * (points[-1] - points[0]) - points, axis=1)
    worst = int(aside.argmax())
    if aside[worst] > _ASIDE_MOST * pixel:
        raise VolumeError(
            f"the slices do not lie in line: {places[worst].image_id} lies {aside[worst]:.3g} mm beside the line from "
            f"{places[0].image_id} to {places[-1].image_id}; give the images of one straight stack",
            image_id=places[worst].image_id,
        )
    if aside[worst] > _ASIDE_TOLD * pixel:
        warnings.append(
            f"slices lie up to {aside[worst]:.3g} mm beside a straight line ({places[worst].image_id} does); that is "
            "not corrected"
        )


def _tell_tilt(points: Floats, distances: Floats, warnings: list[str]) -> None:
    length = float(np.linalg.norm(points[-1] - points[0]))
    angle = float(np.degrees(np.arccos(min(1.0, (distances[-1] - distances[0]) / length))))
    if angle > _LEANING:
        warnings.append(
            f"the slices follow each other at {angle:.1f}° to their normal, as those of a tilted gantry do: planes "
            "along the patient's axes are computed between voxels"
        )


def _even(distances: Floats, image_ids: Sequence[str], warnings: list[str]) -> tuple[int, Floats | None]:
    """How many even slices there are, and where among them the images lie; None where they are those slices."""
    gaps = np.diff(distances)
    length = float(distances[-1] - distances[0])
    count = len(distances)
    # the usual distance; where they differ widely, a small one, so that no detail is lost
    usual = float(np.median(gaps))
    if gaps.max() > 1.5 * usual or gaps.min() < usual / 1.5:
        usual = float(np.percentile(gaps, 25, method="lower"))
        count = round(length / usual) + 1
    spacing = length / (count - 1)
    if np.abs(gaps - spacing).max() <= _UNEVEN * spacing:
        return count, None
    widest = int(gaps.argmax())
    where = f"between {image_ids[widest]} and {image_ids[widest + 1]}"
    if count > (_MOST_MADE_UP + 1) * len(distances):
        raise VolumeError(
            f"the slices lie too unevenly: most are {usual:.4g} mm apart, but {gaps[widest]:.4g} mm lie {where}; give "
            "the images on one side of the gap",
            image_id=image_ids[widest],
        )
    warnings.append(
        f"the slices do not lie evenly: they are {gaps.min():.4g} to {gaps.max():.4g} mm apart, the most {where}; "
        f"computed by linear interpolation, every {spacing:.4g} mm"
    )
    return count, (distances - distances[0]) / spacing
