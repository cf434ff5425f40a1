"""A frame of a DICOM file as an :class:`~loadstone.image.Image`."""

from __future__ import annotations

from typing import cast

import numpy as np
from pydicom import Dataset

from ..image import DEFAULT_SAMPLE_LIMIT, Image, VoiLutFunction, Window
from .codecs import Decoded
from .description import describe
from .file import DicomFile
from .frame_description import FrameDescription
from .frames import frame_pixels, stored_words
from .functional_groups import DicomFrame
from .geometry import pixel_spacing
from .lookup_tables import modality_lut, voi_luts
from .modality import Rescale, lut_unit, rescale
from .modules import dicom_metadata
from .overlays import frame_overlays
from .shutter import frame_shutter, shutter_group
from .supplemental import with_supplemental_palette
from .values import number, numbers, text, texts

__all__ = ["describe_frame", "frame_to_image"]


def frame_to_image(
    file: DicomFile,
    index: int,
    image_id: str,
    *,
    sample_limit: int = DEFAULT_SAMPLE_LIMIT,
    description: FrameDescription | None = None,
    decoded: Decoded | None = None,
) -> Image:
    """Frame ``index`` (from 0) of ``file``; stored values as in the file, colour as RGB.

    ``description`` is what :func:`describe_frame` gave, where it was asked already, and ``decoded`` what a decoder
    made of the frame elsewhere; without them it is described and decoded here. Raises what
    :func:`describe_frame` and :func:`frame_pixels` raise.
    """
    if description is None:
        description = describe_frame(file, index, sample_limit=sample_limit)
    frame = frame_pixels(file, index, description, decoded=decoded)
    dicom_frame = DicomFrame(file.without_pixels(), index)
    data_set = dicom_frame.data_set
    spacing = pixel_spacing(data_set)
    table = modality_lut(data_set, is_little_endian=description.is_little_endian)
    scale = rescale(data_set) if table is None else Rescale(1.0, 0.0, lut_unit(data_set))
    windows, function = _windows(data_set, scale.factor)
    overlays = frame_overlays(
        data_set, index, description, lambda: stored_words(file, index, description, decoded=decoded)
    )
    no_graphics = shutter_group(data_set)
    image = Image(
        image_id=image_id,
        pixels=frame.pixels,
        photometric_interpretation=frame.photometric_interpretation,
        rescale_slope=scale.slope,
        rescale_intercept=scale.intercept,
        modality_lut=table,
        windows=windows,
        voi_luts=voi_luts(data_set, is_little_endian=description.is_little_endian),
        voi_lut_function=function,
        padding=_padding(data_set, description),
        bits_stored=_bits_stored(frame.pixels.dtype, description),
        row_spacing=spacing[0] if spacing else None,
        column_spacing=spacing[1] if spacing else None,
        pixel_aspect_ratio=_pixel_aspect_ratio(data_set),
        overlays=tuple(overlay for group, overlay in overlays.planes.items() if group != no_graphics),
        shutter=frame_shutter(data_set, overlays.planes),
        unit=scale.unit,
        frame_count=file.frame_count,
        warnings=(*file.warnings, *frame.warnings, *overlays.warnings, *([scale.why_not] if scale.why_not else [])),
        metadata=dicom_metadata(dicom_frame, overlays.planes),
    )
    return with_supplemental_palette(image, data_set, description)


def describe_frame(file: DicomFile, index: int, *, sample_limit: int = DEFAULT_SAMPLE_LIMIT) -> FrameDescription:
    """How frame ``index`` (from 0) is laid out.

    Raises :class:`~loadstone.errors.FrameIndexError` for a frame that is not there, and what :func:`describe` raises.
    """
    # a file that lost its end has lost its number of frames too: tell that first
    file.required_pixel_data()
    file.check_frame(index)
    return describe(file, sample_limit=sample_limit)


def _bits_stored(dtype: np.dtype[np.generic], description: FrameDescription) -> int:
    # a palette's entries have their own depth, and so have codestreams of more bits than are allocated
    is_own = description.photometric_interpretation == "PALETTE COLOR" or dtype.itemsize > description.dtype.itemsize
    return 8 * dtype.itemsize if is_own else description.bits_stored


def _pixel_aspect_ratio(data_set: Dataset) -> float | None:
    """Height over width of a pixel (PS3.3 C.7.6.3.1.7)."""
    ratio = numbers(data_set, "PixelAspectRatio")
    return ratio[0] / ratio[1] if ratio and len(ratio) == 2 and min(ratio) > 0 else None


def _windows(data_set: Dataset, factor: float) -> tuple[tuple[Window, ...], VoiLutFunction]:
    """The windows in units of which one of the file's is ``factor``, and their function."""
    centers = numbers(data_set, "WindowCenter") or ()
    widths = numbers(data_set, "WindowWidth") or ()
    names = [*(texts(data_set, "WindowCenterWidthExplanation") or ()), *([""] * len(centers))]
    function = _voi_lut_function(data_set)
    # LINEAR counts in whole units (PS3.3 C.11.2.1.2.1), which scaled ones are not
    shift = 0.0
    if factor != 1 and function == "LINEAR":
        shift, function = 0.5, "LINEAR_EXACT"
    windows = (
        Window((center - shift) * factor, (width - 2 * shift) * factor, name)
        for center, width, name in zip(centers, widths, names, strict=False)
    )
    return tuple(window for window in windows if window.width > 0), function


def _voi_lut_function(data_set: Dataset) -> VoiLutFunction:
    name = (text(data_set, "VOILUTFunction") or "LINEAR").strip().upper()
    return cast(VoiLutFunction, name) if name in ("LINEAR_EXACT", "SIGMOID") else "LINEAR"


def _padding(data_set: Dataset, description: FrameDescription) -> tuple[float, float] | None:
    """Pixel padding as a range of stored values (PS3.3 C.7.5.1.1.2, C.7.6.24); only for grey images."""
    kind = "" if not description.is_float else "Float" if description.bits_allocated == 32 else "DoubleFloat"
    value = number(data_set, f"{kind}PixelPaddingValue")
    if value is None or description.samples_per_pixel != 1:
        return None
    limit = number(data_set, f"{kind}PixelPaddingRangeLimit")
    low, high = sorted((_as_stored(value, description), _as_stored(value if limit is None else limit, description)))
    return (low, high)


def _as_stored(value: float, description: FrameDescription) -> float:
    """A padding value written with the wrong sign, as some files do, in the sign of the pixels."""
    if description.is_float:
        return value
    whole = int(value)
    span = 1 << description.bits_allocated
    if description.is_signed and whole >= span // 2:
        return whole - span
    if not description.is_signed and whole < 0:
        return whole + span
    return whole
