"""What values mean: PET's isotope and series, and the factors to SUV and dose."""

from __future__ import annotations

from ...metadata import (
    DoseScalingModule,
    PetImageModule,
    PetIsotopeModule,
    PetScalingModule,
    PetSeriesModule,
    RadiopharmaceuticalInfo,
)
from ..functional_groups import DicomFrame
from ..suv import suv_body_weight
from ..values import items, number, text, texts

__all__ = ["pet_image", "pet_isotope", "pet_series", "scaling"]


def pet_isotope(frame: DicomFrame) -> PetIsotopeModule | None:
    given = items(frame.data_set, "RadiopharmaceuticalInformationSequence")
    if not given:
        return None
    return PetIsotopeModule(
        RadiopharmaceuticalInfo(
            radiopharmaceutical=text(given[0], "Radiopharmaceutical"),
            radiopharmaceutical_start_time=text(given[0], "RadiopharmaceuticalStartTime"),
            radiopharmaceutical_start_date_time=text(given[0], "RadiopharmaceuticalStartDateTime"),
            radionuclide_total_dose=number(given[0], "RadionuclideTotalDose"),
            radionuclide_half_life=number(given[0], "RadionuclideHalfLife"),
        )
    )


def pet_series(frame: DicomFrame) -> PetSeriesModule | None:
    ds = frame.data_set
    if text(ds, "Modality") != "PT":
        return None
    return PetSeriesModule(texts(ds, "CorrectedImage"), text(ds, "Units"), text(ds, "DecayCorrection"))


def pet_image(frame: DicomFrame) -> PetImageModule | None:
    ds = frame.data_set
    if text(ds, "Modality") != "PT":
        return None
    return PetImageModule(number(ds, "FrameReferenceTime"), number(ds, "ActualFrameDuration"))


def scaling(frame: DicomFrame) -> PetScalingModule | DoseScalingModule | None:
    """Of PET the factor to SUV where it can be computed, of dose what its grid values stand for."""
    ds = frame.data_set
    modality = text(ds, "Modality")
    if modality == "RTDOSE":
        return DoseScalingModule(
            dose_grid_scaling=number(ds, "DoseGridScaling"),
            dose_summation=text(ds, "DoseSummationType"),
            dose_type=text(ds, "DoseType"),
            dose_unit=text(ds, "DoseUnits"),
        )
    factor = suv_body_weight(ds).factor if modality == "PT" else None
    return None if factor is None else PetScalingModule(factor)
