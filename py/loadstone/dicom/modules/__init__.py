"""The metadata modules of a DICOM frame, each computed when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from ...image import Overlay
from ..functional_groups import DicomFrame
from .frames import cine, frame_module, multiframe
from .geometry import calibration, frame_of_reference, image_plane, nm_multiframe_geometry, ultrasound_regions
from .identity import (
    general_image,
    general_series,
    general_study,
    patient,
    patient_study,
    sop_common,
    transfer_syntax,
)
from .overlays import overlay_plane
from .pixels import image_pixel, modality_lut_module, voi_lut_module
from .quantities import pet_image, pet_isotope, pet_series, scaling
from .whole import dicom_json, instance

__all__ = ["dicom_metadata"]


def dicom_metadata(
    frame: DicomFrame, overlays: Mapping[int, Overlay] = MappingProxyType({})
) -> Mapping[str, Callable[[], object]]:
    """By module name, the functions that read each module of ``frame``; None from one says that the file has none.

    They never raise, whatever the file says. ``overlays`` are the frame's, by group: some lie in its pixels.
    """
    readers = {name: partial(read, frame) for name, read in _MODULES.items()}
    return MappingProxyType({**readers, "overlayPlaneModule": partial(overlay_plane, frame, overlays)})


_MODULES: Mapping[str, Callable[[DicomFrame], object]] = MappingProxyType(
    {
        "calibrationModule": calibration,
        "cineModule": cine,
        "dataset": lambda frame: frame.file.data_set,
        "dicomJson": dicom_json,
        "frameModule": frame_module,
        "frameOfReferenceModule": frame_of_reference,
        "generalImageModule": general_image,
        "generalSeriesModule": general_series,
        "generalStudyModule": general_study,
        "imagePixelModule": image_pixel,
        "imagePlaneModule": image_plane,
        "instance": instance,
        "modalityLutModule": modality_lut_module,
        "multiframeModule": multiframe,
        "nmMultiframeGeometryModule": nm_multiframe_geometry,
        "patientModule": patient,
        "patientStudyModule": patient_study,
        "petImageModule": pet_image,
        "petIsotopeModule": pet_isotope,
        "petSeriesModule": pet_series,
        "scalingModule": scaling,
        "sopCommonModule": sop_common,
        "transferSyntax": transfer_syntax,
        "ultrasoundEnhancedRegionModule": ultrasound_regions,
        "voiLutModule": voi_lut_module,
    }
)
