"""What dist/pyodide holds, loaded in a real browser: trimmed, as bytecode, and still whole."""

import hashlib
import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from playwright.sync_api import Browser
from pydicom.data import get_testdata_file
from pydicom.pixels.processing import apply_color_lut

from loadstone_build.paths import DIST

PACKAGES = ["loadstone", "micropip", "nibabel", "numpy", "packaging", "pillow", "pydicom", "python-multipart", "scipy"]
BOOT = """
async ([site, packages]) => {
    const { loadPyodide } = await import(`${site}pyodide/pyodide.mjs`);
    globalThis.pyodide = await loadPyodide({ indexURL: `${site}pyodide/` });
    const loaded = await pyodide.loadPackage(packages);
    return loaded.map((one) => one.name).sort();
}
"""
RUN = "([source, bytes]) => { pyodide.globals.set('given', bytes); return pyodide.runPython(source); }"

Run = Callable[..., str]


@pytest.fixture(scope="module")
def run(browser: Browser, site: str) -> Iterator[Run]:
    """Run Python in the page's own Pyodide; ``given`` there is a list of byte values."""
    page = browser.new_page()
    page.goto(f"{site}pyodide/pyodide-lock.json")
    assert page.evaluate(BOOT, [site, PACKAGES]) == PACKAGES
    yield lambda source, given=b"": page.evaluate(RUN, [source, list(given)])
    page.close()


def test_the_lock_names_exactly_the_wheels_that_lie_beside_it_and_their_hashes() -> None:
    folder = DIST / "pyodide"
    packages = json.loads((folder / "pyodide-lock.json").read_text())["packages"]
    assert sorted(packages) == sorted([*PACKAGES, "imagecodecs"])
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.whl")}
    assert {entry["file_name"]: entry["sha256"] for entry in packages.values()} == hashes


def test_imagecodecs_loads_in_an_interpreter_of_its_own(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}pyodide/pyodide-lock.json")
    assert page.evaluate(BOOT, [site, ["imagecodecs"]]) == ["imagecodecs", "numpy"]
    source = """
import imagecodecs, numpy
image = numpy.arange(64 * 64, dtype="uint8").reshape(64, 64) // 4 * 2
back = imagecodecs.jpeg8_decode(imagecodecs.jpeg8_encode(image, level=100))
int(abs(back.astype(int) - image).max())
"""
    assert page.evaluate(RUN, [source, []]) <= 2
    page.close()


READ = """
import hashlib
from io import BytesIO
import pydicom
hashlib.sha256(pydicom.dcmread(BytesIO(bytes(given))).pixel_array.tobytes()).hexdigest()
"""


@pytest.mark.parametrize(
    "name",
    [
        "CT_small.dcm",
        "MR_small_RLE.dcm",
        "MR_small_bigendian.dcm",
        "MR_small_implicit.dcm",
        "examples_overlay.dcm",
        "examples_palette.dcm",
        "examples_rgb_color.dcm",
    ],
)
def test_trimmed_pydicom_reads_the_same_pixels_as_on_the_desktop(run: Run, name: str) -> None:
    path = get_testdata_file(name, download=False)
    assert isinstance(path, str)
    data = pydicom.dcmread(path)
    assert run(READ, Path(path).read_bytes()) == hashlib.sha256(data.pixel_array.tobytes()).hexdigest()


def test_trimmed_pydicom_reads_jpeg_frames_through_pillow(run: Run) -> None:
    path = get_testdata_file("examples_ybr_color.dcm", download=False)
    assert isinstance(path, str)
    source = """
from io import BytesIO
import pydicom
pixels = pydicom.dcmread(BytesIO(bytes(given))).pixel_array
f"{pixels.shape} {pixels.mean():.2f}"
"""
    shape, mean = run(source, Path(path).read_bytes()).rsplit(" ", 1)
    assert shape == "(30, 240, 320, 3)"
    # the two libjpegs interpolate subsampled colour in their own ways
    assert float(mean) == pytest.approx(pydicom.dcmread(path).pixel_array.mean(), abs=0.5)


def test_pydicoms_palettes_are_there(run: Run) -> None:
    source = """
import hashlib
import numpy
from pydicom.pixels.processing import apply_color_lut
hashlib.sha256(apply_color_lut(numpy.arange(256, dtype="uint8"), palette="1.2.840.10008.1.5.2").tobytes()).hexdigest()
"""
    expected = apply_color_lut(np.arange(256, dtype="uint8"), palette="1.2.840.10008.1.5.2")
    assert run(source) == hashlib.sha256(expected.tobytes()).hexdigest()


def test_japanese_patient_names_are_read(run: Run) -> None:
    data = pydicom.Dataset()
    data.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    data.PatientName = "Yamada^Tarou=山田^太郎"
    buffer = BytesIO()
    data.save_as(buffer, implicit_vr=True, little_endian=True)
    source = "str(pydicom.dcmread(BytesIO(bytes(given)), force=True).PatientName)"
    assert run(source, buffer.getvalue()) == "Yamada^Tarou=山田^太郎"


def test_nibabel_writes_and_reads_a_nifti_file(run: Run) -> None:
    source = """
import nibabel, numpy
image = nibabel.Nifti1Image(numpy.arange(24, dtype="int16").reshape(2, 3, 4), numpy.diag([2.0, 2, 2, 1]))
back = nibabel.Nifti1Image.from_bytes(image.to_bytes())
f"{int(back.get_fdata().sum())} {back.header.get_zooms()[0]}"
"""
    assert run(source) == "276 2.0"


def test_pillow_writes_and_reads_every_web_format(run: Run) -> None:
    source = """
from io import BytesIO
from PIL import Image
image, formats = Image.new("RGB", (8, 8), (10, 20, 30)), []
for name in ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP"):
    buffer = BytesIO()
    image.save(buffer, name)
    formats.append(Image.open(buffer).format)
" ".join(formats)
"""
    assert run(source) == "BMP GIF JPEG PNG TIFF WEBP"


def test_what_people_import_is_there(run: Run) -> None:
    names = """
argparse asyncio base64 bisect calendar collections concurrent.futures configparser contextlib copy csv ctypes
dataclasses datetime decimal difflib doctest email enum fractions functools gzip hashlib heapq html http.client
inspect io itertools json logging math numpy.fft numpy.linalg numpy.ma numpy.polynomial numpy.random numpy.testing
numpy.typing operator pathlib pdb pickle pprint pydoc queue random re sched secrets shutil sqlite3 statistics string
struct tarfile tempfile textwrap threading time timeit tomllib traceback types typing unittest unittest.mock
urllib.request uuid warnings wave weakref xml.dom.minidom xml.etree.ElementTree zipfile zlib zoneinfo
"""
    source = f"""
import importlib
missing = []
for name in {names.split()!r}:
    try:
        importlib.import_module(name)
    except ImportError as error:
        missing.append(f"{{name}}: {{error}}")
", ".join(missing)
"""
    assert run(source) == ""


def test_loadstones_docstrings_stay_for_help_and_versions_for_metadata(run: Run) -> None:
    source = """
import importlib.metadata, loadstone, pydoc
names = ("loadstone", "numpy", "pydicom", "Pillow", "nibabel")
assert loadstone.__version__ == importlib.metadata.version("loadstone")
assert all(importlib.metadata.version(name) for name in names)
pydoc.render_doc(loadstone, renderer=pydoc.plaintext)
"""
    assert "mage loaders in Python, in the browser, without a server" in run(source)


def test_tracebacks_name_the_installed_files(run: Run) -> None:
    assert run("pydicom.dcmread.__code__.co_filename") == "/lib/python3.14/site-packages/pydicom/filereader.py"
    assert run("import csv; csv.DictReader.__init__.__code__.co_filename") == "/lib/python314.zip/csv.py"
