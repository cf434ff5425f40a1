from pathlib import Path

import pytest
from click.testing import CliRunner

from loadstone_build.commands import cli


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
