"""What this machine's own Python makes of the page's views, to compare with."""

from __future__ import annotations

import asyncio
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from loadstone.session import Session
from loadstone.view import View

__all__ = ["SAMPLES", "rendered_here", "sha256"]

# the embedded samples but the web JPEG: browsers' and desktops' libjpegs differ
SAMPLES = (
    "example:ct",
    "example:mr",
    "example:mr-small",
    "example:us",
    "example:us-cine?frame=3",
    "example:phantom",
    "example:nifti",
    "example:png",
)


def sha256(pixels: bytes) -> str:
    return hashlib.sha256(pixels).hexdigest()


def rendered_here(image_id: str, page_view: dict[str, Any]) -> bytes:
    """The RGBA that this Python renders."""
    names = {"voiLUTFunction": "voi_lut_function", "voiLUT": "voi_lut"}
    fields = {
        names.get(name) or re.sub("[A-Z]", lambda upper: f"_{upper[0].lower()}", name): value
        for name, value in page_view.items()
        if name != "fitScale"
    }
    fields["pan"] = (page_view["pan"]["x"], page_view["pan"]["y"])

    async def render() -> bytes:
        return (await Session().render(image_id, View(**fields))).tobytes()

    # Playwright's event loop runs in this thread, so another one is needed
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, render()).result()
