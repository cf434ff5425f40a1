import re
from io import BytesIO

import pytest
from part10 import BUNDLED, data_set, part10
from pydicom import Dataset, dcmread

from loadstone.dicom.values import items, number, numbers, optional_int, required_int, text, texts, whole
from loadstone.errors import DecodeError


def test_numbers_are_read_as_floats():
    ds = data_set({"PixelSpacing": ["0.5", "1.25e-1"], "RescaleSlope": "2", "Rows": 7, "FrameTime": "33.3"})
    assert numbers(ds, "PixelSpacing") == (0.5, 0.125)
    assert number(ds, "PixelSpacing") == 0.5
    assert (number(ds, "RescaleSlope"), number(ds, "Rows"), number(ds, "FrameTime")) == (2.0, 7.0, 33.3)


def test_what_is_absent_or_empty_is_none():
    ds = data_set({"PixelSpacing": None, "RescaleSlope": "", "PatientName": "", "Rows": None})
    for keyword in ("PixelSpacing", "RescaleSlope", "Rows", "WindowCenter"):
        assert number(ds, keyword) is None
        assert numbers(ds, keyword) is None
    assert text(ds, "PatientName") is None
    assert text(ds, "PatientID") is None


def test_text_is_the_first_of_several_values():
    ds = data_set({"ImageType": ["ORIGINAL", "PRIMARY"], "PatientName": "Doe^Jane", "Modality": "CT"})
    assert [text(ds, k) for k in ("ImageType", "PatientName", "Modality")] == ["ORIGINAL", "Doe^Jane", "CT"]


def test_a_number_that_is_none_of_the_file_is_as_good_as_absent():
    ds = Dataset()
    ds.add_new("RescaleSlope", "LO", "steep")
    assert number(ds, "RescaleSlope") is None


def test_a_malformed_number_is_as_good_as_absent():
    # Number of Frames (0028,0008) of badVR.dcm is the integer string "1A"
    ds = dcmread(BUNDLED / "badVR.dcm")
    assert number(ds, "NumberOfFrames") is None
    assert text(ds, "NumberOfFrames") == "1A"


@pytest.mark.parametrize("value", [["nan"], ["inf"], ["40", "-inf"], ["1e400"]])
def test_numbers_that_are_not_finite_are_as_good_as_absent(value):
    ds = Dataset()
    ds.add_new("WindowCenter", "LO", value)
    assert numbers(ds, "WindowCenter") is None
    assert number(ds, "WindowCenter") is None


def test_a_required_number_that_is_missing_is_named_with_the_next_step():
    with pytest.raises(DecodeError) as raised:
        required_int(Dataset(), "Rows")
    assert str(raised.value) == (
        "the element Rows is missing; the file is no complete image, ask for it again from its source"
    )


def test_a_required_number_that_is_none_is_named_with_its_value():
    ds = Dataset()
    ds.add_new("Rows", "US", [3, 4])
    with pytest.raises(DecodeError, match=re.escape("the element Rows is [3, 4], which is no whole number")):
        required_int(ds, "Rows")


def test_items_are_those_of_a_sequence_and_none_of_anything_else():
    said = data_set({"VOILUTSequence": [data_set({"LUTLabel": "x"})], "ModalityLUTSequence": [], "PatientName": "A"})
    assert [item.LUTLabel for item in items(said, "VOILUTSequence")] == ["x"]
    assert items(said, "ModalityLUTSequence") == items(said, "PatientName") == items(said, "PatientID") == []


def test_a_whole_number_is_the_first_and_text_is_none():
    said = data_set({"Rows": 7, "FrameTime": "33.3", "PixelSpacing": ["2", "3"], "PatientName": "A"})
    assert [whole(said, name) for name in ("Rows", "FrameTime", "PixelSpacing", "PatientName", "Columns")] == [
        7,
        33,
        2,
        None,
        None,
    ]


def test_texts_are_all_of_them():
    said = data_set({"ImageType": ["DERIVED", "PRIMARY"], "Modality": "CT", "Manufacturer": ""})
    assert texts(said, "ImageType") == ("DERIVED", "PRIMARY")
    assert texts(said, "Modality") == ("CT",)
    assert texts(said, "Manufacturer") is texts(said, "PatientID") is None


def test_a_whole_number_that_may_be_absent_or_unreadable_has_a_default():
    ds = data_set({"Rows": 7, "SeriesDescription": "seven"})
    assert [optional_int(ds, k, 3) for k in ("Rows", "Columns", "SeriesDescription")] == [7, 3, 3]


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
def test_spaces_around_the_values_of_several_mean_nothing(syntax):
    written = part10({"ImageType": [" DERIVED", "LOCALIZER ", "AXIAL"]}, syntax=syntax)
    ds = dcmread(BytesIO(written))
    assert texts(ds, "ImageType") == ("DERIVED", "LOCALIZER", "AXIAL")
    assert text(ds, "ImageType") == "DERIVED"
