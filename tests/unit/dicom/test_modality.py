import pytest
from part10 import PET, bundled, data_set

from loadstone.dicom.file import read_file
from loadstone.dicom.modality import Rescale, lut_unit, rescale

SLOPE = {"RescaleSlope": "2", "RescaleIntercept": "-5"}


def rescaled(**elements):
    return rescale(data_set(elements))


def test_rescale_is_the_files_and_else_nothing_happens():
    assert rescaled(RescaleSlope="0.25", RescaleIntercept="-1024.5") == Rescale(0.25, -1024.5, "")
    assert rescaled() == Rescale(1.0, 0.0, "")


def test_pet_values_are_suv_where_it_can_be_computed():
    suv = rescaled(**PET | SLOPE)
    # 70000 g / 175 MBq = 0.0004 for 1 Bq/ml
    assert (suv.slope, suv.intercept) == (pytest.approx(8e-4, rel=1e-12), pytest.approx(-2e-3, rel=1e-12))
    assert (suv.unit, suv.factor, suv.why_not) == ("SUVbw g/ml", pytest.approx(4e-4, rel=1e-12), "")


def test_pet_values_without_suv_stay_in_the_files_unit_and_say_why():
    activity = rescaled(**PET | SLOPE | {"PatientWeight": None})
    assert activity == Rescale(2.0, -5.0, "BQML", 1.0, "values are shown in BQML, not as SUV: PatientWeight is missing")
    assert rescaled(**PET | {"Units": "CPS"}) == Rescale(1.0, 0.0, "CPS")


def test_pet_values_that_a_voi_lut_maps_stay_what_it_maps():
    activity = rescaled(**PET | {"VOILUTSequence": [data_set({})]})
    assert (activity.slope, activity.unit) == (1.0, "BQML")
    assert activity.why_not == "values are shown in BQML, not as SUV: the VOI LUT of the file maps these"


def test_a_factor_beyond_numbers_is_none():
    assert rescaled(**PET | {"RescaleSlope": "1e308", "PatientWeight": "1e300"}).unit == "BQML"


def test_dose_is_the_grid_times_its_scaling():
    assert rescaled(Modality="RTDOSE", DoseGridScaling="0.001", DoseUnits="GY") == Rescale(0.001, 0.0, "Gy", 0.001)
    assert rescaled(Modality="RTDOSE", DoseGridScaling="0.5", DoseUnits="RELATIVE").unit == ""
    assert rescaled(Modality="RTDOSE", DoseUnits="GY").slope == 1.0
    assert rescale(read_file(bundled("rtdose.dcm")).data_set).slope == 1e-6


def test_windows_of_dose_are_in_the_files_own_units():
    assert rescaled(Modality="RTDOSE", DoseGridScaling="0.001", RescaleSlope="2").factor == 0.0005


@pytest.mark.parametrize(
    ("elements", "unit"),
    [
        ({"Modality": "CT", "RescaleIntercept": "-1024"}, "HU"),
        ({"Modality": "CT", "RescaleIntercept": "0", "RescaleType": "US"}, "HU"),
        ({"Modality": "CT", "RescaleType": "HU_MOD"}, "HU_MOD"),
        ({"Modality": "CT"}, ""),
        ({"Modality": "US"}, ""),
        ({"Modality": "NM", "Units": "CNTS"}, ""),
    ],
)
def test_the_unit_is_what_the_file_says_and_hounsfield_for_ct(elements, unit):
    assert rescaled(**elements).unit == unit


def real_world(slope, intercept, code):
    units = [data_set({"CodeValue": code, "CodingSchemeDesignator": "UCUM"})]
    return data_set(
        {"RealWorldValueSlope": slope, "RealWorldValueIntercept": intercept, "MeasurementUnitsCodeSequence": units}
    )


@pytest.mark.parametrize(
    ("mappings", "unit"),
    [
        ([real_world(2.0, -5.0, "um2/s")], "um2/s"),
        ([real_world(1.0, 0.0, "s"), real_world(2.0, -5.0, "ms")], "ms"),
        ([real_world(2.0, -5.0, "[hnsf'U]")], "HU"),
        ([real_world(2.0, -5.0, "1")], ""),
        ([real_world(3.0, 0.0, "um2/s")], ""),
    ],
)
def test_the_unit_of_real_world_values_is_theirs_where_they_are_the_same_values(mappings, unit):
    assert rescaled(**SLOPE, RealWorldValueMappingSequence=mappings).unit == unit


def test_the_unit_of_a_modality_lut_is_its_type():
    assert lut_unit(data_set({"ModalityLUTSequence": [data_set({"ModalityLUTType": "OD"})]})) == "OD"
    assert lut_unit(data_set({"ModalityLUTSequence": [data_set({"ModalityLUTType": "US"})]})) == ""
    assert lut_unit(data_set({})) == ""
