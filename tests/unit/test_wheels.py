"""What wheels say of themselves, and why an index has none that fits."""

import io
import zipfile

import pytest

from loadstone._browser.wheels import read_wheel, why_no_wheel_fits
from loadstone.errors import PackageError


def wheel(*tags: str, folder: str = "shades-1.2.dist-info") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("shades/__init__.py", "")
        archive.writestr("shades_more.py", "")
        archive.writestr(f"{folder}/WHEEL", "Wheel-Version: 1.0\n" + "".join(f"Tag: {tag}\n" for tag in tags))
    return content.getvalue()


def test_a_wheel_is_what_it_says_itself_whatever_the_file_is_called() -> None:
    found = read_wheel(wheel("py3-none-any"), "shades (2).whl")
    assert (found.name, found.version, found.file_name) == ("shades", "1.2", "shades-1.2-py3-none-any.whl")
    assert found.modules == {"shades", "shades_more"}


def test_a_wheel_of_several_tags_has_them_all_in_its_name() -> None:
    assert read_wheel(wheel("py2-none-any", "py3-none-any"), "x").file_name == "shades-1.2-py2.py3-none-any.whl"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"<!DOCTYPE html><html>",
            "x.whl is no wheel: it is no ZIP archive, but begins with b'<!DOCTYPE html><html'; "
            "check the file or address",
        ),
        (
            wheel("py3-none-any", folder="shades-1.2.egg-info"),
            "x.whl is no wheel: it has no .dist-info folder; build one of its sources with pip wheel --no-deps",
        ),
        (wheel(), "x.whl is no wheel that can be installed: it does not say where it runs; build it anew"),
    ],
    # not by the data, in which the time stands: processes that share the tests must call them the same
    ids=["no archive", "no dist-info", "no tag"],
)
def test_what_is_no_wheel_is_told(data: bytes, message: str) -> None:
    with pytest.raises(PackageError) as raised:
        read_wheel(data, "x.whl")
    assert str(raised.value) == message


COMPILED = b"""{"files": [{"filename": "fast-1.0-cp314-cp314-win_amd64.whl"}, {"filename": "fast-1.0.tar.gz"},
    {"filename": "fast-1.0-cp314-cp314-manylinux_2_28_x86_64.whl"}]}"""


def test_a_package_that_is_compiled_for_other_platforms_is_told_as_such() -> None:
    assert why_no_wheel_fits("fast", COMPILED) == (
        "fast could not be installed: it has extensions that are compiled for manylinux_2_28_x86_64, win_amd64, and "
        "not for Pyodide (pyemscripten_2026_0_wasm32); look for a package in pure Python, or give a wheel that is "
        "built for Pyodide"
    )


def test_a_package_without_wheels_is_told_as_such() -> None:
    page = b'<a href="../../slow-1.0.tar.gz#sha256=0">slow-1.0.tar.gz</a>'
    assert why_no_wheel_fits("slow", page) == (
        "slow could not be installed: the package index has no wheel of it; build one of its sources with "
        "pip wheel --no-deps, and give that file"
    )


def test_a_version_that_is_not_there_is_told_with_those_that_are() -> None:
    page = b'{"files": [{"filename": "old-1.0-py3-none-any.whl"}, {"filename": "old-1.1-py3-none-any.whl"}]}'
    assert why_no_wheel_fits("old>=2", page) == (
        "old>=2 could not be installed: the package index has no such version that runs here; it has 1.0, 1.1"
    )
