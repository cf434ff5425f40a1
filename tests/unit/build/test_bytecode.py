import pytest

from loadstone_build.bytecode import SourceTree, compile_trees
from loadstone_build.errors import BuildError

SOURCE = b'"""Doc."""\ndef f(v):\n    return v in {"ab", "cd", "ef", "gh"}, f"{v}-x", (1, "ab")\n'
TREE = {"a/b.py": SOURCE, "a/data.txt": b"text"}


@pytest.fixture(scope="module")
def compiled() -> list[dict[str, bytes]]:
    return compile_trees([SourceTree(TREE, "/lib/x", 2), SourceTree(TREE, "/lib/y", 0)])


def test_modules_become_bytecode_of_python_3_14_and_other_files_stay(compiled: list[dict[str, bytes]]) -> None:
    members = compiled[0]
    assert sorted(members) == ["a/b.pyc", "a/data.txt"]
    assert members["a/data.txt"] == b"text"
    # PEP 552: magic number of 3.14 (3627, little-endian, and CR LF), then flags: by hash, not to be checked
    assert members["a/b.pyc"][:4] == (3627).to_bytes(2, "little") + b"\r\n"
    assert members["a/b.pyc"][4:8] == b"\x01\0\0\0"
    assert b"/lib/x/a/b.py" in members["a/b.pyc"]


def test_docstrings_stay_only_where_nothing_is_optimized_away(compiled: list[dict[str, bytes]]) -> None:
    stripped, documented = compiled
    assert b"Doc." not in stripped["a/b.pyc"]
    assert b"Doc." in documented["a/b.pyc"]


def test_the_same_source_gives_the_same_bytecode_in_another_run(compiled: list[dict[str, bytes]]) -> None:
    other = SourceTree({"first.py": b"ab = 'ab'\n"}, "/lib", 2)
    assert compile_trees([other, SourceTree(TREE, "/lib/x", 2)])[1] == compiled[0]


def test_a_file_that_is_not_python_stops_the_build_with_its_name() -> None:
    with pytest.raises(BuildError, match=r"/lib/broken\.py"):
        compile_trees([SourceTree({"broken.py": b"def ("}, "/lib", 2)])
