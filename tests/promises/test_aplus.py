"""The Promises/A+ conformance suite, against the promises that Python hands to JavaScript."""

import json
import subprocess

from loadstone_build import make
from loadstone_build.paths import DIST, PROMISES


def test_promises_of_coroutines_tasks_and_futures_pass_the_promises_aplus_suite() -> None:
    make.promise_packages()
    command = ["node", str(PROMISES / "aplus.mjs"), str(DIST)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    # Pyodide tells of packages that it loads
    told = json.loads(run.stdout.splitlines()[-1])
    # promises-aplus-tests 2.1.2 has 872 tests
    assert told == {"passed": 872, "failed": []}
