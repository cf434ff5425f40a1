import pytest

from loadstone.dicom.json_model import ModelElements, bulk_data_uris, data_set_of


def element(vr, *values):
    return {"vr": vr, "Value": list(values)}


def test_texts_and_numbers_are_read_by_keyword():
    elements = ModelElements(
        {
            "00080008": element("CS", "ORIGINAL", None, "AXIAL"),
            "00200032": element("DS", 1, "-2.5", 3.0),
            "00100020": {"vr": "LO"},
        }
    )
    assert elements.texts("ImageType") == ("ORIGINAL", "", "AXIAL")
    assert elements.text("ImageType") == "ORIGINAL"
    assert elements.numbers("ImagePositionPatient") == (1.0, -2.5, 3.0)
    assert (elements.text("PatientID"), elements.numbers("Rows"), elements.text("no keyword")) == ("", (), "")


@pytest.mark.parametrize("value", [[None], ["x"], [{}], ["NaN"], [1, "inf"], 5, "5", {"a": 1}])
def test_numbers_that_are_none_count_as_unknown(value):
    assert ModelElements({"00280010": {"vr": "US", "Value": value}}).numbers("Rows") == ()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"Alphabetic": "Doe^Jane^^"}, "Doe^Jane"),
        ({"Alphabetic": "", "Ideographic": "山田^太郎"}, "山田^太郎"),
        ({"Alphabetic": None, "Phonetic": "やまだ"}, "やまだ"),
        ({}, ""),
        ("Doe^Jane", ""),
        (None, ""),
    ],
)
def test_of_a_name_the_first_group_that_is_not_empty_is_taken(value, name):
    assert ModelElements({"00100010": element("PN", value)}).person_name("PatientName") == name


def test_bulk_data_are_put_where_they_belong_also_within_sequences():
    model = {
        "00281201": {"vr": "OW", "BulkDataURI": "red"},
        "00283010": element("SQ", {"00283006": {"vr": "US", "BulkDataURI": "lut"}}),
        "60023000": {"vr": "OW", "BulkDataURI": "overlay"},
        "00091001": {"vr": "OB", "BulkDataURI": "private"},
    }
    assert list(bulk_data_uris(model, frozenset({"00281201", "00283006", "60xx3000"}))) == ["red", "lut", "overlay"]
    data_set = data_set_of(model, {"red": b"\x01\x02", "lut": b"\x01\x00\x00\x01"})
    assert data_set.RedPaletteColorLookupTableData == b"\x01\x02"
    # words of a US element, little endian
    assert list(data_set.VOILUTSequence[0].LUTData) == [1, 256]
    assert not data_set[0x60023000].value


def test_an_element_that_can_not_be_read_is_left_out_alone():
    model = {"00280010": element("US", 5), "00280011": element("XX", 1), "00080008": element("SQ", "no item")}
    data_set = data_set_of(model)
    assert data_set.Rows == 5
    assert "ImageType" not in data_set
