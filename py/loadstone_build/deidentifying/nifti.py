"""NIfTI without its texts; voxels and geometry stay."""

import gzip
import struct
import zlib

from loadstone.identifiers.nifti import TEXT_FIELDS, header_end
from loadstone_build.deidentifying.changes import Change, NotDeidentifiedError, Report


def blank_nifti(data: bytes, *, report: Report) -> bytes:
    """The volume with empty text fields, and zeros where its extensions lay; packed again if it was packed."""
    packed = data.startswith(b"\x1f\x8b")
    try:
        volume = bytearray(gzip.decompress(data) if packed else data)
        size, _, end = header_end(bytes(volume[:540]))
    except (OSError, EOFError, ValueError, struct.error, zlib.error) as cause:
        raise NotDeidentifiedError(f"is a damaged NIfTI file ({cause}); ask for it again") from cause
    for field, (at, length) in TEXT_FIELDS[size].items():
        if any(volume[at : at + length]):
            volume[at : at + length] = bytes(length)
            report(Change(f"NIfTI {field}", "emptied"))
    if any(volume[size:end]):
        volume[size:end] = bytes(end - size)
        report(Change("NIfTI extensions", "removed"))
    # packed without a time, and without the file's name
    return gzip.compress(bytes(volume), mtime=0) if packed else bytes(volume)
