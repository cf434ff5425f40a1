"""``loadstone build`` with a small stock site: what it writes, refuses and says."""

import base64
import json
from pathlib import Path
from typing import Any

import pydicom
import pytest
from click.testing import CliRunner, Result
from packed import zipped
from part10 import GREY, part10
from PIL import Image

from loadstone_build import commands, stock
from loadstone_build.case_page import BOOT, NOTES, TITLE
from loadstone_build.notices import notices_html
from loadstone_build.site_files import write_site_files

NAMED = {"PatientName": "Doe^Jane", "PatientID": "4711", "SeriesDescription": "of Jane Doe", "Modality": "CT"}


def dicom(number=1, **elements):
    told = {"StudyInstanceUID": "1.5", "SeriesInstanceUID": "1.5.1", "InstanceNumber": number}
    return part10(GREY | told | {"SOPInstanceUID": f"1.5.1.{number}"} | elements, bytes(6), vr="OB")


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A working folder beside a stock site of next to nothing."""
    site = tmp_path / "stock"
    (site / "pyodide").mkdir(parents=True)
    (site / "index.html").write_text(f"<!doctype html><head>{TITLE}{BOOT}</head><body>{NOTES}</body>")
    lock = {"info": {}, "packages": {"numpy": {"version": "2.4.3", "imports": ["numpy"], "depends": []}}}
    (site / "pyodide/pyodide-lock.json").write_text(json.dumps(lock))
    (site / "notices.html").write_text(notices_html([]))
    (site / "service_worker.js").write_text("const FILES = {};\n")
    write_site_files(site)
    monkeypatch.setattr(stock, "stock_site", lambda: site)
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def build(*arguments: object) -> Result:
    return CliRunner().invoke(commands.cli, ["build", *map(str, arguments)], prog_name="loadstone")


def shown(site: Path) -> dict[str, Any]:
    page = (site / "index.html").read_text(encoding="utf-8")
    case: dict[str, Any] = json.loads(page.partition('id="case">')[2].partition("</script>")[0])
    return case


def test_files_folders_and_archives_become_stacks_and_those_that_were_named_come_first(work):
    (work / "scan").mkdir()
    for number in (2, 1):
        (work / f"scan/{number}.dcm").write_bytes(dicom(number, SeriesDescription="Thorax"))
    (work / "disc.zip").write_bytes(zipped({"x": dicom(7, SeriesInstanceUID="1.5.2", SeriesDescription="Head")}))
    Image.new("L", (3, 2)).save(work / "a.png")
    result = build("scan", "disc.zip", "a.png", "--stack", "First and second=scan/1.dcm,a.png", "-o", "site")
    assert (result.exit_code, result.stdout) == (0, "")
    assert [(stack["title"], stack["imageIds"]) for stack in shown(work / "site")["stacks"]] == [
        ("First and second", ["wadouri:files/1.dcm", "web:files/a.png"]),
        ("Thorax", ["wadouri:files/scan/2.dcm"]),
        ("Head", ["wadouri:files/disc.zip/x"]),
    ]
    assert "4 files" in result.stderr
    assert "site: 4 images in 3 stacks" in result.stderr


def test_files_that_name_a_person_are_refused_and_nothing_is_written(work):
    (work / "ct.dcm").write_bytes(dicom(**NAMED))
    result = build("ct.dcm", "-o", "site")
    assert result.exit_code == 1
    assert "(0010,0010) Patient's Name 'Doe^J…'" in result.stderr
    assert (
        "build with --deidentify to remove that from the copies, or with --allow-phi" in result.stderr.splitlines()[-1]
    )
    assert "Jane" not in result.stderr
    assert [path.name for path in work.iterdir()] == ["ct.dcm"]


def test_they_are_shared_where_that_is_allowed_and_the_page_knows(work):
    (work / "ct.dcm").write_bytes(dicom(**NAMED))
    result = build("ct.dcm", "-o", "site", "--allow-phi")
    assert result.exit_code == 0
    assert "Patient's Name" in result.stderr
    assert "site: 1 image in 1 stack, " in result.stderr
    assert shown(work / "site")["phi"] == "allowed"
    assert (work / "site/files/ct.dcm").read_bytes() == dicom(**NAMED)


def test_files_that_are_not_looked_into_are_told(work):
    (work / "run.raw").write_bytes(b"Doe Jane")
    (work / "ct.dcm").write_bytes(dicom())
    result = build("ct.dcm", "--file", "run.raw", "-o", "site")
    assert "not looked into: run.raw is of no kind that is known here; make sure yourself" in result.stderr
    assert "not looked into: ct.dcm" not in result.stderr


def test_de_identified_copies_keep_their_pixels_and_order_and_tell_of_nobody_anywhere(work):
    (work / "Doe Jane").mkdir()
    for number in (1, 2):
        (work / f"Doe Jane/{3 - number}.dcm").write_bytes(dicom(number, PixelData=bytes([number] * 6), **NAMED))
    result = build("Doe Jane", "--stack", "Mine=Doe Jane/1.dcm", "-o", "site", "--deidentify")
    assert result.exit_code == 0, result.output
    case = shown(work / "site")
    assert case["phi"] == "none"
    assert [stack["imageIds"] for stack in case["stacks"]] == [["wadouri:files/0001.dcm"], ["wadouri:files/0002.dcm"]]
    assert case["stacks"][0]["title"] == "Mine"
    written = b"".join(path.read_bytes() for path in (work / "site").rglob("*") if path.is_file())
    assert b"Jane" not in written
    assert b"4711" not in written
    copies = [pydicom.dcmread(work / f"site/files/000{number}.dcm") for number in (1, 2)]
    assert len({copy.SeriesInstanceUID for copy in copies}) == 1
    assert build("Doe Jane", "-o", "again", "--deidentify").exit_code == 0
    again = {path.read_bytes() for path in (work / "again/files").iterdir()}
    assert build("Doe Jane", "-o", "once more", "--deidentify").exit_code == 0
    assert {path.read_bytes() for path in (work / "once more/files").iterdir()} == again


def test_an_output_of_others_is_kept_and_one_of_this_command_replaced(work):
    (work / "ct.dcm").write_bytes(dicom())
    (work / "mine").mkdir()
    (work / "mine/precious.txt").write_text("precious")
    refused = build("ct.dcm", "-o", "mine")
    assert refused.exit_code == 1
    assert "mine exists, and loadstone build has not made it; name another output, or add --force" in refused.stderr
    assert (work / "mine/precious.txt").read_text() == "precious"
    assert build("ct.dcm", "-o", "site", "--title", "One").exit_code == 0
    assert build("ct.dcm", "-o", "site", "--title", "Two").exit_code == 0
    assert shown(work / "site")["title"] == "Two"
    assert build("ct.dcm", "-o", "mine", "--force").exit_code == 0
    assert not (work / "mine/precious.txt").exists()


@pytest.mark.parametrize("output", ["scan", "scan/1.dcm", ".", ".."])
def test_what_is_read_is_never_replaced(work, output):
    (work / "scan").mkdir()
    (work / "scan/1.dcm").write_bytes(dicom())
    result = build("scan/1.dcm", "--stack", "S=example:ct", "-o", output, "--force")
    assert result.exit_code == 1
    told = "is the working folder, or around it" if output[0] == "." else "would take the place of scan/1.dcm"
    assert f"loadstone: {output} {told}" in result.stderr
    assert (work / "scan/1.dcm").read_bytes() == dicom()


def test_a_link_to_a_folder_stays_and_the_folder_is_replaced(work):
    (work / "ct.dcm").write_bytes(dicom())
    (work / "there").mkdir()
    (work / "site").symlink_to("there")
    assert build("ct.dcm", "-o", "site").exit_code == 0
    assert (work / "there/files/ct.dcm").is_file()
    assert (work / "site").is_symlink()
    assert sorted(path.name for path in work.iterdir()) == ["ct.dcm", "site", "there"]


def test_an_id_may_be_longer_than_names_of_files(work):
    Image.new("L", (3, 2)).save(work / "a.png")
    image_id = f"data:image/png;base64,{base64.b64encode((work / 'a.png').read_bytes() + bytes(300)).decode()}"
    assert build(image_id, "--stack", f"S={image_id}", "-o", "site").exit_code == 0
    assert [stack["imageIds"] for stack in shown(work / "site")["stacks"]] == [[image_id]] * 2


def test_an_earlier_output_among_the_images_is_no_image_of_the_next(work):
    (work / "ct.dcm").write_bytes(dicom())
    for _ in range(2):
        assert build(".", "-o", "site").exit_code == 0
    assert [path.name for path in (work / "site/files").rglob("*.dcm")] == ["ct.dcm"]


def test_a_loader_with_ids_of_its_own_needs_no_images(work):
    (work / "mine.py").write_text(
        "import numpy as np\nsession.register_image_loader('mine', lambda image_id, options: np.zeros((2, 3), 'u1'))\n"
    )
    assert build("--loader", "mine.py", "--stack", "Made=mine:1,mine:2", "--quiet", "-o", "site").output == ""
    case = shown(work / "site")
    assert case["stacks"] == [{"title": "Made", "imageIds": ["mine:1", "mine:2"]}]
    assert case["loaders"] == ["loaders/mine.py"]
    broken = build("--loader", "mine.py", "--stack", "Made=mine:1,yours:2", "-o", "other")
    assert broken.exit_code == 1
    assert "yours:2, of the stack Made" in broken.stderr
    assert not (work / "other").exists()
    assert build("--loader", "mine.py", "--stack", "Made=yours:2", "-o", "other", "--no-check").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["ct.dcm"], 2, "name one output: -o FOLDER for a site, or --single-file FILE.html"),
        (["-o", "x"], 2, "name images, or a loader (--loader) of some"),
        (["ct.dcm", "-o", "x", "--deidentify", "--allow-phi"], 2, "exclude each other"),
        (["none.dcm", "-o", "x"], 1, "none.dcm: there is no such file or folder, and it is no image id"),
        (["empty", "-o", "x"], 1, "empty is empty; there is no image in what was given"),
        (
            ["wadouri:file:///ct.dcm", "-o", "x"],
            1,
            "wadouri:file:///ct.dcm: others do not have this file; give its path",
        ),
        (["text.txt", "-o", "x"], 1, "text.txt is no DICOM file, no picture and no NIfTI volume"),
        (["ct.dcm", "--stack", "no name", "-o", "x"], 1, "--stack 'no name' is no stack; write 'name=id,id'"),
        (["ct.dcm", "--stack", "S=text.txt", "-o", "x"], 1, "text.txt: there is no image for the stack"),
        (["ct.dcm", "-o", "no/folder"], 1, "there is no folder no; make it, or name another output"),
        (["ct.dcm", "--requires", "seaborn", "-o", "x"], 1, "write seaborn==VERSION"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_before_anything_is_written(work, arguments, code, told):
    (work / "ct.dcm").write_bytes(dicom())
    (work / "text.txt").write_text("hello")
    (work / "empty").mkdir()
    result = build(*arguments)
    assert result.exit_code == code
    assert told in result.stderr.splitlines()[-1]
    assert sorted(path.name for path in work.iterdir()) == ["ct.dcm", "empty", "text.txt"]
