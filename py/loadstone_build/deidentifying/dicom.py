"""DICOM by the Basic Application Level Confidentiality Profile (PS3.15 E.1), from dicom-anonymizer's tables of it.

That library goes through the outermost data set alone, and remembers UIDs for as long as Python runs. Here its rules
are applied in all sequences, and UIDs come from the run.
"""

import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from io import BytesIO
from types import MappingProxyType
from typing import Literal

from dicomanonymizer.dicomfields_selector import dicom_anonymization_database_selector
from dicomanonymizer.simpledicomanonymizer import replace_element
from pydicom import DataElement, Dataset, dcmread
from pydicom.datadict import dictionary_has_tag, repeater_has_tag, tag_for_keyword
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag
from pydicom.uid import MediaStorageDirectoryStorage

from loadstone import __version__
from loadstone.identifiers.dicom_attributes import IDENTIFYING, attribute_name
from loadstone_build.deidentifying.changes import Change, DicomDirectoryError, Kept, NotDeidentifiedError, Report
from loadstone_build.deidentifying.uids import NewUids

Action = Literal["removed", "emptied", "replaced", "uid"]

_TABLE = "dicomfields_2024b"
# X/Z and the like leave the choice to what the kind of object needs: what it may need is kept, without its value
_ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "D_TAGS": "replaced",
        "Z_TAGS": "emptied",
        "X_TAGS": "removed",
        "U_TAGS": "uid",
        "Z_D_TAGS": "replaced",
        "X_Z_TAGS": "emptied",
        "X_D_TAGS": "replaced",
        "X_Z_D_TAGS": "replaced",
        # sequences of references: they hold, since their UIDs change with those that they refer to
        "X_Z_U_STAR_TAGS": "uid",
    }
)
_DATES = ("DA", "DT", "TM")
_BIRTH = frozenset(map(tag_for_keyword, ("PatientBirthDate", "PatientBirthTime")))
# PS3.15 Table E.1-1, the column of the Retain Patient Characteristics Option, as far as it says K
_CHARACTERISTICS = frozenset(
    map(
        tag_for_keyword,
        ("EthnicGroup", "PatientAge", "PatientSex", "PatientSexNeutered", "PatientSize", "PatientWeight",
         "PregnancyStatus", "SmokingStatus"),
    )
)  # fmt: skip
_BASIC_PROFILE = ("113100", "Basic Application Confidentiality Profile")
_OPTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "dates": ("113106", "Retain Longitudinal Temporal Information Full Dates Option"),
        "characteristics": ("113108", "Retain Patient Characteristics Option"),
    }
)
# who sent and wrote the file, and what they added
_FILE_META = (0x00020016, 0x00020017, 0x00020018, 0x00020026, 0x00020027, 0x00020028, 0x00020100, 0x00020102)


def deidentify_dicom(data: bytes, uids: NewUids, *, kept: Kept, report: Report) -> bytes:
    """The file by the profile, in its transfer syntax; see :func:`deidentify`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            data_set = dcmread(BytesIO(data), force=data[128:132] != b"DICM")
            if _is_directory(data_set):
                raise DicomDirectoryError("is a DICOMDIR, which the files that it lists do without")
            work = _Work(uids, kept)
            work.apply(data_set)
            _mark(data_set, kept)
            _new_file_meta(data_set)
            written = BytesIO()
            data_set.save_as(written)
        except NotDeidentifiedError:
            raise
        except Exception as cause:
            # pydicom lets struct, EOF, key and value errors through for damaged files
            raise NotDeidentifiedError(
                f"can not be read as DICOM to its end ({type(cause).__name__}: {cause}); ask for it again"
            ) from cause
    for change in work.changes:
        report(change)
    return written.getvalue()


class _Work:
    """The rules applied to one file, and what they changed."""

    def __init__(self, uids: NewUids, kept: Kept) -> None:
        self._uids = uids
        self._kept = kept
        # in the order of the file, each once
        self.changes: dict[Change, None] = {}

    def apply(self, data_set: Dataset) -> None:
        """Apply the rules to a data set and to all that is in it."""
        rules = _rules()
        for tag in list(data_set.keys()):
            if tag.is_private:
                del data_set[tag]
                self.changes[Change("private elements", "removed")] = None
                continue
            if not _is_of_the_standard(tag):
                del data_set[tag]
                self.changes[Change("elements that the standard does not know", "removed")] = None
                continue
            action = rules.get(tag) or _of_repeating_group(tag)
            if action not in (None, "uid") and self._stays(data_set, tag):
                continue
            if action == "removed":
                del data_set[tag]
                self._note(tag, "removed")
                continue
            element = data_set.get_item(tag)
            if action is None and element is not None and element.VR not in ("SQ", "PN", "UN", None):
                # most of the elements, and the pixel data: as they were read
                continue
            self._change(data_set[tag], action)

    def _change(self, element: DataElement, action: Action | None) -> None:
        if action is None and element.VR == "PN":
            # names of persons that the table does not know of
            action = "emptied"
        if isinstance(element.value, Sequence):
            self._change_sequence(element, action)
        elif action == "uid":
            if element.value:
                element.value = self._new_uids(element.value)
                self._note(element.tag, "replaced")
        elif action in ("emptied", "replaced"):
            if element.is_empty:
                return
            if action == "emptied" or not _replace(element):
                element.clear()
            self._note(element.tag, action)

    def _change_sequence(self, element: DataElement, action: Action | None) -> None:
        if action == "emptied":
            if element.value:
                self._note(element.tag, "emptied")
            element.value = []
            return
        for item in element.value:
            self.apply(item)
            if action == "replaced":
                self._replace_all(item)
                self._note(element.tag, "replaced")

    def _replace_all(self, data_set: Dataset) -> None:
        """Dummies for all values, at any depth; what :meth:`apply` did stays."""
        for element in data_set:
            if isinstance(element.value, Sequence):
                for item in element.value:
                    self._replace_all(item)
            elif element.VR != "UI" and not element.is_empty and not _replace(element):
                element.clear()

    def _new_uids(self, value: object) -> object:
        if isinstance(value, MultiValue):
            return [self._uids.of(str(uid)) for uid in value]
        return self._uids.of(str(value))

    def _stays(self, data_set: Dataset, tag: BaseTag) -> bool:
        """Whether an option keeps an element that the profile changes."""
        if tag in _CHARACTERISTICS:
            return "characteristics" in self._kept
        return "dates" in self._kept and tag not in _BIRTH and data_set[tag].VR in _DATES

    def _note(self, tag: BaseTag, action: Literal["removed", "emptied", "replaced"]) -> None:
        self.changes[Change(attribute_name(tag), action)] = None


@cache
def _rules() -> Mapping[int, Action]:
    table = dicom_anonymization_database_selector(_TABLE)
    # what is told to identify is emptied, also where the table does not have it
    ours: dict[int, Action] = {tag_for_keyword(keyword) or 0: "emptied" for keyword in IDENTIFYING}
    return ours | {
        tag[0] << 16 | tag[1]: action
        for category, action in _ACTIONS.items()
        for tag in table[category]
        # repeating groups have masks besides
        if len(tag) == 2
    }


def _is_of_the_standard(tag: BaseTag) -> bool:
    # element 0 is the length of a group
    return tag.element == 0 or dictionary_has_tag(tag) or repeater_has_tag(tag)


def _of_repeating_group(tag: BaseTag) -> Action | None:
    """Curves and overlays are removed: what Table E.1-1 leaves of an overlay says nothing without its data."""
    return "removed" if tag.group & 0xFF00 in (0x5000, 0x6000) else None


def _replace(element: DataElement) -> bool:
    """Put dicom-anonymizer's dummy for the VR in the place of the value; False where it has none."""
    try:
        replace_element(element)
    except NotImplementedError:
        return False
    return True


def _is_directory(data_set: Dataset) -> bool:
    meta = getattr(data_set, "file_meta", None)
    kind = None if meta is None else meta.get("MediaStorageSOPClassUID")
    return bool(kind == MediaStorageDirectoryStorage) or "DirectoryRecordSequence" in data_set


def _mark(data_set: Dataset, kept: Kept) -> None:
    """Say in the file that, and how, it was de-identified (PS3.15 E.1.1)."""
    data_set.PatientIdentityRemoved = "YES"
    data_set.DeidentificationMethod = ["PS3.15 E.1 Basic Profile", f"Loadstone {__version__}"]
    codes = [_BASIC_PROFILE, *(code for option, code in _OPTIONS.items() if option in kept)]
    data_set.DeidentificationMethodCodeSequence = Sequence(_codes(codes))
    data_set.LongitudinalTemporalInformationModified = "UNMODIFIED" if "dates" in kept else "REMOVED"


def _codes(codes: Iterable[tuple[str, str]]) -> list[Dataset]:
    items = []
    for value, meaning in codes:
        item = Dataset()
        item.CodeValue = value
        item.CodingSchemeDesignator = "DCM"
        item.CodeMeaning = meaning
        items.append(item)
    return items


def _new_file_meta(data_set: Dataset) -> None:
    if getattr(data_set, "preamble", None):
        # anything may stand there
        data_set.preamble = bytes(128)
    meta = getattr(data_set, "file_meta", None)
    if not meta:
        return
    for tag in _FILE_META:
        if tag in meta:
            del meta[tag]
    if "SOPInstanceUID" in data_set:
        meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
