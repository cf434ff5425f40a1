import pytest
from part10 import GREY, bundled, frame_of, made

from loadstone.dicom.modules import dicom_metadata
from loadstone.metadata import (
    GeneralImageModule,
    GeneralSeriesModule,
    GeneralStudyModule,
    PatientModule,
    PatientStudyModule,
    SopCommonModule,
    TransferSyntax,
)

CT = dicom_metadata(frame_of(bundled("CT_small.dcm")))


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
        (
            "generalImageModule",
            GeneralImageModule(
                "1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322",
                1,
                image_type=("ORIGINAL", "PRIMARY", "AXIAL"),
                content_date="19970430",
                content_time="113008",
            ),
        ),
        (
            "sopCommonModule",
            SopCommonModule("1.2.840.10008.5.1.4.1.1.2", "1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322"),
        ),
        ("transferSyntax", TransferSyntax("1.2.840.10008.1.2.1")),
    ],
)
def test_the_modules_of_ct_small(name, expected):
    assert CT[name]() == expected


def test_lossy_compression_is_told():
    elements = GREY | {
        "InstanceNumber": 7,
        "LossyImageCompression": "01",
        "LossyImageCompressionRatio": 10.5,
        "LossyImageCompressionMethod": "ISO_10918_1",
    }
    assert made("generalImageModule", elements) == GeneralImageModule("1.2.3", 7, "01", 10.5, "ISO_10918_1")


def test_size_and_weight_of_the_patient_are_numbers():
    elements = GREY | {"PatientAge": "042Y", "PatientSize": "1.75", "PatientSex": "F", "PatientWeight": "70.5"}
    assert made("patientStudyModule", elements) == PatientStudyModule("042Y", 1.75, "F", 70.5)


def test_a_module_of_a_file_that_is_no_image_still_says_who_it_is_about():
    modules = dicom_metadata(frame_of(bundled("rtplan.dcm")))
    assert modules["patientModule"]().patient_name == "Last^First^mid^pre"
