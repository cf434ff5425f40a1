"""Zip files and wheels as name -> bytes, written so that the same members give the same bytes."""

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

# the earliest time a zip can hold
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def read_archive(path: Path) -> dict[str, bytes]:
    """Return every file of a zip by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def write_archive(path: Path, members: Mapping[str, bytes], *, deflate: bool) -> None:
    """Write a zip: members by name, no times; stored, or deflated for hosts that do not compress."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    with zipfile.ZipFile(partial, "w") as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            info.external_attr = 0o644 << 16
            info.create_system = 3  # Unix, wherever it is written
            info.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
            archive.writestr(info, members[name], compresslevel=9)
    partial.replace(path)


def with_record(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a wheel's members with the RECORD written anew, as the wheel format asks."""
    info_folder = dist_info(members)
    record = f"{info_folder}/RECORD"
    lines = []
    for name in sorted(set(members) - {record}):
        digest = base64.urlsafe_b64encode(hashlib.sha256(members[name]).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(members[name])}")
    lines.append(f"{record},,")
    return {**members, record: ("\n".join(lines) + "\n").encode()}


def dist_info(members: Mapping[str, bytes]) -> str:
    """Return the name of a wheel's .dist-info folder."""
    return next(name.split("/")[0] for name in members if name.split("/")[0].endswith(".dist-info"))
