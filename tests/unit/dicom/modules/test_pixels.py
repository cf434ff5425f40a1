import struct

import numpy as np
import pytest
from part10 import COLOR, GREY, SIXTEEN_BITS, bundled, data_set, frame_of, made

from loadstone.dicom.modules import dicom_metadata
from loadstone.metadata import ImagePixelModule, ModalityLutModule, VoiLutModule

CT = dicom_metadata(frame_of(bundled("CT_small.dcm")))
RESCALED = {"RescaleSlope": 0.5, "RescaleIntercept": -3, "RescaleType": "OD"}


def lut(entries, first, bits, explanation=None):
    item = data_set({"LUTDescriptor": [len(entries), first, bits], "LUTExplanation": explanation})
    item.add_new("LUTData", "US", entries)
    return item


def test_the_pixels_of_ct_small():
    expected = ImagePixelModule(1, "MONOCHROME2", 128, 128, 16, 16, 15, 1, pixel_padding_value=-2000)
    assert CT["imagePixelModule"]() == expected


def test_the_layout_is_told_as_the_file_has_it():
    modules = dicom_metadata(frame_of(bundled("examples_ybr_color.dcm")))
    pixel = modules["imagePixelModule"]()
    assert (pixel.photometric_interpretation, pixel.planar_configuration) == ("YBR_FULL_422", 0)


def test_planar_configuration_aspect_ratio_and_extremes_are_told():
    elements = COLOR | {"PlanarConfiguration": 1, "PixelAspectRatio": [2, 3]}
    pixel = made("imagePixelModule", elements | {"SmallestImagePixelValue": 3, "LargestImagePixelValue": 250})
    assert (pixel.planar_configuration, pixel.pixel_aspect_ratio) == (1, (2.0, 3.0))
    assert (pixel.smallest_pixel_value, pixel.largest_pixel_value) == (3, 250)


def test_a_palette_is_told_with_its_entries():
    palette = GREY | {"PhotometricInterpretation": "PALETTE COLOR"}
    for number, color in enumerate(("Red", "Green", "Blue")):
        palette[f"{color}PaletteColorLookupTableDescriptor"] = [3, 0, 16]
        palette[f"{color}PaletteColorLookupTableData"] = struct.pack("<3H", number, 300, 65535)
    pixel = made("imagePixelModule", palette)
    assert pixel.blue_palette_color_lookup_table_descriptor == (3, 0, 16)
    assert pixel.red_palette_color_lookup_table_data.tolist() == [0, 300, 65535]
    assert pixel.blue_palette_color_lookup_table_data.tolist() == [2, 300, 65535]


def test_a_palette_of_65536_entries_is_written_as_0():
    data = np.arange(65536, dtype="<u2").tobytes()
    palette = {"RedPaletteColorLookupTableDescriptor": [0, 0, 16], "RedPaletteColorLookupTableData": data}
    pixel = made("imagePixelModule", GREY | palette)
    assert pixel.red_palette_color_lookup_table_descriptor == (65536, 0, 16)
    assert pixel.red_palette_color_lookup_table_data[-1] == 65535


def test_what_a_file_does_not_say_is_not_made_up():
    assert made("imagePixelModule", {}) == ImagePixelModule()
    assert made("modalityLutModule", GREY) == ModalityLutModule()
    assert made("voiLutModule", GREY) == VoiLutModule()


def test_rescale_is_told_with_its_type():
    assert made("modalityLutModule", GREY | RESCALED) == ModalityLutModule(0.5, -3.0, "OD")
    assert CT["modalityLutModule"]() == ModalityLutModule(1.0, -1024.0, None)


def test_the_modality_lut_is_told():
    module = made("modalityLutModule", SIXTEEN_BITS | {"ModalityLUTSequence": [lut([5, 6, 7], 10, 16)]})
    (item,) = module.modality_lut_sequence
    assert (item.id, item.first_value_mapped, item.num_bits_per_entry, item.lut.tolist()) == ("1", 10, 16, [5, 6, 7])


def test_windows_are_all_told():
    elements = GREY | {"WindowCenter": [40, -600], "WindowWidth": [400, 1500], "VOILUTFunction": "SIGMOID"}
    named = elements | {"WindowCenterWidthExplanation": ["SOFT", "LUNG"]}
    assert made("voiLutModule", named) == VoiLutModule((40.0, -600.0), (400.0, 1500.0), "SIGMOID", ("SOFT", "LUNG"))


def test_voi_luts_are_told_with_their_explanations():
    sequence = [lut([1, 2], 0, 12, "NORMAL"), lut([3, 4, 5], 7, 16, "HARDER")]
    module = made("voiLutModule", SIXTEEN_BITS | {"VOILUTSequence": sequence})
    assert [(i.id, i.lut_explanation, i.first_value_mapped, i.lut.tolist()) for i in module.voi_lut_sequence] == [
        ("1", "NORMAL", 0, [1, 2]),
        ("2", "HARDER", 7, [3, 4, 5]),
    ]


@pytest.mark.parametrize("elements", [{"WindowCenter": 40}, {"VOILUTFunction": "SIGMOID"}])
def test_half_a_window_is_told_as_it_is(elements):
    module = made("voiLutModule", GREY | elements)
    assert (module.window_center, module.window_width) == ((40.0,) if "WindowCenter" in elements else None, None)
