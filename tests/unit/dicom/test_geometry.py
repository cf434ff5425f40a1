import pytest
from part10 import GREY, bundled, data_set, frame_of, part10

from loadstone.dicom.geometry import image_orientation, image_position, pixel_spacing


def positions(elements, count):
    data = part10(GREY | {"NumberOfFrames": count} | elements, bytes(18), vr="OB")
    return [image_position(frame_of(data, n)) for n in range(count)]


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"PixelSpacing": [0.5, 0.25]}, (0.5, 0.25)),
        ({"ImagerPixelSpacing": [0.1, 0.2]}, (0.1, 0.2)),
        ({"NominalScannedPixelSpacing": [0.3, 0.4]}, (0.3, 0.4)),
        ({"ImagePlanePixelSpacing": [0.7, 0.8]}, (0.7, 0.8)),
        ({"PixelSpacing": [0.5, 0.25], "ImagerPixelSpacing": [0.1, 0.2]}, (0.5, 0.25)),
        ({"PixelSpacing": [0, 0], "ImagerPixelSpacing": [0.1, 0.2]}, (0.1, 0.2)),
        ({"PixelSpacing": [-1, 1]}, None),
        ({"PixelSpacing": [0.5]}, None),
        ({}, None),
    ],
)
def test_the_spacing_is_the_first_that_makes_sense(elements, expected):
    assert pixel_spacing(data_set(elements)) == expected


# RT dose: coronal planes (rows along x, columns along -z) have the normal (0, 1, 0)

CORONAL = {"ImageOrientationPatient": [1, 0, 0, 0, 0, -1], "ImagePositionPatient": [10, 20, 30]}
AXIAL = {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "ImagePositionPatient": [10, 20, 30]}
FEET_FIRST = AXIAL | {"ImageOrientationPatient": [1, 0, 0, 0, -1, 0]}


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        (CORONAL | {"GridFrameOffsetVector": [0, 3, 7]}, [(10, 20, 30), (10, 23, 30), (10, 27, 30)]),
        (AXIAL | {"GridFrameOffsetVector": [0, -3, -7]}, [(10, 20, 30), (10, 20, 27), (10, 20, 23)]),
        (AXIAL | {"GridFrameOffsetVector": [30, 33, 37]}, [(10, 20, 30), (10, 20, 33), (10, 20, 37)]),
        (FEET_FIRST | {"GridFrameOffsetVector": [0, 3, 7]}, [(10, 20, 30), (10, 20, 27), (10, 20, 23)]),
        (FEET_FIRST | {"GridFrameOffsetVector": [30, 33, 37]}, [(10, 20, 30), (10, 20, 33), (10, 20, 37)]),
        (AXIAL | {"GridFrameOffsetVector": [0, 3]}, [(10, 20, 30), (10, 20, 33), None]),
    ],
)
def test_planes_of_a_dose_grid_lie_at_their_offsets(elements, expected):
    assert positions(elements, 3) == expected


def test_the_bundled_dose_begins_at_its_position_and_rises_by_5_mm():
    assert image_position(frame_of(bundled("rtdose.dcm"), 3)) == pytest.approx((189.43125, 199.43125, -746.87))


DETECTOR = data_set({"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "ImagePositionPatient": [1, 2, 3]})
RECONSTRUCTION = {
    "Modality": "NM",
    "ImageType": ["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"],
    "DetectorInformationSequence": [DETECTOR],
    "SpacingBetweenSlices": -4,
}


def test_slices_of_nuclear_medicine_lie_a_spacing_apart_from_the_detectors_position():
    assert positions(RECONSTRUCTION, 3) == [(1, 2, 3), (1, 2, -1), (1, 2, -5)]
    data = part10(GREY | RECONSTRUCTION, bytes(6), vr="OB")
    assert image_orientation(frame_of(data)) == (1, 0, 0, 0, 1, 0)


def test_the_slice_vector_says_which_slice_a_gated_frame_is_of():
    gated = {"ImageType": ["ORIGINAL", "PRIMARY", "RECON GATED TOMO", "EMISSION"], "SliceVector": [1, 2, 1, 2]}
    assert positions(RECONSTRUCTION | gated, 4) == [(1, 2, 3), (1, 2, -1), (1, 2, 3), (1, 2, -1)]


def test_slices_without_a_spacing_are_nowhere_but_the_first():
    assert positions(RECONSTRUCTION | {"SpacingBetweenSlices": None}, 2) == [(1, 2, 3), None]


def test_projections_of_nuclear_medicine_have_no_position():
    projection = {"ImageType": ["ORIGINAL", "PRIMARY", "TOMO", "EMISSION"]}
    assert positions(RECONSTRUCTION | projection, 2) == [None, None]
