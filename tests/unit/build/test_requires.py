"""Packages that loaders need: resolved by pip from a folder of made wheels, locked, refused."""

import json
import re

import pytest
from made_wheel import made_wheel

from loadstone_build.cache import Cache
from loadstone_build.errors import BuildError
from loadstone_build.requires import require

SITE = {"numpy": "2.4.3"}


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder that pip takes for all that there is."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def put(index, name, version, source="", *, tag="py3-none-any", requires=()):
    wheel = made_wheel(name, version, source, requires=requires, tag=tag)
    (index / f"{name}-{version}-{tag}.whl").write_bytes(wheel)


def required(tmp_path, *texts, lock=None, site=SITE):
    return require(texts, site=site, lock=lock, cache=Cache(tmp_path / "cache"))


def test_wheels_come_with_what_they_need_but_without_what_the_site_brings(tmp_path, index):
    put(index, "first", "1.0", requires=["second>=2", "numpy>=2"])
    put(index, "second", "1.0")
    put(index, "second", "2.5")
    found = required(tmp_path, "first==1.0")
    assert [path.name for path in found.wheels] == ["first-1.0-py3-none-any.whl", "second-2.5-py3-none-any.whl"]
    assert json.loads(found.lock)["requires"] == ["first==1.0"]


def test_the_lock_gives_the_same_bytes_though_there_are_newer_ones(tmp_path, index):
    put(index, "first", "1.0", requires=["second"])
    put(index, "second", "1.0")
    before = required(tmp_path, "first==1.0")
    put(index, "second", "2.0")
    # also with a cache that has forgotten them
    again = require(["first==1.0"], site=SITE, lock=before.lock, cache=Cache(tmp_path / "another"))
    assert [path.name for path in again.wheels] == [path.name for path in before.wheels]
    assert [path.read_bytes() for path in again.wheels] == [path.read_bytes() for path in before.wheels]
    assert again.lock == before.lock


def test_other_bytes_than_the_lock_says_are_refused(tmp_path, index):
    put(index, "first", "1.0", "x = 1")
    lock = required(tmp_path, "first==1.0").lock
    put(index, "first", "1.0", "x = 2")
    with pytest.raises(BuildError, match=r"first-1\.0-py3-none-any\.whl has the wrong sha256: expected \w+, found"):
        require(["first==1.0"], site=SITE, lock=lock, cache=Cache(tmp_path / "another"))


def test_other_requirements_than_those_of_the_lock_are_resolved_anew(tmp_path, index):
    put(index, "first", "1.0")
    put(index, "first", "1.1")
    lock = required(tmp_path, "first==1.0").lock
    assert [path.name for path in required(tmp_path, "first==1.1", lock=lock).wheels] == ["first-1.1-py3-none-any.whl"]


def test_what_is_not_pure_python_is_named(tmp_path, index):
    put(index, "first", "1.0", requires=["compiled"])
    put(index, "compiled", "3.0", tag="cp314-cp314-manylinux_2_17_x86_64")
    with pytest.raises(BuildError, match=r"no wheels in pure Python for all that is required: .*compiled.*from first"):
        required(tmp_path, "first==1.0")


def test_a_conflict_with_what_the_site_brings_is_named(tmp_path, index):
    put(index, "first", "1.0", requires=["numpy<2"])
    put(index, "numpy", "1.26")
    with pytest.raises(BuildError, match=r"first 1\.0 depends on numpy<2, .*numpy==2\.4\.3"):
        required(tmp_path, "first==1.0")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seaborn", "'seaborn' leaves the version open; write seaborn==VERSION"),
        ("seaborn>=0.13", "'seaborn>=0.13' leaves the version open"),
        ("seaborn==0.*", "'seaborn==0.*' leaves the version open"),
        ("./a b", "'./a b' is no requirement; write NAME==VERSION"),
    ],
)
def test_requirements_name_one_version(tmp_path, text, told):
    with pytest.raises(BuildError, match=re.escape(told)):
        required(tmp_path, text)


def test_a_lock_that_is_none_is_told(tmp_path):
    with pytest.raises(BuildError, match=r"the lock can not be read .*; remove it to resolve the requirements anew"):
        required(tmp_path, "first==1.0", lock="{}")
