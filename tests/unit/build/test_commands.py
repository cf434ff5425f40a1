"""What holds for all commands of ``loadstone``."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

import loadstone
from loadstone.errors import FetchError
from loadstone_build import commands
from loadstone_build.errors import BuildError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands.cli, arguments, prog_name="loadstone")


@pytest.fixture
def with_command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Makes a function the command ``made``, the only one."""

    def put(function: Callable[[], None]) -> None:
        module = ModuleType("made")
        module.command = click.command("made")(function)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, f"{commands.__name__}.made", module)
        monkeypatch.setattr(commands, "COMMANDS", ("made",))

    return put


def test_help_lists_every_command_with_its_first_sentence() -> None:
    result = run("--help")
    assert result.exit_code == 0
    listed = {line.split()[0] for line in result.stdout.splitlines() if line.startswith("  ") and line.strip()}
    assert set(commands.COMMANDS) <= listed
    # click cuts sentences that are too long for their line
    assert "..." not in result.stdout.partition("Commands:")[2]
    assert "_LOADSTONE_COMPLETE=bash_source loadstone" in result.stdout


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_each_command_shows_an_example_of_itself(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"loadstone {name} " in result.stdout.partition("\n")[2]


def test_help_is_shown_without_importing_numpy() -> None:
    program = (
        "import sys\nfrom loadstone_build.commands import cli\n"
        "try: cli(['--help'])\nfinally: print(sorted({'numpy', 'loadstone', 'pydicom'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version_is_that_of_the_package() -> None:
    assert run("--version").stdout == f"loadstone {loadstone.__version__}\n"


def test_an_unknown_command_is_wrong_usage_that_says_where_the_known_ones_are() -> None:
    result = run("bild")
    assert result.exit_code == 2
    assert "Try 'loadstone --help'" in result.stderr
    assert "No such command 'bild'" in result.stderr


@pytest.mark.parametrize("error", [BuildError, FetchError])
def test_an_error_for_users_is_one_line_and_exit_code_1(
    with_command: Callable[..., None], error: type[Exception]
) -> None:
    def fail() -> None:
        raise error("site/: it is\nno folder; name another")

    with_command(fail)
    result = run("made")
    assert result.exit_code == 1
    assert result.stderr == "loadstone: site/: it is no folder; name another\n"
    assert result.stdout == ""


def test_a_file_that_the_system_refuses_is_told_with_its_name(
    with_command: Callable[..., None], tmp_path: Path
) -> None:
    with_command(lambda: (tmp_path / "no folder" / "x").write_bytes(b""))
    result = run("made")
    assert result.exit_code == 1
    told = f"{tmp_path}/no folder/x: No such file or directory; check the name, the rights and the room on its disk"
    assert result.stderr == f"loadstone: {told}\n"


def test_an_error_of_the_program_itself_keeps_its_traceback(with_command: Callable[..., None]) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with_command(fail)
    assert isinstance(run("made").exception, ZeroDivisionError)


def test_ctrl_c_ends_it_with_exit_code_130_and_no_traceback(with_command: Callable[..., None]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with_command(interrupted)
    result = run("made")
    assert result.exit_code == 130
    assert result.stderr.strip() == ""


@pytest.mark.parametrize(
    ("words", "begun", "completed"),
    [
        ([], "ren", [("plain", "render")]),
        (["info"], "ct", [("file", "ct")]),
        (["render", "ct.dcm", "--colormap"], "hot", [("plain", "hot-iron"), ("plain", "hot-metal-blue")]),
    ],
)
def test_shells_complete_commands_files_and_colour_maps(
    words: list[str], begun: str, completed: list[tuple[str, str]]
) -> None:
    completion = ShellComplete(commands.cli, {}, "loadstone", "_LOADSTONE_COMPLETE")
    assert [(item.type, item.value) for item in completion.get_completions(words, begun)] == completed
