"""Files without what names a person; pixels by their bytes, and as other programs decode them."""

import gzip
import hashlib
import io
import struct
from importlib.resources import files
from pathlib import Path

import nibabel
import numpy as np
import pytest
from nifti_files import nifti1, nifti2
from part10 import BUNDLED, GREY, PET, bundled, data_set, part10
from PIL import Image, ImageOps, PngImagePlugin
from pydicom import dcmread

from loadstone.identifiers import Identifier, find_identifiers
from loadstone_build.deidentifying import Change, NewUids, NotDeidentifiedError, deidentify
from loadstone_build.deidentifying.changes import DicomDirectoryError

UIDS = NewUids(b"a secret of the tests")
# of the real files; larger ones have as many elements, and take longer
LARGEST = 512 * 1024


def read(data):
    return dcmread(io.BytesIO(data), force=True)


def made(elements, **options):
    return read(deidentify(part10(GREY | elements, bytes(6)), UIDS, **options))


def real_files():
    folders = [BUNDLED, Path(str(files("data_store"))) / "data"]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            with path.open("rb") if path.is_file() else io.BytesIO() as file:
                if file.read(132)[128:] == b"DICM" and path.stat().st_size < LARGEST:
                    yield path


def test_in_hundreds_of_real_files_nobody_is_named_and_pixels_are_the_same_bytes():
    seen = named = 0
    for path in real_files():
        data = path.read_bytes()
        try:
            clean = deidentify(data, UIDS)
        except DicomDirectoryError:
            continue
        named += bool(find_identifiers(data, path.name))
        left = [one for one in find_identifiers(clean, path.name) if "Burned In" not in one.where]
        assert left == [], path
        assert pixels(clean) == pixels(data), path
        seen += 1
    assert seen > 100
    assert named > 50


def pixels(data):
    data_set = read(data)
    tag = next((tag for tag in (0x7FE00010, 0x7FE00009, 0x7FE00008) if tag in data_set), None)
    return None if tag is None else hashlib.sha256(data_set[tag].value or b"").hexdigest()


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small_bigendian.dcm", "JPEG2000.dcm", "MR_small_RLE.dcm", "image_dfl.dcm"]
)
def test_pixels_decode_to_the_same(name):
    before, after = bundled(name), deidentify(bundled(name), UIDS)
    assert after != before
    assert read(after).file_meta.TransferSyntaxUID == read(before).file_meta.TransferSyntaxUID
    assert np.array_equal(read(after).pixel_array, read(before).pixel_array)


def test_the_profile_is_named_in_the_file():
    clean = made({"PatientName": "Doe^John", "PatientID": "1234", "PatientBirthDate": "19700102"})
    assert clean.PatientIdentityRemoved == "YES"
    (code,) = clean.DeidentificationMethodCodeSequence
    assert (code.CodeValue, code.CodingSchemeDesignator) == ("113100", "DCM")
    assert clean.LongitudinalTemporalInformationModified == "REMOVED"
    # by Table E.1-1 the name is emptied (Z), the number a dummy (Z/D)
    assert (str(clean.PatientName), clean.PatientBirthDate) == ("", "")
    assert clean.PatientID not in ("", "1234")


def test_dates_stay_when_they_are_asked_for_but_not_that_of_birth():
    dates = {"StudyDate": "20200102", "SeriesTime": "101112", "PatientBirthDate": "19700102"}
    clean = made(dates, kept=["dates"])
    assert (clean.StudyDate, clean.SeriesTime, clean.PatientBirthDate) == ("20200102", "101112", "")
    codes = [code.CodeValue for code in clean.DeidentificationMethodCodeSequence]
    assert (codes, clean.LongitudinalTemporalInformationModified) == (["113100", "113106"], "UNMODIFIED")
    clean = made(dates)
    assert clean.StudyDate == ""
    assert clean.get("SeriesTime") != "101112"


def test_what_suv_needs_stays_when_dates_and_characteristics_are_kept():
    def needed(data_set):
        nuclide = data_set.RadiopharmaceuticalInformationSequence[0]
        return data_set.get("PatientWeight"), data_set.SeriesTime, nuclide.get("RadiopharmaceuticalStartDateTime")

    assert needed(made(PET, kept=["dates", "characteristics"])) == (70, "100000", "20200102090000")
    assert not {70, "100000", "20200102090000"} & set(needed(made(PET)))


def test_names_that_the_table_does_not_have_are_emptied():
    clean = made({"EvaluatorName": "Doe^John", "PatientBirthDateInAlternativeCalendar": "5730"})
    assert (str(clean.EvaluatorName), clean.PatientBirthDateInAlternativeCalendar) == ("", "")


def test_a_series_stays_a_series_and_references_hold():
    def slice_(number, **more):
        uids = {"SOPInstanceUID": f"1.2.3.{number}", "SeriesInstanceUID": "1.2.3", "FrameOfReferenceUID": "1.2.9"}
        return made(uids | more)

    first = slice_(1)
    second = slice_(2, ReferencedImageSequence=[data_set({"ReferencedSOPInstanceUID": "1.2.3.1"})])
    assert first.SeriesInstanceUID == second.SeriesInstanceUID != "1.2.3"
    assert first.FrameOfReferenceUID == second.FrameOfReferenceUID != "1.2.9"
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert second.ReferencedImageSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID
    assert first.file_meta.MediaStorageSOPInstanceUID == first.SOPInstanceUID
    assert first.SOPClassUID == read(part10(GREY)).SOPClassUID


def test_new_uids_are_of_the_run_and_those_of_the_standard_stay():
    assert UIDS.of("1.2.3") == NewUids(b"a secret of the tests").of("1.2.3") != NewUids().of("1.2.3")
    assert UIDS.of("1.2.3").startswith("2.25.")
    assert len(UIDS.of("1.2.3")) <= 64
    assert UIDS.of("1.2.840.10008.1.4.1.1") == "1.2.840.10008.1.4.1.1"
    assert UIDS.of("") == ""


def test_sequences_are_cleaned_at_any_depth_and_private_elements_go():
    inner = data_set({"PatientID": "1234567", "ReferencedSOPInstanceUID": "1.2.3.1"})
    inner.private_block(0x11, "MAKER", create=True).add_new(1, "LO", "Doe^John")
    clean = made(
        {"DeidentificationActionSequence": None, "ViewCodeSequence": [data_set({"ViewModifierCodeSequence": [inner]})]}
    )
    (item,) = clean.ViewCodeSequence[0].ViewModifierCodeSequence
    assert item.PatientID != "1234567"
    assert item.ReferencedSOPInstanceUID == UIDS.of("1.2.3.1")
    assert not [element for element in item if element.tag.is_private]


def test_elements_that_the_standard_does_not_know_go_but_for_lengths_of_groups_and_repeating_ones():
    stranger = read(part10(GREY, bytes(6)))
    stranger.add_new(0x00104444, "LO", "Doe^John")
    stranger.add_new(0x00280000, "UL", 4)
    stranger.add_new(0x002031FF, "CS", "X")
    written = io.BytesIO()
    stranger.save_as(written)
    changes = []
    clean = read(deidentify(written.getvalue(), UIDS, report=changes.append))
    assert (0x0010, 0x4444) not in clean
    assert Change("elements that the standard does not know", "removed") in changes
    assert clean[0x002031FF].value == "X"


def test_the_preamble_and_who_sent_the_file_are_emptied():
    data = bytearray(bundled("CT_small.dcm"))
    data[:8] = b"Doe John"
    clean = deidentify(bytes(data), UIDS)
    assert clean[:132] == bytes(128) + b"DICM"
    assert "SourceApplicationEntityTitle" in read(bytes(data)).file_meta
    assert "SourceApplicationEntityTitle" not in read(clean).file_meta


def test_changes_are_told_once_each():
    changes = []
    item = data_set({"PatientID": "1234567"})
    deidentify(
        part10(GREY | {"PatientName": "Doe", "OperatorsName": "", "ViewCodeSequence": [item, item]}),
        UIDS,
        report=changes.append,
    )
    assert Change("(0010,0010) Patient's Name", "emptied") in changes
    assert changes.count(Change("(0010,0020) Patient ID", "replaced")) == 1
    assert "(0008,1070) Operators' Name" not in {change.where for change in changes}


def test_burned_in_names_stay_and_can_still_be_found():
    clean = deidentify(part10(GREY | {"BurnedInAnnotation": "YES"}, bytes(6)), UIDS)
    assert find_identifiers(clean, "x") == (Identifier("(0028,0301) Burned In Annotation", "YES"),)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (bundled("dicomdirtests/DICOMDIR"), "is a DICOMDIR, which the files that it lists do without"),
        (b"PK\x03\x04" + bytes(60), "is a ZIP archive; unpack it, and give the folder"),
        (nifti1()[:90], "is a damaged NIfTI file"),
        (gzip.compress(nifti1())[:60], "is a damaged NIfTI file"),
        (b"II*\0\xff\xff\0\0" + bytes(20), "is a damaged picture"),
        (bundled("image_dfl.dcm")[:3000], "can not be read as DICOM to its end"),
    ],
)
def test_what_can_not_be_cleaned_is_refused(data, told):
    with pytest.raises(NotDeidentifiedError, match=told):
        deidentify(data, UIDS, name="x.nii" if "NIfTI" in told else "")


def test_files_of_other_kinds_are_given_back_as_they_are():
    assert deidentify(b"import numpy\n", UIDS) == b"import numpy\n"


@pytest.mark.parametrize("make", [nifti1, nifti2])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_volume_keeps_its_voxels_and_geometry(make, pack):
    before = make(descrip=b"John Doe", vox_offset=576)
    before = before[:544] + bytes(32) + before[544:] if make is nifti2 else before[:352] + bytes(224) + before[352:]
    size = 540 if make is nifti2 else 348
    length = 576 - size - 4
    extension = b"\1\0\0\0" + struct.pack("<ii", length, 6) + b"John Doe".ljust(length - 8)
    before = pack(before[:size] + extension + before[size + len(extension) :])
    assert len(find_identifiers(before, "x.nii")) == 2
    changes = []
    after = deidentify(before, UIDS, report=changes.append)
    assert [change.where for change in changes] == ["NIfTI descrip", "NIfTI extensions"]
    assert find_identifiers(after, "x.nii") == ()
    kind = nibabel.Nifti2Image if make is nifti2 else nibabel.Nifti1Image
    old, new = (kind.from_bytes(gzip.decompress(data) if pack is gzip.compress else data) for data in (before, after))
    assert np.array_equal(np.asanyarray(old.dataobj), np.asanyarray(new.dataobj))
    assert np.array_equal(old.affine, new.affine)


@pytest.fixture(scope="module")
def picture():
    return Image.fromarray(np.random.default_rng(6).integers(0, 255, (24, 16, 3), np.uint8))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_keeps_its_pixels_and_how_it_is_turned(picture, form):
    exif = Image.Exif()
    exif.update({0x013B: "Jane Roe", 0x0112: 6})
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0)})
    written = io.BytesIO()
    options = {"xmp": b"<dc:creator>Jane Roe</dc:creator>"} if form in ("JPEG", "WEBP") else {}
    if form == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Author", "Jane Roe")
    picture.save(written, form, exif=exif, dpi=(300, 300), **options)
    before = written.getvalue() + (b"Jane Roe" if form != "TIFF" else b"")
    after = deidentify(before, UIDS)
    assert find_identifiers(before, "x") != ()
    assert find_identifiers(after, "x") == ()
    assert b"Jane" not in after
    if form == "WEBP":
        # the flags of its header: Exif there is, XMP there is none
        assert after[20] & 0x0C == 0x08
    old, new = (Image.open(io.BytesIO(data)) for data in (before, after))
    assert new.getexif().get(0x0112) == 6
    assert new.info.get("dpi") == old.info.get("dpi")
    assert ImageOps.exif_transpose(new).tobytes() == ImageOps.exif_transpose(old).tobytes()


def test_an_animation_keeps_its_steps(picture):
    for form in ("GIF", "PNG", "WEBP"):
        written = io.BytesIO()
        steps = [picture.rotate(90 * turn) for turn in (1, 2)]
        picture.save(written, form, save_all=True, append_images=steps, duration=40, loop=0)
        before = written.getvalue()
        after = deidentify(before, UIDS)
        old, new = (Image.open(io.BytesIO(data)) for data in (before, after))
        assert new.n_frames == old.n_frames == 3
        for step in range(3):
            old.seek(step)
            new.seek(step)
            assert new.convert("RGB").tobytes() == old.convert("RGB").tobytes()


def test_comments_of_a_gif_are_cut_out(picture):
    written = io.BytesIO()
    picture.save(written, "GIF", comment=b"Jane Roe")
    after = deidentify(written.getvalue(), UIDS)
    assert b"Jane" not in after
    assert Image.open(io.BytesIO(after)).convert("RGB").tobytes() == (
        Image.open(io.BytesIO(written.getvalue())).convert("RGB").tobytes()
    )
