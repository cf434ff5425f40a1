"""Phantoms as files, in other people's hands: dcmtk reads them without a complaint and finds the same pixels."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from loadstone import phantom
from loadstone.phantom.reading import read_phantom
from loadstone.phantom.to_image import frame_to_image
from loadstone_build.dicom_tools import ensure_dicom_tools

from .second_decoders import read, second_decoders

PHANTOMS = [
    "shepp-logan?bits=16&slope=0.1&intercept=-3.3",
    "step-wedge?bits=12&signed=1&photometric=MONOCHROME1",
    "step-wedge?bits=8&signed=1&frames=2",
    "ramp?bits=32&signed=1",
    "ramp?bits=9&frames=3&noise=2",
    "ramp?photometric=RGB&tint=ff8000&frames=2",
    "ramp?photometric=PALETTE_COLOR&bits=16&tint=ff0000",
    "smpte",
    "tg18-qc",
    "ellipsoids?frames=6&slice_spacing=20&orientation=0.8,0.6,0,0.36,-0.48,0.8",
    "ellipsoids?frames=6&slice_spacing=20&frame=3",
    "ellipsoids?frames=6&slice_spacing=20&bits=8&slope=8",
]


@pytest.mark.parametrize("rest", PHANTOMS)
def test_dcmtk_reads_a_phantom_without_a_complaint_and_with_its_pixels(tmp_path: Path, rest: str) -> None:
    ensure_dicom_tools()
    path = tmp_path / "phantom.dcm"
    path.write_bytes(phantom.dicom(f"phantom:{rest}"))
    dump = subprocess.run(["dcmdump", "-q", "+W", str(tmp_path), path], capture_output=True, text=True, timeout=60)
    assert (dump.returncode, dump.stderr) == (0, "")
    pattern, frame = read_phantom(f"phantom:{rest}")
    frames = range(pattern.canvas.frames) if frame is None else [frame]
    expected = np.stack([frame_to_image(pattern, n, "x:", sample_limit=1 << 30).pixels for n in frames])
    decoders = second_decoders(read(path))
    assert "dcmtk" in decoders
    for decode in decoders.values():
        found = decode(path)
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
        assert (found == expected).all()
