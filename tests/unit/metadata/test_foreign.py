"""Modules in Cornerstone's spelling, as JavaScript's providers give them."""

import numpy as np
import pytest

from loadstone.metadata import (
    GeneralSeriesModule,
    ImagePlaneModule,
    PetIsotopeModule,
    RadiopharmaceuticalInfo,
    VoiLutModule,
    as_cornerstone,
    from_cornerstone,
)


def test_a_module_has_our_names_and_tuples():
    plane = from_cornerstone(
        "imagePlaneModule",
        {
            "rows": 2,
            "frameOfReferenceUID": "1.2",
            "rowCosines": [1, 0, 0],
            "imagePositionPatient": memoryview(np.array([1.5, 2, 3], "f4")),
            "rowPixelSpacing": None,
            "usingDefaultValues": True,
        },
    )
    assert isinstance(plane, ImagePlaneModule)
    assert (plane.rows, plane.frame_of_reference_uid, plane.row_cosines) == (2, "1.2", (1, 0, 0))
    assert plane.row_pixel_spacing is None
    assert plane.image_position_patient is not None
    assert list(plane.image_position_patient) == [1.5, 2, 3]


def test_tables_within_a_module_are_ours_too():
    module = from_cornerstone(
        "voiLutModule",
        {
            "windowCenter": [40],
            "voiLUTSequence": [{"id": "1", "firstValueMapped": 3, "numBitsPerEntry": 8, "lut": [1, 2]}],
        },
    )
    assert isinstance(module, VoiLutModule)
    assert module.window_center == (40,)
    assert module.voi_lut_sequence is not None
    assert (module.voi_lut_sequence[0].first_value_mapped, module.voi_lut_sequence[0].lut) == (3, (1, 2))


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("generalSeriesModule", GeneralSeriesModule(modality="CT", series_instance_uid="1.2.3")),
        ("petIsotopeModule", PetIsotopeModule(RadiopharmaceuticalInfo(radionuclide_half_life=6586.2))),
    ],
)
def test_a_module_comes_back_from_cornerstones_spelling_as_it_was(name: str, module: object) -> None:
    assert from_cornerstone(name, as_cornerstone(module)) == module


@pytest.mark.parametrize(
    ("name", "module"),
    [("myOwnModule", {"some": "thing"}), ("petIsotopeModule", {"somethingElse": 1}), ("transferSyntax", "1.2.840")],
)
def test_what_has_no_dataclass_or_does_not_fit_it_stays_as_it_is(name: str, module: object) -> None:
    assert from_cornerstone(name, module) == module
