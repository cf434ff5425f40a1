"""Options that several commands have; this module holds no command."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem


def _complete_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    # the shell itself lists them
    return [CompletionItem(incomplete, type="file")]


image_argument = click.argument("image_id", shell_complete=_complete_files)

loader_option = click.option(
    "--loader",
    "loaders",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.py",
    help="A Python file that registers loaders in `def register(session)`; several times for several.",
)

frame_option = click.option(
    "--frame",
    type=int,
    metavar="N",
    help="Frame of a file of several, counted as in image ids: from 1 in DICOM, from 0 in NIfTI.",
)
