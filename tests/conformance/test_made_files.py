"""Files made by other people's encoders, frame by frame against their decoders and against what was encoded."""

import pytest
from pydicom.uid import UID

from .encoders import ENCODERS
from .laboratory import MADE, Laboratory
from .measuring import allowance


def test_there_is_an_encoder_for_every_transfer_syntax() -> None:
    suffixes = ["", ".1", ".2", ".1.98", ".1.99", ".8.1", ".5"]
    suffixes += [f".4.{n}" for n in (50, 51, 53, 55, 57, 70, 80, 81, 90, 91, 96, 201, 202, 203, 110, 111, 112)]
    made = {made.encoder.transfer_syntax for made in MADE.values()}
    assert made == {f"1.2.840.10008.1.2{suffix}" for suffix in suffixes}
    assert {made.encoder.name for made in MADE.values()} == set(ENCODERS)


@pytest.mark.parametrize("name", MADE)
def test_a_made_file_shows_what_its_source_and_other_decoders_show(laboratory: Laboratory, name: str) -> None:
    made = MADE[name]
    found = laboratory.made(made)
    assert found.transfer_syntax == UID(made.encoder.transfer_syntax)
    assert found.frames == made.picture.frames
    assert found.differences
    assert found.differences == {
        decoder: difference
        for decoder, difference in found.differences.items()
        if difference <= allowance(decoder, found.transfer_syntax, found.photometric)
    }
