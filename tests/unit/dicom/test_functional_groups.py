from pathlib import Path

import pytest
from part10 import SIXTEEN_BITS, bundled, data_set, part10
from pydicom import Dataset
from pydicom.data import get_testdata_file

from loadstone.dicom.file import read_file
from loadstone.dicom.functional_groups import frame_data_set
from loadstone.dicom.values import numbers, text


def position(z):
    return data_set({"ImagePositionPatient": [0, 0, z]})


def enhanced(shared=None, per_frame=None, **elements):
    groups = {"NumberOfFrames": 3}
    if shared is not None:
        groups["SharedFunctionalGroupsSequence"] = [data_set(shared)]
    if per_frame is not None:
        groups["PerFrameFunctionalGroupsSequence"] = list(map(data_set, per_frame))
    return read_file(part10(SIXTEEN_BITS | groups | elements, bytes(36)))


ORDINARY = read_file(bundled("CT_small.dcm"))


def test_a_file_without_functional_groups_is_its_own_frame():
    assert frame_data_set(ORDINARY, 0) is ORDINARY.data_set


def test_the_elements_of_the_macros_stand_at_the_top_each_frame_with_its_own():
    file = enhanced(
        {"PixelMeasuresSequence": [data_set({"PixelSpacing": [0.5, 0.25], "SliceThickness": 2})]},
        [{"PlanePositionSequence": [position(z)]} for z in (5, 7, 9)],
    )
    assert [numbers(frame_data_set(file, n), "ImagePositionPatient") for n in range(3)] == [
        (0, 0, 5),
        (0, 0, 7),
        (0, 0, 9),
    ]
    assert numbers(frame_data_set(file, 1), "PixelSpacing") == (0.5, 0.25)
    assert numbers(frame_data_set(file, 1), "SliceThickness") == (2,)


def test_the_frame_wins_over_what_is_shared_and_both_over_the_top():
    lut = {"PixelValueTransformationSequence": [data_set({"RescaleSlope": 2, "RescaleType": "HU"})]}
    own = {"PixelValueTransformationSequence": [data_set({"RescaleSlope": 3})]}
    file = enhanced(lut, [own, {}, {}], RescaleSlope=1, RescaleIntercept=-5)
    assert [numbers(frame_data_set(file, n), "RescaleSlope") for n in range(2)] == [(3,), (2,)]
    assert numbers(frame_data_set(file, 0), "RescaleIntercept") == (-5,)
    assert text(frame_data_set(file, 0), "RescaleType") == "HU"


def test_the_file_itself_stays_as_it_is():
    file = enhanced(None, [{"PlanePositionSequence": [position(5)]}] * 3)
    frame_data_set(file, 0)
    assert "ImagePositionPatient" not in file.data_set
    assert len(file.data_set.PerFrameFunctionalGroupsSequence) == 3
    assert "PerFrameFunctionalGroupsSequence" not in frame_data_set(file, 0)


def test_the_macros_are_there_too_for_those_with_several_items():
    several = [data_set({"LUTLabel": label}) for label in ("ADC", "SUV")]
    frame = frame_data_set(enhanced({"RealWorldValueMappingSequence": several}), 0)
    assert [item.LUTLabel for item in frame.RealWorldValueMappingSequence] == ["ADC", "SUV"]


def test_attributes_that_a_conversion_could_not_assign_are_the_frames():
    file = enhanced(
        {"UnassignedSharedConvertedAttributesSequence": [data_set({"Units": "BQML"})]},
        [{"UnassignedPerFrameConvertedAttributesSequence": [data_set({"EchoTime": str(n)})]} for n in range(3)],
    )
    assert text(frame_data_set(file, 2), "Units") == "BQML"
    assert numbers(frame_data_set(file, 2), "EchoTime") == (2,)


def test_layout_and_identity_are_the_files():
    odd = {"Rows": 99, "BitsStored": 5, "SOPInstanceUID": "9.9", "SliceLocation": 4}
    frame = frame_data_set(enhanced(None, [{"UnassignedPerFrameConvertedAttributesSequence": [data_set(odd)]}]), 0)
    assert (frame.Rows, frame.BitsStored, frame.SOPInstanceUID, frame.SliceLocation) == (2, 16, "1.2.3", 4)


def test_private_sequences_are_no_macros():
    group = Dataset()
    group.private_block(0x2005, "Philips MR Imaging DD 005", create=True).add_new(
        0x0F, "SQ", [data_set({"WindowCenter": 7})]
    )
    file = enhanced(WindowCenter=1)
    file.data_set.PerFrameFunctionalGroupsSequence = [group]
    assert frame_data_set(file, 0).WindowCenter == 1


@pytest.mark.parametrize(
    "groups",
    [
        {"SharedFunctionalGroupsSequence": []},
        {"PerFrameFunctionalGroupsSequence": []},
        {"PerFrameFunctionalGroupsSequence": [Dataset()], "SharedFunctionalGroupsSequence": [Dataset()]},
        {"PerFrameFunctionalGroupsSequence": [data_set({"PlanePositionSequence": []})]},
        {"PerFrameFunctionalGroupsSequence": [data_set({"PatientName": "no^macro"})]},
    ],
)
@pytest.mark.parametrize("index", [0, 2])
def test_groups_that_say_nothing_change_nothing(groups, index):
    file = read_file(part10(SIXTEEN_BITS | {"NumberOfFrames": 3, "SliceThickness": 4} | groups, bytes(36)))
    frame = frame_data_set(file, index)
    assert numbers(frame, "SliceThickness") == (4,)
    assert "PatientName" not in frame


def test_text_in_a_frame_has_the_characters_of_the_file():
    file = enhanced(
        None,
        [{"FrameContentSequence": [data_set({"FrameComments": "Größe"})]}],
        SpecificCharacterSet="ISO_IR 192",
        PatientName="Größe",
    )
    frame = frame_data_set(file, 0)
    assert (text(frame, "FrameComments"), text(frame, "PatientName")) == ("Größe", "Größe")


def test_a_real_enhanced_ct_is_read_frame_by_frame():
    # eCT_Supplemental.dcm of pydicom-data, numbers as `pydicom show` prints them
    name = get_testdata_file("eCT_Supplemental.dcm", download=False)
    assert isinstance(name, str)
    file = read_file(Path(name).read_bytes())
    first, second = frame_data_set(file, 0), frame_data_set(file, 1)
    assert numbers(first, "ImagePositionPatient") == (99.5, -301.5, -159)
    assert numbers(second, "ImagePositionPatient") == (99.5, -301.5, -149)
    assert [numbers(frame, "InStackPositionNumber") for frame in (first, second)] == [(2,), (1,)]
    assert numbers(second, "PixelSpacing") == (0.388672, 0.388672)
    assert (numbers(second, "RescaleIntercept"), text(second, "RescaleType")) == ((-1024,), "US")
