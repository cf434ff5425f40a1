from part10 import GREY, bundled, data_set, frame_of, made

from loadstone.dicom.modules import dicom_metadata
from loadstone.metadata import CalibrationModule, FrameOfReferenceModule, ImagePlaneModule, UltrasoundRegion


def test_the_plane_of_ct_small():
    modules = dicom_metadata(frame_of(bundled("CT_small.dcm")))
    uid = "1.3.6.1.4.1.5962.1.4.1.1.20040119072730.12322"
    assert modules["imagePlaneModule"]() == ImagePlaneModule(
        rows=128,
        columns=128,
        frame_of_reference_uid=uid,
        image_orientation_patient=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        row_cosines=(1.0, 0.0, 0.0),
        column_cosines=(0.0, 1.0, 0.0),
        image_position_patient=(-158.135803, -179.035797, -75.699997),
        slice_thickness=5.0,
        slice_location=-77.2040634155,
        spacing_between_slices=5.0,
        pixel_spacing=(0.661468, 0.661468),
        row_pixel_spacing=0.661468,
        column_pixel_spacing=0.661468,
    )
    assert modules["frameOfReferenceModule"]() == FrameOfReferenceModule(uid, "SN")


def test_a_plane_without_geometry_makes_nothing_up():
    assert made("imagePlaneModule", GREY) == ImagePlaneModule(rows=2, columns=3)


def test_an_orientation_of_the_wrong_length_is_left_out():
    elements = GREY | {"ImageOrientationPatient": [1, 0, 0], "ImagePositionPatient": [1, 2]}
    assert made("imagePlaneModule", elements) == ImagePlaneModule(rows=2, columns=3)


def test_each_frame_of_an_enhanced_object_has_its_own_plane():
    measures = {"PixelSpacing": [0.5, 0.25], "SliceThickness": 3, "SpacingBetweenSlices": 4}
    shared = {
        "PixelMeasuresSequence": [data_set(measures)],
        "PlaneOrientationSequence": [data_set({"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]})],
    }
    per_frame = [
        data_set({"PlanePositionSequence": [data_set({"ImagePositionPatient": [x, 1, 2]})]}) for x in (10, 14, 18)
    ]
    elements = GREY | {
        "NumberOfFrames": 3,
        "SharedFunctionalGroupsSequence": [data_set(shared)],
        "PerFrameFunctionalGroupsSequence": per_frame,
    }
    assert [made("imagePlaneModule", elements, n).image_position_patient[0] for n in range(3)] == [10, 14, 18]
    plane = made("imagePlaneModule", elements, 2)
    assert (plane.row_cosines, plane.column_cosines) == ((0, 1, 0), (0, 0, -1))
    assert (plane.pixel_spacing, plane.slice_thickness, plane.spacing_between_slices) == ((0.5, 0.25), 3, 4)


def test_regions_of_ultrasound_are_told_for_calibration():
    region = {
        "RegionLocationMinX0": 10,
        "RegionLocationMinY0": 20,
        "RegionLocationMaxX1": 110,
        "RegionLocationMaxY1": 220,
        "ReferencePixelX0": -5,
        "ReferencePixelY0": 0,
        "PhysicalDeltaX": 0.05,
        "PhysicalDeltaY": 0.06,
        "PhysicalUnitsXDirection": 3,
        "PhysicalUnitsYDirection": 3,
        "RegionSpatialFormat": 1,
        "RegionDataType": 1,
        "RegionFlags": 2,
        "TransducerFrequency": 5000,
    }
    expected = UltrasoundRegion(
        10, 20, 110, 220, -5, 0, 0.05, 0.06, 3, 3, None, None, region_spatial_format=1, region_data_type=1,
        region_flags=2, transducer_frequency=5000,
    )  # fmt: skip
    elements = GREY | {"Modality": "US", "SequenceOfUltrasoundRegions": [data_set(region)]}
    assert made("ultrasoundEnhancedRegionModule", elements) == (expected,)
    assert made("calibrationModule", elements) == CalibrationModule((expected,))


def test_without_regions_there_is_no_calibration():
    assert made("calibrationModule", GREY) is made("ultrasoundEnhancedRegionModule", GREY) is None


def test_nuclear_medicine_has_a_module_of_its_own():
    elements = GREY | {
        "Modality": "NM",
        "ImageType": ["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"],
        "SpacingBetweenSlices": 4,
        "NumberOfFrames": 2,
    }
    module = made("nmMultiframeGeometryModule", elements)
    assert (module.image_sub_type, module.is_nm_reconstructable) == ("RECON TOMO", True)
    assert (module.spacing_between_slices, module.number_of_frames) == (4, 2)
    assert made("nmMultiframeGeometryModule", elements | {"ImageType": ["ORIGINAL"]}).is_nm_reconstructable is False
    assert made("nmMultiframeGeometryModule", GREY) is None
