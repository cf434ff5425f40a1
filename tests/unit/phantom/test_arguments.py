"""What an image id may say, and what is told where it says something else."""

import pytest

from loadstone import phantom
from loadstone.errors import FrameIndexError, ImageTooLargeError, InvalidImageIdError, PhantomError
from loadstone.phantom.decimals import as_written, decimal_string


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (
            "shep",
            "there is no phantom 'shep'; there are ellipsoids, line-pairs, ramp, shepp-logan, smpte, step-wedge, "
            "tg18-qc",
        ),
        (
            "ramp?step=3",
            "ramp has no argument 'step'; it has bits, columns, direction, frame, frames, intercept, noise, "
            "photometric, rows, seed, signed, slope, spacing, tint",
        ),
        ("ramp?rows=0", "rows=0 is no whole number from 1 to 65535"),
        ("ramp?rows=2.5", "rows=2.5 is no whole number from 1 to 65535"),
        ("ramp?columns=" + "9" * 30, f"columns={'9' * 30} is no whole number from 1 to 65535"),
        ("ramp?rows=3&rows=4", "rows is given twice; give it once"),
        ("ramp?bits=33", "bits=33 is no whole number from 1 to 32"),
        ("tg18-qc?bits=7", "bits=7 is no whole number from 8 to 32"),
        ("ramp?signed=yes", "signed=yes is no whole number from 0 to 1"),
        ("ramp?bits=1&signed=1", "signed=1 does not go with bits=1; leave it out"),
        ("ramp?photometric=RGB&signed=1", "signed=1 does not go with photometric=RGB; leave it out"),
        ("ramp?photometric=RGB&bits=12", "bits=12 does not go with photometric=RGB; give bits=8 or bits=16"),
        ("ramp?photometric=PALETTE_COLOR&bits=17", "bits=17 does not go with photometric=PALETTE_COLOR; give 2 to 16"),
        (
            "ramp?photometric=YBR_FULL&slope=2",
            "slope and intercept do not go with photometric=YBR_FULL, whose values are colours; leave them out",
        ),
        (
            "ramp?photometric=CMYK",
            "photometric=CMYK is not known; there are MONOCHROME2, MONOCHROME1, RGB, YBR_FULL, PALETTE_COLOR",
        ),
        ("ramp?tint=ff8000", "tint does not go with grey; add photometric=RGB"),
        (
            "ramp?photometric=RGB&tint=orange",
            "tint=orange should be a colour of six hexadecimal digits, such as tint=ff8000",
        ),
        ("ramp?slope=nan", "slope=nan is no number from -1e+09 to 1e+09"),
        ("ramp?slope=0", "slope=0 makes all values the same; give another slope"),
        ("ramp?noise=-1", "noise=-1 is no number from 0 to 1e+09"),
        (
            "ramp?spacing=1,2,3",
            "spacing=1,2,3 should be the distance of pixel centres in mm, from 0.0001 to 1000, or two of them: of "
            "rows, of columns",
        ),
        ("ramp?direction=up", "direction=up is not known; there are pixels, columns, rows"),
        (
            "step-wedge?columns=9&steps=5",
            "steps=5 does not fit columns=9: a step needs two of them; give at most steps=4, or columns=10",
        ),
        ("shepp-logan?intensities=toft", "intensities=toft is not known; there are original, modified"),
        (
            "line-pairs?spacing=0.25&lp=2.5",
            "lp=2.5 can not be shown at a spacing of 0.25 mm: give more than 0 and at most 2 line pairs per mm, or a "
            "smaller spacing",
        ),
        (
            "line-pairs?lp=few",
            "lp=few should be line pairs per mm, one number or several with commas between them, such as lp=0.1,0.25",
        ),
        ("line-pairs?lp=0.1,0.2&rows=1", "lp has 2 frequencies for 1 rows or columns; give fewer"),
        ("smpte?rows=100", "smpte has no room in 100 x 512 pixels; give at least rows=256&columns=256"),
        ("tg18-qc?columns=256", "tg18-qc has no room in 1024 x 256 pixels; give at least rows=512&columns=512"),
        (
            "ellipsoids?bits=8",
            "the value 0 would be stored as 1024, but bits=8&signed=0 holds 0 to 255; give more bits, signed=1, or "
            "another slope and intercept",
        ),
        (
            "ellipsoids?photometric=RGB",
            "photometric=RGB is not known; there are MONOCHROME2, MONOCHROME1",
        ),
        (
            "ellipsoids?orientation=1,0,0,1,0,0",
            "orientation=1,0,0,1,0,0 should be axial, coronal, sagittal, or six cosines: of the rows, then of the "
            "columns, unit vectors at a right angle",
        ),
        ("ellipsoids?orientation=tilted", "orientation=tilted should be axial, coronal, sagittal, or six cosines"),
        ("ellipsoids?orientation=1,0,0", "orientation=1,0,0 should be axial, coronal, sagittal, or six cosines"),
        ("ellipsoids?center=1,2", "center=1,2 should be the middle of the volume in mm: x,y,z"),
        (
            "ellipsoids?ellipsoids=1,2,3,4,5,6,7;1,2",
            "ellipsoids has '1,2', which should be seven numbers: centre x,y,z and half axes a,b,c in mm, value",
        ),
        (
            "ellipsoids?ellipsoids=1,2,3,4,0,6,7",
            "ellipsoids has '1,2,3,4,0,6,7', whose half axes should be more than 0 and all be finite",
        ),
        (
            "ellipsoids?steps=4",
            "ellipsoids has no argument 'steps'; it has background, bits, center, columns, ellipsoids",
        ),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(rest, told):
    with pytest.raises(PhantomError) as raised:
        phantom.truth(f"phantom:{rest}")
    assert str(raised.value).startswith(f"phantom:{rest}: {told}")
    assert raised.value.image_id == f"phantom:{rest}"


def test_a_frame_that_is_not_there_is_told():
    with pytest.raises(FrameIndexError) as raised:
        phantom.dicom("phantom:ramp?frame=2")
    assert str(raised.value) == (
        "frame=2 does not exist: the phantom has 1 frame, counted from 1; ask for more by frames=2"
    )
    with pytest.raises(InvalidImageIdError, match="frame=0 is no frame number; frames of phantom: count from 1"):
        phantom.truth("phantom:ramp?frame=0")


def test_a_file_that_would_be_too_large_is_refused_before_it_is_made():
    with pytest.raises(ImageTooLargeError) as raised:
        phantom.dicom("phantom:ramp?rows=65535&columns=65535&frames=2&bits=8")
    assert str(raised.value) == (
        "2 frames of 65535 x 65535 pixels are 8589672450 bytes, more than the 2147483648 that a file may have here; "
        "give fewer, or ask for single frames by frame=n"
    )


def test_all_phantoms_are_named():
    assert phantom.names() == (
        "ellipsoids",
        "line-pairs",
        "ramp",
        "shepp-logan",
        "smpte",
        "step-wedge",
        "tg18-qc",
    )
    for name in phantom.names():
        assert phantom.truth(f"phantom:{name}").pattern == name


def test_percent_encoding_is_read():
    known = phantom.truth("phantom:ramp?photometric=PALETTE%20COLOR&bits=8")
    assert known.storing.photometric_interpretation == "PALETTE COLOR"
    assert phantom.truth("phantom:ramp?slope=+1e%2B1").storing.slope == 10


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.7, "0.7"),
        (-1024.0, "-1024"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.33333333333333"),
        (-1 / 3, "-0.3333333333333"),
        (1e-9 / 7, "1.4285714286e-10"),
        (-123456789.123456789, "-123456789.12346"),
        (2.0**40, "1099511627776"),
        (0.0, "0"),
    ],
)
def test_decimal_strings_have_16_characters_at_most(value, text):
    found = decimal_string(value)
    assert len(found) <= 16
    assert float(found) == pytest.approx(value, rel=1e-10)
    assert found == text
    assert as_written(value) == float(text)
