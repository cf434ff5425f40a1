"""``loadstone build``: the user's images and loaders as a static site, or as one HTML file."""

from pathlib import Path

import click

_EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    name="build",
    short_help="Make a site, or one HTML file, from images and loaders.",
    epilog="""\b
    Examples:
      loadstone build scans/ -o site/
      loadstone build ct.dcm brain.nii.gz --notes README.md --single-file case.html
      loadstone build --loader spectra.py --file run7.raw --stack 'Run 7=spectra:files/run7.raw' -o site/
      loadstone build scans/ --deidentify --title 'Case 12' --single-file case12.html
    """,
)
@click.argument("images", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FOLDER", help="Write a static site.")
@click.option("--single-file", type=click.Path(path_type=Path), metavar="FILE.html", help="Write one HTML file.")
@click.option("--title", help="What the page is called; by default as its notes or its first stack.")
@click.option("--notes", type=_EXISTING_FILE, metavar="FILE.md", help="A text in Markdown beside the images.")
@click.option(
    "--stack",
    "stacks",
    multiple=True,
    metavar="'NAME=ID,ID…'",
    help="Image ids or files that belong behind each other.",
)
@click.option("--loader", "loaders", multiple=True, type=_EXISTING_FILE, metavar="FILE.py", help="A loader of yours.")
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help="What a loader reads, by session.fetch('files/NAME').",
)
@click.option("--requires", multiple=True, metavar="NAME==VERSION", help="A package in pure Python for the loaders.")
@click.option(
    "--lock",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the hashes of required packages are kept; by default beside the output.",
)
@click.option("--deidentify", is_flag=True, help="Remove from the copies what tells whose images they are.")
@click.option("--allow-phi", is_flag=True, help="Share files that tell whose images they are.")
@click.option("--everything", is_flag=True, help="Keep all codecs in the single file, for files dropped on it.")
@click.option("--no-check", is_flag=True, help="Do not run loaders and load images before writing.")
@click.option("--force", is_flag=True, help="Replace an output that this command has not made.")
@click.option("-q", "--quiet", is_flag=True, help="Tell errors only.")
def command(
    images: tuple[str, ...],
    output: Path | None,
    single_file: Path | None,
    title: str | None,
    notes: Path | None,
    stacks: tuple[str, ...],
    loaders: tuple[Path, ...],
    files: tuple[Path, ...],
    requires: tuple[str, ...],
    lock: Path | None,
    deidentify: bool,
    allow_phi: bool,
    everything: bool,
    no_check: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Make a page of IMAGES: files, folders and ZIP archives (DICOM, NIfTI, pictures), and image ids.

    Files become part of the page, which needs no server of its own: any web server shows a site, and a double click
    the single file. Series are sorted as the viewer sorts them. Files that tell whose images they are, are refused.
    """
    if (output is None) == (single_file is None):
        raise click.UsageError("name one output: -o FOLDER for a site, or --single-file FILE.html")
    if deidentify and allow_phi:
        raise click.UsageError("--deidentify and --allow-phi exclude each other")
    if not (images or stacks or loaders):
        raise click.UsageError("name images, or a loader (--loader) of some")
    from loadstone_build.case_builder import Output, Privacy, Recipe, build_case
    from loadstone_build.progress import Progress
    from loadstone_build.stock import stock_site

    recipe = Recipe(
        images=images,
        stacks=stacks,
        loaders=loaders,
        files=files,
        requires=requires,
        notes=notes,
        title=title,
        privacy=Privacy.ALLOW if allow_phi else Privacy.DEIDENTIFY if deidentify else Privacy.REFUSE,
        check=not no_check,
    )
    path = output or single_file
    assert path is not None
    target = Output(path, single_file=single_file is not None, everything=everything, lock=lock, force=force)
    build_case(recipe, target, stock=stock_site(), progress=Progress(quiet=quiet))
