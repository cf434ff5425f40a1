"""Where things are in the project."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "py" / "loadstone"
WEB = ROOT / "web"
NPM_PYODIDE = ROOT / "node_modules" / "pyodide"
CORNERSTONE = ROOT / "tests" / "cornerstone"
PROMISES = ROOT / "tests" / "promises"
EMBEDDING = ROOT / "tests" / "embedding"
FIREFOX = ROOT / "tests" / "firefox"
LOCK_FILE = Path(__file__).with_name("wheels.lock.json")
EXAMPLE_SAMPLES = PACKAGE / "loaders" / "example_samples.py"

# made by the build, git-ignored
DIST = ROOT / "dist"
BUILD = ROOT / "build"
TEST_DIST = BUILD / "test-dist"
STAMPS = BUILD / "stamps"
DEMO_FILE = BUILD / "loadstone.html"
