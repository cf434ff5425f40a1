from pathlib import Path

from loadstone_build.site import replace_folder


def test_a_new_folder_takes_the_old_ones_place_whole(tmp_path: Path) -> None:
    target, new = tmp_path / "dist", tmp_path / "new"
    for folder, name in ((target, "old.txt"), (new, "new.txt")):
        folder.mkdir()
        (folder / name).write_text("x")
    replace_folder(new, target)
    assert [path.name for path in target.iterdir()] == ["new.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_a_folder_that_was_not_there_appears(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    replace_folder(tmp_path / "new", tmp_path / "build" / "dist")
    assert (tmp_path / "build" / "dist").is_dir()
