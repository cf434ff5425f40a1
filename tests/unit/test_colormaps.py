import numpy as np
import pytest
from part10 import BUNDLED
from pydicom import dcmread

from loadstone.colormaps import COLORMAPS, colormap
from loadstone.errors import LoadstoneError

PALETTES = BUNDLED.parent / "palettes"
# those that hold plain tables, no segments
FILES = {
    "hot-iron": "hotiron",
    "pet": "pet",
    "hot-metal-blue": "hotmetalblue",
    "pet-20-step": "pet20step",
}


def test_gray_is_the_identity_on_each_channel():
    assert colormap("gray").tolist() == [[n, n, n] for n in range(256)]


@pytest.mark.parametrize("name", COLORMAPS)
def test_every_map_has_a_colour_for_each_of_256_levels(name):
    assert colormap(name).shape == (256, 3)
    assert colormap(name).dtype == np.uint8


@pytest.mark.parametrize(
    ("name", "level", "rgb"),
    [
        # PS3.6 tables B.1.1 to B.1.4
        ("hot-iron", 0, [0, 0, 0]),
        ("hot-iron", 1, [2, 0, 0]),
        ("hot-iron", 127, [254, 0, 0]),
        ("hot-iron", 129, [255, 2, 0]),
        ("hot-iron", 193, [255, 130, 8]),
        ("hot-iron", 255, [255, 255, 255]),
        ("pet", 0, [0, 0, 0]),
        ("pet", 255, [255, 255, 255]),
        ("hot-metal-blue", 0, [0, 0, 0]),
        ("hot-metal-blue", 255, [255, 255, 255]),
        ("pet-20-step", 0, [0, 0, 0]),
        ("pet-20-step", 255, [255, 255, 255]),
        # the ends of the segments in tables B.1.5 to B.1.8
        ("spring", 0, [255, 0, 255]),
        ("spring", 255, [255, 255, 0]),
        ("summer", 0, [0, 255, 0]),
        ("summer", 127, [0, 192, 0]),
        ("summer", 255, [0, 128, 254]),
        ("fall", 0, [255, 255, 0]),
        ("fall", 255, [255, 0, 0]),
        ("winter", 0, [0, 0, 255]),
        ("winter", 127, [0, 127, 192]),
        ("winter", 255, [127, 255, 128]),
    ],
)
def test_colours_are_those_of_the_standards_tables(name, level, rgb):
    assert colormap(name)[level].tolist() == rgb


@pytest.mark.parametrize("name", FILES)
def test_a_palette_of_plain_tables_is_its_files_entries(name):
    palette = dcmread(PALETTES / f"{FILES[name]}.dcm")
    channels = [palette[f"{color}PaletteColorLookupTableData"].value for color in ("Red", "Green", "Blue")]
    assert colormap(name).T.tolist() == [list(channel[:256]) for channel in channels]


def test_spring_and_fall_are_straight_ramps():
    assert colormap("spring").tolist() == [[255, n, 255 - n] for n in range(256)]
    assert colormap("fall").tolist() == [[255, 255 - n, 0] for n in range(256)]


def test_pet_in_20_steps_has_20_colours():
    assert len({tuple(color) for color in colormap("pet-20-step").tolist()}) == 20


def test_an_unknown_map_is_refused_with_the_known_ones():
    with pytest.raises(LoadstoneError) as raised:
        colormap("jet")
    assert str(raised.value) == (
        "there is no colour map 'jet'; there are gray, hot-iron, pet, hot-metal-blue, pet-20-step, "
        "spring, summer, fall, winter"
    )
