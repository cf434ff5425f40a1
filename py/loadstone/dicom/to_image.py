"""A frame of a DICOM file as an :class:`~loadstone.image.Image`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.multival import MultiValue

from ..image import DEFAULT_SAMPLE_LIMIT, Image, LookupTable, VoiLutFunction, Window
from .codecs import Decoded
from .description import describe
from .file import DicomFile
from .frame_description import FrameDescription
from .frames import frame_pixels, stored_words
from .modules import dicom_metadata, pixel_spacing
from .overlays import frame_overlays
from .shutter import frame_shutter, shutter_group
from .values import element_value, number, numbers, text

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
    data_set = file.data_set
    spacing = pixel_spacing(file)
    slope, intercept = number(data_set, "RescaleSlope"), number(data_set, "RescaleIntercept")
    modality_luts = _lookup_tables(data_set, "ModalityLUTSequence", description)
    overlays = frame_overlays(
        data_set, index, description, lambda: stored_words(file, index, description, decoded=decoded)
    )
    no_graphics = shutter_group(data_set)
    return Image(
        image_id=image_id,
        pixels=frame.pixels,
        photometric_interpretation=frame.photometric_interpretation,
        rescale_slope=1.0 if slope is None else slope,
        rescale_intercept=0.0 if intercept is None else intercept,
        modality_lut=modality_luts[0] if modality_luts else None,
        windows=_windows(data_set),
        voi_luts=_lookup_tables(data_set, "VOILUTSequence", description),
        voi_lut_function=_voi_lut_function(data_set),
        padding=_padding(data_set, description),
        bits_stored=_bits_stored(frame.pixels.dtype, description),
        row_spacing=spacing[0] if spacing else None,
        column_spacing=spacing[1] if spacing else None,
        pixel_aspect_ratio=_pixel_aspect_ratio(data_set),
        overlays=tuple(overlay for group, overlay in overlays.planes.items() if group != no_graphics),
        shutter=frame_shutter(data_set, overlays.planes),
        unit=_unit(data_set),
        frame_count=file.frame_count,
        warnings=(*file.warnings, *frame.warnings, *overlays.warnings),
        metadata=dicom_metadata(file.without_pixels()),
    )


def describe_frame(file: DicomFile, index: int, *, sample_limit: int = DEFAULT_SAMPLE_LIMIT) -> FrameDescription:
    """How frame ``index`` (from 0) is laid out.

    Raises :class:`~loadstone.errors.FrameIndexError` for a frame that is not there, and what :func:`describe` raises.
    """
    # a file that lost its end has lost its number of frames too: tell that first
    file.required_pixel_data()
    file.check_frame(index)
    return describe(file, sample_limit=sample_limit)


def _bits_stored(dtype: np.dtype[np.generic], description: FrameDescription) -> int:
    # a palette's entries have their own depth
    return description.bits_stored if dtype.itemsize * 8 == description.bits_allocated else 8 * dtype.itemsize


def _pixel_aspect_ratio(data_set: Dataset) -> float | None:
    """Height over width of a pixel (PS3.3 C.7.6.3.1.7)."""
    ratio = numbers(data_set, "PixelAspectRatio")
    return ratio[0] / ratio[1] if ratio and len(ratio) == 2 and min(ratio) > 0 else None


def _windows(data_set: Dataset) -> tuple[Window, ...]:
    centers = numbers(data_set, "WindowCenter") or ()
    widths = numbers(data_set, "WindowWidth") or ()
    explanation = element_value(data_set, "WindowCenterWidthExplanation")
    names = list(map(str, explanation)) if isinstance(explanation, MultiValue) else [str(explanation or "")]
    names += [""] * len(centers)
    return tuple(
        Window(center, width, name) for center, width, name in zip(centers, widths, names, strict=False) if width > 0
    )


def _voi_lut_function(data_set: Dataset) -> VoiLutFunction:
    name = (text(data_set, "VOILUTFunction") or "LINEAR").strip().upper()
    return cast(VoiLutFunction, name) if name in ("LINEAR_EXACT", "SIGMOID") else "LINEAR"


def _padding(data_set: Dataset, description: FrameDescription) -> tuple[int, int] | None:
    """Pixel padding as a range of stored values (PS3.3 C.7.5.1.1.2); only for grey images."""
    value = number(data_set, "PixelPaddingValue")
    if value is None or description.samples_per_pixel != 1:
        return None
    limit = number(data_set, "PixelPaddingRangeLimit")
    low, high = sorted((_as_stored(value, description), _as_stored(value if limit is None else limit, description)))
    return (low, high)


def _as_stored(value: float, description: FrameDescription) -> int:
    """A padding value written with the wrong sign, as some files do, in the sign of the pixels."""
    whole = int(value)
    span = 1 << description.bits_allocated
    if description.is_signed and whole >= span // 2:
        return whole - span
    if not description.is_signed and whole < 0:
        return whole + span
    return whole


def _lookup_tables(data_set: Dataset, keyword: str, description: FrameDescription) -> tuple[LookupTable, ...]:
    items = element_value(data_set, keyword)
    if not isinstance(items, Sequence):
        return ()
    tables = (_lookup_table(item, description) for item in items if isinstance(item, Dataset))
    return tuple(table for table in tables if table is not None)


def _lookup_table(item: Dataset, description: FrameDescription) -> LookupTable | None:
    """The table in a sequence's item (PS3.3 C.11.1.1.1), or None where it is incomplete."""
    descriptor = numbers(item, "LUTDescriptor")
    data = element_value(item, "LUTData")
    if descriptor is None or len(descriptor) != 3 or not isinstance(data, (bytes, int, Sequence)):
        return None
    count, first, bits = map(int, descriptor)
    # 65536 entries are written as 0
    entries = _entries(data, count % 65536 or 65536, bits, description)
    if entries.size == 0 or not 1 <= bits <= 16:
        return None
    if description.is_signed and first > 32767:
        first -= 65536
    return LookupTable(entries, first, bits, text(item, "LUTExplanation") or text(item, "ModalityLUTType") or "")


def _entries(
    data: bytes | int | Sequence[int], count: int, bits: int, description: FrameDescription
) -> NDArray[np.uint16]:
    if isinstance(data, bytes):
        order = "<u2" if description.is_little_endian else ">u2"
        words = np.frombuffer(data[: len(data) // 2 * 2], order).astype("<u2")
    else:
        words = np.asarray(data, np.int64).reshape(-1).astype("<u2")
    # two entries of 8 bits may share a word, the lower byte is the first
    packed = bits <= 8 and len(words) < count
    return (words.view(np.uint8) if packed else words)[:count].astype(np.uint16)


def _unit(data_set: Dataset) -> str:
    """The unit of modality values: what the file says, else Hounsfield units for CT (PS3.3 C.8.2.1)."""
    unit = text(data_set, "RescaleType")
    if unit and unit.upper() != "US":
        return unit
    if text(data_set, "Modality") == "CT" and number(data_set, "RescaleIntercept") is not None:
        return "HU"
    return (text(data_set, "Units") or "") if text(data_set, "Modality") == "PT" else ""
