"""Python packages that loaders need, as wheels: resolved by pip, locked by their hashes."""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from loadstone_build.archives import with_record, write_archive
from loadstone_build.cache import Cache, cached_wheel
from loadstone_build.errors import BuildError

# of all wheels only those in pure Python run in every page
_PURE = ("--only-binary=:all:", "--python-version=3.14", "--implementation=py", "--abi=none", "--platform=any")

_CONFLICT = re.compile(r"The conflict is caused by:\n((?: +\S.*\n)+)")


@dataclass(frozen=True)
class LockedWheel:
    """A wheel, down to its bytes."""

    name: str
    version: str
    file_name: str
    sha256: str


@dataclass(frozen=True)
class Required:
    """The wheels of ``requirements`` and of all that they need but the site has not, and the text that locks them."""

    wheels: tuple[Path, ...]
    lock: str


def parse_requirement(text: str) -> Requirement:
    """A requirement of one version; raises BuildError for any other."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise BuildError(f"{text!r} is no requirement; write NAME==VERSION, such as cmap==0.6.2") from error
    exact = [one for one in requirement.specifier if one.operator == "==" and "*" not in one.version]
    if len(requirement.specifier) != 1 or not exact or requirement.url or requirement.marker:
        raise BuildError(f"{text!r} leaves the version open; write {requirement.name}==VERSION")
    return requirement


def require(texts: Sequence[str], *, site: Mapping[str, str], lock: str | None, cache: Cache) -> Required:
    """The wheels of these requirements, ``NAME==VERSION``.

    ``site`` has the version of each package that the site brings. With the text of a ``lock`` of the same requirements
    the wheels are those of the lock, from the cache or fetched anew; without one, pip resolves them. Raises BuildError
    where one has other bytes than the lock says, where pip finds none in pure Python, and where the versions conflict.
    """
    requirements = sorted({str(parse_requirement(text)) for text in texts})
    locked = _locked(lock, requirements)
    if locked is None:
        wheels, paths = _resolve(requirements, site, cache)
    else:
        wheels = locked
        paths = [cached_wheel(cache, one.file_name, one.sha256, partial(_fetch, one)) for one in wheels]
    content = {"requires": requirements, "wheels": [asdict(wheel) for wheel in wheels]}
    return Required(tuple(paths), json.dumps(content, indent=1) + "\n")


def _locked(lock: str | None, requirements: list[str]) -> list[LockedWheel] | None:
    if lock is None:
        return None
    try:
        content = json.loads(lock)
        wheels = [LockedWheel(**one) for one in content["wheels"]]
        return wheels if content["requires"] == requirements else None
    except (ValueError, KeyError, TypeError) as error:
        raise BuildError(f"the lock can not be read ({error}); remove it to resolve the requirements anew") from error


def _resolve(requirements: list[str], site: Mapping[str, str], cache: Cache) -> tuple[list[LockedWheel], list[Path]]:
    with tempfile.TemporaryDirectory(prefix="loadstone-requires-") as name:
        folder = Path(name)
        # what the site brings is there for pip, too, so that it resolves with these versions and looks for no others
        pins = [_stand_in(folder / "site", package, version) for package, version in site.items()]
        (folder / "constraints.txt").write_text("".join(f"{pin}\n" for pin in pins))
        found = folder / "found"
        options = [*_PURE, f"--find-links={folder / 'site'}", f"--constraint={folder / 'constraints.txt'}"]
        _pip_download([*options, *requirements], found)
        wheels, paths = [], []
        for path in sorted(found.glob("*.whl")):
            package, version, _, _ = parse_wheel_filename(path.name)
            if package not in site:
                content = path.read_bytes()
                sha256 = hashlib.sha256(content).hexdigest()
                wheels.append(LockedWheel(package, str(version), path.name, sha256))
                paths.append(cached_wheel(cache, path.name, sha256, partial(bytes, content)))
        return wheels, paths


def _stand_in(folder: Path, package: str, version: str) -> str:
    """Write a wheel that says no more than that this version is there; gives the requirement that pins it."""
    name = package.replace("-", "_")
    info = f"{name}-{version}.dist-info"
    members = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: loadstone\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    write_archive(folder / f"{name}-{version}-py3-none-any.whl", with_record(members), deflate=False)
    return f"{package}=={version}"


def _fetch(wheel: LockedWheel) -> bytes:
    with tempfile.TemporaryDirectory(prefix="loadstone-requires-") as folder:
        _pip_download([*_PURE, "--no-deps", f"{wheel.name}=={wheel.version}"], Path(folder))
        for path in Path(folder).glob("*.whl"):
            if canonicalize_name(parse_wheel_filename(path.name)[0]) == wheel.name:
                return path.read_bytes()
    raise BuildError(f"{wheel.file_name}: pip found no such wheel; remove the lock to resolve the requirements anew")


def _pip_download(arguments: list[str], folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-d", str(folder)]
    run = subprocess.run([*command, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if run.returncode == 0:
        return
    conflict = _CONFLICT.search(run.stdout)
    if conflict:
        lines = ", ".join(line.strip() for line in conflict[1].splitlines())
        raise BuildError(
            f"what is required does not fit together: {lines}; the page brings the versions of constraints"
        )
    errors = [line.removeprefix("ERROR: ") for line in run.stderr.splitlines() if line.startswith("ERROR: ")]
    told = errors[0] if errors else run.stderr.strip().rpartition("\n")[2]
    raise BuildError(
        f"pip found no wheels in pure Python for all that is required: {told}; check names and versions. What has "
        "compiled parts runs in the page only as far as the page brings it"
    )
