import pytest

from loadstone_build import command_line, make
from loadstone_build.errors import BuildError


def test_an_unknown_command_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["bild"])
    assert "'build', 'demo', 'test', 'serve', 'check', 'conformance', 'bench'" in capsys.readouterr().err


def test_an_unknown_option_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["serve", "--prot", "80"])
    assert "unknown argument: --prot" in capsys.readouterr().err


def test_a_build_error_is_one_line_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*, deflate: bool) -> None:
        raise BuildError("numpy.whl: no source could give it")

    monkeypatch.setattr(make, "site", fail)
    assert command_line.main([]) == 1
    assert capsys.readouterr().err == "build.sh: numpy.whl: no source could give it\n"


def test_arguments_of_test_go_to_pytest_and_its_exit_code_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []

    def run(*command: str) -> int:
        calls.append(command)
        return 5

    monkeypatch.setattr(make, "site", lambda *, deflate: None)
    monkeypatch.setattr(make, "pytest_dist", lambda: None)
    monkeypatch.setattr(command_line, "_run", run)
    assert command_line.main(["test", "tests/unit", "-k", "x"]) == 5
    assert calls[0][1:] == ("-m", "pytest", "tests/unit", "-k", "x")


def test_check_fails_when_any_of_its_checks_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "example_samples", lambda: None)
    for failing in ("format", "mypy", "tsconfig.json"):
        monkeypatch.setattr(command_line, "_run", lambda *command, failing=failing: int(failing in command))
        assert command_line.main(["check"]) == 1
    monkeypatch.setattr(command_line, "_run", lambda *command: 0)
    assert command_line.main(["check"]) == 0
