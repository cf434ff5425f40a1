import pytest
from part10 import COLOR, GREY, bundled, part10

from loadstone.dicom.file import read_file
from loadstone.dicom.modules import dicom_metadata, pixel_spacing
from loadstone.metadata import (
    CineModule,
    GeneralImageModule,
    GeneralSeriesModule,
    GeneralStudyModule,
    ImagePixelModule,
    ImagePlaneModule,
    ModalityLutModule,
    MultiframeModule,
    PatientModule,
    PatientStudyModule,
    SopCommonModule,
    TransferSyntax,
    VoiLutModule,
    as_cornerstone,
)

CT = dicom_metadata(read_file(bundled("CT_small.dcm")).without_pixels())


def made(elements, **options):
    return read_file(part10(elements, bytes(18), vr="OB", **options))


def module(name, elements):
    return dicom_metadata(made(elements))[name]()


def test_the_modules_have_cornerstones_names():
    assert sorted(CT) == [
        "cineModule",
        "generalImageModule",
        "generalSeriesModule",
        "generalStudyModule",
        "imagePixelModule",
        "imagePlaneModule",
        "modalityLutModule",
        "multiframeModule",
        "patientModule",
        "patientStudyModule",
        "sopCommonModule",
        "transferSyntax",
        "voiLutModule",
    ]


# CT_small.dcm, as `pydicom show` prints it


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("patientModule", PatientModule("CompressedSamples^CT1", "1CT1", None, "O")),
        ("patientStudyModule", PatientStudyModule("000Y", None, "O", 0.0)),
        (
            "generalStudyModule",
            GeneralStudyModule("1.3.6.1.4.1.5962.1.2.1.20040119072730.12322", "20040119", "072730", "e+1", None),
        ),
        (
            "generalSeriesModule",
            GeneralSeriesModule(
                modality="CT",
                series_instance_uid="1.3.6.1.4.1.5962.1.3.1.1.20040119072730.12322",
                series_number=1,
                series_description=None,
                study_instance_uid="1.3.6.1.4.1.5962.1.2.1.20040119072730.12322",
                series_date="19970430",
                series_time="112749",
                acquisition_date="19970430",
                acquisition_time="112936",
            ),
        ),
        ("generalImageModule", GeneralImageModule("1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322", 1)),
        (
            "sopCommonModule",
            SopCommonModule("1.2.840.10008.5.1.4.1.1.2", "1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322"),
        ),
        ("transferSyntax", TransferSyntax("1.2.840.10008.1.2.1")),
        ("imagePixelModule", ImagePixelModule(1, "MONOCHROME2", 128, 128, 16, 16, 15, 1)),
        (
            "imagePlaneModule",
            ImagePlaneModule(
                rows=128,
                columns=128,
                frame_of_reference_uid="1.3.6.1.4.1.5962.1.4.1.1.20040119072730.12322",
                image_orientation_patient=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
                row_cosines=(1.0, 0.0, 0.0),
                column_cosines=(0.0, 1.0, 0.0),
                image_position_patient=(-158.135803, -179.035797, -75.699997),
                slice_thickness=5.0,
                slice_location=-77.2040634155,
                pixel_spacing=(0.661468, 0.661468),
                row_pixel_spacing=0.661468,
                column_pixel_spacing=0.661468,
            ),
        ),
        ("modalityLutModule", ModalityLutModule(1.0, -1024.0, None)),
        ("voiLutModule", VoiLutModule(None, None, None)),
        ("multiframeModule", MultiframeModule(1)),
        ("cineModule", CineModule(1)),
    ],
)
def test_the_modules_of_ct_small(name, expected):
    assert CT[name]() == expected


def test_the_modules_of_a_multi_frame_file():
    modules = dicom_metadata(read_file(bundled("examples_ybr_color.dcm")).without_pixels())
    assert modules["multiframeModule"]().number_of_frames == 30
    assert modules["transferSyntax"]() == TransferSyntax("1.2.840.10008.1.2.4.50")
    pixel = modules["imagePixelModule"]()
    assert (pixel.photometric_interpretation, pixel.planar_configuration) == ("YBR_FULL_422", 0)


def test_windows_are_all_told():
    elements = GREY | {"WindowCenter": [40, -600], "WindowWidth": [400, 1500], "VOILUTFunction": "SIGMOID"}
    assert module("voiLutModule", elements) == VoiLutModule((40.0, -600.0), (400.0, 1500.0), "SIGMOID")


def test_rescale_is_told_with_its_type_and_is_one_and_zero_where_absent():
    elements = GREY | {"RescaleSlope": 0.5, "RescaleIntercept": -3, "RescaleType": "OD"}
    assert module("modalityLutModule", elements) == ModalityLutModule(0.5, -3.0, "OD")
    assert module("modalityLutModule", GREY) == ModalityLutModule(1.0, 0.0, None)


def test_frame_time_is_in_milliseconds():
    assert module("cineModule", GREY | {"FrameTime": "33.3", "NumberOfFrames": 3}) == CineModule(3, 33.3)


def test_lossy_compression_is_told():
    elements = GREY | {
        "InstanceNumber": 7,
        "LossyImageCompression": "01",
        "LossyImageCompressionRatio": 10.5,
        "LossyImageCompressionMethod": "ISO_10918_1",
    }
    assert module("generalImageModule", elements) == GeneralImageModule("1.2.3", 7, "01", 10.5, "ISO_10918_1")


def test_size_and_weight_of_the_patient_are_numbers():
    elements = GREY | {"PatientAge": "042Y", "PatientSize": "1.75", "PatientSex": "F", "PatientWeight": "70.5"}
    assert module("patientStudyModule", elements) == PatientStudyModule("042Y", 1.75, "F", 70.5)


def test_without_a_spacing_the_plane_says_that_1_mm_is_made_up():
    plane = module("imagePlaneModule", GREY)
    assert (plane.pixel_spacing, plane.using_default_values) == ((1.0, 1.0), True)
    assert (plane.image_orientation_patient, plane.row_cosines, plane.image_position_patient) == (None, None, None)


def test_an_orientation_of_the_wrong_length_is_left_out():
    elements = GREY | {"ImageOrientationPatient": [1, 0, 0], "ImagePositionPatient": [1, 2]}
    plane = module("imagePlaneModule", elements)
    assert (plane.image_orientation_patient, plane.column_cosines, plane.image_position_patient) == (None, None, None)


def test_planar_configuration_and_aspect_ratio_are_told():
    pixel = module("imagePixelModule", COLOR | {"PlanarConfiguration": 1, "PixelAspectRatio": [2, 3]})
    assert (pixel.planar_configuration, pixel.pixel_aspect_ratio) == (1, (2.0, 3.0))


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"PixelSpacing": [0.5, 0.25]}, (0.5, 0.25)),
        ({"ImagerPixelSpacing": [0.1, 0.2]}, (0.1, 0.2)),
        ({"NominalScannedPixelSpacing": [0.3, 0.4]}, (0.3, 0.4)),
        ({"PixelSpacing": [0.5, 0.25], "ImagerPixelSpacing": [0.1, 0.2]}, (0.5, 0.25)),
        ({"PixelSpacing": [0, 0], "ImagerPixelSpacing": [0.1, 0.2]}, (0.1, 0.2)),
        ({"PixelSpacing": [-1, 1]}, None),
        ({"PixelSpacing": [0.5]}, None),
        ({}, None),
    ],
)
def test_the_spacing_is_the_first_that_makes_sense(elements, expected):
    assert pixel_spacing(made(GREY | elements)) == expected


def test_a_module_of_a_file_that_is_no_image_still_says_who_it_is_about():
    modules = dicom_metadata(read_file(bundled("rtplan.dcm")))
    assert modules["patientModule"]().patient_name == "Last^First^mid^pre"


def test_a_module_becomes_a_plain_dict_with_cornerstones_names():
    plain = as_cornerstone(CT["imagePlaneModule"]())
    assert plain["rowCosines"] == [1.0, 0.0, 0.0]
    assert plain["frameOfReferenceUID"] == "1.3.6.1.4.1.5962.1.4.1.1.20040119072730.12322"
    assert (plain["rowPixelSpacing"], plain["usingDefaultValues"]) == (0.661468, False)
