"""Modules that stand in for those that are left out of a wheel."""

from types import ModuleType

import pytest
from scipy import special

from loadstone_build.archives import read_archive
from loadstone_build.make import wheels
from loadstone_build.stand_ins import with_stand_ins
from loadstone_build.trimming import trim_wheel


def stand_in(package: str, name: str) -> ModuleType:
    module = ModuleType(name)
    members = with_stand_ins(package, {})
    exec(members[f"{name.replace('.', '/')}/__init__.py"], vars(module))
    return module


def test_what_scipys_rotation_needs_gives_what_scipy_gives() -> None:
    module = stand_in("scipy", "scipy.special")
    for degrees in (-450.5, -90, 0, 30, 45.0, 90, 179.9, 180, 270.0, 1000):
        assert module.sindg(degrees) == pytest.approx(special.sindg(degrees), abs=1e-15)
        assert module.cosdg(degrees) == pytest.approx(special.cosdg(degrees), abs=1e-15)


def test_what_is_left_out_says_so_when_it_is_asked_for() -> None:
    with pytest.raises(AttributeError, match=r"scipy.special.gamma: of scipy, this page has scipy.ndimage only"):
        _ = stand_in("scipy", "scipy.special").gamma
    with pytest.raises(AttributeError, match=r"numpy.f2py.compile: numpy.f2py compiles Fortran, for which a page has"):
        _ = stand_in("numpy", "numpy.f2py").compile


def test_other_packages_get_none() -> None:
    assert with_stand_ins("pydicom", {"pydicom/__init__.py": b""}) == {"pydicom/__init__.py": b""}


def test_of_scipy_ndimage_is_kept_with_what_it_imports() -> None:
    kept = trim_wheel("scipy", read_archive(wheels("page")["scipy"]))
    folders = {name.split("/")[1] for name in kept if name.startswith("scipy/") and name.count("/") > 1}
    assert folders == {"_external", "_lib", "ndimage"}
    assert "scipy/ndimage/_nd_image.cpython-314-wasm32-emscripten.so" in kept
    assert not [name for name in kept if "openblas" in name]
