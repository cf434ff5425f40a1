"""Step wedge, ramp, line pairs, SMPTE and TG18-QC: pixels against numbers made by hand."""

from itertools import pairwise

import numpy as np
import pytest

from loadstone.phantom import truth
from loadstone.phantom.reading import read_phantom
from loadstone.rendering import render
from loadstone.session import Session
from loadstone.view import View


def stored(query, frame=0):
    return read_phantom(f"phantom:{query}")[0].stored_values(frame)


def around(pixels, patch):
    """The pixels of a patch."""
    top, left = round(patch.row - (patch.rows - 1) / 2), round(patch.column - (patch.columns - 1) / 2)
    return pixels[top : top + patch.rows, left : left + patch.columns]


def test_a_step_wedge_has_equal_steps():
    assert (
        stored("step-wedge?rows=2&columns=10&steps=5&bits=8").tolist()
        == [[0, 0, 64, 64, 128, 128, 191, 191, 255, 255]] * 2
    )  # 63.75, 127.5 (halves upwards), 191.25
    assert stored("step-wedge?rows=5&columns=1&steps=2&bits=4&direction=rows").T.tolist() == [[0, 0, 15, 15, 15]]
    signed = stored("step-wedge?rows=1&columns=4&steps=2&bits=12&signed=1")
    assert (signed.dtype, signed.tolist()) == (np.int16, [[-2048, -2048, 2047, 2047]])


@pytest.mark.parametrize("query", ["steps=5&columns=13", "steps=7&direction=rows&samples=3&photometric=MONOCHROME1"])
def test_the_truth_of_a_step_wedge_is_what_its_pixels_are(query):
    image_id = f"step-wedge?{query}&slope=2&intercept=-7"
    pixels, known = stored(image_id), truth(f"phantom:{image_id}")
    for step in known.steps:
        assert np.unique(around(pixels, step)).tolist() == [step.stored]
        assert step.value == 2 * step.stored - 7


def test_the_middle_step_lies_in_the_middle():
    step = truth("phantom:step-wedge?rows=10&columns=30&steps=3&bits=8").steps[1]
    assert (step.row, step.column, step.rows, step.columns) == (4.5, 14.5, 10, 10)
    assert (step.stored, step.value, step.color) == (128, 128.0, None)


@pytest.mark.parametrize("bits", [1, 4, 8, 12, 16])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_a_ramp_holds_every_stored_value(bits, photometric):
    query = f"ramp?bits={bits}&photometric={photometric}"
    pixels = stored(query).ravel()
    assert np.unique(pixels).tolist() == list(range(2**bits))
    steps = np.diff(pixels.astype(int))
    assert set(steps) <= ({0, 1} if photometric == "MONOCHROME2" else {0, -1})
    assert truth(f"phantom:{query}").has_every_value


def test_ramps_run_in_their_direction():
    assert stored("ramp?rows=2&columns=3&bits=8&direction=columns").tolist() == [[0, 128, 255]] * 2
    assert stored("ramp?rows=3&columns=2&bits=8&direction=rows").tolist() == [[0, 0], [128, 128], [255, 255]]
    assert stored("ramp?rows=2&columns=3&bits=8").tolist() == [[0, 51, 102], [153, 204, 255]]
    assert not truth("phantom:ramp?rows=2&columns=3&bits=8").has_every_value
    assert stored("ramp?rows=1&columns=3&bits=32&signed=1").tolist() == [[-(2**31), 0, 2**31 - 1]]


@pytest.mark.parametrize("query", ["bits=12", "bits=10&photometric=MONOCHROME1&direction=rows", "bits=32&signed=1"])
def test_the_truth_of_a_ramp_is_each_of_its_pixels(query):
    image_id = f"ramp?rows=13&columns=11&{query}"
    known, pixels = truth(f"phantom:{image_id}"), stored(image_id)
    assert [[known.stored(row, column) for column in range(11)] for row in range(13)] == pixels.tolist()


def test_line_pairs_have_as_many_pairs_per_mm_as_asked_for():
    # 0.5 mm: 0.25 lp/mm are 8 pixels a pair, 1 lp/mm (Nyquist) 2
    pixels = stored("line-pairs?rows=4&columns=8&spacing=0.5&lp=0.25,1&bits=8")
    assert pixels.tolist() == [[255] * 4 + [0] * 4] * 2 + [[255, 0] * 4] * 2
    lying = stored("line-pairs?rows=8&columns=4&spacing=0.5&lp=0.25,1&bits=8&direction=rows")
    assert lying.T.tolist() == pixels.tolist()
    known = truth("phantom:line-pairs?rows=4&columns=8&spacing=0.5&lp=0.25,1")
    assert [(band.frequency, band.period, band.first, band.last) for band in known.bands] == [
        (0.25, 8, 0, 1),
        (1, 2, 2, 3),
    ]
    assert known.nyquist == 1


def test_a_sine_is_the_sine_of_the_distance_from_the_edge():
    # one pair in 8 mm; the first pixel's centre is 0.5 mm from the edge: 1/16 of a turn
    expected = [0.5 + 0.25 * np.sin(2 * np.pi * (n + 0.5) / 8) for n in range(8)]
    pixels = stored("line-pairs?rows=1&columns=8&spacing=1&lp=0.125&profile=sine&contrast=0.5&bits=16")
    assert pixels[0].tolist() == [int(level * 65535 + 0.5) for level in expected]
    known = truth("phantom:line-pairs?rows=1&columns=8&spacing=1&lp=0.125&profile=sine&contrast=0.5&bits=16")
    assert (known.stored_light, known.stored_dark) == (49151, 16384)  # 0.75 and 0.25 of 65535


def test_anti_aliased_lines_keep_their_mean():
    # three pixels a pair: the first pixel light, the second half light, the third dark
    pixels = stored("line-pairs?rows=1&columns=6&spacing=1&lp=0.3333333333&bits=8&samples=2")
    assert pixels.tolist() == [[255, 128, 0, 255, 128, 0]]


@pytest.mark.parametrize("query", ["", "rows=300&columns=700&bits=12&signed=1", "photometric=MONOCHROME1"])
def test_the_smpte_pattern_has_its_levels_where_its_truth_says(query):
    image_id = f"smpte?{query}"
    pixels, known = stored(image_id), truth(f"phantom:{image_id}")
    percents = {patch.name: patch for patch in known.patches}
    assert set(percents) == {f"{10 * n} %" for n in range(11)} | {"5 % in 0 %", "95 % in 100 %", "background"}
    low, high = known.storing.low, known.storing.high
    ends = (high, low) if "MONOCHROME1" in query else (low, high)
    for name, patch in percents.items():
        percent = 50 if name == "background" else int(name.split()[0])
        assert patch.stored == pytest.approx(ends[0] + percent / 100 * (ends[1] - ends[0]), abs=0.5)
        assert np.unique(around(pixels, patch)).tolist() == [patch.stored], name
    assert {bars.width for bars in known.bars} == {1, 2, 3}
    for bars in known.bars:
        line = around(pixels, bars)[0] if bars.lines == "vertical" else around(pixels, bars)[:, 0]
        ends = [bars.stored_light] * bars.width + [bars.stored_dark] * bars.width
        assert line.tolist() == (ends * len(line))[: len(line)], bars.name


def test_the_percentages_of_smpte_are_those_of_8_bits():
    values = {patch.name: patch.stored for patch in truth("phantom:smpte").patches}
    assert [values[f"{10 * n} %"] for n in range(11)] == [0, 26, 51, 77, 102, 128, 153, 179, 204, 230, 255]
    assert (values["5 % in 0 %"], values["95 % in 100 %"]) == (13, 242)


def test_the_grey_levels_of_smpte_go_round_in_a_ring():
    patches = truth("phantom:smpte?rows=512&columns=512").patches
    ring = [patch for patch in patches if patch.rows == 64]
    # neighbours differ by 10 % and touch each other: 64 pixels from centre to centre
    steps = [abs(b.row - a.row) + abs(b.column - a.column) for a, b in pairwise(ring)]
    assert steps == [64] * 10
    # from black in the lower left, up, to the right and down again
    assert (ring[0].row, ring[0].column) == (351.5, 159.5)
    assert (ring[9].row, ring[9].column) == (351.5, 351.5)


# pixel values that the report gives
@pytest.mark.parametrize(
    ("bits", "first", "step", "corner", "ends", "middle", "low_contrast"),
    [(8, 8, 16, 4, (13, 242), 128, 130), (12, 128, 256, 64, (205, 3890), 2048, 2088)],
)
def test_tg18_qc_has_the_values_of_the_report(bits, first, step, corner, ends, middle, low_contrast):
    image_id = f"tg18-qc?bits={bits}"
    pixels, known = stored(image_id), truth(f"phantom:{image_id}")
    patches = {patch.name: patch for patch in known.patches}
    luminances = [first + step * n for n in range(16)]
    assert [patches[str(n)].stored for n in range(1, 17)] == luminances
    for n, value in enumerate(luminances, 1):
        assert pixels[int(patches[str(n)].row), int(patches[str(n)].column)] == value
        assert (patches[str(n)].rows, patches[str(n)].columns) == (102, 102)
        for place, difference in (("upper left", 1), ("upper right", -1), ("lower left", -1), ("lower right", 1)):
            small = around(pixels, patches[f"{n}, {place}"])
            assert (small.shape, np.unique(small).tolist()) == ((10, 10), [value + difference * corner])
    assert (patches["5 % in lowest"].stored, patches["95 % in highest"].stored) == ends
    assert np.unique(around(pixels, patches["background"])).tolist() == [middle]
    low = {(bars.stored_dark, bars.stored_light) for bars in known.bars if "low contrast" in bars.name}
    assert low == {(middle, low_contrast)}
    # lowest and highest, around the 5 % and 95 % patches, are the two levels that make 18
    inner = patches["5 % in lowest"], patches["95 % in highest"]
    around_inner = [pixels[int(patch.row) - 40, int(patch.column)] for patch in inner]
    assert around_inner == [0, 2**bits - 1]


@pytest.mark.parametrize("size", ["rows=1024&columns=1024", "rows=512&columns=800", "rows=1500&columns=1301"])
def test_letters_ramps_and_lines_of_tg18_qc_are_where_its_truth_says(size):
    image_id = f"tg18-qc?{size}&bits=8"
    pixels, known = stored(image_id), truth(f"phantom:{image_id}")
    for letters in known.letters:
        # the upper left dot of Q is background, the one right of it is not; L begins with a dot
        top, left, dot = letters.row, letters.column, letters.dot
        assert pixels[top, left] == letters.stored_background
        assert pixels[top, left + dot] == letters.stored[0]
        assert pixels[top, left + 18 * dot] == letters.stored[3]
        differences = [abs(value - letters.stored_background) for value in letters.stored if letters.text]
        assert differences == [14, 13, 12, 11, 10, 9, 8, 0, 7, 6, 5, 4, 3, 2, 1]
    for ramp in known.ramps:
        column = pixels[ramp.first : ramp.last + 1, ramp.column + ramp.columns - 1]
        assert (column[0], column[-1]) == (ramp.stored_first, ramp.stored_last)
        assert len(np.unique(column)) == min(256, len(column))
    for bars in known.bars:
        line = around(pixels, bars)[0] if bars.lines == "vertical" else around(pixels, bars)[:, 0]
        ends = [bars.stored_light] * bars.width + [bars.stored_dark] * bars.width
        assert line.tolist() == (ends * len(line))[: len(line)], bars.name
    for patch in known.patches:
        centre = around(pixels, patch)[patch.rows // 2, patch.columns // 2]
        assert centre == patch.stored, patch.name


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "RGB", "YBR_FULL", "PALETTE_COLOR"])
@pytest.mark.parametrize("pattern", ["ramp?rows=16&columns=16&", "smpte?", "shepp-logan?intensities=modified&"])
async def test_every_photometric_interpretation_shows_the_same_picture(pattern, photometric):
    session, view = Session(), View(256, 256, interpolation="nearest")
    expected = render(await session.load_image(f"phantom:{pattern}bits=8&photometric=MONOCHROME2"), full_range(view))
    image = await session.load_image(f"phantom:{pattern}bits=8&photometric={photometric}")
    shown = render(image, full_range(view) if not image.is_color else view)
    assert np.abs(shown.astype(int) - expected.astype(int)).max() <= (1 if photometric == "YBR_FULL" else 0)


def full_range(view):
    return View(view.width, view.height, interpolation="nearest", window_center=127.5, window_width=255)


async def test_a_tint_is_the_colour_of_the_lightest_level():
    session = Session()
    for photometric in ("RGB", "PALETTE_COLOR"):
        image_id = f"phantom:step-wedge?rows=1&columns=4&steps=2&photometric={photometric}&tint=ff8040&bits=8"
        image = await session.load_image(image_id)
        assert image.pixels[0, [0, 3]].tolist() == [[0, 0, 0], [255, 128, 64]]
        assert truth(image_id).steps[1].color == (255, 128, 64)
    deep = "phantom:step-wedge?rows=1&columns=4&steps=2&photometric=RGB&tint=ff8040&bits=16"
    assert (await session.load_image(deep)).pixels[0, 3].tolist() == [65535, 128 * 257, 64 * 257]


def test_noise_follows_from_its_seed_and_the_frame():
    query = "step-wedge?steps=2&columns=400&bits=12&noise=20&frames=3"
    first = stored(query)
    assert (stored(query) == first).all()
    assert (stored(query, 1) != first).any()
    assert (stored(f"{query}&seed=1") != first).any()
    # numpy's legacy generator, whose numbers never change: 20 standard deviations of the first pixel, above 0
    expected = 20 * np.random.RandomState([0, 0]).standard_normal((256, 400))
    light = first[:, 200:].astype(int)
    assert (light == np.minimum(4095, np.floor(4095 + expected[:, 200:] + 0.5))).all()


def test_noise_has_the_standard_deviation_that_was_asked_for():
    pixels = stored("line-pairs?contrast=0&bits=12&noise=20")
    assert pixels.std() == pytest.approx(20, rel=0.01)
    assert pixels.mean() == pytest.approx(2047.5 + 0.0, abs=0.5)


def test_frames_without_noise_are_alike():
    assert (stored("ramp?frames=2", 1) == stored("ramp?frames=2")).all()
