"""Metadata: a chain of providers by priority, and the typed modules that our own loaders answer with.

Module names are Cornerstone's (``imagePlaneModule``); fields carry DICOM's keywords in snake_case, lengths
are in mm. A field that the file does not have is None: nothing is made up. :func:`as_cornerstone` spells a module as
Cornerstone does.
"""

from __future__ import annotations

from .cornerstone import as_cornerstone
from .foreign import MODULE_NAMES, from_cornerstone
from .frames import CineModule, FrameModule, MultiframeModule
from .geometry import (
    CalibrationModule,
    FrameOfReferenceModule,
    ImagePlaneModule,
    NmMultiframeGeometryModule,
    UltrasoundRegion,
)
from .identity import (
    GeneralImageModule,
    GeneralSeriesModule,
    GeneralStudyModule,
    PatientModule,
    PatientStudyModule,
    SopCommonModule,
    TransferSyntax,
)
from .pixels import ImagePixelModule, LutItem, ModalityLutModule, OverlayPlane, OverlayPlaneModule, VoiLutModule
from .providers import Metadata, MetadataProvider
from .quantities import (
    DoseScalingModule,
    PetImageModule,
    PetIsotopeModule,
    PetScalingModule,
    PetSeriesModule,
    RadiopharmaceuticalInfo,
)

__all__ = [
    "MODULE_NAMES",
    "CalibrationModule",
    "CineModule",
    "DoseScalingModule",
    "FrameModule",
    "FrameOfReferenceModule",
    "GeneralImageModule",
    "GeneralSeriesModule",
    "GeneralStudyModule",
    "ImagePixelModule",
    "ImagePlaneModule",
    "LutItem",
    "Metadata",
    "MetadataProvider",
    "ModalityLutModule",
    "MultiframeModule",
    "NmMultiframeGeometryModule",
    "OverlayPlane",
    "OverlayPlaneModule",
    "PatientModule",
    "PatientStudyModule",
    "PetImageModule",
    "PetIsotopeModule",
    "PetScalingModule",
    "PetSeriesModule",
    "RadiopharmaceuticalInfo",
    "SopCommonModule",
    "TransferSyntax",
    "UltrasoundRegion",
    "VoiLutModule",
    "as_cornerstone",
    "from_cornerstone",
]
