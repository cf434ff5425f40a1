"""``loadstone deidentify``: files without what names a person."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from loadstone_build.deidentifying.changes import KeptOption
    from loadstone_build.deidentifying.run import Outcome

_MOST_LINES = 5


@click.command(
    epilog="""\b
Examples:
  loadstone deidentify study/ -o anonymous/
  loadstone deidentify a.dcm b.nii.gz photo.jpg -o anonymous/
  loadstone deidentify ct.dcm -o ct-anonymous.dcm --keep-dates"""
)
@click.argument("given", metavar="IN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="A new folder, or file.")
@click.option("--keep-dates", is_flag=True, help="Keep dates and times, but not that of birth.")
@click.option("--keep-characteristics", is_flag=True, help="Keep age, sex, size, weight (SUV needs it, and dates).")
@click.option("--keep-names", is_flag=True, help="Keep the names of files and folders; they may name patients.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what is left to do.")
def command(
    given: tuple[Path, ...],
    target: Path,
    keep_dates: bool,
    keep_characteristics: bool,
    keep_names: bool,
    quiet: bool,
) -> None:
    """Write files anew without what names a person.

    IN are files and folders, OUTPUT is where they are written.

    DICOM by the basic profile of PS3.15: names, numbers, dates, private elements and overlays go, UIDs become new
    ones, the same for the same within one run; give what belongs together at once. Pictures lose Exif, XMP, comments
    and texts, NIfTI its texts and extensions. Files and folders are named anew, by numbers. Pixels stay as they are:
    what is burned into them must be looked for by eye.
    """
    from loadstone_build.deidentifying.names import sources
    from loadstone_build.deidentifying.run import check_target, deidentify_files
    from loadstone_build.errors import BuildError

    check_target(given, target)
    files = list(sources(given))
    single = len(given) == 1 and given[0].is_file() and bool(target.suffix) and not target.is_dir()
    options: dict[KeptOption, bool] = {"dates": keep_dates, "characteristics": keep_characteristics}
    kept = tuple(option for option, chosen in options.items() if chosen)
    hidden = quiet or not sys.stderr.isatty()
    with click.progressbar(files, label="De-identifying", file=sys.stderr, hidden=hidden) as waiting:
        outcome = deidentify_files(waiting, target, single=single, keep_names=keep_names, kept=kept)
    if not quiet:
        _tell(outcome, target)
    _warn(outcome)
    if outcome.failed:
        path, reason = next(iter(outcome.failed.items()))
        others = len(outcome.failed) - 1
        raise BuildError(f"{path} was left out: it {reason}" + (f"; so were {others} more" if others else ""))
    if not outcome.written:
        raise BuildError(f"nothing was written: {', '.join(map(str, given))} holds no DICOM, NIfTI or picture")


def _tell(outcome: "Outcome", target: Path) -> None:
    files = "1 file" if outcome.written == 1 else f"{outcome.written} files"
    click.echo(f"{files} written to {target}")
    for change, count in sorted(outcome.changes.items(), key=lambda item: item[0].where):
        click.echo(f"  {change.where}: {change.action} in {count}")
    for path, reason in list(outcome.passed_over.items())[:_MOST_LINES]:
        click.echo(f"not written: {path} {reason}")
    if len(outcome.passed_over) > _MOST_LINES:
        click.echo(f"not written: {len(outcome.passed_over) - _MOST_LINES} more")


def _warn(outcome: "Outcome") -> None:
    from loadstone.identifiers import tell

    if outcome.left:
        click.echo(f"WARNING: this is left in what was written:\n{tell(outcome.left)}", err=True)
    click.echo("Pixels were not looked into: look for names in the pictures before you share them.", err=True)
