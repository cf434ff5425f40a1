import base64
import hashlib
import zipfile
from pathlib import Path

from loadstone_build.archives import read_archive, with_record, write_archive

MEMBERS = {"b/two.txt": b"two " * 100, "a.txt": b"one"}


def test_the_same_members_give_the_same_bytes_whatever_their_order(tmp_path: Path) -> None:
    write_archive(tmp_path / "first.zip", MEMBERS, deflate=False)
    write_archive(tmp_path / "second.zip", dict(reversed(MEMBERS.items())), deflate=False)
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    assert read_archive(tmp_path / "first.zip") == MEMBERS


def test_members_are_stored_unless_deflate_is_asked_for(tmp_path: Path) -> None:
    write_archive(tmp_path / "stored.zip", MEMBERS, deflate=False)
    write_archive(tmp_path / "deflated.zip", MEMBERS, deflate=True)
    stored = zipfile.ZipFile(tmp_path / "stored.zip").infolist()
    assert {info.compress_type for info in stored} == {zipfile.ZIP_STORED}
    assert (tmp_path / "deflated.zip").stat().st_size < (tmp_path / "stored.zip").stat().st_size
    assert read_archive(tmp_path / "deflated.zip") == MEMBERS


def test_a_wheels_record_lists_every_member_with_hash_and_size() -> None:
    wheel = with_record({"thing.pyc": b"code", "thing-1.0.dist-info/RECORD": b"stale"})
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"code").digest()).decode().rstrip("=")
    assert wheel["thing-1.0.dist-info/RECORD"].decode() == (
        f"thing.pyc,sha256={digest},4\nthing-1.0.dist-info/RECORD,,\n"
    )
