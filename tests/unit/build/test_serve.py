from pathlib import Path

import pytest
from click.testing import CliRunner

from loadstone_build.commands import cli
from loadstone_build.commands.serve import own_port


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent", "{}: there is no such folder; write it with loadstone build IMAGES -o {}"),
        ("empty", "{}: there is no index.html in it, so it is no site; name another folder"),
        ("case.html", "{}: it is a file, and needs no server; open it in a browser, or name a folder"),
    ],
)
def test_what_is_no_site_is_told(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "case.html").touch()
    result = CliRunner().invoke(cli, ["serve", str(tmp_path / name)])
    assert result.exit_code == 1
    assert result.stderr == f"loadstone: {message.replace('{}', str(tmp_path / name))}\n"


def test_each_site_has_a_port_of_its_own_and_the_same_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = [tmp_path / "one" / "site", tmp_path / "two" / "site"]
    ports = {own_port(site, isolated=isolated) for site in sites for isolated in (False, True)}
    # four of 999 fall on each other once in 167 such sets
    assert len(ports) >= 3
    assert ports <= set(range(8001, 9000))
    monkeypatch.chdir(tmp_path)
    assert own_port(Path("one/site"), isolated=False) == own_port(sites[0], isolated=False)
