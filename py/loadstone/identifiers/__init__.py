"""What of a file says who a person is: looked for before the file is given to others.

DICOM, NIfTI, PNG, JPEG, WebP, GIF, TIFF and ZIP archives of these are looked into, their pixels are not: a name that
is burned into a picture is told only where the file says so (Burned In Annotation). Of files of other kinds nothing
is known.
"""

from __future__ import annotations

from .finding import find_identifiers
from .identifier import NOT_CHECKED, Identifier
from .of_images import ImageIdentifiers, image_identifiers
from .telling import tell

__all__ = ["NOT_CHECKED", "Identifier", "ImageIdentifiers", "find_identifiers", "image_identifiers", "tell"]
