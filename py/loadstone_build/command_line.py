"""The commands of build.sh: what each needs made, then what it runs."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from loadstone_build import make
from loadstone_build.errors import BuildError
from loadstone_build.paths import DEMO_FILE, DIST, ROOT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the process's exit code."""
    options, extra = _parse(sys.argv[1:] if arguments is None else arguments)
    try:
        _make_what_it_needs(options)
        if getattr(options, "single_file", False):
            from loadstone_build.demo_file import write_demo_file

            write_demo_file(DIST, DEMO_FILE)
        match options.command:
            case "demo":
                from loadstone_build.demo import run_demo

                run_demo(DIST)
            case "test":
                return _test(extra)
            case "serve":
                return _serve(options.port)
            case "check":
                return _check()
            case "bench":
                return _run_python("-m", "tests.bench", *extra)
            case "conformance":
                return _conformance()
    except BuildError as error:
        print(f"build.sh: {error}", file=sys.stderr)
        return 1
    return 0


def _make_what_it_needs(options: argparse.Namespace) -> None:
    with make.one_at_a_time():
        if options.command == "conformance":
            make.example_samples()
            return
        if options.command == "check":
            make.npm_packages()
            make.example_samples()
            return
        make.site(deflate=getattr(options, "deflate", False))
        if options.command in ("test", "bench"):
            make.pytest_dist()


def _parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="./build.sh", description="Builds Loadstone's static site in dist/.")
    commands = parser.add_subparsers(dest="command", metavar="command")
    build = commands.add_parser("build", help="build the site (also without a command)")
    commands.add_parser("demo", help="build, resolve every sample in a browser, save dist/demo.png")
    commands.add_parser("test", help="run all the tests; further arguments go to pytest", add_help=False)
    serve = commands.add_parser("serve", help="build, then serve dist/ on localhost")
    commands.add_parser("check", help="check formats, lint and types")
    commands.add_parser("conformance", help="write the table of pixels compared with other decoders anew")
    commands.add_parser("bench", help="run the benchmarks; further arguments go to them", add_help=False)
    for each in (parser, build):
        each.add_argument(
            "--deflate",
            action="store_true",
            help="compress the archives, for hosts that do not compress what they send",
        )
        each.add_argument(
            "--single-file",
            action="store_true",
            help=f"write the site with its samples to {DEMO_FILE.relative_to(ROOT)} too, a demo that needs no server",
        )
    serve.add_argument("--port", type=int, default=8000, help="port to try first (default: %(default)s)")
    options, extra = parser.parse_known_args(arguments)
    if extra and options.command not in ("test", "bench"):
        parser.error(f"unknown argument: {extra[0]}")
    return options, extra


def _test(extra: list[str]) -> int:
    from loadstone_build.chromium import ensure_chromium
    from loadstone_build.dicom_tools import ensure_dicom_tools
    from loadstone_build.firefox import ensure_firefox

    ensure_dicom_tools()
    os.environ["LOADSTONE_CHROMIUM"] = str(ensure_chromium())
    os.environ["LOADSTONE_FIREFOX"] = str(ensure_firefox())
    # a file at a time, since what a browser has booted serves the tests of a file; in their order, since asynchronous
    # tests, those of tests/unit, can not run where Playwright does; with plain tracebacks, since in its greenlets
    # Python 3.11 can not parse the source that pytest shows else, and the process of a test that fails would end
    processes = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")
    all_of_them = (*processes, "--tb=native")
    return _run_python("-m", "pytest", *(extra or all_of_them))


def _conformance() -> int:
    from loadstone_build.dicom_tools import ensure_dicom_tools

    ensure_dicom_tools()
    return _run_python("-m", "tests.conformance")


def _serve(port: int) -> int:
    from loadstone_build.server import make_server

    server, address = make_server(DIST, port=port)
    print(f"{address} (Ctrl-C ends)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    return 0


def _check() -> int:
    codes = [
        _run_python("-m", "ruff", "format", "--check", "."),
        _run_python("-m", "ruff", "check", "."),
        _run_python("-m", "mypy"),
        _run("node_modules/.bin/tsc", "--project", "tsconfig.json"),
    ]
    return int(any(codes))


def _run_python(*arguments: str) -> int:
    return _run(sys.executable, *arguments)


def _run(program: str, *arguments: str) -> int:
    print("$", Path(program).name, *arguments, flush=True)
    return subprocess.run([program, *arguments], cwd=ROOT).returncode
