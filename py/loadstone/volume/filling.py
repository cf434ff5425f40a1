"""A volume is put together: its images come in any order, and what they have in common is what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..grey import modality_floats
from ..image import Image, Window
from ..metadata import ModalityLutModule, VoiLutModule
from .arranging import arrange
from .placing import SlicePlace, check_alike, place_of
from .volume import Volume
from .voxels import Voxels, common_type

__all__ = ["Filling"]

# modules that one image of a series answers for all of them
_OF_THE_SERIES = (
    "generalSeriesModule",
    "generalStudyModule",
    "patientModule",
    "patientStudyModule",
    "petIsotopeModule",
    "petSeriesModule",
)
# those that tell of stored values, so of the volume's where it has these
_OF_THE_VALUES = ("modalityLutModule", "scalingModule", "voiLutModule")


class Filling:
    """The volume ``key`` of ``image_ids``, while its images come to :meth:`add` in any order.

    ``limit`` is the most bytes that the voxels may take; before the first image comes, nothing is allocated.
    ``warnings`` are those that are known beforehand.
    """

    def __init__(self, key: str, image_ids: tuple[str, ...], *, limit: int, warnings: Iterable[str] = ()) -> None:
        self._key = key
        self._image_ids = image_ids
        self._limit = limit
        # images without their pixels: the first that came, and the one that speaks for the volume
        self._first: Image | None = None
        self._middle: Image | None = None
        self._places: dict[int, SlicePlace] = {}
        self._range: tuple[float, float] | None = None
        # in modality units, and without padding
        self._shown_range: tuple[float, float] | None = None
        # by the place of the image in what was given, so that nothing depends on which comes first
        self._paddings: dict[int, tuple[float, float]] = {}
        self._warnings: dict[str, None] = dict.fromkeys(warnings)

    def add(self, index: int, image: Image, plane: object) -> None:
        """Take over image ``index`` of those given; ``plane`` is its imagePlaneModule.

        Raises :class:`VolumeError` where it does not fit the others, :class:`ImageTooLargeError` where the volume does
        not fit into the limit or the memory.
        """
        place = place_of(image, plane)
        if self._first is None:
            check_alike(image, place, image, place)
            self._begin(image, place)
        else:
            check_alike(self._first, self._first_place, image, place)
        if index == len(self._image_ids) // 2:
            self._middle = _without_pixels(image)
        self._warnings.update(dict.fromkeys(image.warnings))
        values = self._in_volumes_terms(index, image)
        self._note_range(image, values)
        self._make_room_for(values)
        self._voxels.slices[index] = values
        self._places[index] = place

    def finish(self) -> Volume:
        """The volume, once all images are there; raises :class:`VolumeError` where they make none."""
        arrangement = arrange([self._places[index] for index in range(len(self._image_ids))])
        self._voxels.take(arrangement.order)
        if arrangement.positions is not None:
            self._voxels.even_out(arrangement.positions, arrangement.count)
        places = arrangement.positions
        voxels = self._voxels.slices
        voxels.flags.writeable = False
        middle, stored = self._middle, not self._is_modality
        assert middle is not None
        assert self._range is not None
        padding = self._paddings[min(self._paddings)] if self._paddings and stored else None
        if padding is not None and set(self._paddings.values()) != {padding}:
            told = "the images differ in their pixel padding; that of the first image that has one is used"
            self._warnings[told] = None
        return Volume(
            key=self._key,
            made_of=self._image_ids,
            image_ids=tuple(self._image_ids[index] for index in arrangement.order),
            voxels=voxels,
            affine=arrangement.affine,
            value_range=self._range,
            image_places=() if places is None else tuple(map(float, places)),
            rescale_slope=middle.rescale_slope if stored else 1.0,
            rescale_intercept=middle.rescale_intercept if stored else 0.0,
            unit=middle.unit,
            windows=self._windows(middle),
            voi_luts=middle.voi_luts,
            voi_lut_function=middle.voi_lut_function if middle.windows else "LINEAR_EXACT",
            photometric_interpretation=middle.photometric_interpretation,
            padding=padding,
            frame_of_reference_uid=arrangement.frame_of_reference_uid,
            warnings=(*self._warnings, *arrangement.warnings),
            metadata=self._metadata(middle),
            lineage=middle.lineage,
        )

    def _begin(self, image: Image, place: SlicePlace) -> None:
        self._is_modality = image.modality_lut is not None
        dtype = np.dtype(np.uint8) if image.pixels.dtype.kind == "b" else image.pixels.dtype
        if self._is_modality:
            self._warnings["values have gone through the modality LUT of each image"] = None
            dtype = np.result_type(dtype, np.float32)
        self._voxels = Voxels(len(self._image_ids), image.rows, image.columns, dtype, limit=self._limit)
        # last: where there is no room, those that come next end as this one
        self._first, self._first_place = _without_pixels(image), place

    def _in_volumes_terms(self, index: int, image: Image) -> NDArray[Any]:
        """The image's values as the volume has them: stored ones, or floats in modality units."""
        assert self._first is not None
        scale = (image.rescale_slope, image.rescale_intercept)
        first_scale = (self._first.rescale_slope, self._first.rescale_intercept)
        if not self._is_modality and (image.modality_lut is not None or scale != first_scale):
            self._go_over_to_modality(image)
        if self._is_modality:
            return modality_floats(image, image.pixels)
        if image.padding is not None:
            self._paddings[index] = image.padding
        return image.pixels.view(np.uint8) if image.pixels.dtype.kind == "b" else image.pixels

    def _go_over_to_modality(self, image: Image) -> None:
        first = self._first
        assert first is not None
        self._is_modality = True
        told = [f"{one.image_id} has {one.rescale_slope:g} and {one.rescale_intercept:g}" for one in (first, image)]
        self._warnings[
            f"slope and intercept differ from image to image ({', '.join(told)}): voxels are floats in modality units"
        ] = None
        dtype = np.result_type(self._voxels.dtype, np.float32)
        self._voxels.widen(dtype)
        slices = self._voxels.slices
        for index in self._places:
            slices[index] = modality_floats(replace(first, padding=self._paddings.get(index)), slices[index])
        if self._range is not None:
            low, high = sorted(end * first.rescale_slope + first.rescale_intercept for end in self._range)
            self._range = (low, high)

    def _note_range(self, image: Image, values: NDArray[Any]) -> None:
        assert self._first is not None
        if values.dtype.kind == "f":
            finite = values[np.isfinite(values)]
            low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        else:
            low, high = image.stored_extremes
        self._range = _joined(self._range, (low, high))
        if self._first.windows or self._first.voi_luts:
            return
        if not self._is_modality:
            slope, intercept = image.rescale_slope, image.rescale_intercept
            low, high = sorted(end * slope + intercept for end in image.value_range)
        self._shown_range = _joined(self._shown_range, (low, high))

    def _make_room_for(self, values: NDArray[Any]) -> None:
        assert self._range is not None
        dtype = common_type(self._voxels.dtype, values.dtype, *self._range)
        if dtype != self._voxels.dtype:
            self._voxels.widen(dtype)

    def _windows(self, middle: Image) -> tuple[Window, ...]:
        if middle.windows or middle.voi_luts or self._shown_range is None:
            return middle.windows
        # one for all planes, so that they are equally bright
        low, high = self._shown_range
        return (Window(low / 2 + high / 2, (high - low) or 1.0, "Full range"),)

    def _metadata(self, middle: Image) -> Mapping[str, Callable[[], object]]:
        names = _OF_THE_SERIES if self._is_modality else (*_OF_THE_SERIES, *_OF_THE_VALUES)
        modules = {name: middle.metadata[name] for name in names if name in middle.metadata}
        if self._is_modality:
            windows = middle.windows
            modules["modalityLutModule"] = lambda: ModalityLutModule(1.0, 0.0)
            modules["voiLutModule"] = lambda: VoiLutModule(
                tuple(window.center for window in windows) or None, tuple(window.width for window in windows) or None
            )
        return MappingProxyType(modules)


def _without_pixels(image: Image) -> Image:
    """What the image says, without the memory that it takes."""
    nothing = np.broadcast_to(np.zeros((), image.pixels.dtype), image.pixels.shape)
    return replace(image, pixels=nothing, overlays=(), shutter=None)


def _joined(one: tuple[float, float] | None, other: tuple[float, float]) -> tuple[float, float]:
    return other if one is None else (min(one[0], other[0]), max(one[1], other[1]))
