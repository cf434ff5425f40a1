"""How pixels are stored, and the tables that give them meaning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import ExplicitVRBigEndian

from ...image import LookupTable
from ...metadata import ImagePixelModule, LutItem, ModalityLutModule, VoiLutModule
from ..functional_groups import DicomFrame
from ..lookup_tables import lut_entries, modality_lut, voi_luts
from ..values import element_value, number, numbers, text, texts, whole

__all__ = ["image_pixel", "modality_lut_module", "voi_lut_module"]


def image_pixel(frame: DicomFrame) -> ImagePixelModule:
    ds = frame.data_set
    aspect = numbers(ds, "PixelAspectRatio")
    samples = whole(ds, "SamplesPerPixel")
    return ImagePixelModule(
        samples_per_pixel=samples,
        photometric_interpretation=text(ds, "PhotometricInterpretation"),
        rows=whole(ds, "Rows"),
        columns=whole(ds, "Columns"),
        bits_allocated=whole(ds, "BitsAllocated"),
        bits_stored=whole(ds, "BitsStored"),
        high_bit=whole(ds, "HighBit"),
        pixel_representation=whole(ds, "PixelRepresentation"),
        planar_configuration=whole(ds, "PlanarConfiguration"),
        pixel_aspect_ratio=(aspect[0], aspect[1]) if aspect and len(aspect) == 2 else None,
        smallest_pixel_value=whole(ds, "SmallestImagePixelValue"),
        largest_pixel_value=whole(ds, "LargestImagePixelValue"),
        pixel_padding_value=whole(ds, "PixelPaddingValue"),
        pixel_padding_range_limit=whole(ds, "PixelPaddingRangeLimit"),
        red_palette_color_lookup_table_descriptor=_palette_descriptor(ds, "Red"),
        green_palette_color_lookup_table_descriptor=_palette_descriptor(ds, "Green"),
        blue_palette_color_lookup_table_descriptor=_palette_descriptor(ds, "Blue"),
        red_palette_color_lookup_table_data=_palette(frame, "Red"),
        green_palette_color_lookup_table_data=_palette(frame, "Green"),
        blue_palette_color_lookup_table_data=_palette(frame, "Blue"),
    )


def modality_lut_module(frame: DicomFrame) -> ModalityLutModule:
    ds = frame.data_set
    table = modality_lut(ds, is_little_endian=_is_little_endian(frame))
    return ModalityLutModule(
        rescale_slope=number(ds, "RescaleSlope"),
        rescale_intercept=number(ds, "RescaleIntercept"),
        rescale_type=text(ds, "RescaleType"),
        modality_lut_sequence=_lut_items((table,)) if table else None,
    )


def voi_lut_module(frame: DicomFrame) -> VoiLutModule:
    ds = frame.data_set
    return VoiLutModule(
        window_center=numbers(ds, "WindowCenter"),
        window_width=numbers(ds, "WindowWidth"),
        voi_lut_function=text(ds, "VOILUTFunction"),
        window_center_width_explanation=texts(ds, "WindowCenterWidthExplanation"),
        voi_lut_sequence=_lut_items(voi_luts(ds, is_little_endian=_is_little_endian(frame))) or None,
    )


def _is_little_endian(frame: DicomFrame) -> bool:
    return frame.file.transfer_syntax != ExplicitVRBigEndian


def _lut_items(tables: tuple[LookupTable, ...]) -> tuple[LutItem, ...]:
    return tuple(
        LutItem(str(place), table.first_mapped, table.bits, table.entries.astype(np.uint16), table.explanation)
        for place, table in enumerate(tables, 1)
    )


def _palette_descriptor(data_set: Dataset, color: str) -> tuple[int, int, int] | None:
    descriptor = numbers(data_set, f"{color}PaletteColorLookupTableDescriptor")
    if descriptor is None or len(descriptor) != 3:
        return None
    count, first, bits = map(int, descriptor)
    # 65536 entries are written as 0
    return (count % 65536 or 65536, first, bits)


def _palette(frame: DicomFrame, color: str) -> NDArray[np.uint16] | None:
    descriptor = _palette_descriptor(frame.data_set, color)
    if descriptor is None:
        return None
    count, _, bits = descriptor
    data = element_value(frame.data_set, f"{color}PaletteColorLookupTableData")
    return lut_entries(data, count, bits, is_little_endian=_is_little_endian(frame))
