import pytest
from part10 import GREY, PET, bundled, frame_of, made

from loadstone.dicom.modules import dicom_metadata
from loadstone.metadata import (
    DoseScalingModule,
    PetImageModule,
    PetIsotopeModule,
    PetScalingModule,
    PetSeriesModule,
    RadiopharmaceuticalInfo,
)


def test_a_pet_image_tells_isotope_series_and_frame():
    elements = GREY | PET | {"FrameReferenceTime": 1500, "ActualFrameDuration": 3000}
    assert made("petIsotopeModule", elements) == PetIsotopeModule(
        RadiopharmaceuticalInfo(None, None, "20200102090000", 3.5e8, 3600.0)
    )
    assert made("petSeriesModule", elements) == PetSeriesModule(("ATTN", "DECY", "SCAT"), "BQML", "START")
    assert made("petImageModule", elements) == PetImageModule(1500.0, 3000.0)


def test_the_scaling_of_pet_is_the_factor_to_suv():
    # 70 kg = 70000 g; of 350 MBq the half is left after an hour
    assert made("scalingModule", GREY | PET) == PetScalingModule(pytest.approx(70000 / 1.75e8, rel=1e-12))
    assert made("scalingModule", GREY | PET | {"PatientWeight": None}) is None


def test_the_scaling_of_dose_is_its_grids():
    modules = dicom_metadata(frame_of(bundled("rtdose.dcm")))
    assert modules["scalingModule"]() == DoseScalingModule(1e-6, "BEAM", "PHYSICAL", "RELATIVE")


@pytest.mark.parametrize("name", ["petIsotopeModule", "petSeriesModule", "petImageModule", "scalingModule"])
def test_other_images_have_none_of_these(name):
    assert dicom_metadata(frame_of(bundled("CT_small.dcm")))[name]() is None
    assert made(name, GREY) is None
