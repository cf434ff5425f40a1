"""TABLE.md from measurements: one row for each transfer syntax, photometric interpretation and depth."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from pydicom.uid import UID

from .measuring import ALLOWANCES, Allowance, Measurement

__all__ = ["TABLE", "table"]

TABLE = Path(__file__).with_name("TABLE.md")

_HEAD = """# Pixels compared

Made by `./build.sh conformance`; a test compares it with what the code does now. Every frame of every file is compared
with what each decoder that is named gives; *source* is the picture itself, before an encoder packed it without loss.
The files are those that dcmtk, gdcm, OpenJPH, cjxl and pydicom make of the pictures in `pictures.py`, and those from
scanners and other programs that the packages pydicom and pydicom-data bring along (of long films, the first frames).
Loadstone's own codecs are imagecodecs' (libjpeg-turbo, CharLS, OpenJPEG, libjxl). The page gives the same values as
CPython, but for one level in lossy JPEG XL (`tests/page/test_transfer_syntaxes.py`).

Compared with: {programs}.

| transfer syntax | photometric interpretation | bits | files | frames | largest difference |
|---|---|---|---:|---:|---|
"""

_NAMES = {
    "1.2.840.10008.1.2.4.96": "High-Throughput JPEG 2000, private",
    "1.2.840.10008.1.2.1.98": "Encapsulated Uncompressed Explicit VR Little Endian",
    "1.2.840.10008.1.2.8.1": "Deflated Image Frame Compression",
    "1.2.840.10008.1.2.4.110": "JPEG XL Lossless",
    "1.2.840.10008.1.2.4.111": "JPEG XL JPEG Recompression",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
}


def table(measurements: Iterable[Measurement]) -> str:
    """The whole of TABLE.md."""
    groups: dict[tuple[str, str, str], list[Measurement]] = defaultdict(list)
    for found in measurements:
        groups[found.transfer_syntax, found.photometric, found.bits].append(found)
    head = _HEAD.format(programs=", ".join(_versions()))
    rows = [_row(*key, groups[key]) for key in sorted(groups, key=_place)]
    return head + "".join(rows) + "\n## Where a difference is allowed\n\n" + "".join(map(_reason, ALLOWANCES))


def _row(syntax: str, photometric: str, bits: str, group: list[Measurement]) -> str:
    largest: dict[str, float] = defaultdict(float)
    for found in group:
        for decoder, difference in found.differences.items():
            largest[decoder] = max(largest[decoder], difference)
    by_difference: dict[float, list[str]] = defaultdict(list)
    for decoder in sorted(largest, key=lambda name: (name != "source", name)):
        by_difference[largest[decoder]].append(decoder)
    words = [
        f"{'exact' if difference == 0 else f'{difference:g}'}: {', '.join(decoders)}"
        for difference, decoders in sorted(by_difference.items())
    ]
    name = _NAMES.get(syntax) or UID(syntax).name
    number = syntax.removeprefix("1.2.840.10008.")
    frames = sum(found.frames for found in group)
    return f"| {name} ({number}) | {photometric} | {bits} | {len(group)} | {frames} | {'; '.join(words)} |\n"


def _place(key: tuple[str, str, str]) -> tuple[list[int], str, int, str]:
    syntax, photometric, bits = key
    return [int(part) for part in syntax.split(".")], photometric, int(bits.split()[0]), bits


def _reason(allowed: Allowance) -> str:
    syntaxes = ", ".join(f"1.2.4.{number}" for number in allowed.transfer_syntaxes)
    kinds = ", ".join(allowed.photometrics)
    return f"- {allowed.decoder}, {syntaxes}, {kinds}: up to {allowed.largest}; {allowed.reason}.\n"


def _versions() -> list[str]:
    """The second decoders with their versions, which lossy differences depend on."""
    packages = ("pydicom", "pylibjpeg-libjpeg", "pylibjpeg-openjpeg", "pylibjpeg-rle", "pyjpegls", "python-gdcm")
    programs = {"dcmtk": "dcmdjpeg", "gdcm": "gdcmconv", "djxl": "djxl"}
    return [f"{name} {version(name)}" for name in packages] + [
        f"{name} {_version_of(program)}" for name, program in programs.items()
    ]


def _version_of(program: str) -> str:
    """The first word of what ``--version`` prints that begins with a number."""
    path = shutil.which(program)
    assert path is not None, program
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    return next(word.lstrip("v") for word in said.split() if word.lstrip("v")[:1].isdecimal())
