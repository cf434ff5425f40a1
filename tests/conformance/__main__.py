"""Writes TABLE.md anew: ./build.sh conformance."""

from pathlib import Path
from tempfile import TemporaryDirectory

from .laboratory import Laboratory
from .table import TABLE, table

with TemporaryDirectory() as folder:
    TABLE.write_text(table(Laboratory(Path(folder)).everything()), encoding="utf-8")
print(f"{TABLE}: written")
