"""The stock site with its samples as one HTML file: a demo that needs neither a server nor a network."""

import tempfile
from pathlib import Path

from loadstone.loaders.example_samples import SAMPLES
from loadstone_build.needs import Needs, keep_only, needs_of_file
from loadstone_build.single_file import Report, write_single_file
from loadstone_build.site_files import copy_site, write_site_files

# by which files of these kinds are known
ENDINGS = {"dicom": ".dcm", "nifti": ".nii.gz", "web": ""}


def write_demo_file(site: Path, target: Path, *, report: Report = print) -> None:
    """Write ``site`` to ``target`` as one HTML file, with the packages and codecs that its samples need."""
    needs = Needs()
    for name, (kind, content) in SAMPLES.items():
        needs |= needs_of_file(_Sample(f"{name}{ENDINGS[kind]}", content))
    with tempfile.TemporaryDirectory(prefix="loadstone-demo-") as folder:
        trimmed = Path(folder) / "site"
        copy_site(site, trimmed)
        keep_only(needs, trimmed / "pyodide")
        write_site_files(trimmed)
        write_single_file(trimmed, target, report=report)


class _Sample:
    """A sample as a file that can be looked into."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        self.size = len(content)
        self._content = content

    def read(self, start: int, end: int) -> bytes:
        return self._content[start:end]
