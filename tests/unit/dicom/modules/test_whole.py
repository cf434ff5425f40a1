import pydicom
from part10 import GREY, bundled, data_set, frame_of, made

from loadstone.dicom.modules import dicom_metadata


def test_the_data_set_is_pydicoms():
    frame = frame_of(bundled("CT_small.dcm"))
    assert dicom_metadata(frame)["dataset"]() is frame.file.data_set


def test_the_json_model_has_vr_and_values_by_tag():
    model = made("dicomJson", GREY | {"PatientName": "Doe^Jane", "PixelSpacing": [0.5, 0.25], "Manufacturer": ""})
    assert model["00280010"] == {"vr": "US", "Value": [2]}
    assert model["00100010"] == {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane"}]}
    assert model["00280030"] == {"vr": "DS", "Value": [0.5, 0.25]}
    assert model["00080070"] == {"vr": "LO"}
    assert "7FE00010" not in model


def test_the_json_model_reads_back():
    frame = frame_of(bundled("CT_small.dcm"))
    read = pydicom.Dataset.from_json(dicom_metadata(frame)["dicomJson"]())
    assert read.PatientID == "1CT1"
    assert read.OtherPatientIDsSequence[0].PatientID == "ABCD1234"


def test_large_binary_values_are_left_out_and_small_ones_are_base64():
    palette = {f"{c}PaletteColorLookupTableData": bytes(2000) for c in ("Red", "Green")}
    model = made("dicomJson", GREY | palette | {"EncapsulatedDocument": b"abc\0"})
    assert model["00281201"] == {"vr": "OW"}
    assert model["00420011"] == {"vr": "OB", "InlineBinary": "YWJjAA=="}


def test_empty_ones_among_several_values_are_null():
    said = GREY | {"OperatorsName": ["Doe^Jane", "", "Roe"], "FrameTimeVector": ["0", "", "40"], "ImageType": ["A", ""]}
    model = made("dicomJson", said)
    assert model["00081070"] == {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane"}, None, {"Alphabetic": "Roe"}]}
    assert model["00181065"] == {"vr": "DS", "Value": [0.0, None, 40.0]}
    assert model["00080008"] == {"vr": "CS", "Value": ["A", None]}
    instance = made("instance", said)
    assert instance["OperatorsName"] == ["Doe^Jane", None, "Roe"]
    assert instance["FrameTimeVector"] == [0.0, None, 40.0]


def test_an_element_that_can_not_be_read_is_left_out():
    frame = frame_of(bundled("CT_small.dcm"))
    frame.file.data_set.add_new("Rows", "US", 1)
    frame.file.data_set["Rows"]._value = object()
    frame.file.data_set.add_new("PatientName", "PN", "Doe")
    frame.file.data_set["PatientName"]._value = object()
    model = dicom_metadata(frame)["dicomJson"]()
    assert "00100010" not in model
    assert model["00100020"]["Value"] == ["1CT1"]


def test_an_instance_is_by_keyword_with_the_frames_groups_at_the_top():
    def plane(z):
        return data_set({"PlanePositionSequence": [data_set({"ImagePositionPatient": [0, 0, z]})]})

    elements = GREY | {
        "NumberOfFrames": 2,
        "PatientName": "Doe^Jane",
        "ImageType": ["DERIVED", "PRIMARY"],
        "Manufacturer": "",
        "PerFrameFunctionalGroupsSequence": [plane(1), plane(2)],
    }
    said = made("instance", elements, 1)
    assert (said["Rows"], said["PatientName"], said["ImageType"]) == (2, "Doe^Jane", ["DERIVED", "PRIMARY"])
    assert said["ImagePositionPatient"] == [0, 0, 2]
    assert said["PlanePositionSequence"] == [{"ImagePositionPatient": [0, 0, 2]}]
    assert said["Manufacturer"] is None
    assert "PerFrameFunctionalGroupsSequence" not in said
