"""``loadstone deidentify``, as a user runs it."""

import hashlib

import pytest
from click.testing import CliRunner
from part10 import GREY, bundled, part10
from pydicom import dcmread

from loadstone.identifiers import find_identifiers
from loadstone_build.commands import cli


def run(*arguments):
    return CliRunner().invoke(cli, ["deidentify", *map(str, arguments)], prog_name="loadstone")


@pytest.fixture
def study(tmp_path):
    """A folder that names its patient in every way: two slices, a picture's text, a list of files, notes."""
    folder = tmp_path / "Doe John"
    (folder / "left knee").mkdir(parents=True)
    for number in (1, 2):
        elements = GREY | {"PatientName": "Doe^John", "SeriesInstanceUID": "1.2.3", "SOPInstanceUID": f"1.2.3.{number}"}
        (folder / "left knee" / f"doe{number}.dcm").write_bytes(part10(elements, bytes(6)))
    (folder / "DICOMDIR").write_bytes(bundled("dicomdirtests/DICOMDIR"))
    (folder / "notes.txt").write_text("John Doe")
    return folder


def below(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_folder_comes_out_named_by_numbers_with_a_report(study, tmp_path):
    before = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in study.rglob("*") if path.is_file()}
    result = run(study, "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert below(tmp_path / "out") == ["0001/0001.dcm", "0001/0002.dcm"]
    slices = [dcmread(tmp_path / "out" / "0001" / f"000{number}.dcm") for number in (1, 2)]
    assert slices[0].SeriesInstanceUID == slices[1].SeriesInstanceUID != "1.2.3"
    assert slices[0].SOPInstanceUID != slices[1].SOPInstanceUID
    lines = result.stdout.splitlines()
    assert lines[0] == f"2 files written to {tmp_path / 'out'}"
    assert "  (0010,0010) Patient's Name: emptied in 2" in lines
    assert f"not written: {study / 'DICOMDIR'} is a DICOMDIR, which the files that it lists do without" in lines
    assert f"not written: {study / 'notes.txt'} is of no kind that is known here" in lines
    assert result.stderr == "Pixels were not looked into: look for names in the pictures before you share them.\n"
    assert before == {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in before}


def test_names_are_kept_when_that_is_asked_for_and_quiet_says_no_more_than_what_is_left_to_do(study, tmp_path):
    result = run(study, study / "left knee" / "doe1.dcm", "-o", tmp_path / "out", "--keep-names", "--quiet")
    assert result.exit_code == 0, result.output
    assert below(tmp_path / "out") == ["1 Doe John/left knee/doe1.dcm", "1 Doe John/left knee/doe2.dcm", "doe1.dcm"]
    assert result.stdout == ""
    assert "Pixels were not looked into" in result.stderr


def test_one_file_becomes_one_file(tmp_path):
    (tmp_path / "ct.dcm").write_bytes(bundled("CT_small.dcm"))
    result = run(tmp_path / "ct.dcm", "-o", tmp_path / "clean.dcm")
    assert result.exit_code == 0, result.output
    assert find_identifiers((tmp_path / "clean.dcm").read_bytes(), "clean.dcm") == ()


def test_what_is_said_to_be_burned_in_is_warned_of(tmp_path):
    (tmp_path / "us.dcm").write_bytes(part10(GREY | {"BurnedInAnnotation": "YES"}, bytes(6)))
    result = run(tmp_path / "us.dcm", "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert "WARNING: this is left in what was written:" in result.stderr
    assert "0001.dcm says who a person is: (0028,0301) Burned In Annotation 'YES'" in result.stderr


def test_what_is_read_or_there_already_is_not_written_over(study, tmp_path):
    slice_ = study / "left knee" / "doe1.dcm"
    for arguments, told in (
        ((study, "-o", study), "it is there already, and is not overwritten; name a new folder with -o"),
        ((slice_, "-o", slice_), "it is there already, and is not overwritten; name a new folder with -o"),
        ((study, "-o", study / "out"), f"it lies in {study}, which is read; name a folder beside it with -o"),
    ):
        result = run(*arguments)
        assert result.exit_code == 1
        assert result.stderr == f"loadstone: {arguments[-1]}: {told}\n"
    assert slice_.read_bytes().count(b"Doe^John") == 1


def test_a_damaged_file_is_left_out_and_fails_the_run_at_its_end(study, tmp_path):
    (study / "a.dcm").write_bytes(bundled("image_dfl.dcm")[:3000])
    result = run(study, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert below(tmp_path / "out") == ["0001/0001.dcm", "0001/0002.dcm"]
    last = result.stderr.splitlines()[-1]
    assert last.startswith(f"loadstone: {study / 'a.dcm'} was left out: it can not be read as DICOM to its end")


def test_where_there_is_nothing_to_write_the_command_fails(tmp_path):
    (tmp_path / "in").mkdir()
    result = run(tmp_path / "in", "-o", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (1, f"0 files written to {tmp_path / 'out'}\n")
    assert f"nothing was written: {tmp_path / 'in'} holds no DICOM, NIfTI or picture" in result.stderr
    result = run(tmp_path / "missing", "-o", tmp_path / "out")
    assert result.stderr == f"loadstone: {tmp_path / 'missing'}: there is no such file or folder; check the path\n"
