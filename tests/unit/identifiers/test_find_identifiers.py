"""Who files of other kinds name: pictures, volumes, archives."""

import gzip
import io
import struct
import zipfile

import pytest
from nifti_files import nifti1, nifti2
from part10 import GREY, bundled, part10
from PIL import Image, PngImagePlugin

from loadstone.identifiers import NOT_CHECKED, Identifier, find_identifiers, image_identifiers, tell
from loadstone.local_files import LocalFiles, PathFile, with_local_files

PICTURE = Image.new("RGB", (8, 6), (10, 200, 30))
PERSONAL = {0x010E: "knee of John Doe", 0x013B: "Jane Roe", 0x0131: "Camera 1.0", 0x0112: 6}


def saved(form, **options):
    written = io.BytesIO()
    PICTURE.save(written, form, **options)
    return written.getvalue()


def exif():
    made = Image.Exif()
    made.update(PERSONAL)
    made.get_ifd(0x8769).update({0xA430: "J. Roe", 0xA431: "SN123456"})
    made.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    return made


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_exif_names_owners_places_and_serial_numbers(form):
    assert set(find_identifiers(saved(form, exif=exif()), "x")) == {
        Identifier("Exif ImageDescription", "knee…"),
        Identifier("Exif Artist", "Jane…"),
        Identifier("Exif CameraOwnerName", "J. Ro…"),
        Identifier("Exif BodySerialNumber", "SN123…"),
        Identifier("Exif GPS", "a position"),
    }


def test_tiff_tags_are_told():
    told = find_identifiers(saved("TIFF", tiffinfo=PERSONAL), "x.tif")
    assert told == (Identifier("TIFF ImageDescription", "knee…"), Identifier("TIFF Artist", "Jane…"))


def test_exif_is_read_in_big_endian():
    made = exif()
    made.endian = ">"
    block = made.tobytes()
    assert block.startswith(b"Exif\0\0MM")
    assert len(find_identifiers(saved("JPEG", exif=block), "x")) == 5


def test_png_texts_are_told_also_packed_and_behind_the_pixels():
    text = PngImagePlugin.PngInfo()
    text.add_text("Software", "Matplotlib version 3")
    text.add_text("Patient", "John Doe")
    text.add_text("Comment", "seen by Dr. House", zip=True)
    text.add_itxt("Überschrift", "Жан", zip=True)
    packed = saved("PNG", pnginfo=text)
    end = packed.index(b"IEND") - 4
    late = b"late\0Doe"
    behind = packed[:end] + struct.pack(">I", len(late)) + b"tEXt" + late + bytes(4) + packed[end:]
    assert [(one.where, one.value) for one in find_identifiers(behind, "x")] == [
        ("PNG text Patient", "John…"),
        ("PNG text Comment", "seen…"),
        ("PNG text Überschrift", "Жан"),
        ("PNG text late", "Doe"),
    ]


@pytest.mark.parametrize("form", ["JPEG", "GIF"])
def test_comments_are_told(form):
    (told,) = find_identifiers(saved(form, comment=b"John Doe, left knee"), "x")
    assert told == Identifier(f"{form} comment", "John…")


def test_xmp_is_told_where_it_names_a_creator_but_not_for_the_program():
    packet = "<x:xmpmeta><rdf:RDF><{}>Jane</{}></rdf:RDF></x:xmpmeta>"
    for form in ("JPEG", "WEBP"):
        said = saved(form, xmp=packet.format("dc:creator", "dc:creator").encode())
        assert find_identifiers(said, "x") == (Identifier("XMP", "dc:creator"),)
        assert find_identifiers(saved(form, xmp=packet.format("xmp:CreatorTool", "a").encode()), "x") == ()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_a_plain_picture_names_nobody(form):
    assert find_identifiers(saved(form), "x") == ()


def test_a_damaged_picture_could_not_be_checked():
    tiff = bytearray(saved("TIFF", tiffinfo={0x013B: "Jane Roe"}))
    tiff[4:8] = struct.pack("<I", 10**6)
    (told,) = find_identifiers(bytes(tiff), "x")
    assert told.value.startswith(NOT_CHECKED)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("make", [nifti1, nifti2])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_volume_describes_itself(make, order, pack):
    volume = pack(make(order=order, descrip=b"John Doe 3T"))
    assert find_identifiers(volume, "volume") == (Identifier("NIfTI descrip", "John…"),)


@pytest.mark.parametrize(
    "stamp", [b"", b"FSL5.0", b"6.0.3:b862cdd5", b"TE=2.9;Time=174030.000;phase=1", b"SPM compatible"]
)
def test_what_programs_write_into_a_volume_names_nobody(stamp):
    assert find_identifiers(nifti1(descrip=stamp), "x.nii") == ()


def test_extensions_of_a_volume_are_told_by_their_code():
    volume = nifti1(vox_offset=384)
    extension = struct.pack("<ii", 32, 6) + b"John Doe".ljust(24, b"\0")
    extended = volume[:348] + b"\1\0\0\0" + extension + volume[352:]
    assert find_identifiers(extended, "x.nii") == (Identifier("NIfTI extension of code 6", "John…"),)
    assert find_identifiers(gzip.compress(extended), "x.nii.gz") != ()
    endless = extended[:352] + bytes(4) + extended[356:]
    assert NOT_CHECKED in find_identifiers(endless, "x.nii")[0].value


def test_a_cut_volume_could_not_be_checked():
    (told,) = find_identifiers(nifti1()[:90], "x.nii")
    assert (told.where, told.value[: len(NOT_CHECKED)]) == ("the NIfTI header", NOT_CHECKED)


def test_members_of_an_archive_are_looked_into():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a/ct.dcm", part10(GREY | {"PatientID": "1234567"}, bytes(6)))
        archive.writestr("notes.txt", "nothing is known of it")
    assert find_identifiers(written.getvalue(), "x.zip") == (
        Identifier("(0010,0020) Patient ID in x.zip/a/ct.dcm", "12345…"),
    )
    assert find_identifiers(written.getvalue()[:-30], "x.zip") == (Identifier("the ZIP archive", NOT_CHECKED),)


@pytest.mark.parametrize(
    "data", [b"", b"x", b"import numpy\n", bytes(2000), gzip.compress(b"raw", mtime=0), b"\x1f\x8b\0"]
)
def test_of_other_kinds_of_file_nothing_is_told(data):
    assert find_identifiers(data, "raw.bin") == ()


def test_many_files_are_told_of_in_few_lines():
    name = Identifier("(0010,0010) Patient's Name", "Doe^J…")
    assert tell({"a.dcm": (), "b.dcm": ()}) == ""
    assert tell({f"{i}.dcm": (name,) for i in range(5)} | {"none.dcm": ()}).splitlines() == [
        *[f"{i}.dcm says who a person is: (0010,0010) Patient's Name 'Doe^J…'" for i in range(3)],
        "and so do 2 more files of 6",
    ]
    assert tell({"a.dcm": (name,) * 8}).endswith("'Doe^J…' and 2 more")


async def test_images_are_looked_into_by_their_ids_each_file_once(tmp_path):
    (tmp_path / "ct.dcm").write_bytes(bundled("CT_small.dcm"))
    files = LocalFiles()
    files.add([PathFile(tmp_path / "ct.dcm")])
    required = []

    async def network(url, *, headers, progress=None):
        raise AssertionError(url)

    async def require(package):
        required.append(package)

    ids = ["dicomfile:1?frame=1", "dicomfile:1?frame=2", "mine:1", "wadors:https://x/frames/1", "dicomfile:9"]
    fetch = with_local_files(network, files)
    ct, gone = await image_identifiers(ids, fetch=fetch, require=require, local_files=files)
    assert (ct.image_id, ct.file) == ("dicomfile:1?frame=1", "ct.dcm")
    assert Identifier("(0010,0010) Patient's Name", "Compr…") in ct.findings
    assert (gone.image_id, gone.findings) == ("dicomfile:9", (Identifier("the file", NOT_CHECKED),))
    (sample,) = await image_identifiers(["example:mr-small"], fetch=fetch, require=require, local_files=files)
    assert sample.file == "example:mr-small"
    assert required == ["pydicom", "pydicom"]
    await image_identifiers(["example:png", "example:nifti"], fetch=fetch, require=require, local_files=files)
    assert required == ["pydicom", "pydicom"]
