"""Instances as they come in, in studies and series that are sorted when they are asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from .stacking import stacks_of
from .studies import Instance, Series, Study

__all__ = ["Catalogue"]


class Catalogue:
    """Collects instances; ``studies`` are those so far, only what has changed is sorted anew."""

    def __init__(self, instances: Iterable[Instance] = ()) -> None:
        self._names: dict[tuple[object, ...], str] = {}
        self._uids: set[str] = set()
        self._studies: dict[str, Study] = {}
        self._series: dict[tuple[str, str], list[Instance]] = {}
        self._sorted: dict[tuple[str, str], Series] = {}
        for instance in instances:
            self.add(instance)

    def add(self, instance: Instance) -> str | None:
        """Take the instance in; or, where the same one is here already, give the name that it came by."""
        study, series = instance.study.study_instance_uid, instance.series.series_instance_uid
        if instance.sop_instance_uid:
            # programs that replace UIDs may give one to all slices: the same place tells copies from those
            identity = (study, series, instance.sop_instance_uid, instance.number, instance.position)
            if identity in self._names:
                return self._names[identity]
            self._names[identity] = instance.name
            self._uids.add(instance.sop_instance_uid)
        self._studies.setdefault(study, instance.study)
        self._series.setdefault((study, series), []).append(instance)
        self._sorted.pop((study, series), None)
        return None

    def has(self, sop_instance_uid: str) -> bool:
        """Whether an instance of this UID is here, in whatever series."""
        return sop_instance_uid in self._uids

    @property
    def studies(self) -> tuple[Study, ...]:
        """The latest study first, its series by number."""
        members: dict[str, list[Series]] = {uid: [] for uid in self._studies}
        for (study, series), instances in self._series.items():
            key = (study, series)
            if key not in self._sorted:
                self._sorted[key] = replace(instances[0].series, stacks=stacks_of(instances))
            members[study].append(self._sorted[key])
        found = [
            replace(study, series=tuple(sorted(members[uid], key=_series_order)))
            for uid, study in self._studies.items()
        ]
        by_patient = sorted(found, key=lambda study: (study.patient_name.casefold(), study.study_instance_uid))
        return tuple(sorted(by_patient, key=lambda study: (study.date, study.time), reverse=True))


def _series_order(series: Series) -> tuple[float, str, str, str]:
    number = math.inf if series.number is None else series.number
    return (number, series.date, series.time, series.series_instance_uid)
