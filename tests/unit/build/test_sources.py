import io
import urllib.error
import zipfile
from pathlib import Path
from typing import Any

import pytest

from loadstone_build import sources
from loadstone_build.errors import SourceError
from loadstone_build.wheels_lock import Wheel

WHEEL = Wheel("thing", "1.0", "thing-1.0.whl", "0" * 64, ("pyodide-cdn",), "page")


def test_the_cdn_is_asked_under_pyodides_version_and_the_file_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def urlopen(url: str, timeout: float) -> Any:
        asked.append(url)
        return io.BytesIO(b"content")

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    assert sources.PyodideCdn("314.0.3").read(WHEEL) == b"content"
    assert asked[0].endswith("/pyodide/v314.0.3/full/thing-1.0.whl")


def test_an_unreachable_cdn_is_asked_once_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def urlopen(url: str, timeout: float) -> Any:
        asked.append(url)
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    cdn = sources.PyodideCdn("314.0.3")
    with pytest.raises(SourceError, match=r"thing-1\.0\.whl cannot be reached: Name or service not known"):
        cdn.read(WHEEL)
    with pytest.raises(SourceError, match="not asked again after: Name or service not known"):
        cdn.read(WHEEL)
    assert len(asked) == 1


def fake_carrier(folder: str, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(Path(folder) / "carrier-1.0-py3-none-any.whl", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_the_carrier_is_downloaded_once_for_all_its_members(monkeypatch: pytest.MonkeyPatch) -> None:
    downloads: list[str] = []

    def download(requirement: str, options: list[str], folder: str) -> None:
        downloads.append(requirement)
        fake_carrier(folder, {"inside/thing-1.0.whl": b"content"})

    monkeypatch.setattr(sources, "_pip_download", download)
    carrier = sources.CarrierWheel("carrier==1.0", "inside/")
    assert carrier.read(WHEEL) == b"content"
    assert carrier.read(WHEEL) == b"content"
    assert downloads == ["carrier==1.0"]


def test_a_carrier_without_the_member_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_pip_download", lambda _, __, folder: fake_carrier(folder, {"other": b""}))
    with pytest.raises(SourceError, match=r"carrier==1.0 holds no inside/thing-1.0.whl"):
        sources.CarrierWheel("carrier==1.0", "inside/").read(WHEEL)


def test_pips_own_reason_is_handed_on() -> None:
    with pytest.raises(SourceError, match=r"pip download no name: ERROR: Invalid requirement: 'no name'"):
        sources._pip_download("no name", [], "unused")
