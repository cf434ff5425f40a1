"""Metadata: a chain of providers by priority, and the typed modules that our own loaders answer with.

Module names are Cornerstone's (``imagePlaneModule``); fields carry DICOM's keywords in snake_case, lengths
are in mm. A field that the file does not have is None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass

from .errors import MetadataProviderError

__all__ = [
    "CineModule",
    "GeneralImageModule",
    "GeneralSeriesModule",
    "GeneralStudyModule",
    "ImagePixelModule",
    "ImagePlaneModule",
    "Metadata",
    "MetadataProvider",
    "ModalityLutModule",
    "MultiframeModule",
    "PatientModule",
    "PatientStudyModule",
    "SopCommonModule",
    "TransferSyntax",
    "VoiLutModule",
    "as_cornerstone",
]

MetadataProvider = Callable[[str, str], object]


class Metadata:
    """The provider chain: highest priority first, newest first among equals."""

    def __init__(self) -> None:
        self._providers: list[tuple[float, MetadataProvider]] = []

    def add_provider(self, provider: MetadataProvider, priority: float = 0) -> Callable[[], None]:
        """Ask ``provider(module_type, image_id)`` too; the returned function takes it out again.

        A provider answers None where it knows nothing. Adding one that is in the chain already moves it.
        """
        self.remove_provider(provider)
        place = next((n for n, (other, _) in enumerate(self._providers) if other <= priority), len(self._providers))
        self._providers.insert(place, (priority, provider))
        return lambda: self.remove_provider(provider)

    def remove_provider(self, provider: MetadataProvider) -> None:
        """Take ``provider`` out of the chain; does nothing where it is not in it."""
        self._providers = [entry for entry in self._providers if entry[1] != provider]

    def get(self, module_type: str, image_id: str) -> object:
        """The first answer that is not None, or None.

        Raises :class:`MetadataProviderError` where a provider raises; it names the provider.
        """
        for _, provider in tuple(self._providers):
            try:
                answer = provider(module_type, image_id)
            except Exception as cause:
                name = getattr(provider, "__qualname__", repr(provider))
                raise MetadataProviderError(
                    f"{image_id}: the metadata provider {name} raised {type(cause).__name__} "
                    f"when asked for {module_type}: {cause}",
                    image_id=image_id,
                ) from cause
            if answer is not None:
                return answer
        return None


@dataclass(frozen=True)
class PatientModule:
    patient_name: str | None = None
    patient_id: str | None = None
    patient_birth_date: str | None = None
    patient_sex: str | None = None


@dataclass(frozen=True)
class PatientStudyModule:
    """Size in m, weight in kg."""

    patient_age: str | None = None
    patient_size: float | None = None
    patient_sex: str | None = None
    patient_weight: float | None = None


@dataclass(frozen=True)
class GeneralStudyModule:
    study_instance_uid: str | None = None
    study_date: str | None = None
    study_time: str | None = None
    study_description: str | None = None
    accession_number: str | None = None


@dataclass(frozen=True)
class GeneralSeriesModule:
    modality: str | None = None
    series_instance_uid: str | None = None
    series_number: int | None = None
    series_description: str | None = None
    study_instance_uid: str | None = None
    series_date: str | None = None
    series_time: str | None = None
    acquisition_date: str | None = None
    acquisition_time: str | None = None


@dataclass(frozen=True)
class GeneralImageModule:
    sop_instance_uid: str | None = None
    instance_number: int | None = None
    lossy_image_compression: str | None = None
    lossy_image_compression_ratio: float | None = None
    lossy_image_compression_method: str | None = None


@dataclass(frozen=True)
class SopCommonModule:
    sop_class_uid: str | None = None
    sop_instance_uid: str | None = None


@dataclass(frozen=True)
class TransferSyntax:
    transfer_syntax_uid: str | None = None


@dataclass(frozen=True)
class ImagePixelModule:
    samples_per_pixel: int
    photometric_interpretation: str
    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    pixel_representation: int
    planar_configuration: int | None = None
    pixel_aspect_ratio: tuple[float, float] | None = None


@dataclass(frozen=True)
class ImagePlaneModule:
    """Where the image lies: cosines are unit vectors in patient space (PS3.3 C.7.6.2.1.1), lengths in mm.

    ``using_default_values`` says that the file gives no spacing and 1 mm was put in.
    """

    rows: int
    columns: int
    frame_of_reference_uid: str | None = None
    image_orientation_patient: tuple[float, ...] | None = None
    row_cosines: tuple[float, ...] | None = None
    column_cosines: tuple[float, ...] | None = None
    image_position_patient: tuple[float, ...] | None = None
    slice_thickness: float | None = None
    slice_location: float | None = None
    pixel_spacing: tuple[float, float] | None = None
    row_pixel_spacing: float | None = None
    column_pixel_spacing: float | None = None
    using_default_values: bool = False


@dataclass(frozen=True)
class ModalityLutModule:
    rescale_slope: float
    rescale_intercept: float
    rescale_type: str | None = None


@dataclass(frozen=True)
class VoiLutModule:
    window_center: tuple[float, ...] | None = None
    window_width: tuple[float, ...] | None = None
    voi_lut_function: str | None = None


@dataclass(frozen=True)
class MultiframeModule:
    number_of_frames: int
    frame_time: float | None = None


@dataclass(frozen=True)
class CineModule:
    """``frame_time`` in ms."""

    number_of_frames: int
    frame_time: float | None = None


_UPPER = {"uid": "UID", "lut": "LUT", "id": "ID"}


def as_cornerstone(module: object) -> object:
    """A module as a plain dict with Cornerstone's camelCase names, tuples as lists; anything else as it is."""
    if is_dataclass(module) and not isinstance(module, type):
        return {_camel_case(f.name): as_cornerstone(getattr(module, f.name)) for f in fields(module)}
    if isinstance(module, tuple):
        return [as_cornerstone(item) for item in module]
    return module


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(_UPPER.get(word, word.capitalize()) for word in others)
