"""Extension modules that are compiled on first import instead of whenever their package is loaded.

Pyodide's loadPackage compiles every ``.so`` of a wheel, wanted or not. Here ``name.<tag>.so`` becomes
``name.wasm``, which Pyodide leaves alone, and ``name.py``, which loads it. Compiling on import is synchronous:
browsers allow that for any size in workers, and for some megabytes on the page's own thread.
"""

import re
from collections.abc import Mapping

# what importing the package itself does not need
LAZY = {
    "numpy": r"^numpy/(fft|random)/|^numpy/linalg/lapack_lite\.",
    "imagecodecs": r"^imagecodecs/",
    "pillow": r"^PIL/(?!_imaging\.)",
}

LOADER = b'''
"""Loads the extension module that lies beside this file, in this module's place."""

import sys
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location

_path = __file__.rpartition(".")[0] + ".wasm"
_spec = spec_from_file_location(__name__, _path, loader=ExtensionFileLoader(__name__, _path))
sys.modules[__name__] = module_from_spec(_spec)
_spec.loader.exec_module(sys.modules[__name__])
'''


def with_lazy_extensions(package: str, members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a wheel's members with the extension modules of ``LAZY`` renamed and given their loaders."""
    if package not in LAZY:
        return dict(members)
    lazy = re.compile(LAZY[package])
    made: dict[str, bytes] = {}
    for name, content in members.items():
        if name.endswith(".so") and lazy.search(name):
            folder, _, file_name = name.rpartition("/")
            module = f"{folder}/{file_name.partition('.')[0]}"
            made |= {f"{module}.wasm": content, f"{module}.py": LOADER}
        else:
            made[name] = content
    return made
