import asyncio
import gzip
import io

import numpy as np
import pytest
from nifti_files import nifti1, nifti2
from packed import Gone, InMemory, Slow, with_flag, zipped
from part10 import BUNDLED, GREY, part10
from PIL import Image as PillowImage
from pydicom import dcmread
from pydicom.fileset import FileSet
from pydicom.uid import CTImageStorage

from loadstone.contents import OtherImage, Skipped
from loadstone.importing import read_heads
from loadstone.local_files import files_below
from loadstone.session import Session


def dicom(number, series="1.1", **elements):
    return part10(
        GREY
        | {
            "SOPClassUID": CTImageStorage,
            "SOPInstanceUID": f"{series}.{number}",
            "StudyInstanceUID": "1",
            "SeriesInstanceUID": series,
            "InstanceNumber": number,
        }
        | elements,
        bytes([number]) * 6,
        vr="OB",
    )


def png():
    written = io.BytesIO()
    PillowImage.fromarray(np.zeros((2, 3), np.uint8)).save(written, format="PNG")
    return written.getvalue()


def opened(files, **options):
    """What a session makes of files, given as paths and bytes."""
    made = [InMemory(content, path) for path, content in files.items()]
    return asyncio.run(Session().open_files(made, **options))


def image_ids(imported):
    return [list(stack.image_ids) for study in imported.studies for series in study.series for stack in series.stacks]


def reasons(imported):
    return {skipped.path: skipped.reason for skipped in imported.skipped}


def test_files_become_studies_and_series_whatever_they_are_called():
    imported = opened({"x": dicom(2), "y.dcm": dicom(1), "z": dicom(1, "1.2", SeriesNumber=7)})
    (study,) = imported.studies
    assert [series.series_instance_uid for series in study.series] == ["1.2", "1.1"]
    assert image_ids(imported) == [["dicomfile:3"], ["dicomfile:2", "dicomfile:1"]]
    assert imported.skipped == ()


def test_frames_are_counted_from_1():
    cine = dicom(1, NumberOfFrames=3)
    assert image_ids(opened({"cine": cine})) == [[f"dicomfile:1?frame={number}" for number in (1, 2, 3)]]


@pytest.mark.parametrize("count", [0, -5, 2_000_000_000])
def test_a_number_of_frames_that_can_not_be_true_is_one(count):
    assert image_ids(opened({"cine": dicom(1, NumberOfFrames=count)})) == [["dicomfile:1"]]


def test_an_archives_files_are_read_where_they_lie():
    imported = opened({"readme": b"hello", "cd.zip": zipped({"a/": b"", "a/2": dicom(2), "a/1": dicom(1), "n": b"x"})})
    assert image_ids(imported) == [["dicomfile:2/2", "dicomfile:2/1"]]
    assert set(reasons(imported)) == {"readme", "cd.zip/n"}


def test_pictures_and_volumes_are_offered_beside_the_studies():
    imported = opened({"a.png": png(), "b.zip": zipped({"b.png": png()}), "brain.nii.gz": b"\x1f\x8b"})
    assert imported.others == (
        OtherImage("web:local:1", "a.png"),
        OtherImage("web:local:2/0", "b.zip/b.png"),
        OtherImage("nifti:local:3", "brain.nii.gz"),
    )
    assert (imported.studies, imported.skipped) == ((), ())


@pytest.mark.parametrize("written", [nifti1, nifti2])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_volume_tells_its_slices_and_times(written, order, packed):
    # 5 slices and 3 times of many voxels, more than the head of a file holds
    voxels = np.random.default_rng(1).integers(0, 1000, (40, 40, 5, 3)).astype(np.int16)
    name = "brain.nii.gz" if packed is gzip.compress else "brain.nii"
    (volume,) = opened({name: packed(written(voxels, order))}).others
    assert (volume.frame_count, volume.slice_count) == (15, 5)


@pytest.mark.parametrize("dim", [(2, 3, 4, 9, 1, 1, 1, 1), (3, 2, 3, -4, 1, 1, 1, 1), (3, 1, 1, 32767, 9, 1, 1, 1),
                                 (4, 1, 1, 32767, 9, 1, 1, 1), (0,) * 8, (9, 2, 2, 2, 2, 2, 2, 2)])  # fmt: skip
def test_a_number_of_slices_that_can_not_be_true_is_one(dim):
    (volume,) = opened({"a.nii": nifti1(dim=dim) + bytes(400)}).others
    expected = 32767 if dim[:4] == (3, 1, 1, 32767) else 1
    assert (volume.frame_count, volume.slice_count) == (expected, expected)


def test_what_is_skipped_is_told_with_its_reason():
    report = part10({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.88.33", "StudyInstanceUID": "1"})
    imported = opened(
        {
            "cd/a.txt": b"hello, world",
            "cd/empty": b"",
            "cd/report": report,
            "cd/1": dicom(1),
            "copy/1": dicom(1),
            "cd/in.zip": zipped({"in.zip": zipped({"a": b""})}),
            "cd/bad.zip": b"PK\3\4 is no archive",
            "cd/bomb.zip": zipped({"bomb": bytes(80 * 1024**2)}),
            "cd/secret.zip": with_flag(zipped({"a.dcm": dicom(5)}), 1),
            "cd/evil.zip": zipped({"../../a.dcm": dicom(6)}),
        }
    )
    assert image_ids(imported) == [["dicomfile:4"]]
    given = reasons(imported)
    assert given.pop("cd/bad.zip").startswith("the ZIP archive of 18 bytes is damaged or cut off (")
    assert given.pop("cd/bomb.zip/bomb").endswith(
        "this looks like a ZIP bomb; if it is none, unpack the archive, and open the file"
    )
    assert given == {
        "cd/a.txt": "is no DICOM file, no picture and no NIfTI volume: its 12 bytes begin with b'hello, world'",
        "cd/empty": "is empty",
        "cd/report": "holds no image: it is Comprehensive SR Storage",
        "copy/1": "is the same image as cd/1",
        "cd/in.zip/in.zip": "is a ZIP archive within a ZIP archive; unpack the outer one, and open this",
        "cd/secret.zip/a.dcm": "is encrypted; unpack the archive with its password, and open the files",
        "cd/evil.zip/../../a.dcm": "its path leads out of the archive; such an archive was made to do harm, "
        "ask where it comes from",
    }


def test_a_file_that_is_gone_is_skipped_and_the_others_are_read():
    files = [InMemory(dicom(1), "a"), Gone(b"", "b"), InMemory(dicom(2), "c")]
    imported = asyncio.run(Session().open_files(files))
    assert image_ids(imported) == [["dicomfile:1", "dicomfile:3"]]
    assert imported.skipped == (Skipped("b", "can not be read (No such file): was it moved? Open it again"),)


def disc():
    return files_below(BUNDLED / "dicomdirtests" / "TINY_ALPHA")


def contents_of(files):
    return {file.path: file.read(0, file.size) for file in files}


def test_a_disc_is_read_by_its_files_and_missing_ones_are_named():
    files = contents_of(disc())
    first = "TINY_ALPHA/PT000000/ST000000/SE000000/IM000000"
    assert not [path for path, reason in reasons(opened(files)).items() if "missing" in reason]
    del files[first]
    files["TINY_ALPHA/beside"] = dicom(1)
    imported = opened(files)
    assert reasons(imported)[first] == (
        "is missing: TINY_ALPHA/DICOMDIR names it; copy the disc again, with all its files"
    )
    # what no DICOMDIR names is read all the same
    assert len(image_ids(imported)) == 1


def test_a_discs_paths_are_compared_as_its_file_system_does():
    files = {
        path.lower() + (".;1" if "im0" in path.lower() else ""): data for path, data in contents_of(disc()).items()
    }
    given = reasons(opened(files))
    assert "tiny_alpha/dicomdir" not in given
    assert not [path for path, reason in given.items() if "missing" in reason]


def test_a_discs_files_without_their_folders_are_known_by_their_uids(tmp_path):
    files = FileSet()
    about = {"PatientID": "7", "StudyDate": "20240102", "StudyTime": "1015", "StudyID": "1", "Modality": "CT"}
    for number in (1, 2, 3):
        files.add(dcmread(io.BytesIO(dicom(number, SeriesNumber=1, **about))))
    files.write(tmp_path)
    picked = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(picked) == 4
    imported = opened(picked)
    assert [len(ids) for ids in image_ids(imported)] == [3]
    assert imported.skipped == ()


def test_a_dicomdir_alone_is_told_once():
    (file,) = [file for file in disc() if file.path.endswith("DICOMDIR")]
    assert opened({"DICOMDIR": file.read(0, file.size)}).skipped == (
        Skipped(
            "DICOMDIR", "names 50 files, and none of them is there; open the whole folder or disc that it belongs to"
        ),
    )


def test_a_damaged_dicomdir_is_told_and_the_files_are_read():
    (file,) = [file for file in disc() if file.path.endswith("DICOMDIR")]
    data = file.read(0, file.size)
    imported = opened({"DICOMDIR": data[: data.rindex(b"\xfe\xff\x00\xe0") + 4], "1": dicom(1)})
    assert image_ids(imported) == [["dicomfile:2"]]
    assert reasons(imported)["DICOMDIR"].startswith("the DICOMDIR of ")


def test_progress_grows_and_the_first_images_are_there_at_once():
    told = []
    opened({str(number): dicom(number) for number in range(1, 100)}, progress=told.append)
    counts = [
        (step.read, sum(series.image_count for study in step.studies for series in study.series)) for step in told
    ]
    assert counts == sorted(counts)
    assert counts[0] == (1, 1)
    assert counts[-1] == (99, 99)
    assert {step.total for step in told} == {99}


def test_an_archive_counts_as_the_files_in_it():
    told = []
    opened({"cd.zip": zipped({"a/": b"", "a/1": dicom(1), "a/2": dicom(2)}), "3": dicom(3)}, progress=told.append)
    assert (told[-1].read, told[-1].total) == (4, 4)


def noise(seed):
    return np.random.default_rng(seed).bytes(40_000)


def test_others_run_meanwhile_and_reading_can_be_cancelled():
    async def main():
        session = Session()
        turns = 0
        # one by one, some milliseconds each
        archive = Slow(zipped({str(n): noise(n) for n in range(100)}))
        reading = asyncio.ensure_future(session.open_files([archive]))
        while not reading.done() and turns < 12:
            await asyncio.sleep(0)
            turns += 1
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        return turns

    assert asyncio.run(main()) == 12


def test_only_the_heads_are_read():
    files = [InMemory(dicom(number) + bytes(1_000_000), str(number)) for number in (1, 2)]
    asyncio.run(Session().open_files(files))
    assert [file.reads for file in files] == [[(0, 16384)], [(0, 16384)]]


def test_heads_of_files_that_are_gone_are_none():
    assert asyncio.run(read_heads([InMemory(b"abc"), Gone(b"", "b")])) == [b"abc", None]


def test_empty_volumes_and_what_macos_puts_beside_them_are_skipped():
    beside = b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(40)
    imported = opened({"a.nii": b"", "cd.zip": zipped({"__MACOSX/._b.nii.gz": beside})})
    assert imported.others == ()
    assert reasons(imported) == {
        "a.nii": "is empty",
        "cd.zip/__MACOSX/._b.nii.gz": "is no DICOM file, no picture and no NIfTI volume: its 64 bytes begin with "
        "b'\\x00\\x05\\x16\\x07\\x00\\x02\\x00\\x00Mac '",
    }


def test_patients_without_study_uids_do_not_come_into_one_study():
    def of(patient, number, modality="CT"):
        return dicom(number, StudyInstanceUID=None, SeriesInstanceUID=None, PatientID=patient, Modality=modality)

    imported = opened({"a": of("1", 1), "b": of("2", 2), "c": of("1", 3), "d": of("1", 4, "MR")})
    found = {
        study.patient_id: [(series.modality, series.image_count) for series in study.series]
        for study in imported.studies
    }
    assert {patient: sorted(series) for patient, series in found.items()} == {
        "1": [("CT", 2), ("MR", 1)],
        "2": [("CT", 1)],
    }
    # the page tells studies and series apart by their UIDs
    assert len({study.study_instance_uid for study in imported.studies}) == 2
    assert len({series.series_instance_uid for study in imported.studies for series in study.series}) == 3


def test_a_file_that_was_cut_since_it_was_dropped_does_not_stop_the_others():
    cut = dicom(1)
    cut = cut[: cut.index(b"\x28\0\x02\0")]
    files = [InMemory(cut, "a", size=1_000_000), InMemory(dicom(2), "b")]
    assert image_ids(asyncio.run(Session().open_files(files))) == [["dicomfile:2"]]


def test_archives_that_unpack_themselves_are_read_and_programs_are_not():
    stub = b"MZ" + bytes(2000)
    packed = zipped({"1": dicom(1)})
    imported = opened({"cd/STUDY.EXE": stub + packed, "cd/viewer.exe": stub, "cd/odd.zip": b"hello" + packed})
    assert image_ids(imported) == [["dicomfile:1/0"]]
    assert reasons(imported) == {
        "cd/viewer.exe": "is no DICOM file, no picture and no NIfTI volume: its 2002 bytes begin with "
        "b'MZ\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00'",
        "cd/odd.zip/1": "is the same image as cd/STUDY.EXE/1",
    }


def test_a_file_that_is_cut_within_its_header_is_told_so():
    whole = dicom(1)
    rows, sop_class = whole.index(b"\x28\0\x10\0"), whole.index(b"\x08\0\x16\0")
    # SOP Instance UID, by which it is known as DICOM, comes behind the class
    without_class = whole[:sop_class] + whole[whole.index(b"\x08\0\x18\0") : rows]
    imported = opened({"a": whole[:rows], "b": without_class})
    assert reasons(imported) == {
        "a": "tells no rows and columns, as CT Image Storage does: it is cut off within its header, or damaged; "
        f"compare its {rows} bytes with the original",
        "b": "tells no rows and columns, nor SOP class: it is cut off within its header, or damaged; "
        f"compare its {len(without_class)} bytes with the original",
    }


def test_missing_files_that_a_damaged_dicomdir_names_before_the_damage_are_told():
    files = contents_of(disc())
    first = "TINY_ALPHA/PT000000/ST000000/SE000000/IM000000"
    del files[first]
    data = files["TINY_ALPHA/DICOMDIR"]
    files["TINY_ALPHA/DICOMDIR"] = data[: data.rindex(b"\xfe\xff\x00\xe0") + 4]
    given = reasons(opened(files))
    assert given["TINY_ALPHA/DICOMDIR"].startswith("the DICOMDIR of ")
    assert given[first] == "is missing: TINY_ALPHA/DICOMDIR names it; copy the disc again, with all its files"
