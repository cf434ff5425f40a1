"""A phantom as a DICOM file (PS3.10). Needs pydicom; imported on first need."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from ..errors import ImageTooLargeError
from ..image import Pixels
from .decimals import decimal_string
from .identity import CT, ENHANCED_CT, SECONDARY_CAPTURE, Identity, identity_of, uid_of
from .modules import PATIENT_ID, STUDY_DESCRIPTION
from .pattern import Pattern
from .placement import Placement

__all__ = ["write_part10"]

# what a length in bytes holds in a DICOM file is twice as much, but readers hold it in memory
_MOST_BYTES = 1 << 31


def write_part10(pattern: Pattern, frame: int | None) -> bytes:
    """The phantom with all its frames, or with ``frame`` (from 0) alone, as a file in Explicit VR Little Endian."""
    canvas = pattern.canvas
    identity = identity_of(pattern, frame)
    frames = range(canvas.frames) if frame is None else range(frame, frame + 1)
    _check_size(pattern, len(frames))
    data_set = Dataset()
    _identify(data_set, identity)
    if len(frames) > 1:
        data_set.NumberOfFrames = len(frames)
    place = pattern.placement
    if place is not None:
        data_set.FrameOfReferenceUID = identity.frame_of_reference_uid
        data_set.PositionReferenceIndicator = None
    if place is not None and len(frames) > 1:
        _add_functional_groups(data_set, pattern, place, identity)
    else:
        _add(data_set, _pixel_measures(pattern), *_meaning(pattern))
        if place is not None:
            _add(data_set, _plane_position(place, frames[0]), _plane_orientation(place))
    if identity.sop_class_uid == CT:
        # type 2: phantoms have none (PS3.3 C.8.2.1)
        data_set.KVP = data_set.AcquisitionNumber = None
    if identity.sop_class_uid.startswith(SECONDARY_CAPTURE) and len(frames) > 1:
        _number_frames(data_set, pattern)
    _describe_pixels(data_set, pattern)
    data_set.PixelData = _samples(pattern, frames)
    data_set["PixelData"].VR = "OB" if canvas.storing.bits_allocated <= 8 else "OW"
    return _written(data_set)


def _check_size(pattern: Pattern, frames: int) -> None:
    canvas, storing = pattern.canvas, pattern.canvas.storing
    size = frames * canvas.rows * canvas.columns * storing.samples_per_pixel * storing.dtype.itemsize
    if size > _MOST_BYTES:
        raise ImageTooLargeError(
            f"{frames} frames of {canvas.rows} x {canvas.columns} pixels are {size} bytes, more than the {_MOST_BYTES} "
            "that a file may have here; give fewer, or ask for single frames by frame=n"
        )


def _written(data_set: Dataset) -> bytes:
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    # told here, so that all versions of pydicom write the same bytes
    data_set.file_meta.ImplementationClassUID = UID(uid_of("implementation"))
    data_set.file_meta.ImplementationVersionName = "LOADSTONE"
    written = BytesIO()
    data_set.save_as(written, enforce_file_format=True)
    return written.getvalue()


def _identify(data_set: Dataset, identity: Identity) -> None:
    data_set.SOPClassUID = identity.sop_class_uid
    data_set.SOPInstanceUID = identity.sop_instance_uid
    data_set.SeriesInstanceUID = identity.series_instance_uid
    data_set.StudyInstanceUID = identity.study_instance_uid
    data_set.SeriesNumber = 1
    data_set.InstanceNumber = identity.instance_number
    data_set.Modality = identity.modality
    data_set.ImageType = list(identity.image_type)
    data_set.SeriesDescription = identity.series_description
    data_set.StudyDescription = STUDY_DESCRIPTION
    data_set.PatientName = identity.patient_name
    data_set.PatientID = PATIENT_ID
    data_set.Manufacturer = "Loadstone"
    if identity.sop_class_uid.startswith(SECONDARY_CAPTURE):
        # synthetic image (PS3.3 C.8.6.1)
        data_set.ConversionType = "SYN"
    # type 2: what nobody knows of a phantom
    for keyword in ("PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID", "AccessionNumber"):
        setattr(data_set, keyword, None)
    for keyword in ("ReferringPhysicianName", "PatientOrientation"):
        setattr(data_set, keyword, None)


def _add(data_set: Dataset, *parts: Dataset) -> None:
    for part in parts:
        data_set.update(part)


def _number_frames(data_set: Dataset, pattern: Pattern) -> None:
    """What multi-frame Secondary Captures have besides (PS3.3 C.8.6.3, C.8.6.4): frames follow like pages."""
    data_set.BurnedInAnnotation = "NO"
    if pattern.canvas.storing.photometric_interpretation == "MONOCHROME2":
        data_set.PresentationLUTShape = "IDENTITY"
    if pattern.placement is None:
        data_set.FrameIncrementPointer = tag_for_keyword("PageNumberVector")
        data_set.PageNumberVector = list(range(1, pattern.canvas.frames + 1))


def _pixel_measures(pattern: Pattern) -> Dataset:
    made, canvas, place = Dataset(), pattern.canvas, pattern.placement
    made.PixelSpacing = [decimal_string(canvas.row_spacing), decimal_string(canvas.column_spacing)]
    if place is not None:
        made.SliceThickness = made.SpacingBetweenSlices = decimal_string(place.slice_spacing)
    return made


def _plane_position(place: Placement, frame: int) -> Dataset:
    made = Dataset()
    made.ImagePositionPatient = list(map(decimal_string, place.position(frame)))
    return made


def _plane_orientation(place: Placement) -> Dataset:
    made = Dataset()
    made.ImageOrientationPatient = list(map(decimal_string, place.row_cosines + place.column_cosines))
    return made


def _meaning(pattern: Pattern) -> tuple[Dataset, ...]:
    """Rescale and windows of grey; colour has none."""
    storing = pattern.canvas.storing
    if storing.is_color:
        return ()
    rescale, voi = Dataset(), Dataset()
    rescale.RescaleSlope = decimal_string(storing.slope)
    rescale.RescaleIntercept = decimal_string(storing.intercept)
    rescale.RescaleType = "HU" if pattern.placement is not None else "US"
    voi.WindowCenter = [decimal_string(window.center) for window in pattern.windows]
    voi.WindowWidth = [decimal_string(window.width) for window in pattern.windows]
    voi.WindowCenterWidthExplanation = [window.explanation for window in pattern.windows]
    voi.VOILUTFunction = "LINEAR_EXACT"
    return rescale, voi


def _add_functional_groups(data_set: Dataset, pattern: Pattern, place: Placement, identity: Identity) -> None:
    """What is one for all frames, and where each lies (PS3.3 C.7.6.16)."""
    rescale, voi = _meaning(pattern)
    shared = Dataset()
    shared.PixelMeasuresSequence = [_pixel_measures(pattern)]
    shared.PlaneOrientationSequence = [_plane_orientation(place)]
    shared.PixelValueTransformationSequence = [rescale]
    shared.FrameVOILUTSequence = [voi]
    if identity.sop_class_uid == ENHANCED_CT:
        shared.CTImageFrameTypeSequence = [_kind_of_ct(Dataset(), identity)]
        _kind_of_ct(data_set, identity)
        data_set.ContentQualification = "RESEARCH"
        data_set.BurnedInAnnotation = "NO"
        data_set.LossyImageCompression = "00"
        data_set.PresentationLUTShape = "IDENTITY"
        # type 1 in enhanced general equipment (PS3.3 C.7.5.2)
        data_set.ManufacturerModelName = data_set.DeviceSerialNumber = data_set.SoftwareVersions = "phantom"
        data_set.AcquisitionContextSequence = []
    # type 1: as nobody made it at any time, always the same
    data_set.ContentDate, data_set.ContentTime = "20000101", "000000"
    organization, dimension = Dataset(), Dataset()
    organization.DimensionOrganizationUID = uid_of("dimensions", identity.sop_instance_uid)
    dimension.DimensionOrganizationUID = organization.DimensionOrganizationUID
    dimension.DimensionIndexPointer = tag_for_keyword("InStackPositionNumber")
    dimension.FunctionalGroupPointer = tag_for_keyword("FrameContentSequence")
    data_set.DimensionOrganizationSequence = [organization]
    data_set.DimensionIndexSequence = [dimension]
    data_set.SharedFunctionalGroupsSequence = [shared]
    data_set.PerFrameFunctionalGroupsSequence = [_own(place, frame) for frame in range(pattern.canvas.frames)]


def _kind_of_ct(data_set: Dataset, identity: Identity) -> Dataset:
    """PS3.3 C.8.16.2: for the image and for each frame."""
    if "SOPClassUID" not in data_set:
        data_set.FrameType = list(identity.image_type)
    data_set.PixelPresentation = "MONOCHROME"
    data_set.VolumetricProperties = "VOLUME"
    data_set.VolumeBasedCalculationTechnique = "NONE"
    return data_set


def _own(place: Placement, frame: int) -> Dataset:
    content, own = Dataset(), Dataset()
    content.StackID = "1"
    content.InStackPositionNumber = frame + 1
    content.DimensionIndexValues = [frame + 1]
    own.FrameContentSequence = [content]
    own.PlanePositionSequence = [_plane_position(place, frame)]
    return own


def _describe_pixels(data_set: Dataset, pattern: Pattern) -> None:
    canvas, storing = pattern.canvas, pattern.canvas.storing
    data_set.SamplesPerPixel = storing.samples_per_pixel
    data_set.PhotometricInterpretation = storing.photometric_interpretation
    data_set.Rows, data_set.Columns = canvas.rows, canvas.columns
    data_set.BitsAllocated, data_set.BitsStored = storing.bits_allocated, storing.bits
    data_set.HighBit = storing.bits - 1
    data_set.PixelRepresentation = int(storing.is_signed)
    if storing.samples_per_pixel == 3:
        data_set.PlanarConfiguration = 0
    if storing.photometric_interpretation == "PALETTE COLOR":
        table = storing.palette()
        for color, entries in zip(("Red", "Green", "Blue"), table.T, strict=True):
            # 65536 entries are written as 0
            setattr(data_set, f"{color}PaletteColorLookupTableDescriptor", [len(table) % 65536, 0, storing.color_bits])
            setattr(data_set, f"{color}PaletteColorLookupTableData", _even(_little_endian(entries)))


def _samples(pattern: Pattern, frames: range) -> bytes:
    storing = pattern.canvas.storing
    pieces: list[Pixels] = []
    for frame in frames:
        stored: Pixels = pattern.stored_values(frame)
        if storing.samples_per_pixel == 3:
            colors = storing.colors(stored)
            stored = colors if storing.photometric_interpretation == "RGB" else storing.ybr_full(colors)
        pieces.append(stored)
    if storing.bits_allocated == 1:
        # frames follow each other without a gap (PS3.5 8.2)
        return _even(np.packbits(np.concatenate(pieces, axis=None), bitorder="little").tobytes())
    return _even(b"".join(map(_little_endian, pieces)))


def _little_endian(values: Pixels) -> bytes:
    return values.astype(values.dtype.newbyteorder("<")).tobytes()


def _even(data: bytes) -> bytes:
    return data + bytes(len(data) % 2)
