"""``loadstone info`` and ``loadstone render``, on files whose values are written here."""

import gzip
import hashlib
import json
import signal
import socket
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from nifti_files import nifti1
from part10 import COLOR, GREY, SIXTEEN_BITS, part10
from PIL import Image
from pydicom.uid import MediaStorageDirectoryStorage

from loadstone_build.commands import cli

# 2 rows of 3 columns
VALUES = bytes([0, 50, 100, 150, 200, 255])
LOADER = """
import numpy as np


def load(image_id, options):
    return np.arange(6, dtype=np.uint8).reshape(2, 3)


async def register(session):
    session.register_image_loader("mine", load)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="loadstone")


def told(*arguments: str) -> str:
    """The one line that is told of what went wrong."""
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("loadstone: ")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("loadstone: ").removesuffix("\n")


def report(*arguments: str) -> dict[str, Any]:
    result = run("info", "--json", *arguments)
    assert result.exit_code == 0, result.output
    read: dict[str, Any] = json.loads(result.stdout)
    return read


def picture(*arguments: str) -> list[list[list[int]]]:
    """The pixels of the PNG that is written to standard output."""
    result = run("render", *arguments, "-o", "-")
    assert result.exit_code == 0, result.output
    values: list[list[list[int]]] = np.asarray(Image.open(BytesIO(result.stdout_bytes))).tolist()
    return values


def grey(*rows: list[int]) -> list[list[list[int]]]:
    return [[[value] * 3 for value in row] for row in rows]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_info_tells_what_a_person_wants_to_know(folder: Path) -> None:
    elements = GREY | {
        "Modality": "CT",
        "PatientName": "Doe^Jane",
        "PatientID": "17",
        "PixelSpacing": [2, 0.5],
        "RescaleSlope": 2,
        "RescaleIntercept": -1024,
        "RescaleType": "HU",
        "WindowCenter": 40,
        "WindowWidth": 400,
        "WindowCenterWidthExplanation": "SOFT",
    }
    data = part10(elements, VALUES)
    (folder / "ct.dcm").write_bytes(data)
    lines = [" ".join(line.split()) for line in run("info", "ct.dcm").stdout.splitlines()]
    assert lines[0] == "wadouri:ct.dcm"
    assert set(lines) >= {
        "size 3 × 2 pixels",
        "stored as MONOCHROME2, uint8, 8 bits",
        "frames 1",
        "spacing 0.5 mm across, 2 mm down",
        "stored values 0 to 255",
        "rescale stored × 2 -1024",
        "unit HU",
        "window center 40, width 400 (SOFT)",
        f"file ct.dcm, {len(data)} bytes",
        "patientName Doe^Jane",
        "patientID 17",
        "modality CT",
        "transferSyntaxUID Explicit VR Little Endian (1.2.840.10008.1.2.1)",
    }


def test_json_has_digests_of_file_and_frames_and_what_differs_between_frames(folder: Path) -> None:
    data = part10(GREY | {"NumberOfFrames": 2, "PatientName": "Doe^Jane"}, VALUES + VALUES[::-1])
    (folder / "two.dcm").write_bytes(data)
    said = report("two.dcm")
    assert said["image"]["rows"] == 2
    assert said["image"]["pixelType"] == "uint8"
    assert said["metadata"]["patientModule"]["patientName"] == "Doe^Jane"
    assert said["metadata"]["dicomJson"]["00100010"] == {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane"}]}
    assert said["files"] == [{"address": "two.dcm", "size": len(data), "sha256": sha256(data)}]
    first, second = said["frames"]
    assert (first["imageId"], first["sha256"]) == ("wadouri:two.dcm?frame=1", sha256(VALUES))
    assert (second["imageId"], second["sha256"]) == ("wadouri:two.dcm?frame=2", sha256(VALUES[::-1]))
    assert first["metadata"] == {}
    assert set(second["metadata"]) == {"frameModule"}
    assert second["metadata"]["frameModule"]["frameNumber"] == 2


@pytest.mark.parametrize("arguments", [["two.dcm", "--frame", "2"], ["wadouri:two.dcm?frame=2"]])
def test_json_of_the_frame_that_is_asked_for_has_no_other(folder: Path, arguments: list[str]) -> None:
    (folder / "two.dcm").write_bytes(part10(GREY | {"NumberOfFrames": 2}, VALUES + VALUES[::-1]))
    said = report(*arguments)
    assert [frame["sha256"] for frame in said["frames"]] == [sha256(VALUES[::-1])]
    assert said["metadata"]["frameModule"]["frameNumber"] == 2


def test_a_frame_that_can_not_be_loaded_stands_with_its_error_among_the_others(folder: Path) -> None:
    (folder / "cut.dcm").write_bytes(part10(GREY | {"NumberOfFrames": 2}, VALUES + VALUES[:2]))
    first, second = report("cut.dcm")["frames"]
    assert first["sha256"] == sha256(VALUES)
    assert set(second) == {"imageId", "error"}
    assert "frame 2 of 2" in second["error"]


def test_values_are_digested_in_little_endian_whatever_the_file_has(folder: Path) -> None:
    stored = np.array([[0, 1, 2], [256, 512, 65535]], "<u2")
    # Explicit VR Big Endian
    (folder / "big.dcm").write_bytes(part10(SIXTEEN_BITS, stored.astype(">u2").tobytes(), syntax="1.2.840.10008.1.2.2"))
    assert report("big.dcm")["frames"][0]["sha256"] == sha256(stored.tobytes())


def test_a_nifti_volume_and_a_picture_are_known_by_what_they_are(folder: Path) -> None:
    (folder / "volume.nii.gz").write_bytes(gzip.compress(nifti1()))
    Image.fromarray(np.full((2, 3, 3), 7, np.uint8)).save(folder / "odd name, 50%?.bin", "PNG")
    assert report("volume.nii.gz")["image"]["imageId"] == "nifti:volume.nii.gz"
    said = report("odd name, 50%?.bin")
    assert said["image"]["imageId"] == "web:odd%20name%2C%2050%25%3F.bin"
    assert said["frames"][0]["sha256"] == sha256(bytes([7]) * 18)


def test_addresses_in_ids_begin_at_the_working_folder(folder: Path) -> None:
    (folder / "files").mkdir()
    (folder / "files" / "a.dcm").write_bytes(part10(GREY, VALUES))
    for image_id in ("wadouri:files/a.dcm", f"wadouri:{folder}/files/a.dcm", f"wadouri:file://{folder}/files/a.dcm"):
        assert report(image_id)["frames"][0]["sha256"] == sha256(VALUES)


def test_a_picture_has_the_images_own_pixels_by_default(folder: Path) -> None:
    (folder / "grey.dcm").write_bytes(part10(GREY, VALUES))
    # LINEAR_EXACT of 127.5, 255 maps 0 to 255 onto themselves (PS3.3 C.11.2.1.3.2)
    assert picture("grey.dcm", "--window", "127.5,255") == grey([0, 50, 100], [150, 200, 255])
    assert picture("grey.dcm", "--window", "127.5,255", "--invert") == grey([255, 205, 155], [105, 55, 0])


def test_pixels_of_a_picture_are_square(folder: Path) -> None:
    window = ("--window", "127.5,255")
    (folder / "high.dcm").write_bytes(part10(GREY | {"PixelSpacing": [2, 1]}, VALUES))
    assert picture("high.dcm", *window) == grey([0, 50, 100], [0, 50, 100], [150, 200, 255], [150, 200, 255])
    (folder / "wide.dcm").write_bytes(part10(GREY | {"PixelAspectRatio": [1, 2]}, VALUES))
    assert picture("wide.dcm", *window) == grey([0, 0, 50, 50, 100, 100], [150, 150, 200, 200, 255, 255])


def test_an_image_is_fitted_into_the_size_that_is_asked_for(folder: Path) -> None:
    (folder / "colour.dcm").write_bytes(part10(COLOR, bytes(range(1, 19))))
    one, two = ([1, 2, 3], [10, 11, 12])
    assert [row[0] for row in picture("colour.dcm", "--size", "3x4")] == [[0] * 3, one, two, [0] * 3]


def test_a_frame_of_several_is_rendered(folder: Path) -> None:
    (folder / "two.dcm").write_bytes(part10(GREY | {"NumberOfFrames": 2}, VALUES + VALUES[::-1]))
    assert picture("two.dcm", "--frame", "2", "--window", "127.5,255") == grey([255, 200, 150], [100, 50, 0])


def test_a_file_is_written_and_replaced_whole(folder: Path) -> None:
    (folder / "grey.dcm").write_bytes(part10(GREY, VALUES))
    target = folder / "out.PNG"
    target.write_bytes(b"older")
    assert run("render", "grey.dcm", "-o", str(target)).exit_code == 0
    assert Image.open(target).size == (3, 2)
    assert {path.name for path in folder.iterdir()} == {"grey.dcm", "out.PNG"}


def test_what_is_wrong_with_an_image_goes_to_stderr_beside_its_picture(folder: Path) -> None:
    argb = COLOR | {"SamplesPerPixel": 4, "PhotometricInterpretation": "ARGB"}
    (folder / "argb.dcm").write_bytes(part10(argb, bytes(24)))
    result = run("render", "argb.dcm", "-o", "out.png")
    assert result.exit_code == 0
    assert result.stderr == "loadstone: wadouri:argb.dcm: the alpha plane of ARGB is not shown\n"
    assert "  the alpha plane of ARGB is not shown" in run("info", "argb.dcm").stdout.splitlines()


@pytest.mark.parametrize("command", [["info", "--json"], ["render", "-o", "out.png"]])
def test_loaders_of_the_users_own_serve_their_schemes(folder: Path, command: list[str]) -> None:
    (folder / "my_loader.py").write_text(LOADER)
    result = run(*command, "mine:42", "--loader", "my_loader.py")
    assert result.exit_code == 0
    if command[0] == "info":
        assert json.loads(result.stdout)["frames"][0]["sha256"] == sha256(bytes(range(6)))
    else:
        assert Image.open("out.png").size == (3, 2)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\ny = (\n", "bad.py, line 2: SyntaxError: '(' was never closed; correct the loader"),
        ("import nowhere_to_be_found\n", "bad.py, line 1: ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        (
            "def register(session):\n    session.register_image_loader('a b', 3)\n",
            "bad.py, line 2: 'a b' can be no scheme",
        ),
    ],
)
def test_a_loader_that_fails_is_told_with_its_line(folder: Path, source: str, said: str) -> None:
    (folder / "bad.py").write_text(source)
    assert told("info", "mine:1", "--loader", "bad.py").startswith(said)


def test_an_image_whose_loader_fails_is_told_with_the_loaders_line(folder: Path) -> None:
    (folder / "bad.py").write_text(LOADER.replace("np.arange(6", "np.arange(6 // 0"))
    assert told("info", "mine:1", "--loader", "bad.py") == (
        "mine:1: its loader raised ZeroDivisionError: integer division or modulo by zero (bad.py, line 6)"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["info", "missing.dcm"],
            "missing.dcm: there is no such file; check the path, or give an image id such as "
            "wadouri:https://host/ct.dcm",
        ),
        (
            ["info", ""],
            "'': there is no such file; check the path, or give an image id such as wadouri:https://host/ct.dcm",
        ),
        (
            ["info", "disc/DICOMDIR"],
            "disc/DICOMDIR is a DICOMDIR, the list of a disc's files; name one of them, or make a page of all: "
            "loadstone build disc",
        ),
        (["info", "empty.dcm"], "empty.dcm is empty; copy it again from its source"),
        (["info", "."], ". is a folder; name one of its files, or make a page of all: loadstone build ."),
        (
            ["info", "images.zip"],
            "images.zip is a ZIP archive; unpack it and name one of its files, or make a page of all: "
            "loadstone build images.zip",
        ),
        (
            ["info", "notes.txt"],
            "notes.txt is no DICOM file, no picture and no NIfTI volume: it begins with b'hello'; a loader of your own "
            "can read it: --loader my_loader.py, and an image id of its scheme",
        ),
        (
            ["info", "two.dcm", "--frame", "3"],
            "--frame 3: wadouri:two.dcm has no such frame; its frames are 1 to 2",
        ),
        (
            ["render", "grey.dcm", "--frame", "0", "-o", "out.png"],
            "--frame 0: wadouri:grey.dcm has no such frame; its only frame is 1",
        ),
        (
            ["render", "grey.dcm", "--voi-lut", "0", "-o", "out.png"],
            "--voi-lut 0: wadouri:grey.dcm has no such VOI LUT; it has none, leave the option out",
        ),
        (["render", "grey.dcm", "--window", "3,0", "-o", "out.png"], "window_width=0.0; give a width above 0"),
        (
            ["render", "grey.dcm", "--size", "0x3", "-o", "out.png"],
            "a view of 0 x 3 pixels; give whole sides from 1 to 16384",
        ),
        (
            ["render", "grey.dcm", "--colormap", "rainbow", "-o", "out.png"],
            "there is no colour map 'rainbow'; there are gray, hot-iron, pet, hot-metal-blue, pet-20-step, spring, "
            "summer, fall, winter",
        ),
        (
            ["render", "missing.dcm", "-o", "out.jpg"],
            "out.jpg: pictures are written as PNG; give a name such as out.png",
        ),
        (
            ["render", "missing.dcm", "-o", "there/out.png"],
            "there/out.png: there is no folder there; make it first, or name another",
        ),
        (
            ["render", "grey.dcm", "--loader", "missing.py", "-o", "out.png"],
            "missing.py: this loader can not be read (No such file or directory); check the path",
        ),
    ],
)
def test_what_can_not_be_done_is_told_with_the_next_step(folder: Path, arguments: list[str], said: str) -> None:
    (folder / "grey.dcm").write_bytes(part10(GREY, VALUES))
    (folder / "two.dcm").write_bytes(part10(GREY | {"NumberOfFrames": 2}, VALUES + VALUES))
    (folder / "images.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    (folder / "notes.txt").write_bytes(b"hello")
    (folder / "empty.dcm").touch()
    (folder / "disc").mkdir()
    directory = {"SOPClassUID": MediaStorageDirectoryStorage}
    (folder / "disc" / "DICOMDIR").write_bytes(part10(directory))
    assert told(*arguments) == said
    assert not (folder / "out.png").exists()


def test_a_scheme_without_a_loader_is_told_with_those_that_have_one() -> None:
    said = told("info", "nowhere:42")
    assert said.startswith("nowhere:42: no loader is registered for the scheme 'nowhere'; there are loaders for ")
    assert " wadouri, " in said


def test_a_file_that_can_not_be_written_is_told_and_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        path.touch()
        raise OSError(28, "No space left on device")

    (folder / "grey.dcm").write_bytes(part10(GREY, VALUES))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        said = told("render", "grey.dcm", "-o", "out.png")
    assert said == "out.png can not be written (No space left on device); check the disk and its rights"
    assert [path.name for path in folder.iterdir()] == ["grey.dcm"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--window", "40", "'40' is no window; write it as center,width: --window 40,400"),
        ("--size", "512", "'512' is no size; write it as width x height: --size 512x512"),
        ("--size", "5.5x4", "'5.5x4' is no size; write it as width x height: --size 512x512"),
        ("--frame", "two", "'two' is not a valid integer"),
    ],
)
def test_an_option_that_can_not_be_read_is_wrong_usage(option: str, value: str, said: str) -> None:
    result = run("render", "example:ct", "-o", "out.png", option, value)
    assert result.exit_code == 2
    assert f"Error: Invalid value for '{option}': {said}" in result.stderr


def test_a_process_of_its_own_writes_the_png_to_its_standard_output(folder: Path) -> None:
    (folder / "grey.dcm").write_bytes(part10(GREY, VALUES))
    command = [sys.executable, "-m", "loadstone_build.commands", "render", "grey.dcm", "--window=127.5,255", "-o", "-"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert np.asarray(Image.open(BytesIO(done.stdout)))[..., 0].tobytes() == VALUES
    assert done.stderr == b""


def test_ctrl_c_ends_a_process_that_waits_for_a_server(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/ct.dcm"
        command = [sys.executable, "-m", "loadstone_build.commands", "info", f"wadouri:{address}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            connection, _ = server.accept()
            process.send_signal(signal.SIGINT)
            # the request itself would go on for a minute
            output, errors = process.communicate(timeout=30)
            connection.close()
    assert (process.returncode, output, errors.strip()) == (130, "", "")
