"""All that a file says, as plain data."""

from __future__ import annotations

import warnings
from typing import Any

from pydicom import Dataset
from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.multival import MultiValue

from ..functional_groups import DicomFrame

__all__ = ["dicom_json", "instance"]

# binary values whose text would be longer are left out
_MOST_INLINE = 1024
_BINARY = ("OB", "OD", "OF", "OL", "OV", "OW", "UN", "OB or OW")


def dicom_json(frame: DicomFrame) -> dict[str, Any]:
    """The file's data set in the DICOM JSON model (PS3.18 F), without large binary values and unreadable elements."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _model(frame.file.data_set)


def instance(frame: DicomFrame) -> dict[str, Any]:
    """What the file says of the frame, by DICOM keyword: functional groups stand at the top, several values are a
    list, and so are the items of a sequence. Without private elements and binary values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _by_keyword(_model(frame.data_set))


def _model(data_set: Dataset) -> dict[str, Any]:
    elements = {}
    for tag in list(data_set.keys()):
        try:
            elements[f"{tag:08X}"] = _element_model(data_set[tag])
        except Exception:
            # what can not be read can not be told; pydicom raises all kinds of errors
            continue
    return elements


def _element_model(element: DataElement) -> dict[str, Any]:
    if element.VR == "SQ":
        return {"vr": "SQ", "Value": [_model(item) for item in element.value]}
    if isinstance(element.value, MultiValue) and "" in element.value:
        # empty ones among several are null (PS3.18 F.2.5), which pydicom does not know of numbers and names
        filled = DataElement(element.tag, element.VR, [value for value in element.value if value != ""])
        models = iter(_element_model(filled).get("Value", ()))
        return {"vr": element.VR, "Value": [None if value == "" else next(models) for value in element.value]}
    model = element.to_json_dict(lambda bulk: "", _MOST_INLINE)
    model.pop("BulkDataURI", None)
    return model


def _by_keyword(model: dict[str, Any]) -> dict[str, Any]:
    elements = {}
    for tag, element in model.items():
        keyword = keyword_for_tag(int(tag, 16))
        if keyword and (element["vr"] not in _BINARY):
            elements[keyword] = _plain(element["vr"], element.get("Value", []))
    return elements


def _plain(vr: str, values: list[Any]) -> Any:
    if vr == "SQ":
        return [_by_keyword(item) for item in values]
    if vr == "PN":
        values = ["=".join(name.values()) if name else None for name in values]
    return (values[0] if values else None) if len(values) < 2 else values
