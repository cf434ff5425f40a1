import pytest

from loadstone_build.bytecode import SourceTree, compile_trees
from loadstone_build.errors import BuildError


def test_modules_become_bytecode_of_python_3_14_and_other_files_stay() -> None:
    members = {"a/b.py": b'"""Doc."""\nx = {"p", "q", "r"}\n', "a/data.txt": b"text"}
    stripped, documented = compile_trees([SourceTree(members, "/lib/x", 2), SourceTree(members, "/lib/y", 0)])
    assert sorted(stripped) == ["a/b.pyc", "a/data.txt"]
    assert stripped["a/data.txt"] == b"text"
    # PEP 552: magic number of 3.14 (3627, little-endian, and CR LF), then flags: by hash, not to be checked
    assert stripped["a/b.pyc"][:4] == (3627).to_bytes(2, "little") + b"\r\n"
    assert stripped["a/b.pyc"][4:8] == b"\x01\0\0\0"
    assert b"/lib/x/a/b.py" in stripped["a/b.pyc"]
    assert b"Doc." not in stripped["a/b.pyc"]
    assert b"Doc." in documented["a/b.pyc"]


def test_the_same_source_gives_the_same_bytecode_in_another_run() -> None:
    tree = SourceTree(
        {"m.py": b"def f(v):\n    return v in {'ab', 'cd', 'ef', 'gh'}, f'{v}-x', (1, 'ab')\n"}, "/lib", 2
    )
    other = SourceTree({"first.py": b"ab = 'ab'\n"}, "/lib", 2)
    assert compile_trees([tree]) == compile_trees([other, tree])[1:]


def test_a_file_that_is_not_python_stops_the_build_with_its_name() -> None:
    with pytest.raises(BuildError, match=r"/lib/broken\.py"):
        compile_trees([SourceTree({"broken.py": b"def ("}, "/lib", 2)])
