"""What a person wants to know of an image, as lines of text: what ``loadstone info`` prints."""

from collections.abc import Iterator, Mapping
from typing import Any

from loadstone import Image
from loadstone_build.desktop_session import FetchedFile

# of these modules, these fields, in this order
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "patientModule": ("patientName", "patientID", "patientBirthDate", "patientSex"),
    "generalStudyModule": ("studyDate", "studyDescription", "accessionNumber", "studyInstanceUID"),
    "generalSeriesModule": ("modality", "seriesNumber", "seriesDescription", "seriesInstanceUID"),
    "generalImageModule": ("instanceNumber", "imageType"),
    "sopCommonModule": ("sopClassUID", "sopInstanceUID"),
    "transferSyntax": ("transferSyntaxUID",),
    "imagePlaneModule": ("imagePositionPatient", "imageOrientationPatient", "sliceThickness"),
}
_LABEL_WIDTH = 24


def image_table(image: Image, metadata: Mapping[str, Any], files: list[FetchedFile]) -> str:
    """Return the table of an image whose modules are ``metadata``, and which came from ``files``."""
    blocks = [[image.image_id], list(_of_image(image, files))]
    for name, fields in _FIELDS.items():
        module = metadata.get(name, {})
        rows = [_row(field, _text(module[field])) for field in fields if module.get(field) not in (None, "", [])]
        if rows:
            blocks.append([name, *rows])
    if image.warnings:
        blocks.append(["warnings", *(f"  {warning}" for warning in image.warnings)])
    return "\n\n".join("\n".join(block) for block in blocks)


def _of_image(image: Image, files: list[FetchedFile]) -> Iterator[str]:
    yield _row("size", f"{image.columns} × {image.rows} pixels")
    yield _row("stored as", f"{image.photometric_interpretation}, {image.pixels.dtype}, {image.bits_stored} bits")
    yield _row("frames", _frames(image))
    if image.row_spacing and image.column_spacing:
        yield _row("spacing", f"{image.column_spacing:g} mm across, {image.row_spacing:g} mm down")
    elif image.pixel_aspect_ratio:
        yield _row("pixel aspect", f"{image.pixel_aspect_ratio:g} (height over width)")
    if not image.is_color:
        yield from _of_values(image)
    if image.overlays:
        yield _row("overlays", ", ".join(overlay.label or overlay.description or "one" for overlay in image.overlays))
    if image.shutter is not None:
        yield _row("shutter", "yes")
    for file in files:
        yield _row("file", f"{_shortened(file.address)}, {file.size:,} bytes")


def _frames(image: Image) -> str:
    last = image.first_frame_number + image.frame_count - 1
    return "1" if image.frame_count == 1 else f"{image.frame_count}, {image.first_frame_number} to {last}"


def _of_values(image: Image) -> Iterator[str]:
    low, high = image.value_range
    yield _row("stored values", f"{low:g} to {high:g}")
    if image.modality_lut is not None:
        yield _row("modality LUT", f"{len(image.modality_lut.entries)} entries of {image.modality_lut.bits} bits")
    else:
        yield _row("rescale", f"stored × {image.rescale_slope:g} {image.rescale_intercept:+g}")
    if image.unit:
        yield _row("unit", image.unit)
    if image.padding is not None:
        yield _row("padding", f"{image.padding[0]:g} to {image.padding[1]:g}")
    for window in image.windows:
        named = f" ({window.explanation})" if window.explanation else ""
        yield _row("window", f"center {window.center:g}, width {window.width:g}{named}")
    for index, table in enumerate(image.voi_luts):
        yield _row("VOI LUT", f"{index}: {table.explanation or f'{len(table.entries)} entries'}")


def _row(label: str, value: str) -> str:
    return f"  {label:{_LABEL_WIDTH}}  {value}"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, float):
        return f"{value:g}"
    return _with_name(value) if isinstance(value, str) and value.startswith("1.2.840.10008.") else str(value)


def _with_name(uid: str) -> str:
    """A UID of the standard with what PS3.6 calls it."""
    from pydicom.config import IGNORE
    from pydicom.uid import UID

    name = UID(uid, IGNORE).name
    return uid if name == uid else f"{name} ({uid})"


def _shortened(address: str) -> str:
    """A data: address of megabytes by its beginning."""
    return address if len(address) <= 120 else f"{address[:119]}…"
