from loadstone_build.lazy_extensions import with_lazy_extensions


def test_extensions_that_an_import_of_the_package_does_not_need_get_a_loader() -> None:
    random = "numpy/random/mtrand.cpython-314-wasm32-emscripten.so"
    core = "numpy/_core/_multiarray_umath.cpython-314-wasm32-emscripten.so"
    members = with_lazy_extensions("numpy", {random: b"random", core: b"core", "numpy/__init__.py": b""})
    assert sorted(members) == ["numpy/__init__.py", core, "numpy/random/mtrand.py", "numpy/random/mtrand.wasm"]
    assert members["numpy/random/mtrand.wasm"] == b"random"
    assert b"ExtensionFileLoader" in members["numpy/random/mtrand.py"]


def test_other_packages_stay_as_they_are() -> None:
    members = {"other/_fast.cpython-314-wasm32-emscripten.so": b"x"}
    assert with_lazy_extensions("other", members) == members
