"""Standardised uptake values by body weight, from a PET image's own elements.

As in QIBA's vendor-neutral pseudo-code: SUV = activity concentration x body weight / decayed dose.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import expm1, log

from pydicom import Dataset
from pydicom.valuerep import DT

from .values import element_value, items, number, text, texts

__all__ = ["SuvFactor", "suv_body_weight"]

# after ten half lives less than a thousandth of the dose is left and nothing to scan: the dates are wrong
_MOST_HALF_LIVES = 10.0


@dataclass(frozen=True)
class SuvFactor:
    """What makes SUV (body weight, g/ml) of a value in the file's modality units; None, and why it can not be had.

    ``why_not`` is empty for values that are no activity, of which none is expected.
    """

    factor: float | None
    why_not: str = ""


class _MissingError(Exception):
    """What the file does not say, in words."""


def suv_body_weight(data_set: Dataset) -> SuvFactor:
    """The factor from the file's modality values to SUV by body weight, for a PET image."""
    units = text(data_set, "Units")
    try:
        if units in ("BQML", "CNTS"):
            _check_corrections(data_set)
            return SuvFactor(_from_becquerel(data_set) if units == "BQML" else _from_counts(data_set))
    except _MissingError as missing:
        return SuvFactor(None, str(missing))
    except ArithmeticError:
        # divided by what rounds to 0, or a time beyond all calendars
        return SuvFactor(None, "a dose, half life or time of the file is beyond all measure")
    if units == "GML" and text(data_set, "SUVType") in (None, "BW"):
        return SuvFactor(1.0)
    return SuvFactor(None)


def _from_counts(data_set: Dataset) -> float:
    """Philips tells in private elements what a count means."""
    to_suv = _private(data_set, 0x7053, "Philips PET Private Group", 0x00)
    if to_suv:
        return to_suv
    to_becquerel = _private(data_set, 0x7053, "Philips PET Private Group", 0x09)
    if to_becquerel:
        return to_becquerel * _from_becquerel(data_set)
    raise _MissingError("Units is CNTS and the scale factors (7053,xx00) and (7053,xx09) of Philips are missing")


def _check_corrections(data_set: Dataset) -> None:
    corrections = texts(data_set, "CorrectedImage") or ()
    for needed in ("ATTN", "DECY"):
        if needed not in corrections:
            raise _MissingError(f"CorrectedImage does not say {needed}")


def _from_becquerel(data_set: Dataset) -> float:
    weight = _positive(data_set, "PatientWeight")
    pharmaceuticals = items(data_set, "RadiopharmaceuticalInformationSequence")
    if not pharmaceuticals:
        raise _MissingError("RadiopharmaceuticalInformationSequence is missing")
    dose = _positive(pharmaceuticals[0], "RadionuclideTotalDose")
    return 1000 * weight / (dose * _left_of_the_dose(data_set, pharmaceuticals[0]))


def _left_of_the_dose(data_set: Dataset, pharmaceutical: Dataset) -> float:
    """The fraction of the dose that is left at the time to which the image's activity is corrected."""
    correction = text(data_set, "DecayCorrection")
    if correction == "ADMIN":
        return 1.0
    if correction != "START":
        raise _MissingError(f"DecayCorrection is {correction or 'missing'}")
    half_life = _positive(pharmaceutical, "RadionuclideHalfLife")
    scan = _scan_start(data_set, half_life)
    elapsed = (scan - _administration(pharmaceutical, scan)).total_seconds()
    if not 0 <= elapsed <= _MOST_HALF_LIVES * half_life:
        raise _MissingError(
            f"RadiopharmaceuticalStartDateTime and the series' date do not go together: {elapsed:.0f} s lie between "
            f"injection and scan, with a RadionuclideHalfLife of {half_life:g} s"
        )
    return float(2 ** (-elapsed / half_life))


def _scan_start(data_set: Dataset, half_life: float) -> datetime:
    """The time that START means: the series', or, where that is later than the image's and so was written by
    post-processing, what GE says in private, or what the frame's reference time counts from."""
    series = _moment(text(data_set, "SeriesDate"), text(data_set, "SeriesTime"))
    acquired = _moment(text(data_set, "AcquisitionDate"), text(data_set, "AcquisitionTime"))
    if series is not None and acquired is not None and series <= acquired:
        return series
    told = _private_text(data_set, 0x0009, "GEMS_PETD_01", 0x0D)
    general_electric = _moment(told[:8], told[8:]) if told else None
    if general_electric is not None:
        return general_electric
    if acquired is None:
        raise _MissingError("AcquisitionDate or AcquisitionTime is missing")
    reference, duration = number(data_set, "FrameReferenceTime"), number(data_set, "ActualFrameDuration")
    if not reference or reference < 0 or not duration or duration < 0:
        raise _MissingError(
            "SeriesDate and SeriesTime are missing or later than the acquisition's, and so is "
            "FrameReferenceTime or ActualFrameDuration"
        )
    decay = log(2) / half_life * duration / 1000
    # the moment of the frame's average count rate lies a little before its middle
    average = half_life / log(2) * log(decay / -expm1(-decay))
    return acquired + timedelta(seconds=average - reference / 1000)


def _administration(pharmaceutical: Dataset, scan: datetime) -> datetime:
    told = text(pharmaceutical, "RadiopharmaceuticalStartDateTime")
    # the offset from UTC, if any, is that of all times of the file
    told = told.split("+")[0].split("-")[0] if told else None
    moment = _moment(told[:8], told[8:]) if told else None
    if moment is not None:
        return moment
    time = text(pharmaceutical, "RadiopharmaceuticalStartTime")
    moment = _moment(scan.strftime("%Y%m%d"), time)
    if moment is None:
        raise _MissingError("RadiopharmaceuticalStartDateTime and RadiopharmaceuticalStartTime are missing")
    # a time without a date, later than the scan, was before midnight
    return moment if moment <= scan else moment - timedelta(days=1)


def _moment(date: str | None, time: str | None) -> datetime | None:
    if not date or not time:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return DT(date.replace(".", "").strip() + time.replace(":", "").strip()).replace(tzinfo=None)
    except ValueError:
        return None


def _positive(data_set: Dataset, keyword: str) -> float:
    value = number(data_set, keyword)
    if value is None or value <= 0:
        raise _MissingError(f"{keyword} is {'missing' if value is None else f'{value:g}'}")
    return value


def _private(data_set: Dataset, group: int, creator: str, element: int) -> float | None:
    told = _private_text(data_set, group, creator, element)
    try:
        return float(told) if told else None
    except ValueError:
        return None


def _private_text(data_set: Dataset, group: int, creator: str, element: int) -> str:
    try:
        tag = data_set.private_block(group, creator).get_tag(element)
    except Exception:
        # there is none, or one that pydicom can not read
        return ""
    value = element_value(data_set, tag)
    # bytes where the file is implicit and pydicom's dictionary does not know the creator
    return value.decode("latin-1").strip("\0 ") if isinstance(value, bytes) else str(value or "").strip()
