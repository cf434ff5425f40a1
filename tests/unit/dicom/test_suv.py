from copy import deepcopy
from math import log

import pytest
from part10 import GREY, PET, part10
from pydicom import Dataset

from loadstone.dicom.file import read_file
from loadstone.dicom.suv import suv_body_weight

ONE_HALF_LIFE = 70000 / 1.75e8


def pet(pharmaceutical=None, **elements):
    """The PET image of part10, as it is read from a file, with other elements; None leaves one out."""
    injected = deepcopy(PET["RadiopharmaceuticalInformationSequence"][0])
    for keyword, value in (pharmaceutical or {}).items():
        setattr(injected, keyword, value)
    said = GREY | PET | {"RadiopharmaceuticalInformationSequence": [injected]} | elements
    return read_file(part10(said, bytes(6), vr="OB")).data_set


def factor(*args, **elements):
    suv = suv_body_weight(pet(*args, **elements))
    assert suv.why_not == ""
    return suv.factor


def with_private(data_set, group, creator, element, vr, value):
    data_set.private_block(group, creator, create=True).add_new(element, vr, value)
    return data_set


# an activity of 2500 Bq/ml in a patient of 70 kg with 175 MBq is a SUV of 2500 * 70000 / 1.75e8 = 1


def test_the_dose_has_decayed_until_the_series_began():
    assert factor() == pytest.approx(ONE_HALF_LIFE, rel=1e-12)
    assert 2500 * factor() == pytest.approx(1.0, rel=1e-12)


def test_two_half_lives_leave_a_quarter():
    assert factor(SeriesTime="110000", AcquisitionTime="110000") == pytest.approx(70000 / 8.75e7, rel=1e-12)


def test_corrected_to_the_injection_the_whole_dose_counts():
    assert factor(DecayCorrection="ADMIN") == pytest.approx(70000 / 3.5e8, rel=1e-12)


def test_a_start_time_without_a_date_is_that_of_the_scans_day():
    timed = {"RadiopharmaceuticalStartDateTime": "", "RadiopharmaceuticalStartTime": "090000.00"}
    assert factor(timed) == pytest.approx(ONE_HALF_LIFE, rel=1e-12)


def test_a_start_time_later_than_the_scan_was_before_midnight():
    timed = {"RadiopharmaceuticalStartDateTime": "", "RadiopharmaceuticalStartTime": "233000"}
    scan = {"SeriesTime": "003000", "AcquisitionTime": "003000"}
    assert factor(timed, **scan) == pytest.approx(ONE_HALF_LIFE, rel=1e-12)


def test_fractions_of_seconds_and_offsets_from_utc_are_read():
    timed = {"RadiopharmaceuticalStartDateTime": "20200102090000.00+0100"}
    assert factor(timed, SeriesTime="100000.000000") == pytest.approx(ONE_HALF_LIFE, rel=1e-12)


def test_the_series_time_of_post_processing_is_not_believed_but_ge_in_private():
    data_set = with_private(pet(SeriesTime="180000"), 0x0009, "GEMS_PETD_01", 0x0D, "DT", "20200102100000.00")
    assert suv_body_weight(data_set).factor == pytest.approx(ONE_HALF_LIFE, rel=1e-12)


def test_the_scan_began_a_frame_reference_time_before_the_frames_average_count_rate():
    # over one half life the average rate is met after 3600 / ln 2 * ln(ln 2 / (1 - 1/2)) = 1696.4 s; the scan began
    # 5 minutes before the frame, at 10 o'clock
    average = 3600 / log(2) * log(2 * log(2))
    assert average == pytest.approx(1696.4, abs=0.1)
    times = {"FrameReferenceTime": f"{1000 * (average + 300):.3f}", "ActualFrameDuration": "3600000"}
    assert factor(SeriesTime="180000", **times) == pytest.approx(ONE_HALF_LIFE, rel=1e-6)


def test_a_frame_much_shorter_than_the_half_life_meets_its_average_in_its_middle():
    # 2 ms of 3e13 s: 1 - exp(-decay) would have no digit left
    times = {"SeriesTime": "180000", "FrameReferenceTime": "1", "ActualFrameDuration": "2"}
    scanned = suv_body_weight(pet({"RadionuclideHalfLife": "3e13"}, **times))
    # hardly anything decays in an hour
    assert scanned.factor == pytest.approx(70000 / 3.5e8, rel=1e-6)


@pytest.mark.parametrize(
    ("pharmaceutical", "changed"),
    [
        ({"RadionuclideTotalDose": "5e-324"}, {}),
        ({}, {"SeriesTime": "180000", "FrameReferenceTime": "1e300", "ActualFrameDuration": "1"}),
    ],
)
def test_numbers_beyond_all_measure_give_no_suv(pharmaceutical, changed):
    suv = suv_body_weight(pet(pharmaceutical, **changed))
    assert (suv.factor, suv.why_not) == (None, "a dose, half life or time of the file is beyond all measure")


def test_philips_says_in_private_what_a_count_is():
    group, creator = 0x7053, "Philips PET Private Group"
    direct = with_private(pet(Units="CNTS"), group, creator, 0x00, "DS", "0.000551")
    assert suv_body_weight(direct).factor == 0.000551
    indirect = with_private(pet(Units="CNTS"), group, creator, 0x09, "DS", "2.5")
    assert suv_body_weight(indirect).factor == pytest.approx(2.5 * ONE_HALF_LIFE, rel=1e-12)
    both = with_private(with_private(pet(Units="CNTS"), group, creator, 0x00, "DS", "0"), group, creator, 9, "DS", "2")
    assert suv_body_weight(both).factor == pytest.approx(2 * ONE_HALF_LIFE, rel=1e-12)


def test_private_elements_that_pydicom_does_not_know_are_read_as_text():
    data_set = with_private(pet(Units="CNTS"), 0x7053, "Philips PET Private Group", 0x00, "UN", b"0.5 ")
    assert suv_body_weight(data_set).factor == 0.5


def test_grams_per_millilitre_are_suv_already():
    assert factor(Units="GML") == factor(Units="GML", SUVType="BW") == 1.0
    assert suv_body_weight(pet(Units="GML", SUVType="LBM")).factor is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"PatientWeight": None}, "PatientWeight is missing"),
        ({"PatientWeight": "0"}, "PatientWeight is 0"),
        ({"CorrectedImage": None}, "CorrectedImage does not say ATTN"),
        ({"CorrectedImage": ["ATTN"]}, "CorrectedImage does not say DECY"),
        ({"Units": "CNTS", "CorrectedImage": ["DECY"]}, "CorrectedImage does not say ATTN"),
        ({"DecayCorrection": "NONE"}, "DecayCorrection is NONE"),
        ({"DecayCorrection": None}, "DecayCorrection is missing"),
        ({"RadiopharmaceuticalInformationSequence": []}, "RadiopharmaceuticalInformationSequence is missing"),
        ({"Units": "CNTS"}, "Units is CNTS and the scale factors (7053,xx00) and (7053,xx09) of Philips are missing"),
        ({"SeriesTime": None, "AcquisitionTime": None}, "AcquisitionDate or AcquisitionTime is missing"),
        ({"SeriesTime": "180000"}, "so is FrameReferenceTime or ActualFrameDuration"),
        ({"SeriesDate": "20200103"}, "so is FrameReferenceTime or ActualFrameDuration"),
    ],
)
def test_what_is_missing_is_named(changed, why):
    suv = suv_body_weight(pet(**changed))
    assert suv.factor is None
    assert why in suv.why_not


@pytest.mark.filterwarnings("ignore:Invalid value for VR DT")
@pytest.mark.parametrize(
    ("pharmaceutical", "why"),
    [
        ({"RadionuclideTotalDose": None}, "RadionuclideTotalDose is missing"),
        ({"RadionuclideHalfLife": "0"}, "RadionuclideHalfLife is 0"),
        ({"RadiopharmaceuticalStartDateTime": ""}, "RadiopharmaceuticalStartTime are missing"),
        ({"RadiopharmaceuticalStartDateTime": "nonsense"}, "RadiopharmaceuticalStartTime are missing"),
        (
            {"RadiopharmaceuticalStartDateTime": "19000101090000"},
            "do not go together: 3786915600 s lie between injection and scan, with a RadionuclideHalfLife of 3600 s",
        ),
        ({"RadiopharmaceuticalStartDateTime": "20200102100001"}, "do not go together: -1 s lie between"),
    ],
)
def test_what_the_injection_lacks_is_named(pharmaceutical, why):
    suv = suv_body_weight(pet(pharmaceutical))
    assert suv.factor is None
    assert why in suv.why_not


@pytest.mark.parametrize("units", ["PROPCNTS", "CPS", "NONE", None])
def test_values_that_are_no_activity_have_no_suv_and_no_complaint(units):
    suv = suv_body_weight(pet(Units=units))
    assert (suv.factor, suv.why_not) == (None, "")


def test_an_empty_data_set_has_none():
    assert suv_body_weight(Dataset()).factor is None
