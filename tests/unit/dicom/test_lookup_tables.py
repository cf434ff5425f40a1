import pytest
from part10 import data_set

from loadstone.dicom.lookup_tables import lut_entries, modality_lut, voi_luts


def table(keyword, first=0, **elements):
    item = data_set({"LUTDescriptor": [3, first, 16], "LUTData": [1, 2, 3]})
    return data_set({keyword: [item]} | elements)


@pytest.mark.parametrize(
    ("modality", "relationship", "used"),
    [("XA", "LOG", False), ("RF", "DISP", False), ("XA", "LIN", True), ("XA", None, True), ("CR", "LOG", True)],
)
def test_the_lut_of_angiography_is_for_measurement_where_values_are_logarithmic(modality, relationship, used):
    said = table("ModalityLUTSequence", Modality=modality, PixelIntensityRelationship=relationship)
    assert (modality_lut(said, is_little_endian=True) is not None) == used


@pytest.mark.parametrize(
    ("elements", "first"),
    [
        ({"PixelRepresentation": 0}, 64512),
        ({"PixelRepresentation": 1}, -1024),
        ({"PixelRepresentation": 0, "RescaleIntercept": "-1024"}, -1024),
        ({"PixelRepresentation": 0, "RescaleSlope": "-1"}, -1024),
    ],
)
def test_a_voi_lut_begins_below_0_where_modality_values_are_negative(elements, first):
    (lut,) = voi_luts(table("VOILUTSequence", 64512, **elements), is_little_endian=True)
    assert lut.first_mapped == first


def test_a_voi_lut_behind_a_modality_lut_begins_where_it_says():
    # what comes out of a modality LUT is never negative, whatever goes in
    said = table("VOILUTSequence", 40000, PixelRepresentation=1)
    said.update(table("ModalityLUTSequence"))
    (lut,) = voi_luts(said, is_little_endian=True)
    assert lut.first_mapped == 40000


def test_entries_come_from_words_of_either_byte_order_and_from_numbers():
    assert lut_entries(b"\x01\x02\x03\x04", 2, 16, is_little_endian=True).tolist() == [0x0201, 0x0403]
    assert lut_entries(b"\x01\x02\x03\x04", 2, 16, is_little_endian=False).tolist() == [0x0102, 0x0304]
    assert lut_entries([7, 8], 2, 16, is_little_endian=True).tolist() == [7, 8]
    assert lut_entries(9, 1, 16, is_little_endian=True).tolist() == [9]


@pytest.mark.parametrize("value", [None, "text", ["text"], [2**80]])
def test_what_is_neither_bytes_nor_numbers_is_no_table(value):
    assert lut_entries(value, 1, 16, is_little_endian=True) is None
