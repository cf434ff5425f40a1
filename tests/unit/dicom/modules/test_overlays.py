import numpy as np
from part10 import GREY, frame_of, part10

from loadstone.dicom.file import read_file
from loadstone.dicom.modules import dicom_metadata
from loadstone.dicom.to_image import frame_to_image
from loadstone.metadata import OverlayPlane, as_cornerstone


def overlaid():
    file = read_file(part10(GREY, bytes(6), vr="OB"))
    for element, vr, value in (
        (0x0010, "US", 2),
        (0x0011, "US", 2),
        (0x0022, "LO", "a corner"),
        (0x0040, "CS", "R"),
        (0x0050, "SS", [2, -1]),
        (0x1301, "IS", "4"),
        (0x1302, "DS", "2.5"),
        (0x1500, "LO", "ROI"),
        (0x3000, "OW", b"\x09\x00"),
    ):
        file.data_set.add_new((0x6002, element), vr, value)
    return file


def test_an_overlay_is_told_with_its_place_and_bits():
    (plane,) = frame_to_image(overlaid(), 0, "x:1").metadata["overlayPlaneModule"]().overlays
    # the first row and column are 1 in DICOM, 0 in Cornerstone
    assert plane == OverlayPlane(0x6002, 2, 2, "R", -2, 1, plane.pixel_data, "a corner", "ROI", 4.0, 2.5, None)
    assert plane.pixel_data.tolist() == [1, 0, 0, 1]
    assert as_cornerstone(plane)["pixelData"].dtype == np.uint8


def test_a_frame_without_overlays_has_no_such_module():
    assert dicom_metadata(frame_of(part10(GREY, bytes(6), vr="OB")))["overlayPlaneModule"]() is None
