"""The command ``loadstone``: what users run; the developers' commands are those of build.sh.

A command is one module of this package with a ``click.Command`` named ``command``, and one line in the table. Modules
import what they work with inside their functions, so that ``loadstone --help`` and completion come at once. Long ones
have ``--quiet``. What a user can meet is raised as a ``BuildError`` or a ``LoadstoneError``, and told in one line.

Exit codes: 0, 1 for an error, 2 for a command line that can not be understood, 130 for Ctrl-C.
"""

import os
from importlib import import_module
from typing import Any, cast

import click

from loadstone_build.errors import BuildError

# in the order in which --help lists them
COMMANDS: tuple[str, ...] = (
    "build",
    "info",
    "render",
    "serve",
    "deidentify",
)

_INTERRUPTED = 130


class ToldError(click.ClickException):
    """An error of which the user sees one line on stderr; the exit code is 1."""

    def show(self, file: Any = None) -> None:
        line = " ".join(self.message.splitlines())
        click.echo(f"loadstone: {line}", file=file, err=file is None)


class CommandTable(click.Group):
    """The commands of the table, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return cast(click.Command, import_module(f"{__name__}.{cmd_name}").command)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            # the shell's ^C stands on this line
            click.echo(err=True)
            raise click.exceptions.Exit(_INTERRUPTED) from None
        except Exception as error:
            told = _told(error)
            if told is None:
                raise
            raise ToldError(told) from error


def _told(error: Exception) -> str | None:
    """What the user is told of an error; None where it is no error for users."""
    if isinstance(error, BuildError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}; check the name, the rights and the room on its disk"
    # numpy comes with these
    from loadstone.errors import LoadstoneError
    from loadstone_build.user_loaders import place_in_loader

    if not isinstance(error, LoadstoneError):
        return None
    place = place_in_loader(error)
    return f"{error} ({place})" if place else str(error)


def _print_version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from loadstone import __version__

    click.echo(f"loadstone {__version__}")
    ctx.exit()


@click.group(
    cls=CommandTable,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""`loadstone COMMAND --help` shows examples.

    Completion: eval "$(_LOADSTONE_COMPLETE=bash_source loadstone)", for other shells zsh_source or fish_source.""",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
def cli() -> None:
    """Medical and other images in the browser, by loaders in Python, without a server."""


def main() -> None:
    """Run the command line of this process, and exit."""
    try:
        cli(prog_name="loadstone")
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            # Python itself would wait for the threads of requests
            os._exit(_INTERRUPTED)
        raise
