import dataclasses

import pytest

from loadstone_build.errors import BuildError
from loadstone_build.paths import LOCK_FILE
from loadstone_build.site import pyodide_own_lock
from loadstone_build.sources import all_sources
from loadstone_build.wheels_lock import check_against_pyodide, read_wheels_lock

LOCK = read_wheels_lock(LOCK_FILE)


def test_the_committed_lock_agrees_with_pyodides_own() -> None:
    own = pyodide_own_lock()
    check_against_pyodide(LOCK, own)
    assert own["packages"]["numpy"]["version"] == next(w.version for w in LOCK.wheels if w.name == "numpy")


def test_an_official_wheel_of_another_hash_is_refused_with_both_hashes() -> None:
    numpy = next(wheel for wheel in LOCK.wheels if wheel.name == "numpy")
    changed = dataclasses.replace(LOCK, wheels=(dataclasses.replace(numpy, sha256="f" * 64),))
    with pytest.raises(BuildError, match=f"numpy-.*{'f' * 64}.*{numpy.sha256}"):
        check_against_pyodide(changed, pyodide_own_lock())


def test_every_wheel_names_known_sources_and_a_full_hash() -> None:
    known = set(all_sources(LOCK))
    for wheel in LOCK.wheels:
        assert wheel.sources
        assert set(wheel.sources) <= known
        assert len(wheel.sha256) == 64
        assert wheel.used_in in ("page", "tests")
