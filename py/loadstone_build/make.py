"""Makes what is missing or no longer right, and nothing else."""

import fcntl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loadstone_build import pytest_dist as pytest_dist_folder
from loadstone_build import samples
from loadstone_build import site as static_site
from loadstone_build.cache import user_cache
from loadstone_build.errors import BuildError
from loadstone_build.paths import (
    BUILD,
    CORNERSTONE,
    DIST,
    EMBEDDING,
    EXAMPLE_SAMPLES,
    FIREFOX,
    LOCK_FILE,
    NPM_PYODIDE,
    PACKAGE,
    PROMISES,
    ROOT,
    STAMPS,
    TEST_DIST,
    WEB,
)
from loadstone_build.provisioning import provision
from loadstone_build.sources import all_sources
from loadstone_build.stamps import content_hash, refresh
from loadstone_build.wheels_lock import WheelsLock, check_against_pyodide, read_wheels_lock

THIS_PACKAGE = Path(__file__).parent
NPM_FILE_NAMES = ("package.json", "package-lock.json", ".npmrc")
NPM_FILES = [ROOT / name for name in NPM_FILE_NAMES]
TYPE_SETTINGS = [ROOT / "tsconfig.json", ROOT / "tsconfig.types.json"]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other build.sh is making things in this project, and keep others waiting meanwhile."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def npm_packages() -> None:
    """Install what package-lock.json names into node_modules."""
    refresh(STAMPS / "npm", content_hash(NPM_FILES), lambda: _npm_ci(ROOT), made=NPM_PYODIDE / "package.json")


def cornerstone_packages() -> None:
    """Install the real Cornerstone, for benchmarks against it; nothing else needs it."""
    made = CORNERSTONE / "node_modules" / "@cornerstonejs" / "core" / "package.json"
    wanted = content_hash(CORNERSTONE / name for name in NPM_FILE_NAMES)
    refresh(STAMPS / "cornerstone", wanted, lambda: _npm_ci(CORNERSTONE), made=made)


def promise_packages() -> None:
    """Install other people's promises and the Promises/A+ suite, for tests of ours; nothing else needs them."""
    made = PROMISES / "node_modules" / "promises-aplus-tests" / "package.json"
    wanted = content_hash(PROMISES / name for name in NPM_FILE_NAMES)
    refresh(STAMPS / "promises", wanted, lambda: _npm_ci(PROMISES), made=made)


def embedding_packages() -> None:
    """Install the bundler of other people that tests bundle Loadstone with."""
    made = EMBEDDING / "node_modules" / "vite" / "package.json"
    wanted = content_hash(EMBEDDING / name for name in NPM_FILE_NAMES)
    refresh(STAMPS / "embedding", wanted, lambda: _npm_ci(EMBEDDING), made=made)


def firefox_packages() -> None:
    """Install what drives Firefox in tests."""
    made = FIREFOX / "node_modules" / "puppeteer-core" / "package.json"
    wanted = content_hash(FIREFOX / name for name in NPM_FILE_NAMES)
    refresh(STAMPS / "firefox", wanted, lambda: _npm_ci(FIREFOX), made=made)


def _npm_ci(folder: Path) -> None:
    print("installing npm packages", flush=True)
    # what npm has in its own cache is checked by the lock's hashes, too
    command = ["npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
    run = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL)
    if run.returncode != 0:
        raise BuildError("npm ci failed; npm's reason is above")


def wheels(*used_in: str) -> dict[str, Path]:
    """Provision the wheels of the lock that are used in these places; return their paths by package."""
    npm_packages()
    lock = _lock()
    return provision(lock.used_in(*used_in), user_cache(), all_sources(lock))


def _lock() -> WheelsLock:
    lock = read_wheels_lock(LOCK_FILE)
    check_against_pyodide(lock, static_site.pyodide_own_lock())
    return lock


def example_samples() -> None:
    """Write the module of embedded samples."""
    pydicom_wheel = wheels("page")["pydicom"]

    def write() -> None:
        EXAMPLE_SAMPLES.parent.mkdir(parents=True, exist_ok=True)
        EXAMPLE_SAMPLES.write_text(samples.samples_module(samples.make_samples(pydicom_wheel)))

    sources = [THIS_PACKAGE / f"{name}.py" for name in ("samples", "phantom", "phantom_volume", "pictures")]
    wanted = content_hash([*sources, ROOT / "requirements.txt"], pydicom_wheel.name)
    refresh(STAMPS / "samples", wanted, write, made=EXAMPLE_SAMPLES)


def site(*, deflate: bool) -> None:
    """Write dist/."""
    example_samples()
    page_wheels = wheels("page")

    def build() -> None:
        cache = user_cache()
        static_site.build_site(DIST, page_wheels, cache, deflate=deflate)
        cache.forget_unused()
        size = sum(path.stat().st_size for path in DIST.rglob("*") if path.is_file())
        print(f"dist: built, {size / 1e6:.1f} MB", flush=True)

    wanted = content_hash([WEB, *TYPE_SETTINGS, *_package_inputs()], f"deflate={deflate}")
    refresh(STAMPS / "dist", wanted, build, made=DIST)


def pytest_dist() -> None:
    """Write the folder that pytest-pyodide serves."""
    example_samples()
    test_wheels = wheels("page", "tests")

    def build() -> None:
        pytest_dist_folder.build_pytest_dist(TEST_DIST, test_wheels)

    refresh(STAMPS / "test-dist", content_hash(_package_inputs()), build, made=TEST_DIST)


def _package_inputs() -> list[Path]:
    return [PACKAGE, THIS_PACKAGE, ROOT / "pyproject.toml", ROOT / "LICENSE", *NPM_FILES]
