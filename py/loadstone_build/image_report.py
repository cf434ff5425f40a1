"""All that a session knows of an image, as data: what ``loadstone info --json`` prints.

    {
      "loadstone": "0.1.0",
      "image":     as loadstone.describe() gives it in JavaScript, but for its loading time; and "pixelType" (numpy's
                   name), "bitsStored", "firstFrameNumber", "modalityLUT"
      "metadata":  {"patientModule": {"patientName": …}, …}: each module that the image has, in Cornerstone's spelling
      "frames":    [{"imageId", "sha256", "minPixelValue", "maxPixelValue", "warnings", "metadata"}, …]
      "files":     [{"address", "size", "sha256"}, …]: what was fetched for it
    }

``sha256`` of a frame is that of its stored values in row-major order, little endian, in the type ``pixelType``.
``metadata`` of a frame has the modules that differ from those above, null where it has none; a frame that can not be
loaded has ``error`` in the place of all but ``imageId``. Values are as json_values.py writes them.
"""

import dataclasses
import hashlib
from collections.abc import Iterable
from typing import Any

from loadstone import Image, LoadstoneError, Session, __version__
from loadstone.description import image_description
from loadstone.metadata import MODULE_NAMES
from loadstone_build.desktop_session import DesktopSession
from loadstone_build.json_values import json_value

# pydicom's data set: dicomJson says the same
_NO_JSON = frozenset({"dataset"})
# of these, those of the first frame are enough
_OF_THE_FILE = frozenset({"dicomJson", "instance"})


async def image_report(desktop: DesktopSession, image_id: str, *, all_frames: bool) -> dict[str, Any]:
    """Return the report of the image, with ``all_frames`` of its file or just the one that the id names.

    Raises what loading the image raises; what later frames raise stands in the report.
    """
    session = desktop.session
    image = await session.load_and_cache_image(image_id)
    metadata = metadata_modules(session, image)
    frame_ids = await session.frames(image_id) if all_frames else (image_id,)
    return {
        "loadstone": __version__,
        "image": _image(image),
        "metadata": metadata,
        "frames": [await _frame(session, frame_id, metadata) for frame_id in frame_ids],
        "files": [dataclasses.asdict(file) for file in desktop.fetched],
    }


def metadata_modules(session: Session, image: Image, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """Return the modules that the session's providers have of the image in the cache, by name, without empty ones."""
    names = (set(image.metadata) | set(MODULE_NAMES)) - _NO_JSON - set(without)
    modules = {name: json_value(session.metadata.get(name, image.image_id)) for name in sorted(names)}
    return {name: module for name, module in modules.items() if not _is_empty(module)}


def _is_empty(module: Any) -> bool:
    if isinstance(module, dict):
        return all(value is None for value in module.values())
    return module is None or module == []


def _image(image: Image) -> dict[str, Any]:
    description = image_description(image)
    # another one each time
    del description["loadTimeInMS"]
    table = image.modality_lut
    return json_value(  # type: ignore[no-any-return]
        {
            **description,
            "pixelType": str(image.pixels.dtype),
            "bitsStored": image.bits_stored,
            "firstFrameNumber": image.first_frame_number,
            "modalityLUT": None
            if table is None
            else {
                "explanation": table.explanation,
                "firstValueMapped": table.first_mapped,
                "numBitsPerEntry": table.bits,
                "entries": len(table.entries),
            },
        }
    )


async def _frame(session: Session, image_id: str, metadata: dict[str, Any]) -> dict[str, Any]:
    try:
        image = await session.load_and_cache_image(image_id)
    except LoadstoneError as error:
        return {"imageId": image_id, "error": str(error)}
    modules = metadata_modules(session, image, without=_OF_THE_FILE)
    names = (set(modules) | set(metadata)) - _OF_THE_FILE
    low, high = image.value_range
    return {
        "imageId": image_id,
        "sha256": hashlib.sha256(image.pixels.tobytes()).hexdigest(),
        "minPixelValue": json_value(low),
        "maxPixelValue": json_value(high),
        "warnings": list(image.warnings),
        "metadata": {name: modules.get(name) for name in sorted(names) if modules.get(name) != metadata.get(name)},
    }
