"""``loadstone render``: the picture that the page shows, as a PNG."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from loadstone_build.commands.options import frame_option, image_argument, loader_option

if TYPE_CHECKING:
    from loadstone import Image, View

Size = tuple[int, int]
Window = tuple[float, float]


class _Pair(click.ParamType[tuple[float, float]]):
    """Two numbers with something between them."""

    def __init__(self, name: str, separator: str, number: type[int] | type[float], example: str) -> None:
        self.name = name
        self._separator = separator
        self._number = number
        self._example = example

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        try:
            first, second = (self._number(part) for part in str(value).lower().split(self._separator))
        except ValueError:
            self.fail(f"{value!r} is no {self.name}; write it as {self._example}", param, ctx)
        return first, second


def _complete_colormaps(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from loadstone.colormaps import COLORMAPS

    return [CompletionItem(name) for name in COLORMAPS if name.startswith(incomplete)]


@dataclass(frozen=True)
class _Shown:
    """What the command line says of the view; None is left to the image."""

    size: Size | None
    window: Window | None
    voi_lut: int | None
    invert: bool
    colormap: str
    smooth: bool
    overlays: bool
    shutter: bool


@click.command()
@image_argument
@click.option("-o", "--output", required=True, metavar="FILE.png", help="The picture's file; - is standard output.")
@click.option(
    "--window",
    type=_Pair("window", ",", float, "center,width: --window 40,400"),
    metavar="C,W",
    help="Center and width, in the image's unit (HU of a CT); default: the image's own.",
)
@click.option(
    "--size",
    type=_Pair("size", "x", int, "width x height: --size 512x512"),
    metavar="WxH",
    help="Of the picture, in pixels; the image is fitted in. Default: the image's own size, with square pixels.",
)
@frame_option
@click.option("--voi-lut", type=int, metavar="N", help="Show it by its VOI LUT of this index, from 0.")
@click.option("--invert", is_flag=True, help="Swap black and white.")
@click.option(
    "--colormap",
    default="gray",
    metavar="NAME",
    shell_complete=_complete_colormaps,
    help="Colour map for grey values, such as hot-iron; a wrong name lists all.",
)
@click.option("--smooth", is_flag=True, help="Interpolate between pixels, as the page does with `n`.")
@click.option("--no-overlays", is_flag=True, help="Leave the image's overlays out.")
@click.option("--no-shutter", is_flag=True, help="Show what the display shutter hides.")
@loader_option
def command(
    image_id: str,
    output: str,
    window: Window | None,
    size: Size | None,
    frame: int | None,
    voi_lut: int | None,
    invert: bool,
    colormap: str,
    smooth: bool,
    no_overlays: bool,
    no_shutter: bool,
    loaders: tuple[Path, ...],
) -> None:
    """Write the picture that the page shows, as a PNG.

    Its pixels are those of the page's canvas, byte for byte. IMAGE_ID is an image id as in the page, or a file: DICOM,
    NIfTI, PNG, JPEG and other pictures.

    \b
    Examples:
      loadstone render ct.dcm -o ct.png
      loadstone render ct.dcm --window 40,400 --size 1024x1024 -o soft-tissue.png
      loadstone render brain.nii.gz --frame 90 --colormap hot-iron -o slice.png
      loadstone render mine:42 --loader my_loader.py -o - | display
    """
    import asyncio

    from loadstone_build.picture_files import check_target

    check_target(output)
    shown = _Shown(size, window, voi_lut, invert, colormap, smooth, not no_overlays, not no_shutter)
    asyncio.run(_render(image_id, output, frame, shown, loaders))


async def _render(given: str, output: str, frame: int | None, shown: _Shown, loaders: tuple[Path, ...]) -> None:
    from loadstone_build.desktop_session import desktop_session, id_of_frame
    from loadstone_build.image_files import image_id_of
    from loadstone_build.picture_files import write_picture

    session = (await desktop_session(loaders)).session
    image_id = await id_of_frame(session, image_id_of(given), frame)
    image = await session.load_and_cache_image(image_id)
    write_picture(await session.paint(image, _view(image, shown)), output)
    for warning in image.warnings:
        click.echo(f"loadstone: {image_id}: {warning}", err=True)


def _view(image: Image, shown: _Shown) -> View:
    from loadstone import View
    from loadstone_build.errors import BuildError

    tables = len(image.voi_luts)
    if shown.voi_lut is not None and not 0 <= shown.voi_lut < tables:
        there = f"there are 0 to {tables - 1}" if tables else "it has none, leave the option out"
        raise BuildError(f"--voi-lut {shown.voi_lut}: {image.image_id} has no such VOI LUT; {there}")
    width, height = shown.size or _own_size(image)
    center, window_width = shown.window or (None, None)
    return View(
        width,
        height,
        window_center=center,
        window_width=window_width,
        voi_lut=shown.voi_lut,
        invert=shown.invert,
        colormap=shown.colormap,
        interpolation="linear" if shown.smooth else "nearest",
        overlays=shown.overlays,
        shutter=shown.shutter,
    )


def _own_size(image: Image) -> Size:
    """The image's columns and rows; where its pixels are not square, the shorter side of them is a picture's pixel."""
    from loadstone.view import pixel_aspect

    aspect = pixel_aspect(image)
    if aspect >= 1:
        return image.columns, round(image.rows * aspect)
    return round(image.columns / aspect), image.rows
