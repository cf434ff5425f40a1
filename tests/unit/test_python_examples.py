"""The programs that the page's Python panel starts from, run as the desktop runs them."""

import re
from pathlib import Path

import numpy as np
import pytest
from doubles import FakeFetch

from loadstone.errors import LoaderError
from loadstone.image import Window
from loadstone.metadata import ImagePlaneModule
from loadstone.session import Session

WEB = Path(__file__).parents[2] / "web"
EXAMPLES = WEB / "python_examples"


def session_with(name: str, **files: bytes) -> Session:
    session = Session(fetch=FakeFetch({f"https://host/{file}.pgm": data for file, data in files.items()}))
    source = (EXAMPLES / name).read_text(encoding="utf-8")
    exec(compile(source, name, "exec"), {"__name__": "__main__", "session": session})
    return session


def test_the_menu_offers_each_example_and_no_other() -> None:
    menu = (WEB / "python_examples.js").read_text(encoding="utf-8")
    assert sorted(re.findall(r'name: "(\w+\.py)"', menu)) == sorted(path.name for path in EXAMPLES.glob("*.py"))


async def test_the_gradient_grows_to_the_right_and_down(capsys: pytest.CaptureFixture[str]) -> None:
    image = await session_with("gradient.py").load_image("gradient:3")
    assert image.pixels.tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    assert image.pixels.dtype == np.uint16
    assert capsys.readouterr().out == "gradient:256 and the like can be opened now\n"


async def test_a_fetched_graymap_is_decoded_row_by_row_in_8_and_16_bits() -> None:
    # written by hand, as netpbm's pgm(5) describes it
    session = session_with(
        "fetched.py", small=b"P5\n3 2\n255\n\x01\x02\x03\xfd\xfe\xff", deep=b"P5 1 2 65535\n\x01\x02\x03\x04"
    )
    small = await session.load_image("pgm:https://host/small.pgm")
    assert small.pixels.tolist() == [[1, 2, 3], [253, 254, 255]]
    deep = await session.load_image("pgm:https://host/deep.pgm")
    assert deep.pixels.tolist() == [[258], [772]]
    assert deep.pixels.dtype == np.uint16


async def test_what_is_no_graymap_is_told_with_how_it_begins() -> None:
    session = session_with("fetched.py", wrong=b"GIF89a and more")
    with pytest.raises(
        LoaderError, match=re.escape("https://host/wrong.pgm begins with b'GIF89a a' and is no PGM file")
    ):
        await session.load_image("pgm:https://host/wrong.pgm")


async def test_edges_are_the_steepness_of_another_image_in_its_unit() -> None:
    session = session_with("derived.py")
    # a slope of 3 to the right and 4 down: steepness 5, by Pythagoras
    slope = np.add.outer(4 * np.arange(5), 3 * np.arange(6))
    session.register_image_loader("slope", lambda image_id, options: slope)
    image = await session.load_image("edges:slope:1")
    assert image.pixels.tolist() == [[5.0] * 6] * 5
    ct = await session.load_image("edges:example:ct")
    assert (ct.unit, ct.row_spacing) == ("HU", 0.661468)
    with pytest.raises(LoaderError, match="example:us has colours; edges are made of grey images"):
        await session.load_image("edges:example:us")


async def test_the_ball_has_its_spacing_unit_window_and_place() -> None:
    session = session_with("spacing.py")
    image = await session.load_and_cache_image("ball:4")
    assert (image.rows, image.columns, image.row_spacing, image.column_spacing) == (160, 240, 1.5, 1.0)
    assert (image.unit, image.windows) == ("HU", (Window(0, 2000, "ball"),))
    # a ball of 100 mm radius, cut through its middle: 200 pixels of 1 mm wide, 133 of 1.5 mm high
    ball = image.pixels == 1060
    assert (ball.sum(axis=1).max(), ball.sum(axis=0).max()) == (200, 134)
    plane = session.metadata.get("imagePlaneModule", "ball:4")
    assert isinstance(plane, ImagePlaneModule)
    assert plane.image_position_patient == (-119.5, -119.25, 0.0)
    assert plane.pixel_spacing == (1.5, 1.0)


async def test_the_example_that_fails_does_so_where_it_says() -> None:
    session = session_with("mistake.py")
    with pytest.raises(LoaderError, match=re.escape("cannot reshape array of size 12 into shape (12,12)")):
        await session.load_image("mistake:12")
