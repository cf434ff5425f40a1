"""The README's Python runs as it stands there."""

import re
from pathlib import Path

import numpy as np
import pytest
from doubles import FakeFetch

from loadstone.session import Session

README = Path(__file__).parents[2] / "README.md"
LOADER, FURTHER_LOADERS, DESKTOP = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


async def test_the_ten_line_loader_loads_images():
    session = Session()
    exec(LOADER, {"session": session})
    image = await session.load_image("waves:64")
    assert (image.pixels.shape, image.pixels.dtype) == ((64, 64), np.int16)
    assert len([line for line in LOADER.splitlines() if line]) <= 10


async def test_the_loaders_that_fetch_and_derive_do_so():
    fetch = FakeFetch({"https://host/ct.raw": bytes([1, 0, 2, 0, 3, 0, 255, 255, 0, 1, 5, 0])})
    session = Session(fetch=fetch)
    exec(FURTHER_LOADERS, {"session": session})
    image = await session.load_image("raw:2:3:https://host/ct.raw")
    # 16 bit little endian, signed
    assert image.pixels.tolist() == [[1, 2, 3], [-1, 256, 5]]
    negative = await session.load_image("negative:raw:2:3:https://host/ct.raw")
    assert negative.pixels.tolist() == [[255, 254, 253], [257, 0, 251]]
    assert (await session.load_image("negative:example:ct")).unit == "HU"


def test_the_desktop_example_renders(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, np.ndarray] = {}
    exec(DESKTOP, names)
    assert names["rgba"].shape == (512, 512, 4)
    # of pydicom's CT_small.dcm: stored 128 to 2191
    assert capsys.readouterr().out == "128 128 HU (128, 2191)\n"
