import gzip
import io

import nibabel
import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from loadstone_build.make import wheels
from loadstone_build.samples import Sample, make_samples, samples_module


@pytest.fixture(scope="module")
def samples() -> dict[str, Sample]:
    return make_samples(wheels("page")["pydicom"])


def test_samples_come_in_display_order(samples: dict[str, Sample]) -> None:
    assert list(samples) == ["ct", "mr", "mr-small", "us", "us-cine", "phantom", "png", "jpeg", "nifti"]


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("ct", "CT_small.dcm"),
        ("mr", "examples_overlay.dcm"),
        ("mr-small", "MR_small.dcm"),
        ("us", "examples_rgb_color.dcm"),
        ("us-cine", "examples_ybr_color.dcm"),
    ],
)
def test_dicom_samples_are_pydicoms_own_test_files(samples: dict[str, Sample], name: str, file_name: str) -> None:
    path = get_testdata_file(file_name, download=False)
    assert isinstance(path, str)
    assert samples[name].kind == "dicom"
    assert pydicom.dcmread(io.BytesIO(samples[name].content)) == pydicom.dcmread(path)


def test_titles_say_what_the_files_hold(samples: dict[str, Sample]) -> None:
    assert samples["ct"].title == "CT, 128 × 128, 16 bit signed"
    assert samples["mr"].title == "MR, 484 × 300, 12 bit unsigned"
    assert samples["nifti"].title == "Shepp-Logan phantom, NIfTI, 96 × 96, 24 slices"
    assert samples["us-cine"].title == "Ultrasound, 320 × 240, colour, 30 frames"


def test_the_phantom_has_the_published_values_in_hounsfield_units(samples: dict[str, Sample]) -> None:
    data = pydicom.dcmread(io.BytesIO(samples["phantom"].content))
    hounsfield = data.pixel_array * float(data.RescaleSlope) + float(data.RescaleIntercept)
    assert hounsfield.shape == (256, 256)
    # grey level 0 is -1000 HU and 1 is 4000 HU; Toft's table: skull 1, brain 0.2, ventricles 0, lower tumours 0.3,
    # the large upper ellipse 0.3; pixel centre (row, column) = (127.5 - 128 y, 127.5 + 128 x)
    assert hounsfield[0, 0] == -1000
    assert hounsfield[128 - 115, 128] == 4000  # y = 0.9: skull
    assert hounsfield[128 + 30, 128] == 0  # y = -0.23: brain
    assert hounsfield[128, 128 + 28] == -1000  # x = 0.22: right ventricle
    assert hounsfield[128, 128 - 28] == -1000  # x = -0.22: left ventricle
    assert hounsfield[128 - 60, 128] == 500  # y = 0.47: upper ellipse
    assert hounsfield[128 + 77, 128] == 500  # y = -0.605: middle of the three small ones


def test_the_nifti_volume_is_the_phantom_about_the_origin_of_patient_space(samples: dict[str, Sample]) -> None:
    volume = nibabel.Nifti1Image.from_bytes(gzip.decompress(samples["nifti"].content))
    assert (volume.shape, volume.get_data_dtype()) == ((96, 96, 24), np.int16)
    assert nibabel.aff2axcodes(volume.affine) == ("L", "A", "S")
    hounsfield = volume.get_fdata()

    def at(right: float, front: float, up: float) -> float:
        """The value at a place in mm; half the picture's width is 89.6 mm."""
        i, j, k, _ = np.rint(np.linalg.inv(volume.affine) @ [right, front, up, 1]).astype(int)
        return float(hounsfield[i, j, k])

    # Toft's table, as above; the ventricle at x = 0.22 is drawn on the right of the picture, the patient's left
    assert at(0, 0.9 * 89.6, 0) == 4000
    assert at(0, -0.23 * 89.6, 0) == 0
    assert at(-0.22 * 89.6, 0, 0) == at(0.22 * 89.6, 0, 0) == -1000
    # of the two, the one at x = -0.22 is the larger
    assert at(0.37 * 89.6, 0, 0) == -1000
    assert at(-0.37 * 89.6, 0, 0) == 0
    # the top of the head
    assert at(0, 0, 0.8 * 89.6) == 0


def test_the_png_is_16_bit_grey_and_uses_its_range(samples: dict[str, Sample]) -> None:
    image = Image.open(io.BytesIO(samples["png"].content))
    assert image.format == "PNG"
    assert image.mode == "I;16"
    pixels = np.asarray(image)
    assert pixels.max() > 65000
    assert pixels.min() < 1000
    assert len(np.unique(pixels)) > 5000


def test_the_jpeg_is_rgb(samples: dict[str, Sample]) -> None:
    image = Image.open(io.BytesIO(samples["jpeg"].content))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (448, 320))


def test_the_module_gives_back_the_bytes(samples: dict[str, Sample]) -> None:
    made: dict[str, dict[str, tuple[str, bytes]]] = {}
    exec(samples_module(samples), made)
    assert list(made["SAMPLES"]) == list(made["TITLES"]) == list(samples)
    for name, sample in samples.items():
        assert made["SAMPLES"][name] == (sample.kind, sample.content)


def test_samples_are_the_same_each_time(samples: dict[str, Sample]) -> None:
    assert make_samples(wheels("page")["pydicom"]) == samples
