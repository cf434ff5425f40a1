from part10 import GREY, bundled, data_set, frame_of, made

from loadstone.dicom.modules import dicom_metadata
from loadstone.metadata import CineModule, FrameModule, MultiframeModule

THREE = GREY | {"NumberOfFrames": 3}


def test_the_frames_of_ct_small():
    modules = dicom_metadata(frame_of(bundled("CT_small.dcm")))
    assert modules["multiframeModule"]() == MultiframeModule(1)
    assert modules["cineModule"]() == CineModule(1)


def test_a_frame_knows_its_number():
    modules = dicom_metadata(frame_of(bundled("examples_ybr_color.dcm"), 6))
    assert modules["multiframeModule"]().number_of_frames == 30
    assert (modules["frameModule"]().frame_number, modules["frameModule"]().number_of_frames) == (7, 30)


def test_frame_time_is_in_milliseconds():
    module = made("cineModule", THREE | {"FrameTime": "33.3", "CineRate": 30, "StartTrim": 1, "StopTrim": 2})
    assert module == CineModule(3, 33.3, cine_rate=30.0, start_trim=1, stop_trim=2)
    assert made("frameModule", THREE | {"FrameTime": "33.3"}, 2).frame_time == 33.3


def test_a_frame_time_vector_gives_each_frame_its_own():
    elements = THREE | {"FrameTimeVector": ["0", "20.5", "41"]}
    assert [made("frameModule", elements, n).frame_time for n in range(3)] == [0, 20.5, 41]
    assert made("multiframeModule", elements).frame_time_vector == (0, 20.5, 41)


def test_what_changes_from_frame_to_frame_is_named():
    one = made("multiframeModule", THREE | {"FrameIncrementPointer": 0x00181063})
    two = made("multiframeModule", THREE | {"FrameIncrementPointer": [0x00540010, 0x00091001]})
    assert one.frame_increment_pointer == ("FrameTime",)
    assert two.frame_increment_pointer == ("EnergyWindowVector", "00091001")


def test_frame_content_is_the_frames_own():
    def content(number):
        said = {
            "FrameAcquisitionNumber": number,
            "FrameAcquisitionDateTime": f"2020010210101{number}.5",
            "StackID": "1",
            "InStackPositionNumber": number,
            "TemporalPositionIndex": 2,
            "DimensionIndexValues": [1, number],
            "FrameComments": f"frame {number}",
        }
        return data_set({"FrameContentSequence": [data_set(said)]})

    elements = THREE | {"PerFrameFunctionalGroupsSequence": [content(n) for n in (4, 5, 6)]}
    assert made("frameModule", elements, 1) == FrameModule(
        sop_class_uid="1.2.840.10008.5.1.4.1.1.7",
        sop_instance_uid="1.2.3",
        frame_number=2,
        number_of_frames=3,
        frame_acquisition_number=5,
        frame_acquisition_date_time="20200102101015.5",
        stack_id="1",
        in_stack_position_number=5,
        temporal_position_index=2,
        dimension_index_values=(1, 5),
        frame_comments="frame 5",
    )
