"""Files as stacks of a case: sorted as the viewer sorts them, with paths and ids of their own."""

import asyncio
import io

import numpy as np
from nifti_files import nifti1
from packed import InMemory, zipped
from part10 import GREY, part10
from PIL import Image

from loadstone_build.case_images import FileNames, look_into


def dicom(number, **elements):
    told = {"StudyInstanceUID": "1", "SeriesInstanceUID": "1.1", "InstanceNumber": number, "Modality": "CT"}
    return part10(GREY | told | {"SOPInstanceUID": f"1.1.{number}"} | elements, bytes(6), vr="OB")


def picture():
    written = io.BytesIO()
    Image.new("L", (3, 2)).save(written, format="PNG")
    return written.getvalue()


def looked_into(files):
    return asyncio.run(look_into([InMemory(data, path) for path, data in files.items()], FileNames()))


def test_a_series_is_one_stack_in_the_order_of_its_numbers_under_ids_of_the_site():
    found = looked_into({"scan/b.dcm": dicom(2), "scan/a.dcm": dicom(10), "scan/c.dcm": dicom(1)})
    (stack,) = found.stacks
    assert stack.image_ids == ("wadouri:files/scan/c.dcm", "wadouri:files/scan/b.dcm", "wadouri:files/scan/a.dcm")
    assert sorted(file.path for file in found.files) == ["files/scan/a.dcm", "files/scan/b.dcm", "files/scan/c.dcm"]


def test_stacks_are_called_by_modality_and_description_and_never_by_the_patient():
    named = {"PatientName": "Doe^Jane", "PatientID": "4711"}
    found = looked_into(
        {
            "a.dcm": dicom(1, SeriesDescription="Thorax", **named),
            "b.dcm": dicom(1, SeriesInstanceUID="1.2", SeriesNumber=4, **named),
            "c.dcm": dicom(1, SeriesInstanceUID="1.3", SeriesNumber=5, SeriesDescription="Thorax", **named),
            "d.dcm": dicom(1, SeriesInstanceUID="1.4", SeriesNumber=6, **named),
        }
    )
    assert sorted(stack.title for stack in found.stacks) == ["CT Series 4", "CT Series 6", "CT Thorax", "CT Thorax (2)"]


def test_a_file_that_says_nothing_of_itself_is_called_by_its_name():
    (stack,) = looked_into({"folder/x1.dcm": dicom(1)}).stacks
    assert stack.title == "x1.dcm"


def test_the_frames_of_a_file_are_a_stack():
    (stack,) = looked_into({"clip.dcm": dicom(1, NumberOfFrames=3)}).stacks
    assert stack.image_ids == tuple(f"wadouri:files/clip.dcm?frame={number}" for number in (1, 2, 3))


def test_odd_characters_of_names_are_percent_encoded_in_ids_and_what_is_not_portable_replaced_in_paths():
    found = looked_into({"50 % #1?.dcm": dicom(1), "größe:2.dcm": dicom(2)})
    (stack,) = found.stacks
    assert [file.path for file in found.files] == ["files/50 % #1_.dcm", "files/größe_2.dcm"]
    assert stack.image_ids == ("wadouri:files/50%20%25%20%231_.dcm", "wadouri:files/gr%C3%B6%C3%9Fe_2.dcm")


def test_files_of_one_name_do_not_collide_also_where_names_count_without_case():
    names = FileNames()
    taken = [names.take(path) for path in ("a/x.dcm", "a/x.dcm", "A/X.DCM", "v.nii.gz", "v.nii.gz", "IM1", "IM1")]
    assert taken == [
        "files/a/x.dcm",
        "files/a/x-2.dcm",
        "files/A/X-3.DCM",
        "files/v.nii.gz",
        "files/v-2.nii.gz",
        "files/IM1",
        "files/IM1-2",
    ]


def test_members_of_an_archive_are_files_of_their_own():
    found = looked_into({"disc.zip": zipped({"IMAGES/1": dicom(1), "IMAGES/2": dicom(2), "readme.txt": b"hello"})})
    assert [stack.image_ids for stack in found.stacks] == [
        ("wadouri:files/disc.zip/IMAGES/1", "wadouri:files/disc.zip/IMAGES/2")
    ]
    assert found.files[0].source.read(0, 1000) == dicom(1)
    assert [skipped.path for skipped in found.skipped] == ["disc.zip/readme.txt"]


def test_pictures_of_a_folder_are_one_stack_by_their_names_and_volumes_stand_alone():
    volume = nifti1(np.zeros((2, 3, 5, 2), np.int16))
    found = looked_into({"f/p10.png": picture(), "f/p9.png": picture(), "one.png": picture(), "f/v.nii": volume})
    one, pictures, slices = sorted(found.stacks, key=lambda stack: len(stack.image_ids))
    assert (one.title, one.image_ids) == ("one.png", ("web:files/one.png",))
    assert (pictures.title, pictures.image_ids) == ("f", ("web:files/f/p9.png", "web:files/f/p10.png"))
    assert slices.image_ids == tuple(f"nifti:files/f/v.nii?frame={index}" for index in range(10))
    # of five slices the third, at the first of two times
    assert slices.middle == "nifti:files/f/v.nii?frame=2"
