import hashlib
from pathlib import Path

import pytest

from loadstone_build.cache import Cache
from loadstone_build.errors import BuildError, SourceError
from loadstone_build.provisioning import provision
from loadstone_build.wheels_lock import Wheel

CONTENT = b"a wheel"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
TAMPERED_SHA256 = hashlib.sha256(b"tampered").hexdigest()


class FakeSource:
    def __init__(self, content: bytes | None, reason: str = "") -> None:
        self.content = content
        self.reason = reason
        self.asked: list[str] = []

    def read(self, wheel: Wheel) -> bytes:
        self.asked.append(wheel.file_name)
        if self.content is None:
            raise SourceError(self.reason)
        return self.content


def wheel(*sources: str) -> Wheel:
    return Wheel("thing", "1.0", "thing-1.0.whl", SHA256, sources, "page")


def test_sources_are_tried_in_the_locks_order_and_each_failure_is_one_line(tmp_path: Path) -> None:
    sources = {"good": FakeSource(CONTENT), "bad": FakeSource(None, "no route")}
    lines: list[str] = []
    paths = provision([wheel("bad", "good")], Cache(tmp_path), sources, report=lines.append)
    assert paths["thing"].read_bytes() == CONTENT
    assert lines == ["thing-1.0.whl: bad failed: no route", "thing-1.0.whl: from good"]


def test_a_wrong_hash_stops_and_names_the_file_both_hashes_and_the_source(tmp_path: Path) -> None:
    next_one = FakeSource(CONTENT)
    with pytest.raises(BuildError) as caught:
        provision([wheel("mirror", "good")], Cache(tmp_path), {"mirror": FakeSource(b"tampered"), "good": next_one})
    for part in ("thing-1.0.whl", "mirror", SHA256, TAMPERED_SHA256):
        assert part in str(caught.value)
    assert next_one.asked == []
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_when_no_source_has_a_wheel_the_error_lists_those_tried(tmp_path: Path) -> None:
    sources = {"one": FakeSource(None, "down"), "two": FakeSource(None, "gone")}
    with pytest.raises(BuildError, match=r"thing-1.0.whl: no source could give it \(tried one, two\)"):
        provision([wheel("one", "two")], Cache(tmp_path), sources, report=lambda line: None)


def test_another_project_takes_what_is_cached_where_every_source_refuses(tmp_path: Path) -> None:
    first = provision([wheel("source")], Cache(tmp_path), {"source": FakeSource(CONTENT)}, report=lambda line: None)
    offline = FakeSource(None, "offline")
    assert provision([wheel("source")], Cache(tmp_path), {"source": offline}, report=lambda line: None) == first
    assert offline.asked == []


def test_a_damaged_wheel_is_fetched_again(tmp_path: Path) -> None:
    path = provision([wheel("source")], Cache(tmp_path), {"source": FakeSource(CONTENT)}, report=lambda line: None)[
        "thing"
    ]
    path.write_bytes(b"half a wh")
    assert provision([wheel("source")], Cache(tmp_path), {"source": FakeSource(CONTENT)}, report=lambda line: None) == {
        "thing": path
    }
    assert path.read_bytes() == CONTENT
