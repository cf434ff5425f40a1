"""Loadstone: image loaders in Python, in the browser, without a server.

    session = Session()
    session.register_image_loader("lab", load)      # async def load(image_id, options) -> numpy array
    image = await session.load_image("lab:42")
    rgba = render(image, View(512, 512))

The same package runs in Pyodide, in the page, and on desktop CPython.
"""

from __future__ import annotations

from .errors import LoadstoneError
from .image import Image, ImageLoadObject, LineageStep, LookupTable, Overlay, Shutter, Window
from .image_id import ImageId
from .pipeline import StepRegistration
from .registry import LoadOptions, Registration
from .rendering import render
from .session import Session
from .view import View
from .volume import Volume

__all__ = [
    "Image",
    "ImageId",
    "ImageLoadObject",
    "LineageStep",
    "LoadOptions",
    "LoadstoneError",
    "LookupTable",
    "Overlay",
    "Registration",
    "Session",
    "Shutter",
    "StepRegistration",
    "View",
    "Volume",
    "Window",
    "render",
]

__version__ = "0.1.0"
