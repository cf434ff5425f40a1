"""One step of a pipeline is done: what it is handed, and what becomes of what it gives."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from ..errors import LoaderError
from ..grey import modality_floats
from ..image import Image, LineageStep, Pixels, Window
from ..metadata import (
    FrameModule,
    GeneralImageModule,
    ImagePixelModule,
    ModalityLutModule,
    VoiLutModule,
    from_cornerstone,
)
from .grammar import Step
from .placing import without_place
from .steps import StepFunction

__all__ = ["run_step"]

Module = Callable[[str], object]

# modules of an image that are as true of what is computed from it; those of its pixels and of its file are not
_KEPT_MODULES = (
    "calibrationModule",
    "cineModule",
    "frameModule",
    "frameOfReferenceModule",
    "generalImageModule",
    "generalSeriesModule",
    "generalStudyModule",
    "imagePlaneModule",
    "multiframeModule",
    "nmMultiframeGeometryModule",
    "patientModule",
    "patientStudyModule",
    "petImageModule",
    "petIsotopeModule",
    "petSeriesModule",
    "ultrasoundEnhancedRegionModule",
)


async def run_step(image_id: str, step: Step, function: StepFunction, source: Image, module: Module) -> Image:
    """What ``function`` makes of ``source``, as the image ``image_id``; ``module(name)`` reads its metadata."""
    handed = _handed(source, module)
    given = function(handed, *step.arguments, **dict(step.named))
    if inspect.isawaitable(given):
        given = await given
    image = _as_image(given, handed)
    own_step = image.lineage[-1:] if len(image.lineage) > len(handed.lineage) else ()
    done = LineageStep(str(step), image_id, own_step[0].sources if own_step else (source.image_id,))
    before = image.lineage[:-1] if own_step else handed.lineage
    return replace(image, image_id=image_id, lineage=(*before, done), metadata=_metadata(image))


def _handed(source: Image, module: Module) -> Image:
    """``source`` as steps see it: grey values as floats in modality units, NaN where there is no pixel."""
    modules = {name: found for name in _KEPT_MODULES if (found := _typed(name, module(name))) is not None}
    # answered at once: a function that reads the file would keep it in memory as long as the image
    metadata: Mapping[str, Callable[[], object]] = MappingProxyType(
        {name: _constant(found) for name, found in modules.items()}
    )
    if source.is_color:
        return replace(source, metadata=metadata)
    return replace(
        source,
        pixels=modality_floats(source, source.pixels),
        rescale_slope=1.0,
        rescale_intercept=0.0,
        modality_lut=None,
        padding=None,
        bits_stored=0,
        metadata=metadata,
    )


def _typed(name: str, module: object) -> object:
    """A module of a provider in JavaScript is a dict."""
    module = from_cornerstone(name, module) if isinstance(module, dict) else module
    if isinstance(module, FrameModule):
        return replace(module, sop_class_uid=None, sop_instance_uid=None)
    if isinstance(module, GeneralImageModule):
        return replace(module, sop_instance_uid=None, image_type=("DERIVED", "SECONDARY"))
    return module


def _constant(value: object) -> Callable[[], object]:
    return lambda: value


def _as_image(given: object, handed: Image) -> Image:
    """An array is the image that was handed with other values; an image is what it says of itself."""
    if isinstance(given, Image):
        is_elsewhere = given.pixels.shape[:2] != handed.pixels.shape[:2] and _plane(given) is _plane(handed)
        return without_place(given, given.pixels) if is_elsewhere and _plane(given) is not None else given
    if not isinstance(given, np.ndarray):
        raise LoaderError(f"it gave {type(given).__name__!s}; a step must give an Image or a numpy array")
    if given.dtype.kind == "b":
        return _mask(given, handed)
    if given.ndim != handed.pixels.ndim:
        handed = replace(handed, photometric_interpretation="", unit="", windows=(), voi_luts=())
    same_size = given.shape[:2] == handed.pixels.shape[:2]
    return replace(handed, pixels=given, bits_stored=0) if same_size else without_place(handed, given)


def _mask(given: Pixels, handed: Image) -> Image:
    same_size = given.shape[:2] == handed.pixels.shape[:2]
    pixels = given.astype(np.uint8)
    return replace(
        handed if same_size else without_place(handed, pixels),
        pixels=pixels,
        bits_stored=0,
        unit="",
        windows=(Window(0.5, 1.0),),
        voi_luts=(),
        voi_lut_function="LINEAR_EXACT",
        photometric_interpretation="MONOCHROME2",
    )


def _plane(image: Image) -> Callable[[], object] | None:
    return image.metadata.get("imagePlaneModule")


def _metadata(image: Image) -> Mapping[str, Callable[[], object]]:
    """The image's modules, and those that tell of its values."""
    windows, kind = image.windows, image.pixels.dtype.kind
    bits = 8 * image.pixels.dtype.itemsize
    pixel = ImagePixelModule(
        samples_per_pixel=image.samples_per_pixel,
        photometric_interpretation=image.photometric_interpretation,
        rows=image.rows,
        columns=image.columns,
        bits_allocated=bits,
        bits_stored=image.bits_stored,
        high_bit=image.bits_stored - 1,
        # of floats, DICOM has none
        pixel_representation={"u": 0, "i": 1}.get(kind),
    )
    modality = ModalityLutModule(image.rescale_slope, image.rescale_intercept, image.unit or None)
    voi = VoiLutModule(
        tuple(window.center for window in windows) or None,
        tuple(window.width for window in windows) or None,
        image.voi_lut_function,
    )
    own = {"imagePixelModule": pixel, "modalityLutModule": modality, "voiLutModule": voi}
    return MappingProxyType({**image.metadata, **{name: _constant(found) for name, found in own.items()}})
