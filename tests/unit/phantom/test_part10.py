"""Phantoms as DICOM files: what is loaded of a file is what the image id gives."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from doubles import FakeFetch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.pixels.processing import convert_color_space
from pydicom.pixels.utils import pixel_array
from pydicom.uid import UID

from loadstone import phantom
from loadstone.dicom.file import read_file
from loadstone.dicom.to_image import frame_to_image
from loadstone.phantom.reading import read_phantom
from loadstone.phantom.to_image import frame_to_image as phantom_to_image
from loadstone.session import Session

FIELDS = [
    "photometric_interpretation",
    "rescale_slope",
    "rescale_intercept",
    "windows",
    "voi_lut_function",
    "bits_stored",
    "row_spacing",
    "column_spacing",
    "pixel_aspect_ratio",
    "unit",
    "frame_count",
    "padding",
]
# what a file has besides: how it was written
OF_THE_FILE = {"calibrationModule", "dataset", "dicomJson", "instance", "transferSyntax"}


def assert_same(ours, loaded):
    assert loaded.warnings == ()
    assert (ours.pixels.dtype, ours.pixels.shape) == (loaded.pixels.dtype, loaded.pixels.shape)
    assert (ours.pixels == loaded.pixels).all()
    assert [getattr(ours, field) for field in FIELDS] == [getattr(loaded, field) for field in FIELDS]


def data_set(image_id):
    return dcmread(BytesIO(phantom.dicom(image_id)))


COMBINATIONS = [
    "shepp-logan?bits=16&slope=0.1&intercept=-3.3&spacing=0.7,0.35",
    "shepp-logan?photometric=MONOCHROME1&bits=10",
    "step-wedge?bits=12&signed=1&slope=-2",
    "step-wedge?bits=1&frames=3&rows=5&columns=7&steps=2",
    "step-wedge?bits=8&signed=1&rows=3&columns=5&steps=2",
    "ramp?bits=32&signed=1",
    "ramp?bits=16&frames=2&noise=30",
    "ramp?bits=8&frames=2&noise=3",
    "ramp?photometric=RGB&tint=ff8000",
    "ramp?photometric=RGB&bits=16&tint=104080",
    "ramp?photometric=RGB&frames=2&rows=3&columns=3",
    "ramp?photometric=YBR_FULL&tint=30ff80",
    "ramp?photometric=YBR_FULL&tint=30ff80&bits=16",
    "ramp?photometric=PALETTE_COLOR&tint=ff80ff",
    "ramp?photometric=PALETTE_COLOR&bits=16&tint=ff0000",
    "ramp?photometric=PALETTE_COLOR&bits=5",
    "line-pairs?spacing=0.123456789012345&lp=1.5",
    "smpte?photometric=MONOCHROME1",
    "tg18-qc?rows=512&columns=512&bits=8",
    "ellipsoids?frames=5&slice_spacing=20",
    "ellipsoids?frames=5&slice_spacing=20&orientation=0.8,0.6,0,0.36,-0.48,0.8&center=0.1,-0.2,0.333333333333333333",
    "ellipsoids?frames=5&bits=16&signed=1&slope=0.3&intercept=7&photometric=MONOCHROME1",
    "ellipsoids?frames=3&bits=8&slope=8&intercept=-1000",
    "ellipsoids?frames=1&bits=11&intercept=-1000",
]


@pytest.mark.parametrize("rest", COMBINATIONS)
async def test_loading_the_file_gives_the_pixels_and_the_meaning_of_the_image_id(rest):
    address = "https://host/phantom.dcm"
    session = Session(fetch=FakeFetch({address: phantom.dicom(f"phantom:{rest}")}))
    ids = await session.frames(f"phantom:{rest}")
    for number, image_id in enumerate(ids, 1):
        ours = await session.load_and_cache_image(image_id)
        loaded = await session.load_and_cache_image(f"wadouri:{address}?frame={number}")
        assert_same(ours, loaded)
        for module in sorted(set(ours.metadata) - OF_THE_FILE):
            told = session.metadata.get(module, image_id)
            read = session.metadata.get(module, loaded.image_id)
            if module == "frameModule":
                # the file tells of its stacks besides
                told = (told.sop_class_uid, told.sop_instance_uid, told.frame_number, told.number_of_frames)
                read = (read.sop_class_uid, read.sop_instance_uid, read.frame_number, read.number_of_frames)
            if module == "generalImageModule":
                read = type(read)(read.sop_instance_uid, read.instance_number, image_type=read.image_type)
            assert told == read, module


@pytest.mark.parametrize("bits", [12, 8])
async def test_frames_are_files_of_their_own_where_the_id_names_one(bits):
    query = f"ellipsoids?frames=4&slice_spacing=30&bits={bits}&slope={1 if bits == 12 else 8}"
    ids = await Session().frames(f"phantom:{query}")
    files = {f"https://host/{n}.dcm": phantom.dicom(image_id) for n, image_id in enumerate(ids)}
    session = Session(fetch=FakeFetch(files))
    for image_id, address in zip(ids, files, strict=True):
        ours, loaded = (
            await session.load_and_cache_image(image_id),
            await session.load_and_cache_image(f"wadouri:{address}"),
        )
        assert loaded.frame_count == 1
        assert (ours.pixels == loaded.pixels).all()
        assert (ours.windows, ours.unit) == (loaded.windows, loaded.unit)
        assert loaded.unit == "HU"
        planes = [session.metadata.get("imagePlaneModule", one) for one in (image_id, f"wadouri:{address}")]
        assert planes[0] == planes[1]
    read = [dcmread(BytesIO(data)) for data in files.values()]
    assert {one.SOPClassUID.name for one in read} == {
        "CT Image Storage" if bits == 12 else "Secondary Capture Image Storage"
    }
    assert [one.InstanceNumber for one in read] == [1, 2, 3, 4]
    assert len({one.SOPInstanceUID for one in read}) == 4
    assert len({one.SeriesInstanceUID for one in read}) == 1


@pytest.mark.parametrize(
    ("rest", "name"),
    [
        ("smpte", "Secondary Capture Image Storage"),
        ("ramp?bits=1&frames=2", "Multi-frame Single Bit Secondary Capture Image Storage"),
        ("ramp?bits=8&frames=2", "Multi-frame Grayscale Byte Secondary Capture Image Storage"),
        ("ramp?bits=9&frames=2", "Multi-frame Grayscale Word Secondary Capture Image Storage"),
        ("ramp?bits=16&frames=2", "Multi-frame Grayscale Word Secondary Capture Image Storage"),
        ("ramp?photometric=RGB&frames=2", "Multi-frame True Color Secondary Capture Image Storage"),
        ("ramp?bits=8&frames=2&signed=1", "Secondary Capture Image Storage"),
        ("ellipsoids?frames=2", "Enhanced CT Image Storage"),
        ("ellipsoids?frames=1", "CT Image Storage"),
    ],
)
def test_the_sop_class_is_one_that_allows_what_was_asked_for(rest, name):
    assert data_set(f"phantom:{rest}").SOPClassUID.name == name


def test_the_frames_of_an_enhanced_ct_are_numbered_along_their_stack():
    groups = data_set("phantom:ellipsoids?frames=3").PerFrameFunctionalGroupsSequence
    content = [group.FrameContentSequence[0] for group in groups]
    assert [(one.InStackPositionNumber, one.DimensionIndexValues) for one in content] == [(1, 1), (2, 2), (3, 3)]


def test_uids_follow_from_the_phantom_not_from_the_spelling_of_its_id():
    one = data_set("phantom:ramp?rows=8&columns=16")
    same = data_set("phantom:ramp?columns=16&rows=8&bits=12&slope=1.0")
    other = data_set("phantom:ramp?rows=8&columns=17")
    assert (one.SOPInstanceUID, one.SeriesInstanceUID) == (same.SOPInstanceUID, same.SeriesInstanceUID)
    assert one.SOPInstanceUID != other.SOPInstanceUID
    assert one.StudyInstanceUID == other.StudyInstanceUID
    assert UID(one.SOPInstanceUID).is_valid
    assert one.SOPInstanceUID.startswith("2.25.")


def test_the_same_id_gives_the_same_bytes():
    image_id = "phantom:ellipsoids?frames=3&noise=5"
    assert phantom.dicom(image_id) == phantom.dicom(image_id)


def test_ybr_full_is_stored_as_pydicom_converts_it():
    file = BytesIO(phantom.dicom("phantom:ramp?photometric=YBR_FULL&tint=30ff80&rows=16&columns=16"))
    stored = pixel_array(file, raw=True)
    colors = phantom_to_image(
        read_phantom("phantom:ramp?photometric=RGB&tint=30ff80&rows=16&columns=16")[0], 0, "x:", sample_limit=10**6
    ).pixels
    expected = convert_color_space(colors, "RGB", "YBR_FULL")
    assert np.abs(stored.astype(int) - expected.astype(int)).max() <= 1


def test_without_pydicom_only_the_file_can_not_be_had():
    source = """
import sys
sys.modules["pydicom"] = None
from loadstone import phantom
print(phantom.truth("phantom:ramp").length)
try:
    phantom.dicom("phantom:ramp")
except phantom.PackageError as error:
    print(error)
"""
    run = subprocess.run(
        [sys.executable, "-c", source],
        capture_output=True,
        text=True,
        cwd=Path(phantom.__file__).parents[2],
        check=True,
        timeout=60,
    )
    assert run.stdout == (
        "65536\nphantom.dicom() needs pydicom, which is not here yet: in the page, write `import pydicom` at the head "
        "of the program, on the desktop, pip install pydicom\n"
    )


@st.composite
def queries(draw):
    name = draw(st.sampled_from(["shepp-logan", "step-wedge", "line-pairs", "ramp", "ellipsoids"]))
    arguments = {
        "rows": draw(st.integers(1, 40)),
        "columns": draw(st.integers(22, 40)),
        "frames": draw(st.integers(1, 3)),
        "spacing": draw(st.floats(0.001, 10)),
        "noise": draw(st.sampled_from([0, 1.5])),
    }
    photometrics = ["MONOCHROME1", "MONOCHROME2"]
    if name != "ellipsoids":
        photometrics += ["RGB", "YBR_FULL", "PALETTE_COLOR"]
    photometric = arguments["photometric"] = draw(st.sampled_from(photometrics))
    if photometric in ("RGB", "YBR_FULL"):
        arguments["bits"] = draw(st.sampled_from([8, 16]))
    elif photometric == "PALETTE_COLOR":
        arguments["bits"] = draw(st.integers(2, 16))
    else:
        arguments["bits"] = draw(st.integers(12 if name == "ellipsoids" else 1, 32))
        arguments["signed"] = draw(st.integers(0, 1)) if arguments["bits"] > 1 and name != "ellipsoids" else 0
        arguments["slope"] = draw(st.floats(1.0, 10).filter(bool))
        arguments["intercept"] = draw(st.floats(-2000, -1000))
    return f"phantom:{name}?" + "&".join(f"{key}={value}" for key, value in arguments.items())


@settings(max_examples=40, deadline=None)
@given(queries())
def test_whatever_is_asked_for_the_file_and_the_image_are_the_same(image_id):
    pattern, _ = read_phantom(image_id)
    file = read_file(phantom.dicom(image_id))
    for frame in {0, pattern.canvas.frames - 1}:
        ours = phantom_to_image(pattern, frame, image_id, sample_limit=10**6)
        assert_same(ours, frame_to_image(file, frame, image_id))
        stored = pattern.stored_values(frame)
        storing = pattern.canvas.storing
        assert storing.low <= stored.min()
        assert stored.max() <= storing.high
