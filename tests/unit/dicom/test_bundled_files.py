"""The files without pixels that pydicom brings along; those with pixels are compared in tests/conformance."""

import warnings

import pytest
from part10 import BUNDLED
from pydicom import dcmread

from loadstone.dicom.file import read_file
from loadstone.dicom.to_image import frame_to_image
from loadstone.errors import LoadstoneError


def _without_pixels():
    for path in sorted(BUNDLED.glob("*.dcm")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if "PixelData" not in dcmread(path, force=True):
                yield path.name


WITHOUT = list(_without_pixels())


def test_there_are_many_of_them():
    assert len(WITHOUT) >= 14


@pytest.mark.parametrize("name", WITHOUT)
def test_files_without_pixels_are_refused_with_a_clear_error(name):
    with pytest.raises(LoadstoneError, match=r"no pixel data|is missing|is no DICOM file"):
        frame_to_image(read_file((BUNDLED / name).read_bytes()), 0, "x:1")
