from io import BytesIO

import pytest
from part10 import BUNDLED, GREY, part10
from pydicom import dcmread
from pydicom.fileset import FileSet

from loadstone.dicom.directory import is_directory, referenced_files
from loadstone.errors import DecodeError


@pytest.fixture
def disc(tmp_path):
    """A file set that pydicom writes: two series of two instances."""
    files = FileSet()
    for series in ("4.1", "4.2"):
        for number in (1, 2):
            elements = GREY | {
                "SOPInstanceUID": f"{series}.{number}",
                "SeriesInstanceUID": series,
                "StudyInstanceUID": "4",
                "PatientID": "7",
                "PatientName": "Doe^Jane",
                "StudyDate": "20240102",
                "StudyTime": "1015",
                "StudyID": "1",
                "Modality": "OT",
                "SeriesNumber": 1,
                "InstanceNumber": number,
            }
            files.add(dcmread(BytesIO(part10(elements, bytes(6)))))
    files.write(tmp_path)
    return tmp_path


def test_the_files_of_a_disc_are_those_that_it_has(disc):
    named = list(filter(None, referenced_files((disc / "DICOMDIR").read_bytes())))
    assert {one.path: one.sop_instance_uid for one in named} == {
        path.relative_to(disc).as_posix(): str(dcmread(path).SOPInstanceUID)
        for path in disc.rglob("*")
        if path.is_file() and path.name != "DICOMDIR"
    }
    assert len(named) == 4


@pytest.mark.parametrize("name", ["DICOMDIR", "DICOMDIR-bigEnd", "DICOMDIR-implicit", "DICOMDIR-nooffset"])
def test_directories_of_all_encodings_name_their_files(name):
    data = (BUNDLED / "dicomdirtests" / name).read_bytes()
    records = dcmread(BytesIO(data)).DirectoryRecordSequence
    assert is_directory(data)
    assert [one and (one.path, one.sop_instance_uid) for one in referenced_files(data)] == [
        ("/".join(record.ReferencedFileID), record.ReferencedSOPInstanceUIDInFile)
        if "ReferencedFileID" in record
        else None
        for record in records
    ]


def test_an_empty_directory_names_nothing():
    assert list(referenced_files((BUNDLED / "dicomdirtests" / "DICOMDIR-empty.dcm").read_bytes())) == []


def test_an_image_is_no_directory():
    assert not is_directory(part10(GREY))


def test_a_directory_that_is_cut_off_names_what_it_can(disc):
    data = (disc / "DICOMDIR").read_bytes()
    named = []
    with pytest.raises(DecodeError, match=r"the DICOMDIR of \d+ bytes is damaged or cut off .*; the files beside it"):
        # within the header of the last record
        named.extend(referenced_files(data[: data.rindex(b"\xfe\xff\x00\xe0") + 4]))
    # patient, study, and the first series with its two images, and the second one with one
    assert [one is not None for one in named] == [False, False, False, True, True, False, True]


def test_records_that_point_at_each_other_in_a_circle_are_read_once(disc):
    directory = dcmread(disc / "DICOMDIR")
    first = directory.DirectoryRecordSequence[0].seq_item_tell
    for record in directory.DirectoryRecordSequence:
        record.OffsetOfTheNextDirectoryRecord = record.OffsetOfReferencedLowerLevelDirectoryEntity = first
    written = BytesIO()
    directory.save_as(written)
    assert len(list(filter(None, referenced_files(written.getvalue())))) == 4
