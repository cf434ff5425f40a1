import bz2
import gzip
import io
import zipfile

import numpy as np
import pytest
from part10 import GREY, bundled, part10
from PIL import Image as PillowImage

from loadstone.recognising import kind_of


def picture(kind):
    written = io.BytesIO()
    PillowImage.fromarray(np.zeros((2, 3), np.uint8)).save(written, format=kind)
    return written.getvalue()


def archive():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("a", "b")
    return written.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_pictures_are_known_by_their_bytes(kind):
    assert kind_of(picture(kind), "no name") == "picture"


def test_dicom_is_known_with_and_without_its_mark():
    marked = part10(GREY)
    assert kind_of(marked, "IM1") == "dicom"
    # the data set alone, explicit and implicit; CT_small begins with its group length
    assert kind_of(marked[marked.index(b"\x08\0\x16\0") :], "IM1") == "dicom"
    assert kind_of(bundled("ExplVR_LitEndNoMeta.dcm"), "IM1") == "dicom"
    assert kind_of(bundled("ExplVR_BigEndNoMeta.dcm"), "IM1") == "dicom"


def test_a_dicom_file_whose_preamble_is_that_of_a_tiff_is_dicom():
    data = part10(GREY)
    assert kind_of(b"II*\0" + data[4:], "IM1") == "dicom"


def test_volumes_are_known_by_their_magic_or_their_name():
    header = bytes(344) + b"n+1\0"
    assert kind_of(header, "brain") == "nifti"
    assert kind_of(gzip.compress(header), "brain.nii.gz") == "nifti"
    assert kind_of(b"\x1c\x02\0\0n+2\0\r\n\x1a\n", "brain") == "nifti"
    assert kind_of(b"", "BRAIN.NII") == "nifti"


def test_archives_are_known():
    assert kind_of(archive(), "cd.exe") == "zip"


@pytest.mark.parametrize(
    "head", [b"", b"BM is a word", b"\x08\x00hello", bz2.compress(b"x"), gzip.compress(b"x", mtime=0), b"RIFF1234WAVE"]
)
def test_other_things_are_unknown(head):
    assert kind_of(head, "thing") == "unknown"


@pytest.mark.parametrize(
    ("head", "path", "kind"),
    [
        (b"MZ\x90\0", "cd/VIEWER.EXE", "program"),
        (b"MZ\x90\0", "cd/viewer.dll", "unknown"),
        (b"MZ\x90\0", "cd/a.zip", "zip"),
        (b"\xba\x41\x3e\x8b", "a.Z02", "zip"),
        (b"\xba\x41\x3e\x8b", "a.zip.002", "zip"),
        (b"", "a.zip", "unknown"),
        (b"\xba\x41\x3e\x8b", "zip", "unknown"),
    ],
)
def test_archives_with_something_before_them_and_parts_of_archives_are_known_by_name(head, path, kind):
    assert kind_of(head, path) == kind
