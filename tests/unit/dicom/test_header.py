"""The header's values, by the quick walk and by pydicom: each is compared with what pydicom reads of the whole file."""

import random
import warnings
from io import BytesIO

import pytest
from part10 import BUNDLED, GREY, bundled, data_set, part10
from pydicom import dcmread
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from loadstone.dicom.header import read_header
from loadstone.dicom.instances import INSTANCE_KEYWORDS, DataSetElements
from loadstone.dicom.walking import walk
from loadstone.errors import DecodeError, NotAnImageError

TAGS = {0x00080018, 0x00280011}
NUMBERS = {
    "EchoTime", "EchoNumbers", "TriggerTime", "DiffusionBValue", "SeriesNumber", "AcquisitionNumber", "InstanceNumber",
    "ImagePositionPatient", "ImageOrientationPatient", "TemporalPositionIdentifier", "NumberOfFrames", "Rows",
    "Columns",
}  # fmt: skip


def nothing_more(start, end):
    raise AssertionError(f"the bytes from {start} up to {end} are not needed")


def values(elements):
    read = {keyword: elements.numbers(keyword) for keyword in NUMBERS}
    for keyword in set(INSTANCE_KEYWORDS) - NUMBERS - {"PatientName", "SpecificCharacterSet"}:
        # spaces at the end mean nothing (PS3.5 6.2)
        read[keyword] = [item.rstrip() for item in (elements.text(keyword), *elements.texts(keyword))]
    return {**read, "PatientName": elements.person_name("PatientName")}


def complete():
    for path in sorted(BUNDLED.glob("*.dcm")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                whole = dcmread(path, force=True)
            except Exception:
                continue
        if "Rows" in whole and path.stat().st_size < 2_000_000:
            yield path.name


@pytest.mark.parametrize("name", complete())
def test_the_header_says_what_pydicom_reads_of_the_whole_file(name):
    data = bundled(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = values(DataSetElements(dcmread(BytesIO(data), force=True)))
        assert values(read_header(data[:16384], len(data), lambda start, end: data[start:end])) == expected


def test_most_files_are_walked():
    walked = [name for name in complete() if walk(bundled(name)[:16384], TAGS) is not None]
    assert len(walked) > 40
    assert "CT_small.dcm" in walked
    assert "MR_small_implicit.dcm" in walked


@pytest.mark.parametrize("syntax", [ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian])
def test_what_is_not_plain_little_endian_is_left_to_pydicom(syntax):
    data = part10(GREY | {"PatientID": "7"}, syntax=syntax)
    assert walk(data, TAGS) is None
    assert read_header(data, len(data), nothing_more).text("PatientID") == "7"


def test_sequences_of_undefined_length_are_walked_over():
    inner = data_set(
        {"ReferencedSOPInstanceUID": "9.9", "PurposeOfReferenceCodeSequence": [data_set({"CodeValue": "1"})]}
    )
    made = dcmread(BytesIO(part10(GREY | {"SourceImageSequence": [inner, inner], "PatientID": "7"})))
    for sequence in (made["SourceImageSequence"], inner["PurposeOfReferenceCodeSequence"]):
        sequence.is_undefined_length = True
        for item in sequence.value:
            item.is_undefined_length_sequence_item = True
    for syntax in (made.file_meta.TransferSyntaxUID, ImplicitVRLittleEndian):
        made.file_meta.TransferSyntaxUID = syntax
        written = BytesIO()
        made.save_as(written, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=True)
        # Rows of GREY, behind the sequence
        assert walk(written.getvalue(), {0x00100020, 0x00280010}) == {0x00100020: b"7 ", 0x00280010: b"\2\0"}


def test_a_header_that_is_longer_than_its_head_is_read_on():
    long = part10(
        GREY
        | {
            "ImageComments": "x" * 5000,
            "PatientID": "7",
            "SourceImageSequence": [
                data_set({"ReferencedSOPInstanceUID": "9" * 60, "PurposeOfReferenceCodeSequence": []})
            ]
            * 500,
        }
    )
    asked = []

    def read(start, end):
        asked.append((start, end))
        return long[start:end]

    elements = read_header(long[:16384], len(long), read)
    assert (elements.text("PatientID"), elements.numbers("Columns")) == ("7", (3.0,))
    assert asked == [(0, 16 * 16384)]


def test_names_of_all_character_sets_are_read():
    # PS3.5 H.3.1: Japanese with ISO 2022 escapes, and a German one in Latin-1 (PS3.5 6.1.2.3)
    japanese = b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"
    for charset, raw, expected in (
        ("ISO_IR 100", b"M\xfcller^J\xf6rg^^", "Müller^Jörg"),
        ("ISO_IR 192", "Müller^Jörg".encode(), "Müller^Jörg"),
        (["", "ISO 2022 IR 87"], japanese, "Yamada^Tarou"),
        (["", "ISO 2022 IR 87"], japanese.replace(b"Yamada^Tarou", b""), "山田^太郎"),
        (["", "ISO 2022 IR 87"], japanese.removeprefix(b"Yamada^Tarou="), "山田^太郎"),
    ):
        data = part10(GREY | {"SpecificCharacterSet": charset, "PatientName": "#" * (len(raw) + len(raw) % 2)})
        data = data.replace(b"#" * (len(raw) + len(raw) % 2), raw + b" " * (len(raw) % 2))
        assert walk(data, TAGS) is not None
        assert read_header(data, len(data), nothing_more).person_name("PatientName") == expected


def test_a_malformed_number_is_unknown():
    data = part10(GREY | {"InstanceNumber": "7 "}).replace(b"IS\2\0007 ", b"IS\2\000x ")
    assert read_header(data, len(data), nothing_more).numbers("InstanceNumber") == ()


@pytest.mark.parametrize("value", [b"inf ", b"nan "])
def test_what_is_no_finite_number_is_unknown(value):
    data = part10(GREY | {"EchoTime": "7.25"}).replace(b"7.25", value)
    assert walk(data, TAGS) is not None
    assert read_header(data, len(data), nothing_more).numbers("EchoTime") == ()


def test_elements_in_disorder_are_left_to_pydicom():
    data = part10(GREY | {"PatientID": "7"})
    patient = data.index(b"\x10\0\x20\0LO")
    identity = data.index(b"\x08\0\x18\0UI")
    moved = data[:identity] + data[patient : patient + 10] + data[identity:patient] + data[patient + 10 :]
    assert walk(moved, TAGS) is None
    elements = read_header(moved, len(moved), nothing_more)
    assert (elements.text("PatientID"), elements.text("SOPInstanceUID")) == ("7", "1.2.3")


def test_a_sequence_of_unknown_vr_is_left_to_pydicom():
    # PS3.5 6.2.2: what lies in it is implicit
    unknown = b"\x09\0\x10\x10UN\0\0\xff\xff\xff\xff" + b"\xfe\xff\0\xe0\x0a\0\0\0\x08\0\x55\x11\2\0\0\x009." + bytes(2)
    data = part10(GREY | {"PatientID": "7"})
    patient = data.index(b"\x10\0\x20\0LO")
    mixed = data[:patient] + unknown[:-2] + b"\xfe\xff\xdd\xe0\0\0\0\0" + data[patient:]
    assert walk(mixed, TAGS) is None
    assert read_header(mixed, len(mixed), nothing_more).text("PatientID") == "7"


def test_what_is_no_data_set_is_told():
    text = b"\x08\x00\x05\x00" + b"all sorts of things" * 10
    with pytest.raises(NotAnImageError, match="holds no DICOM data set that can be read; compare its size"):
        read_header(text, len(text), nothing_more)


def test_a_header_that_is_cut_off_is_told():
    data = part10(GREY | {"SourceImageSequence": [data_set({"ReferencedSOPInstanceUID": "9.9"})]})
    made = dcmread(BytesIO(data))
    made["SourceImageSequence"].is_undefined_length = True
    written = BytesIO()
    made.save_as(written)
    cut = written.getvalue()[: written.getvalue().index(b"9.9")]
    with pytest.raises(DecodeError, match=r"the DICOM header is damaged or cut off .*; ask for the file again"):
        read_header(cut, len(cut), nothing_more)


@pytest.mark.parametrize("there", [b"", b"\x20\x00\x0d\x00UI"])
def test_a_file_that_holds_less_than_its_size_is_read_as_far_as_it_goes(there):
    data = part10(GREY)
    cut = data[: data.index(b"\x28\0\x02\0")] + there
    read = read_header(cut, 1_000_000, lambda start, end: cut[start:end])
    assert read.text("SOPInstanceUID") == "1.2.3"
    assert read.numbers("Rows") == ()


def test_sequences_too_deep_to_walk_are_left_to_pydicom():
    data = part10(GREY)
    place = data.index(b"\x28\0\x02\0")
    # private sequences and their items, of undefined length, each in the one before
    opened = b"\x09\0\x10\x10SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff"
    assert walk(data[:place] + 700 * opened + data[place:], TAGS) is None


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_binary_number_that_is_not_finite_is_unknown(value):
    data = part10(GREY | {"DiffusionBValue": value})
    assert walk(data, TAGS) is not None
    assert read_header(data, len(data), nothing_more).numbers("DiffusionBValue") == ()


def test_a_deflated_file_of_many_megabytes_is_read_whole():
    # noise can not be deflated
    noise = random.Random(1).randbytes(17_000_000)
    data = part10(GREY | {"PatientID": "7"}, noise, syntax=DeflatedExplicitVRLittleEndian)
    read = read_header(data[:16384], len(data), lambda start, end: data[start:end])
    assert (read.text("PatientID"), read.numbers("Columns")) == ("7", (3.0,))
