from loadstone_build.archives import read_archive
from loadstone_build.make import wheels
from loadstone_build.paths import NPM_PYODIDE
from loadstone_build.trimming import trim_stdlib, trim_wheel


def test_what_people_import_stays_in_the_standard_library() -> None:
    kept = trim_stdlib(read_archive(NPM_PYODIDE / "python_stdlib.zip"))
    for module in (
        "asyncio/__init__.py",
        "csv.py",
        "dataclasses.py",
        "doctest.py",
        "encodings/cp1252.py",
        "encodings/cp437.py",
        "encodings/gb18030.py",
        "encodings/iso2022_jp_2.py",
        "encodings/shift_jis.py",
        "json/__init__.py",
        "pydoc.py",
        "pyodide/__init__.py",
        "sqlite3/__init__.py",
        "statistics.py",
        "unittest/__init__.py",
        "urllib/request.py",
        "xml/etree/ElementTree.py",
        "zipfile/__init__.py",
    ):
        assert module in kept


def test_what_a_page_cannot_use_leaves_the_standard_library() -> None:
    members = read_archive(NPM_PYODIDE / "python_stdlib.zip")
    kept = trim_stdlib(members)
    for module in ("_pyrepl/readline.py", "cProfile.py", "encodings/mac_roman.py", "smtplib.py", "turtle.py"):
        assert module not in kept
    assert set(kept) < set(members)


def test_tests_stubs_and_headers_leave_a_wheel_and_licences_stay() -> None:
    members = dict.fromkeys(
        (
            "numpy/__init__.py",
            "numpy/__init__.pyi",
            "numpy/_core/include/numpy/arrayobject.h",
            "numpy/_core/tests/test_dtype.py",
            "numpy/f2py/__init__.py",
            "numpy/testing/__init__.py",
            "numpy-2.0.dist-info/licenses/numpy/tests/LICENSE",
        ),
        b"",
    )
    assert sorted(trim_wheel("numpy", members)) == [
        "numpy-2.0.dist-info/licenses/numpy/tests/LICENSE",
        "numpy/__init__.py",
        "numpy/testing/__init__.py",
    ]


def test_pydicom_keeps_its_palettes_and_loses_its_test_files() -> None:
    kept = trim_wheel("pydicom", read_archive(wheels("page")["pydicom"]))
    assert "pydicom/data/palettes/pet.dcm" in kept
    assert "pydicom/_dicom_dict.py" in kept
    assert not [name for name in kept if "test_files" in name or "charset_files" in name]
