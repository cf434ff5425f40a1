"""Other people's promise libraries in a browser page."""

from typing import Any

from loadstone_build import make
from loadstone_build.paths import PROMISES

__all__ = ["load_libraries"]

_SCRIPTS = {
    "jQuery": "jquery/dist/jquery.js",
    "jQuery2": "jquery-2/dist/jquery.js",
    "Q": "q/q.js",
    "Bluebird": "bluebird/js/browser/bluebird.js",
}


def load_libraries(runner: Any) -> None:
    """Put jQuery (also 2.2.4, whose Deferreds call back at once), Q and Bluebird into globals of these names."""
    make.promise_packages()
    for name, path in _SCRIPTS.items():
        source = (PROMISES / "node_modules" / path).read_text(encoding="utf-8")
        # as a CommonJS module: Bluebird's script replaces the page's own Promise
        as_module = f"const module = {{ exports: {{}} }}, exports = module.exports;\n{source}"
        runner.run_js(f"{as_module}\nself.{name} = module.exports;")
