"""The data set of one frame: what a file says of all its frames, and of this one (PS3.3 C.7.6.16)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pydicom import Dataset
from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.tag import BaseTag, Tag

from .file import DicomFile
from .values import items

__all__ = ["DicomFrame", "frame_data_set"]

_SHARED = "SharedFunctionalGroupsSequence"
_PER_FRAME = "PerFrameFunctionalGroupsSequence"

_Element = DataElement | RawDataElement

# which file it is and how its pixels lie is one for all frames, whatever a converted frame brought along
_OF_THE_FILE = frozenset(
    Tag(keyword)
    for keyword in (
        "SOPClassUID",
        "SOPInstanceUID",
        "SeriesInstanceUID",
        "StudyInstanceUID",
        "SamplesPerPixel",
        "PhotometricInterpretation",
        "PlanarConfiguration",
        "NumberOfFrames",
        "Rows",
        "Columns",
        "BitsAllocated",
        "BitsStored",
        "HighBit",
        "PixelRepresentation",
        "PixelData",
        "FloatPixelData",
        "DoubleFloatPixelData",
    )
)


@dataclass(frozen=True, eq=False)
class DicomFrame:
    """Frame ``index`` (from 0) of ``file``, with what the file says about it."""

    file: DicomFile
    index: int

    @cached_property
    def data_set(self) -> Dataset:
        """As :func:`frame_data_set`, made once."""
        return frame_data_set(self.file, self.index)


def frame_data_set(file: DicomFile, index: int) -> Dataset:
    """What ``file`` says about frame ``index`` (from 0), as if the frame were a file of its own.

    For a file with functional groups a shallow copy of its data set, without the groups, in which the elements of the
    shared macros' first items and, over them, of the frame's own stand at the top, beside the macro sequences
    themselves. Attributes that a legacy conversion could not assign come with them. For other files it is the
    file's data set itself. Must not be written to.
    """
    data_set = file.data_set
    groups = [
        items(data_set, _SHARED)[:1] if _SHARED in data_set else [],
        items(data_set, _PER_FRAME)[index : index + 1] if _PER_FRAME in data_set else [],
    ]
    if not any(groups):
        return data_set
    elements: dict[BaseTag, _Element] = dict(data_set.items())
    for keyword in (_SHARED, _PER_FRAME):
        elements.pop(Tag(keyword), None)
    for group in groups:
        for item in group:
            elements.update(_flattened(item))
    made = Dataset(elements)
    implicit, little_endian = data_set.original_encoding
    made.set_original_encoding(implicit, little_endian, data_set.original_character_set)
    return made


def _flattened(group: Dataset) -> Iterator[tuple[BaseTag, _Element]]:
    """The macros of ``group`` and the elements of their first items, unread as long as nobody asks for them."""
    for tag, element in group.items():
        # private sequences hold whole data sets of other files: no macros
        macro = [] if tag.is_private else items(group, keyword_for_tag(tag))[:1]
        if macro:
            yield tag, element
            yield from ((tag, element) for tag, element in macro[0].items() if tag not in _OF_THE_FILE)
