"""Identifiers in what a DICOM file says, in sequences and private blocks too. Pixels are not looked into."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO

from pydicom import DataElement, Dataset, dcmread
from pydicom.datadict import dictionary_has_tag, dictionary_VR, tag_for_keyword
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from .dicom_attributes import IDENTIFYING, attribute_name
from .identifier import NOT_CHECKED, Identifier, is_dummy, shortened

__all__ = ["dicom_identifiers"]

_TAGS = frozenset(tag_for_keyword(keyword) for keyword in IDENTIFYING)
_BURNED_IN = tag_for_keyword("BurnedInAnnotation")


def dicom_identifiers(data: bytes) -> tuple[Identifier, ...]:
    """What the header says of persons; what can not be read of it counts as found."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            bare = data[128:132] != b"DICM"
            with BytesIO(data) as buffer:
                # to the end: private groups and signatures follow the pixels
                data_set = dcmread(buffer, force=bare)
        except Exception as cause:
            # pydicom lets struct, EOF and key errors through for damaged files
            return (Identifier("the DICOM header", f"{NOT_CHECKED} ({type(cause).__name__})"),)
        return tuple(_unique(_found(data_set, "")))


def _found(data_set: Dataset, within: str) -> Iterator[Identifier]:
    private = 0
    for tag in list(data_set.keys()):
        if tag.is_private:
            # the creator alone, which reserves a block, says nothing
            private += not tag.is_private_creator
            continue
        if not _is_of_interest(data_set, tag):
            continue
        where = f"{attribute_name(tag)}{within}"
        try:
            element = data_set[tag]
        except Exception:
            yield Identifier(where, NOT_CHECKED)
            continue
        if tag == _BURNED_IN and str(element.value).strip().upper() == "YES":
            yield Identifier(where, "YES")
        elif tag in _TAGS or element.VR == "PN":
            yield from _of_element(element, where)
        if isinstance(element.value, Sequence):
            for item in element.value:
                yield from _found(item, f" in {attribute_name(tag)}{within}")
    if private:
        yield Identifier(f"private elements{within}", str(private))


def _is_of_interest(data_set: Dataset, tag: BaseTag) -> bool:
    """Whether the element must be read, which takes long: most of a header is of no interest here."""
    if tag in _TAGS or tag == _BURNED_IN:
        return True
    vr = data_set.get_item(tag).VR
    if vr is None:
        # implicit in the file
        vr = dictionary_VR(tag) if dictionary_has_tag(tag) else "UN"
    return vr in ("PN", "SQ", "UN")


def _of_element(element: DataElement, where: str) -> Iterator[Identifier]:
    value = element.value
    if isinstance(value, bytes):
        content = value.strip(b"\0 ")
        if not is_dummy(content[:16].decode("latin-1")):
            yield Identifier(where, f"{len(content)} bytes")
        return
    if isinstance(value, Sequence):
        # codes of persons and institutions
        texts = [str(item.get("CodeMeaning", "a code")) for item in value]
    else:
        texts = [str(one) for one in (value if isinstance(value, MultiValue) else [value]) if one is not None]
    told = [text for text in texts if not is_dummy(text)]
    if told:
        yield Identifier(where, shortened(told[0]))


def _unique(found: Iterator[Identifier]) -> dict[Identifier, None]:
    """Many items of a sequence may say the same."""
    return dict.fromkeys(found)
