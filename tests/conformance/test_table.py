"""The table in the documentation is what the code does."""

import pytest

from .laboratory import Laboratory
from .measuring import Measurement
from .table import TABLE, table


def test_the_table_is_up_to_date(laboratory: Laboratory) -> None:
    written = TABLE.read_text(encoding="utf-8")
    made = table(laboratory.everything())
    if _compared_with(made) != _compared_with(written):
        pytest.skip(f"TABLE.md was made with other versions: here are {_compared_with(made)}")
    assert made == written, "run ./build.sh conformance, and look at what has changed"


def _compared_with(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("Compared with: "))


def test_a_row_has_the_largest_difference_of_each_decoder_over_all_its_files() -> None:
    kind = ("1.2.840.10008.1.2.4.50", "RGB", "8")
    made = table(
        [
            Measurement(*kind, frames=1, differences={"gdcm": 0, "pylibjpeg": 1, "source": 0}),
            Measurement(*kind, frames=3, differences={"gdcm": 0, "pylibjpeg": 2}),
        ]
    )
    row = "| JPEG Baseline (Process 1) (1.2.4.50) | RGB | 8 | 2 | 4 | exact: source, gdcm; 2: pylibjpeg |"
    assert row in made.splitlines()
