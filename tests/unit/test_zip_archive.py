import base64
import struct
import zipfile

import pytest
from packed import InMemory, with_flag, zipped

from loadstone.errors import LocalFileError
from loadstone.zip_archive import ZipArchive

MEGABYTE = 1024**2


def refusals(data):
    archive = ZipArchive(InMemory(data))
    return [archive.member(index).refusal() for index in range(len(archive))]


def test_members_are_read_in_part_and_whole():
    content = bytes(range(256)) * 1000
    archive = ZipArchive(InMemory(zipped({"a/b.dcm": content, "a/": b""})))
    member = archive.member(0)
    assert (len(archive), archive.is_folder(0), archive.is_folder(1)) == (2, False, True)
    assert (member.path, member.size) == ("cd.zip/a/b.dcm", 256_000)
    assert member.read(0, 256_000) == content
    assert member.read(300, 310) == content[300:310]


def test_only_what_is_needed_is_read():
    noise = [bytes((i * i * (n + 3)) >> 3 & 255 for i in range(MEGABYTE // 4)) for n in range(4)]
    file = InMemory(zipped({str(n): content for n, content in enumerate(noise)}, zipfile.ZIP_STORED))
    archive = ZipArchive(file)
    assert archive.member(2).read(0, 1000) == noise[2][:1000]
    assert sum(end - start for start, end in file.reads) < MEGABYTE // 5


def test_a_members_head_takes_one_read_of_the_file():
    file = InMemory(zipped({str(n): bytes(range(256)) * 1000 for n in range(50)}, zipfile.ZIP_STORED))
    archive = ZipArchive(file)
    file.reads.clear()
    for index in range(50):
        archive.member(index).read(0, 16384)
    assert len(file.reads) <= 50


def test_an_encrypted_member_is_refused():
    data = with_flag(zipped({"a.dcm": b"x"}), 0x1)
    (reason,) = refusals(data)
    assert reason == "is encrypted; unpack the archive with its password, and open the files"
    with pytest.raises(LocalFileError, match=r"^cd\.zip/a\.dcm: is encrypted; unpack the archive with its password"):
        ZipArchive(InMemory(data)).member(0).read(0, 1)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/../../b", "/etc/passwd", "C:/windows", "..\\..\\evil.dcm"])
def test_a_path_that_climbs_out_is_refused(name):
    (reason,) = refusals(zipped({name: b"x"}))
    assert reason == "its path leads out of the archive; such an archive was made to do harm, ask where it comes from"


def test_dots_within_a_name_lead_nowhere():
    assert refusals(zipped({"a..b/c...dcm": b"x"})) == [None]


def test_a_bomb_is_refused_before_it_is_unpacked():
    (reason,) = refusals(zipped({"bomb.dcm": bytes(80 * MEGABYTE)}))
    assert "bytes would unpack to 83886080, more than 200 times as many: this looks like a ZIP bomb" in reason


def test_an_empty_mask_is_no_bomb():
    assert refusals(zipped({"mask.dcm": bytes(4 * MEGABYTE)})) == [None]


def test_a_member_that_unpacks_to_more_than_memory_is_refused():
    data = bytearray(zipped({"a.dcm": b"x"}))
    # the unpacked size lies at byte 24 of the central header, the packed one at 20 (APPNOTE 4.3.12)
    struct.pack_into("<LL", data, data.find(b"PK\1\2") + 20, 1024 * MEGABYTE, 2048 * MEGABYTE)
    assert refusals(bytes(data)) == [
        "unpacks to 2147483648 bytes, more than 1073741824; unpack the archive, and open the file"
    ]


def test_a_member_that_unpacks_to_more_than_it_says_is_told():
    data = bytearray(zipped({"a.dcm": bytes(5000)}))
    for signature, at in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        struct.pack_into("<L", data, data.find(signature) + at, 100)
    member = ZipArchive(InMemory(bytes(data))).member(0)
    with pytest.raises(LocalFileError, match=r"^cd\.zip/a\.dcm: is damaged within the ZIP archive \(Bad CRC"):
        member.read(0, member.size)


def test_an_unknown_method_is_named():
    assert refusals(zipped({"a.dcm": b"x"}, zipfile.ZIP_BZIP2)) == [
        "is packed by method 12, which is not read here; unpack the archive first"
    ]


@pytest.mark.parametrize("cut", [10, 60])
def test_an_archive_that_is_cut_off_is_told(cut):
    data = zipped({"a.dcm": bytes(range(200))})[:-cut]
    with pytest.raises(LocalFileError, match=rf"^cd\.zip: the ZIP archive of {len(data)} bytes is damaged or cut off"):
        ZipArchive(InMemory(data))


def test_a_damaged_member_is_told():
    data = bytearray(zipped({"a.dcm": bytes(range(256))}, zipfile.ZIP_STORED))
    data[100] ^= 255
    with pytest.raises(
        LocalFileError, match=r"^cd\.zip/a\.dcm: is damaged within the ZIP archive .*; compare the arch"
    ):
        ZipArchive(InMemory(bytes(data))).member(0).read(0, 256)


def test_a_directory_that_is_too_long_is_not_read():
    # the end record says where the directory lies; what lies there is not read beyond 64 MB
    size = 70 * MEGABYTE
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, size, 0, 0)
    with pytest.raises(LocalFileError, match="its directory is longer than 67108864 bytes"):
        ZipArchive(InMemory(bytes(size) + end))


def test_too_many_members_are_refused():
    one = zipped({"a": b""})
    start, end = one.index(b"PK\1\2"), one.index(b"PK\5\6")
    entries = 100_001 * one[start:end]
    data = one[:start] + entries + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, len(entries), start, 0)
    with pytest.raises(LocalFileError, match="holds 100001 files, more than 100000; unpack it and open a part of it"):
        ZipArchive(InMemory(data))


def test_a_name_of_control_characters_is_shown_without_them():
    # a right-to-left override makes "gpj.exe" of "exe.jpg"
    archive = ZipArchive(InMemory(zipped({"a\u202egpj\n.dcm": b"x"})))
    assert archive.member(0).path == "cd.zip/a\ufffdgpj\ufffd.dcm"


def test_a_member_that_there_is_not_is_told():
    with pytest.raises(LocalFileError, match=r"cd\.zip has no member 1; it has 1, counted from 0"):
        ZipArchive(InMemory(zipped({"a": b"x"}))).member(1)


def test_a_member_without_a_name_is_no_folder():
    data = bytearray(zipped({"a": b"1"}))
    entry = data.index(b"PK\1\2")
    # APPNOTE 4.3.12: the name's length lies at byte 28; what was the name becomes the extra field's begin
    struct.pack_into("<HH", data, entry + 28, 0, 1)
    assert not ZipArchive(InMemory(bytes(data))).is_folder(0)


def contents(data, path="cd.zip"):
    """What each member says and holds, or why it can not be read."""
    archive = ZipArchive(InMemory(data, path))
    found = {}
    for index in range(len(archive)):
        member = archive.member(index)
        try:
            found[member.path] = member.read(0, member.size)
        except LocalFileError as error:
            found[member.path] = str(error)
    return found


# "é" in UTF-8, which sets the flag of UTF-8 names (0x800, the high byte of the flags)
ACCENTED = zipped({"aé.dcm": b"one", "b.dcm": b"two", "c/ü.dcm": b"three"})


def test_a_name_that_is_no_utf_8_is_shown_as_it_can_be_and_the_others_are_right():
    data = ACCENTED.replace("é".encode(), b"\xff\xfe")
    first, *others = contents(data).items()
    assert first == ("cd.zip/a\ufffd\N{BLACK SQUARE}.dcm", b"one")
    assert others == [("cd.zip/b.dcm", b"two"), ("cd.zip/c/ü.dcm", b"three")]


def test_a_name_that_is_no_utf_8_in_the_members_header_alone_refuses_that_member_alone():
    at = ACCENTED.index("é".encode())
    data = ACCENTED[:at] + b"\xff\xfe" + ACCENTED[at + 2 :]
    found = contents(data)
    assert found.pop("cd.zip/aé.dcm").startswith(
        "cd.zip/aé.dcm: is damaged within the ZIP archive ('utf-8' codec can't"
    )
    assert found == {"cd.zip/b.dcm": b"two", "cd.zip/c/ü.dcm": b"three"}


@pytest.mark.parametrize(("signature", "at"), [(b"PK\3\4", 7), (b"PK\1\2", 9)])
def test_a_members_header_and_the_directory_may_differ_in_the_flag_of_utf_8(signature, at):
    data = bytearray(ACCENTED)
    data[data.index(signature) + at] &= ~0x08
    assert list(contents(bytes(data)).values()) == [b"one", b"two", b"three"]


def test_data_before_an_archive_are_passed_over():
    assert contents(b"MZ" + bytes(5000) + ACCENTED) == contents(ACCENTED)


# made by Info-ZIP 3.0, "zip -X -P secret enc.zip x", and by pyzipper 0.4.0 (WZ_AES)
ZIP_CRYPTO = base64.b64decode(
    "UEsDBBQACQAIAAAAIVjjUT2NFgAAABcAAAABAAAAeE/8HwsQL4beKmMEQolFC2SsxO8ALMpQSwcI41E9jRYAAAAXAAAAUEsBAh4D"
    "FAAJAAgAAAAhWONRPY0WAAAAFwAAAAEAAAAAAAAAAQAAAKSBAAAAAHhQSwUGAAAAAAEAAQAvAAAARQAAAAAA"
)
AES = base64.b64decode(
    "UEsDBBQAAQBjALpwdV0AAAAAJgAAABgAAAABAAsAeAGZBwACAEFFAwgAPySsi58ijkvng4KKgWzCoEGrRlFnnO8JdmhivRYF0ndx"
    "FyolWkxQSwECFAMUAAEAYwC6cHVdAAAAACYAAAAYAAAAAQALAAAAAAAAAAAAgAEAAAAAeAGZBwACAEFFAwgAUEsFBgAAAAABAAEA"
    "OgAAAFAAAAAAAA=="
)


@pytest.mark.parametrize("data", [ZIP_CRYPTO, AES], ids=["ZipCrypto", "AES-256"])
def test_archives_that_real_programs_encrypted_are_refused(data):
    assert contents(data) == {
        "cd.zip/x": "cd.zip/x: is encrypted; unpack the archive with its password, and open the files"
    }


@pytest.mark.parametrize("path", ["cd.zip", "cd.z01", "cd.zip.002"])
def test_a_part_of_an_archive_that_was_split_is_told(path):
    whole = zipped({"a.dcm": bytes(range(256))}, zipfile.ZIP_STORED)
    data = bytearray(whole[100:])
    if path == "cd.zip":
        # the last part is disk 2, counted from 0 (APPNOTE 4.4.19)
        struct.pack_into("<H", data, data.index(b"PK\5\6") + 4, 2)
    else:
        data = data[:100]
    with pytest.raises(LocalFileError) as raised:
        ZipArchive(InMemory(bytes(data), path))
    assert str(raised.value) == (
        f"{path}: is one part of a ZIP archive that was split into several files; join them "
        "(zip -s 0 last.zip --out whole.zip), or unpack them, and open what comes of it"
    )


def test_an_archive_that_was_to_be_split_and_needed_not_is_read():
    # APPNOTE 8.5.4
    assert contents(b"PK00" + zipped({"a.dcm": b"one"})) == {"cd.zip/a.dcm": b"one"}
