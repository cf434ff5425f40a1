"""Modules that JavaScript's metadata providers give, in Cornerstone's spelling, as ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

import numpy as np

from .cornerstone import name_in_cornerstone
from .frames import CineModule, FrameModule, MultiframeModule
from .geometry import CalibrationModule, FrameOfReferenceModule, ImagePlaneModule, NmMultiframeGeometryModule
from .identity import (
    GeneralImageModule,
    GeneralSeriesModule,
    GeneralStudyModule,
    PatientModule,
    PatientStudyModule,
    SopCommonModule,
    TransferSyntax,
)
from .pixels import ImagePixelModule, ModalityLutModule, OverlayPlaneModule, VoiLutModule
from .quantities import PetImageModule, PetIsotopeModule, PetSeriesModule

__all__ = ["MODULE_NAMES", "from_cornerstone"]

_MODULES: Mapping[str, type] = MappingProxyType(
    {
        "calibrationModule": CalibrationModule,
        "cineModule": CineModule,
        "frameModule": FrameModule,
        "frameOfReferenceModule": FrameOfReferenceModule,
        "generalImageModule": GeneralImageModule,
        "generalSeriesModule": GeneralSeriesModule,
        "generalStudyModule": GeneralStudyModule,
        "imagePixelModule": ImagePixelModule,
        "imagePlaneModule": ImagePlaneModule,
        "modalityLutModule": ModalityLutModule,
        "multiframeModule": MultiframeModule,
        "nmMultiframeGeometryModule": NmMultiframeGeometryModule,
        "overlayPlaneModule": OverlayPlaneModule,
        "patientModule": PatientModule,
        "patientStudyModule": PatientStudyModule,
        "petImageModule": PetImageModule,
        "petIsotopeModule": PetIsotopeModule,
        "petSeriesModule": PetSeriesModule,
        "sopCommonModule": SopCommonModule,
        "transferSyntax": TransferSyntax,
        "voiLutModule": VoiLutModule,
    }
)

MODULE_NAMES = tuple(_MODULES)
"""The modules that have a dataclass, so all that providers are commonly asked for."""


def from_cornerstone(name: str, module: object) -> object:
    """The module ``name``, a dict in Cornerstone's spelling, as our dataclass of it, lists as tuples.

    What the dataclass has no field for is left out. A module that has no dataclass, or that lacks what its dataclass
    needs, stays as it is.
    """
    return _of_type(_MODULES.get(name), module)


def _of_type(described: type | None, value: object) -> object:
    if isinstance(value, dict) and described is not None:
        return _filled(described, value)
    if isinstance(value, list):
        return tuple(_of_type(described, item) for item in value)
    if isinstance(value, memoryview):
        return np.asarray(value)
    return value


def _filled(described: Any, said: Mapping[str, object]) -> object:
    hints = get_type_hints(described)
    known = {
        f.name: _of_type(_dataclass_in(hints[f.name]), said[name_in_cornerstone(f)])
        for f in fields(described)
        if name_in_cornerstone(f) in said
    }
    try:
        return described(**known)
    except TypeError:
        # a field that has no default is missing
        return said


def _dataclass_in(hint: Any) -> type | None:
    """The dataclass in a type such as ``tuple[LutItem, ...] | None``."""
    if isinstance(hint, type) and is_dataclass(hint):
        return hint
    return next(filter(None, map(_dataclass_in, get_args(hint))), None)
