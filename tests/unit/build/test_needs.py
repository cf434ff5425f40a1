"""What images and loaders need of a site, and a site without the rest."""

import hashlib
import io
import json
import zipfile

import numpy as np
import pytest
from made_wheel import made_wheel
from nifti_files import nifti1
from packed import InMemory
from part10 import GREY, part10
from PIL import Image

from loadstone.local_files import PathFile
from loadstone_build.case import Case, CaseFile, CaseStack
from loadstone_build.case_needs import check_imports, needs_of_case
from loadstone_build.errors import BuildError
from loadstone_build.needs import (
    ALWAYS,
    EVERY_CODEC,
    Needs,
    imported_modules,
    keep_only,
    needs_of_file,
    needs_of_image_id,
)

ENCAPSULATED = {
    "1.2.840.10008.1.2.5": set(),
    "1.2.840.10008.1.2.4.50": {"_jpeg8"},
    "1.2.840.10008.1.2.4.70": {"_jpeg8"},
    "1.2.840.10008.1.2.4.80": {"_jpegls"},
    "1.2.840.10008.1.2.4.90": {"_jpeg2k"},
    "1.2.840.10008.1.2.4.201": {"_jpeg2k", "_htj2k"},
    "1.2.840.10008.1.2.4.110": {"_jpegxl"},
}


def of(data, path="x"):
    return needs_of_file(InMemory(data, path))


def test_pictures_need_pillow_volumes_nibabel_and_native_dicom_nothing_more():
    png = io.BytesIO()
    Image.new("L", (3, 2)).save(png, format="PNG")
    assert of(png.getvalue()).packages - ALWAYS == {"pillow"}
    assert of(nifti1(np.zeros((2, 3, 4), np.int16))).packages - ALWAYS == {"nibabel"}
    assert of(part10(GREY, bytes(6), vr="OB")) == Needs()
    assert of(b"raw values") == Needs()


@pytest.mark.parametrize("syntax", ENCAPSULATED)
def test_compressed_dicom_needs_the_codecs_of_its_transfer_syntax(syntax):
    # pydicom writes no JPEG XL
    written = syntax.replace(".110", ".201")
    data = part10(GREY, b"\xfe\xff\x00\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0", vr="OB", syntax=written)
    needs = of(data.replace(written.encode(), syntax.encode()))
    assert needs.packages - ALWAYS == {"imagecodecs"}
    assert needs.codecs - {"_imcd", "_shared", "_shared_cython"} == ENCAPSULATED[syntax]


def wheel(name, members):
    content = io.BytesIO()
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(content, "w") as archive:
        for member, text in {
            **members,
            f"{info}/METADATA": f"Name: {name}\nVersion: 1.0\n",
            f"{info}/RECORD": "",
        }.items():
            archive.writestr(member, text)
    return content.getvalue()


@pytest.fixture
def pyodide(tmp_path):
    """A site's folder of packages."""
    codecs = {
        f"imagecodecs/_{name}.{ending}": "" for name in ("jpeg2k", "jpeg8", "shared") for ending in ("wasm", "pyc")
    }
    packages = {
        "numpy": ({"numpy/__init__.pyc": ""}, []),
        "pydicom": ({"pydicom/__init__.pyc": ""}, []),
        "loadstone": ({"loadstone/__init__.pyc": ""}, ["numpy"]),
        "pillow": ({"PIL/__init__.pyc": ""}, []),
        "nibabel": ({"nibabel/__init__.pyc": ""}, ["packaging"]),
        "packaging": ({"packaging/__init__.pyc": ""}, []),
        "micropip": ({"micropip/__init__.pyc": ""}, ["packaging"]),
        "imagecodecs": ({"imagecodecs/__init__.pyc": "", **codecs}, []),
    }
    entries = {}
    for name, (members, depends) in packages.items():
        data = wheel(name, members)
        (tmp_path / f"{name}.whl").write_bytes(data)
        entries[name] = {
            "file_name": f"{name}.whl",
            "sha256": hashlib.sha256(data).hexdigest(),
            "depends": depends,
            "version": "1.0",
            "imports": [next(iter(members)).partition("/")[0]],
        }
    (tmp_path / "pyodide-lock.json").write_text(json.dumps({"info": {}, "packages": entries}))
    return tmp_path


def lock(pyodide):
    return json.loads((pyodide / "pyodide-lock.json").read_text())["packages"]


def test_a_site_keeps_what_is_needed_with_what_that_needs_and_its_lock_says_so(pyodide):
    keep_only(Needs(ALWAYS | {"nibabel"}), pyodide)
    assert sorted(lock(pyodide)) == ["loadstone", "nibabel", "numpy", "packaging", "pydicom"]
    assert sorted(path.stem for path in pyodide.glob("*.whl")) == sorted(lock(pyodide))


def test_of_imagecodecs_only_the_needed_codecs_stay_and_the_lock_has_the_new_hash(pyodide):
    keep_only(Needs(ALWAYS | {"imagecodecs"}, frozenset({"_jpeg2k"})), pyodide)
    path = pyodide / "imagecodecs.whl"
    with zipfile.ZipFile(path) as archive:
        modules = {name for name in archive.namelist() if name.startswith("imagecodecs/")}
    assert modules == {"imagecodecs/__init__.pyc", "imagecodecs/_jpeg2k.wasm", "imagecodecs/_jpeg2k.pyc"}
    assert lock(pyodide)["imagecodecs"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_case_needs_what_its_loaders_import_and_micropip_where_it_brings_wheels(pyodide, tmp_path):
    (tmp_path / "mine.py").write_text("import PIL.Image\nfrom made import thing\n")
    (tmp_path / "made-1.0-py3-none-any.whl").write_bytes(made_wheel("made", "1.0", "", requires=["nibabel>=1"]))
    stack = CaseStack("Mine", ("mine:1",))
    case = Case("Case", (stack,), loaders=(tmp_path / "mine.py",), packages=(tmp_path / "made-1.0-py3-none-any.whl",))
    assert needs_of_case(case, pyodide).packages - ALWAYS == {"pillow", "micropip", "nibabel"}


def test_a_case_that_shows_samples_needs_what_they_need(pyodide, tmp_path):
    file = CaseFile("files/x", PathFile(pyodide / "numpy.whl"))
    of_samples = Needs(ALWAYS | {"pillow", "nibabel", "imagecodecs"}, EVERY_CODEC)
    for image_id in ("negative:example:ct", "mpr:axial/0?volume=example%3Anifti"):
        needs = needs_of_case(Case("Case", (CaseStack("Derived", (image_id,)),), (file,)), pyodide)
        assert needs == of_samples
    # those who have no stacks of their own may compute from the samples what they like
    assert needs_of_case(Case("Case", (), (file,)), pyodide) == of_samples | Needs(frozenset({"scipy"}))


def test_pipelines_need_scipy_and_what_their_source_needs(pyodide, tmp_path):
    for image_id in ("pipe:nifti:files/a.nii|invert", "mpr:axial/0?volume=pipe%3Anifti%3Afiles/a.nii%7Cinvert"):
        case = Case("Case", (CaseStack("Derived", (image_id,)),))
        assert needs_of_case(case, pyodide).packages - ALWAYS == {"scipy"}
    assert needs_of_image_id("pipe:mpr:axial/0?volume=example%253Anifti|invert").packages - ALWAYS == {
        "pillow",
        "nibabel",
        "imagecodecs",
        "scipy",
    }
    (tmp_path / "mine.py").write_text("def register(session):\n    return session.load_image('pipe:mine:1|median')\n")
    case = Case("Case", (CaseStack("Mine", ("mine:1",)),), loaders=(tmp_path / "mine.py",))
    assert needs_of_case(case, pyodide).packages - ALWAYS == {"scipy"}


def test_imports_that_may_fail_are_not_required(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("import a.b, c\ntry:\n    import d\nexcept ImportError:\n    from e import f\nfrom . import g\n")
    imported = imported_modules(path)
    assert imported.anywhere == {"a", "c", "d", "e"}
    assert imported.required == {"a", "c", "e"}


def test_a_loader_that_imports_what_the_page_will_not_have_is_told(pyodide, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("import json, numpy, made\n")
    told = "imports made, which is neither in Python's standard library nor in the page; add the package that brings it"
    with pytest.raises(BuildError, match=told):
        check_imports([path], [], pyodide)
    made = tmp_path / "made-1.0-py3-none-any.whl"
    made.write_bytes(made_wheel("made", "1.0", ""))
    assert check_imports([path], [made], pyodide) is False
    path.write_text("import js\n")
    assert check_imports([path], [], pyodide) is True


def test_a_loader_that_is_no_python_is_told_with_its_line(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("import json\ndef register(session:\n")
    with pytest.raises(BuildError, match=r"mine\.py, line 2: is no Python that can be read .*; correct it"):
        imported_modules(path)
