"""``./build.sh bench [NAME …]``: run the benchmarks named (all without a name)."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from loadstone_build.chromium import chromium_browser
from loadstone_build.paths import ROOT
from loadstone_build.server import serving

from . import boot, decoding, dicomweb, files, overhead, rendering, series, sources, volume
from .harness import Bench

BENCHES: dict[str, Callable[[Bench], None]] = {
    "boot": boot.run,
    "decoding": decoding.run,
    "dicomweb": dicomweb.run,
    "rendering": rendering.run,
    "overhead": overhead.run,
    "series": series.run,
    "files": files.run,
    "sources": sources.run,
    "volume": volume.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="./build.sh bench", description="Runs the benchmarks and prints medians.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(BENCHES)} (default: all)")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured (default: %(default)s)")
    options = parser.parse_args()
    unknown = set(options.names) - set(BENCHES)
    if unknown:
        parser.error(f"there is no benchmark {unknown.pop()!r}; there are {', '.join(BENCHES)}")
    with serving(ROOT) as address, chromium_browser() as browser:
        bench = Bench(browser, address, options.rounds)
        for name in options.names or BENCHES:
            BENCHES[name](bench)


if __name__ == "__main__":
    main()
