from pathlib import Path

from loadstone_build.stamps import content_hash, refresh


def test_the_hash_follows_names_and_contents_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("1")
    first = content_hash([tmp_path])
    (tmp_path / "one.txt").touch()
    assert content_hash([tmp_path]) == first
    (tmp_path / "one.txt").write_text("2")
    changed = content_hash([tmp_path])
    assert changed != first
    (tmp_path / "one.txt").rename(tmp_path / "two.txt")
    assert content_hash([tmp_path]) not in (first, changed)
    assert content_hash([tmp_path], "word") != content_hash([tmp_path])


def test_what_is_right_is_not_made_again(tmp_path: Path) -> None:
    made, stamp, runs = tmp_path / "made", tmp_path / "stamps" / "made", []

    def make() -> None:
        runs.append(1)
        made.write_text("x")

    assert refresh(stamp, "a", make, made=made)
    assert not refresh(stamp, "a", make, made=made)
    assert refresh(stamp, "b", make, made=made)
    made.unlink()
    assert refresh(stamp, "b", make, made=made)
    assert len(runs) == 3


def test_a_failure_leaves_no_stamp(tmp_path: Path) -> None:
    made, stamp = tmp_path / "made", tmp_path / "stamp"
    refresh(stamp, "a", lambda: made.touch(), made=made)

    def fail() -> None:
        raise RuntimeError

    for _ in range(2):
        try:
            refresh(stamp, "b", fail, made=made)
        except RuntimeError:
            continue
        raise AssertionError("the second call must try again")
    assert not stamp.exists()
