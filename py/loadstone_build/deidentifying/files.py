"""A file without what names a person, by what kind of file it is."""

import zlib

from loadstone.recognising import kind_of
from loadstone_build.deidentifying.changes import Kept, NotDeidentifiedError, Report
from loadstone_build.deidentifying.uids import NewUids

_GZIP = b"\x1f\x8b"
_HEAD = 1024


def deidentify(
    data: bytes,
    uids: NewUids,
    *,
    name: str = "",
    kept: Kept = (),
    report: Report = lambda change: None,
) -> bytes:
    """The same file without what names a person; pixels stay as they are, bit for bit.

    DICOM by the Basic Application Level Confidentiality Profile of PS3.15 E.1, with new UIDs from ``uids``;
    ``kept`` names its options: "dates" of the examination, "characteristics" of the patient. Pictures lose Exif (but
    for how they are turned), XMP, IPTC, comments and texts; NIfTI its texts and extensions. Files of other kinds are
    given back as they are. ``name``, that of the file, helps to tell what a damaged one should be; ``report`` hears
    once of each change.
    Raises :class:`NotDeidentifiedError` for ZIP archives, for DICOMDIR, and for what is damaged.
    """
    packed = data.startswith(_GZIP)
    match kind_of(_unpacked_head(data) if packed else data[:_HEAD], name):
        case "dicom" if not packed:
            from loadstone_build.deidentifying.dicom import deidentify_dicom

            return deidentify_dicom(data, uids, kept=kept, report=report)
        case "nifti":
            from loadstone_build.deidentifying.nifti import blank_nifti

            return blank_nifti(data, report=report)
        case "picture" if not packed:
            from loadstone_build.deidentifying.pictures import strip_picture

            return strip_picture(data, report=report)
        case "zip" if not packed:
            raise NotDeidentifiedError("is a ZIP archive; unpack it, and give the folder")
    return data


def _unpacked_head(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _HEAD)
    except zlib.error as cause:
        raise NotDeidentifiedError(f"is packed by gzip and damaged ({cause}); ask for it again") from cause
