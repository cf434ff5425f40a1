import hashlib
import multiprocessing
import os
import time
from pathlib import Path

import pytest

from loadstone_build.cache import Cache, cached_wheel, user_cache
from loadstone_build.errors import BuildError

CONTENT = b"a wheel"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def never() -> bytes:
    raise AssertionError("fetched though it is there")


def test_what_one_project_fetched_another_has_without_a_network(tmp_path: Path) -> None:
    first = cached_wheel(Cache(tmp_path), "thing.whl", SHA256, lambda: CONTENT)
    second = cached_wheel(Cache(tmp_path), "thing.whl", SHA256, never)
    assert second == first
    assert second.read_bytes() == CONTENT


@pytest.mark.parametrize("damage", [b"", b"a wheeL", None])
def test_a_damaged_entry_is_fetched_again(tmp_path: Path, damage: bytes | None) -> None:
    path = cached_wheel(Cache(tmp_path), "thing.whl", SHA256, lambda: CONTENT)
    path.unlink() if damage is None else path.write_bytes(damage)
    assert cached_wheel(Cache(tmp_path), "thing.whl", SHA256, lambda: CONTENT).read_bytes() == CONTENT


def test_other_bytes_than_those_asked_for_are_refused_and_not_kept(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        cached_wheel(Cache(tmp_path), "thing.whl", SHA256, lambda: b"tampered")
    tampered = hashlib.sha256(b"tampered").hexdigest()
    assert str(caught.value) == (f"thing.whl has the wrong sha256: expected {SHA256}, found {tampered}; fetch it again")
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def _fetch_slowly(folder: Path) -> None:
    def read() -> bytes:
        with (folder / "fetched").open("a") as log:
            log.write("x")
        time.sleep(0.3)
        return CONTENT

    cached_wheel(Cache(folder / "cache"), "thing.whl", SHA256, read)


def test_of_two_builds_at_once_one_fetches_and_the_other_waits_for_it(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    builds = [fork.Process(target=_fetch_slowly, args=(tmp_path,)) for _ in range(2)]
    for build in builds:
        build.start()
    for build in builds:
        build.join(30)
    assert [build.exitcode for build in builds] == [0, 0]
    assert (tmp_path / "fetched").read_text() == "x"


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("disk full")

    cache = Cache(tmp_path)
    with cache.filling(), pytest.raises(OSError, match="disk full"):
        cache.keep("compact", "key", "a.zip", write)
    assert cache.find("compact", "key", "a.zip") is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["compact", "lock"]


def test_what_nothing_used_for_90_days_is_forgotten(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    day, now = 86400, time.time()
    with cache.filling():
        for name in ("old", "used"):
            path = cache.keep("compact", name, "a.zip", lambda path: path.touch())
            os.utime(path.parent, (now - 91 * day, now - 91 * day))
    cache.find("compact", "used", "a.zip")
    cache.forget_unused(now=now)
    assert cache.find("compact", "old", "a.zip") is None
    assert cache.find("compact", "used", "a.zip") is not None


def test_the_variable_names_another_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOADSTONE_CACHE", str(tmp_path))
    assert user_cache() == Cache(tmp_path)
    monkeypatch.delenv("LOADSTONE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert user_cache() == Cache(tmp_path / "xdg" / "loadstone")


def test_a_cache_that_can_not_be_written_says_how_to_name_another(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BuildError) as caught, Cache(tmp_path / "file" / "cache").filling():
        pass
    assert str(caught.value) == (
        f"{tmp_path}/file/cache: the cache can not be written: Not a directory; name another folder in LOADSTONE_CACHE"
    )
