from pathlib import Path

import pytest

from loadstone_build import bytecode
from loadstone_build.archives import read_archive
from loadstone_build.cache import Cache
from loadstone_build.compact import Input, make_compact

MEMBERS = {
    "thing/data.bin": b"data",
    "thing/tests/data.bin": b"test data",
    "thing-1.0.dist-info/METADATA": b"Name: thing\n",
    "thing-1.0.dist-info/RECORD": b"stale",
}
THING = Input("thing", "thing-1.0.whl", MEMBERS)


def make(cache: Path, *inputs: Input, deflate: bool = False) -> dict[str, Path]:
    return make_compact(inputs, Cache(cache), deflate=deflate, toolchain="314.0.3")


def test_a_compact_wheel_has_no_tests_and_a_true_record(tmp_path: Path) -> None:
    members = read_archive(make(tmp_path, THING)["thing-1.0.whl"])
    assert sorted(members) == ["thing-1.0.dist-info/METADATA", "thing-1.0.dist-info/RECORD", "thing/data.bin"]
    assert "thing/data.bin,sha256=" in members["thing-1.0.dist-info/RECORD"].decode()


def test_what_was_made_from_the_same_input_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make(tmp_path, THING)

    def no_compiler(trees: object) -> list[dict[str, bytes]]:
        raise AssertionError("made again")

    monkeypatch.setattr(bytecode, "compile_trees", no_compiler)
    assert make(tmp_path, THING) == first


def test_another_content_or_compression_is_made_anew(tmp_path: Path) -> None:
    first = make(tmp_path, THING)["thing-1.0.whl"]
    second = make(tmp_path, THING, deflate=True)["thing-1.0.whl"]
    third = make(tmp_path, Input("thing", "thing-1.0.whl", {**MEMBERS, "thing/data.bin": b"new"}))["thing-1.0.whl"]
    assert len({first.read_bytes(), second.read_bytes(), third.read_bytes()}) == 3
