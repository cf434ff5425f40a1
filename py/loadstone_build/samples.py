"""Writes the embedded samples: bytes in the ``example:`` loader's own module."""

import gzip
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nibabel
import pydicom
from PIL import Image

from loadstone_build.phantom import phantom_dicom
from loadstone_build.phantom_volume import phantom_nifti
from loadstone_build.pictures import colour_wheel_jpeg, zone_plate_png

PYDICOM_TEST_FILES = "pydicom/data/test_files/"
# bytes of a sample in a line of the module
LINE_LENGTH = 64


@dataclass(frozen=True)
class Sample:
    """One embedded file; ``kind`` ("dicom", "nifti" or "web") says which loader reads it."""

    kind: str
    content: bytes
    title: str


def make_samples(pydicom_wheel: Path) -> dict[str, Sample]:
    """Return the samples in display order; DICOM files come from pydicom's own wheel."""
    with zipfile.ZipFile(pydicom_wheel) as wheel:

        def test_file(name: str) -> bytes:
            return wheel.read(PYDICOM_TEST_FILES + name)

        return {
            "ct": _dicom("CT", test_file("CT_small.dcm")),
            "mr": _dicom("MR", test_file("examples_overlay.dcm")),
            "mr-small": _dicom("MR", test_file("MR_small.dcm")),
            "us": _dicom("Ultrasound", test_file("examples_rgb_color.dcm")),
            "us-cine": _dicom("Ultrasound", test_file("examples_ybr_color.dcm")),
            "phantom": _dicom("Shepp-Logan phantom", phantom_dicom()),
            "png": _picture("Zone plate, PNG", zone_plate_png(), "16 bit grey"),
            "jpeg": _picture("Colour wheel, JPEG", colour_wheel_jpeg(), "RGB"),
            # last, as its thumbnail is the first that asks for nibabel
            "nifti": _volume("Shepp-Logan phantom, NIfTI", phantom_nifti()),
        }


def _dicom(what: str, content: bytes) -> Sample:
    data = pydicom.dcmread(io.BytesIO(content), stop_before_pixels=True)
    depth = "signed" if data.PixelRepresentation else "unsigned"
    pixel = f"{data.BitsStored} bit {depth}" if data.SamplesPerPixel == 1 else "colour"
    frames = int(data.get("NumberOfFrames") or 1)
    parts = [what, f"{data.Columns} × {data.Rows}", pixel] + ([f"{frames} frames"] if frames > 1 else [])
    return Sample("dicom", content, ", ".join(parts))


def _volume(what: str, content: bytes) -> Sample:
    columns, rows, slices = nibabel.Nifti1Image.from_bytes(gzip.decompress(content)).shape
    return Sample("nifti", content, f"{what}, {columns} × {rows}, {slices} slices")


def _picture(what: str, content: bytes, pixel: str) -> Sample:
    with Image.open(io.BytesIO(content)) as image:
        return Sample("web", content, f"{what}, {image.width} × {image.height}, {pixel}")


def samples_module(samples: Mapping[str, Sample]) -> str:
    """Return the text of ``loaders/example_samples.py``."""
    lines = ['"""The embedded samples. Made by build.sh; do not edit."""', "", "# fmt: off"]
    lines.append("TITLES: dict[str, str] = {")
    lines += [f'    "{name}": "{sample.title}",' for name, sample in samples.items()]
    lines += ["}", "SAMPLES: dict[str, tuple[str, bytes]] = {"]
    for name, sample in samples.items():
        pieces = (sample.content[at : at + LINE_LENGTH] for at in range(0, len(sample.content), LINE_LENGTH))
        lines.append(f'    "{name}": ("{sample.kind}", (')
        lines += [f"        {piece!r}" for piece in pieces]
        lines.append("    )),")
    lines.append("}")
    return "\n".join(lines) + "\n"
