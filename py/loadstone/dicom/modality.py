"""From stored to modality values, and what unit these have (PS3.3 C.11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from pydicom import Dataset

from .suv import suv_body_weight
from .values import items, number, text

__all__ = ["Rescale", "lut_unit", "rescale"]


@dataclass(frozen=True)
class Rescale:
    """A value in ``unit`` is ``stored * slope + intercept``.

    ``factor`` is how many of ``unit`` one of the file's own modality units is: SUV of activity, dose of grid values;
    windows of the file are in its own. ``why_not`` says why a PET image has no SUV.
    """

    slope: float
    intercept: float
    unit: str
    factor: float = 1.0
    why_not: str = ""


def rescale(data_set: Dataset) -> Rescale:
    """How a frame's stored values become modality values, where no modality LUT does it."""
    slope, intercept = number(data_set, "RescaleSlope"), number(data_set, "RescaleIntercept")
    own = Rescale(1.0 if slope is None else slope, 0.0 if intercept is None else intercept, _unit(data_set))
    modality = text(data_set, "Modality")
    if modality == "PT":
        return _uptake(data_set, own)
    return _dose(data_set, own) if modality == "RTDOSE" else own


def lut_unit(data_set: Dataset) -> str:
    """The unit of what comes out of the modality LUT; nothing where it is unspecified (US)."""
    kind = next((text(item, "ModalityLUTType") for item in items(data_set, "ModalityLUTSequence")), None)
    return kind if kind and kind.upper() != "US" else ""


def _uptake(data_set: Dataset, own: Rescale) -> Rescale:
    suv = suv_body_weight(data_set)
    why_not = suv.why_not
    if "VOILUTSequence" in data_set and suv.factor not in (None, 1.0):
        why_not = "the VOI LUT of the file maps these"
    elif suv.factor is not None and isfinite(own.slope * suv.factor):
        return Rescale(own.slope * suv.factor, own.intercept * suv.factor, "SUVbw g/ml", suv.factor)
    told = f"values are shown in {own.unit}, not as SUV: {why_not}" if why_not else ""
    return Rescale(own.slope, own.intercept, own.unit, why_not=told)


def _dose(data_set: Dataset, own: Rescale) -> Rescale:
    scaling = number(data_set, "DoseGridScaling")
    if scaling is None or scaling <= 0:
        return own
    return Rescale(scaling, 0.0, _dose_unit(data_set), scaling / own.slope if own.slope else 1.0)


def _dose_unit(data_set: Dataset) -> str:
    units = text(data_set, "DoseUnits") or ""
    # relative dose has no unit
    return {"GY": "Gy", "RELATIVE": ""}.get(units.upper(), units)


def _unit(data_set: Dataset) -> str:
    """What the file says, else Hounsfield units for CT (PS3.3 C.8.2.1)."""
    unit = text(data_set, "RescaleType")
    if unit and unit.upper() != "US":
        return unit
    modality = text(data_set, "Modality")
    if modality == "CT" and number(data_set, "RescaleIntercept") is not None:
        return "HU"
    if modality == "PT" and text(data_set, "Units"):
        return text(data_set, "Units") or ""
    return _real_world_unit(data_set)


def _real_world_unit(data_set: Dataset) -> str:
    """The unit of the real world values (PS3.3 C.7.6.16.2.11), where these are the modality values."""
    slope, intercept = number(data_set, "RescaleSlope"), number(data_set, "RescaleIntercept")
    own = (1.0 if slope is None else slope, 0.0 if intercept is None else intercept)
    for item in items(data_set, "RealWorldValueMappingSequence"):
        if (number(item, "RealWorldValueSlope"), number(item, "RealWorldValueIntercept")) == own:
            code = next((text(code, "CodeValue") for code in items(item, "MeasurementUnitsCodeSequence")), None)
            # UCUM's code of no unit, and of Hounsfield's
            return {"1": "", "[hnsf'U]": "HU"}.get(code or "", code or "")
    return ""
