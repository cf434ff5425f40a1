import hashlib
import json
from pathlib import Path

from loadstone_build.archives import with_record, write_archive
from loadstone_build.pyodide_lock import SitePackage, make_pyodide_lock

OFFICIAL = {"info": {"python": "3.14.0"}, "packages": {"unused": {}}}


def make_wheel(folder: Path, name: str, *requirements: str) -> Path:
    needs = "".join(f"Requires-Dist: {requirement}\n" for requirement in requirements)
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}"
    members = {
        f"{name}/__init__.pyc": b"",
        f"{name}/inner.pyc": b"",
        f"{name}-1.0.dist-info/METADATA": metadata.encode(),
    }
    path = folder / f"{name}-1.0-py3-none-any.whl"
    write_archive(path, with_record(members), deflate=False)
    return path


def test_the_lock_holds_exactly_the_packages_of_the_site(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "alpha")
    lock = json.loads(make_pyodide_lock(OFFICIAL, [SitePackage("alpha", wheel)]))
    assert lock["info"] == {"python": "3.14.0"}
    assert list(lock["packages"]) == ["alpha"]
    entry = lock["packages"]["alpha"]
    assert entry["file_name"] == "alpha-1.0-py3-none-any.whl"
    assert entry["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert entry["version"] == "1.0"
    assert entry["imports"] == ["alpha"]


def test_dependencies_are_those_of_the_metadata_that_apply_in_the_page_and_are_there(tmp_path: Path) -> None:
    wheel = make_wheel(
        tmp_path,
        "beta",
        "alpha>=1",
        "absent",
        'alpha2; python_version < "3.12"',
        'alpha3; extra == "more"',
        'alpha4; sys_platform == "emscripten"',
    )
    names = ["alpha", "alpha2", "alpha3", "alpha4"]
    packages = [SitePackage(name, make_wheel(tmp_path, name)) for name in names]
    lock = json.loads(make_pyodide_lock(OFFICIAL, [SitePackage("beta", wheel), *packages]))
    assert lock["packages"]["beta"]["depends"] == ["alpha", "alpha4"]


def test_dependencies_may_be_given_instead(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "beta", "alpha", "gamma")
    others = [SitePackage(name, make_wheel(tmp_path, name)) for name in ("alpha", "gamma")]
    lock = json.loads(make_pyodide_lock(OFFICIAL, [SitePackage("beta", wheel, depends=("alpha",)), *others]))
    assert lock["packages"]["beta"]["depends"] == ["alpha"]
