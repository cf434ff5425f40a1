import struct

from part10 import SIXTEEN_BITS, part10

from loadstone.dicom.file import read_file
from loadstone.dicom.to_image import frame_to_image

ELEMENTS = SIXTEEN_BITS | {
    "PixelPresentation": "COLOR",
    "WindowCenter": 100,
    "WindowWidth": 200,
    "VOILUTFunction": "LINEAR_EXACT",
    "RescaleSlope": 2,
    "RescaleIntercept": 0,
}
COLORS = {"Red": (0x1000, 0xFFFF), "Green": (0, 0x8000), "Blue": (0x0100, 0)}
PALETTE = {
    name: value
    for color, entries in COLORS.items()
    for name, value in (
        (f"{color}PaletteColorLookupTableDescriptor", [2, 1000, 16]),
        (f"{color}PaletteColorLookupTableData", struct.pack("<2H", *entries)),
    )
}
STORED = struct.pack("<6H", 0, 50, 100, 999, 1000, 1001)


def image(elements):
    return frame_to_image(read_file(part10(elements, STORED)), 0, "x:1")


def test_grey_values_go_through_the_window_and_those_behind_them_have_the_palettes_colours():
    shown = image(ELEMENTS | PALETTE)
    # 50 is 100 in modality units, the centre of the window: (100 - 100) / 200 + 0.5 = 0.5 of 255, rounded up
    grey = [[0] * 3, [128] * 3, [255] * 3, [255] * 3]
    assert shown.pixels.reshape(6, 3).tolist() == [*grey, [0x10, 0, 1], [0xFF, 0x80, 0]]
    assert (shown.photometric_interpretation, shown.bits_stored, shown.windows) == ("RGB", 8, ())
    assert shown.warnings == ("colours beside grey values: the grey ones are shown with the file's first window",)


def test_padding_beside_colours_is_black_where_grey_values_are_reversed():
    said = {"PhotometricInterpretation": "MONOCHROME1", "PixelPaddingValue": 0, "PixelPaddingRangeLimit": 10}
    shown = image(ELEMENTS | PALETTE | said)
    # 0 is padding; 50 is the window's centre as above, 100 and 999 its upper end
    assert shown.pixels[..., 0].ravel().tolist() == [0, 127, 0, 0, 0x10, 0xFF]


def test_a_palette_beside_grey_values_is_not_applied_unless_the_pixels_are_presented_in_colour():
    for presentation in (None, "MONOCHROME"):
        shown = image(ELEMENTS | PALETTE | {"PixelPresentation": presentation})
        assert shown.pixels.ravel().tolist() == [0, 50, 100, 999, 1000, 1001]
        assert (shown.is_color, shown.warnings) == (False, ())


def test_a_palette_that_is_missing_leaves_the_grey_values_with_a_warning():
    shown = image(ELEMENTS)
    assert shown.pixels.ravel().tolist() == [0, 50, 100, 999, 1000, 1001]
    assert shown.warnings == (
        "the colours are not shown: the element RedPaletteColorLookupTableDescriptor is missing or damaged: "
        "no colour is known",
    )
