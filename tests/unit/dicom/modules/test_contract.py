"""What holds for every metadata module of every file."""

from dataclasses import is_dataclass

import numpy as np
import pytest
from part10 import BUNDLED, bundled, frame_of

from loadstone.dicom.file import read_file
from loadstone.dicom.modules import dicom_metadata
from loadstone.errors import LoadstoneError
from loadstone.metadata import as_cornerstone

# Cornerstone3D's names for what DICOM defines, and ours for the whole data set
MODULES = [
    "calibrationModule",
    "cineModule",
    "dataset",
    "dicomJson",
    "frameModule",
    "frameOfReferenceModule",
    "generalImageModule",
    "generalSeriesModule",
    "generalStudyModule",
    "imagePixelModule",
    "imagePlaneModule",
    "instance",
    "modalityLutModule",
    "multiframeModule",
    "nmMultiframeGeometryModule",
    "overlayPlaneModule",
    "patientModule",
    "patientStudyModule",
    "petImageModule",
    "petIsotopeModule",
    "petSeriesModule",
    "scalingModule",
    "sopCommonModule",
    "transferSyntax",
    "ultrasoundEnhancedRegionModule",
    "voiLutModule",
]


def readable():
    for path in sorted(BUNDLED.glob("*.dcm")):
        try:
            read_file(path.read_bytes())
        except LoadstoneError:
            continue
        yield path.name


def assert_plain(value, where):
    if isinstance(value, dict):
        for name, item in value.items():
            assert isinstance(name, str)
            assert_plain(item, f"{where}.{name}")
    elif isinstance(value, list):
        for item in value:
            assert_plain(item, where)
    elif isinstance(value, np.ndarray):
        assert value.dtype in (np.uint8, np.uint16), where
    else:
        assert value is None or isinstance(value, (str, int, float)), f"{where}: {value!r}"


FILES = list(readable())


def test_the_modules_have_cornerstones_names():
    assert sorted(dicom_metadata(frame_of(bundled("CT_small.dcm")))) == MODULES


def test_there_are_enough_files():
    assert len(FILES) > 60


@pytest.mark.parametrize("name", FILES)
def test_every_module_of_every_file_is_plain_data_in_javascript(name):
    frame = frame_of(bundled(name), read_file(bundled(name)).frame_count - 1)
    for module, read in dicom_metadata(frame).items():
        value = read()
        if module != "dataset":
            assert value is None or isinstance(value, (dict, tuple)) or is_dataclass(value)
            assert_plain(as_cornerstone(value), module)
