"""Files without what names a person: DICOM by PS3.15's basic profile, pictures and volumes without their texts.

Pixels stay as they are, bit for bit; what is burned into them stays, too. What is left to tell is found by
``loadstone.identifiers``.
"""

from loadstone_build.deidentifying.changes import Change, NotDeidentifiedError
from loadstone_build.deidentifying.files import deidentify
from loadstone_build.deidentifying.uids import NewUids

__all__ = ["Change", "NewUids", "NotDeidentifiedError", "deidentify"]
