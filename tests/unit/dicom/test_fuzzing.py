"""Damaged codestreams of every family: one of our errors or a picture, soon and in little memory, and never a crash."""

import subprocess
import sys
from pathlib import Path

import damaged_codestreams
import pytest
from damaged_codestreams import KINDS

import loadstone

# 15000 of each were tried
SEEDS = 1000
PROGRAM = Path(damaged_codestreams.__file__)


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_codestreams_end_soon_as_an_error_or_a_picture(kind):
    run = subprocess.run(
        [sys.executable, str(PROGRAM), kind, "0", str(SEEDS)],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": str(Path(loadstone.__file__).parents[1])},
    )
    lines = run.stdout.splitlines()
    assert run.returncode == 0, f"{kind}: ended with {run.returncode} at {lines[-1:]}: {run.stderr[-500:]}"
    done, shown, refused, longest, megabytes = lines[-1].split()
    assert done == "done"
    assert int(shown) + int(refused) == SEEDS
    assert min(int(shown), int(refused)) > 0
    assert float(longest) < 5
    assert int(megabytes) < 500
