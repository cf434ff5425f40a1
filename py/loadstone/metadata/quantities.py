"""What values mean: PET's isotope and series, and the factors to SUV and dose."""

from __future__ import annotations

from dataclasses import dataclass

from .cornerstone import spelled

__all__ = [
    "DoseScalingModule",
    "PetImageModule",
    "PetIsotopeModule",
    "PetScalingModule",
    "PetSeriesModule",
    "RadiopharmaceuticalInfo",
]


@dataclass(frozen=True)
class RadiopharmaceuticalInfo:
    """Dose in Bq, half life in s."""

    radiopharmaceutical: str | None = None
    radiopharmaceutical_start_time: str | None = None
    radiopharmaceutical_start_date_time: str | None = None
    radionuclide_total_dose: float | None = None
    radionuclide_half_life: float | None = None


@dataclass(frozen=True)
class PetIsotopeModule:
    radiopharmaceutical_info: RadiopharmaceuticalInfo


@dataclass(frozen=True)
class PetSeriesModule:
    corrected_image: tuple[str, ...] | None = None
    units: str | None = None
    decay_correction: str | None = None


@dataclass(frozen=True)
class PetImageModule:
    """Times in ms."""

    frame_reference_time: float | None = None
    actual_frame_duration: float | None = None


@dataclass(frozen=True)
class PetScalingModule:
    """``suvbw`` times a value in the file's own modality units is the SUV by body weight in g/ml."""

    suvbw: float | None = None


@dataclass(frozen=True)
class DoseScalingModule:
    """``dose_grid_scaling`` times a stored value is the dose in ``dose_unit`` (PS3.3 C.8.8.3)."""

    dose_grid_scaling: float | None = spelled("DoseGridScaling")
    dose_summation: str | None = spelled("DoseSummation")
    dose_type: str | None = spelled("DoseType")
    dose_unit: str | None = spelled("DoseUnit")
