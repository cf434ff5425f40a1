"""``loadstone info``: what an image is."""

import json
from pathlib import Path

import click

from loadstone_build.commands.options import frame_option, image_argument, loader_option


@click.command()
@image_argument
@click.option("--json", "as_json", is_flag=True, help="Print everything, of all frames, as JSON.")
@frame_option
@loader_option
def command(image_id: str, as_json: bool, frame: int | None, loaders: tuple[Path, ...]) -> None:
    """Tell what an image is: size, unit, metadata, warnings.

    IMAGE_ID is an image id as in the page, or a file: DICOM, NIfTI, PNG, JPEG and other pictures.

    With --json all metadata modules come too, and of each frame the SHA-256 of its stored values; where --frame or the
    id names a frame, of that one only.

    \b
    Examples:
      loadstone info ct.dcm
      loadstone info brain.nii.gz --frame 12
      loadstone info wadouri:https://host/ct.dcm --json
      loadstone info mine:42 --loader my_loader.py
    """
    import asyncio

    click.echo(asyncio.run(_info(image_id, as_json, frame, loaders)))


async def _info(given: str, as_json: bool, frame: int | None, loaders: tuple[Path, ...]) -> str:
    from loadstone_build.desktop_session import desktop_session, id_of_frame, names_a_frame
    from loadstone_build.image_files import image_id_of
    from loadstone_build.image_report import image_report, metadata_modules
    from loadstone_build.image_table import image_table

    desktop = await desktop_session(loaders)
    image_id = await id_of_frame(desktop.session, image_id_of(given), frame)
    if as_json:
        all_frames = frame is None and not names_a_frame(image_id)
        report = await image_report(desktop, image_id, all_frames=all_frames)
        return json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False)
    image = await desktop.session.load_and_cache_image(image_id)
    return image_table(image, metadata_modules(desktop.session, image), desktop.fetched)
