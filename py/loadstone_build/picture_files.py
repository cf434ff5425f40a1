"""Writing pictures to files: complete, or not at all."""

import os
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from loadstone_build.errors import BuildError

STANDARD_OUTPUT = "-"


def check_target(target: str) -> None:
    """Raise :class:`BuildError` where no PNG can be written to ``target``, before any work is done for it."""
    if target == STANDARD_OUTPUT:
        if sys.stdout.isatty():
            raise BuildError("-: a terminal shows no PNG; send it on to a program or a file, as in: -o - | display")
        return
    path = Path(target)
    if path.suffix.lower() != ".png":
        raise BuildError(f"{target}: pictures are written as PNG; give a name such as {path.stem or 'out'}.png")
    if not path.parent.is_dir():
        raise BuildError(f"{target}: there is no folder {path.parent}; make it first, or name another")
    if path.is_dir():
        raise BuildError(f"{target} is a folder; name a file, such as {target}/out.png")
    if not os.access(path.parent, os.W_OK):
        raise BuildError(
            f"{target}: the folder {path.parent} can not be written to; name another, or change its rights"
        )


def png_bytes(rgba: NDArray[np.uint8]) -> bytes:
    """Return the picture as PNG, without alpha where all of it is opaque; the same pixels give the same bytes."""
    opaque = bool((rgba[..., 3] == 255).all())
    file = BytesIO()
    Image.fromarray(np.ascontiguousarray(rgba[..., :3]) if opaque else rgba).save(file, "PNG")
    return file.getvalue()


def write_picture(rgba: NDArray[np.uint8], target: str) -> None:
    """Write a PNG to the file ``target``, "-" for standard output; a file that was there is replaced at the end.

    Raises :class:`BuildError` where that fails; then nothing is left behind.
    """
    data = png_bytes(rgba)
    if target == STANDARD_OUTPUT:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(target)
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as cause:
        partial.unlink(missing_ok=True)
        raise BuildError(f"{target} can not be written ({cause.strerror}); check the disk and its rights") from cause
