"""Compact archives for a quick boot: trimmed, as bytecode, without compression unless asked for.

Each result is kept in the cache under the hash of everything it was made from.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from loadstone_build import archives, bytecode, lazy_extensions, stand_ins, trimming
from loadstone_build.cache import Cache
from loadstone_build.stamps import content_hash

STDLIB = "python_stdlib.zip"
STDLIB_FOLDER = "/lib/python314.zip"
SITE_PACKAGES = "/lib/python3.14/site-packages"

KIND = "compact"

HERE = Path(__file__).parent
# what decides on the bytes of an archive
RECIPE = (
    "archives.py",
    "bytecode.py",
    "compact.py",
    "compile_bytecode.mjs",
    "lazy_extensions.py",
    "stand_ins.py",
    "trimming.py",
)


@dataclass(frozen=True)
class Input:
    """One archive to be made compact: the standard library's zip or a package's wheel."""

    package: str
    file_name: str
    members: Mapping[str, bytes]
    optimize: int = 2


def make_compact(inputs: Sequence[Input], cache: Cache, *, deflate: bool, toolchain: str) -> dict[str, Path]:
    """Return the compact archive's path by file name; ``toolchain`` names the compiler's version."""
    recipe = content_hash([HERE / name for name in RECIPE], toolchain, f"deflate={deflate}")
    keys = {item.file_name: _key(item, recipe) for item in inputs}
    paths = {name: path for name, key in keys.items() if (path := cache.find(KIND, key, name))}
    missing = [item for item in inputs if item.file_name not in paths]
    if missing:
        compiled = bytecode.compile_trees([_source_tree(item) for item in missing])
        with cache.filling():
            for item, members in zip(missing, compiled, strict=True):
                content = members if item.file_name == STDLIB else archives.with_record(members)
                write = partial(archives.write_archive, members=content, deflate=deflate)
                paths[item.file_name] = cache.keep(KIND, keys[item.file_name], item.file_name, write)
    return paths


def _source_tree(item: Input) -> bytecode.SourceTree:
    if item.file_name == STDLIB:
        return bytecode.SourceTree(trimming.trim_stdlib(item.members), STDLIB_FOLDER, item.optimize)
    trimmed = trimming.trim_wheel(item.package, item.members)
    complete = stand_ins.with_stand_ins(item.package, trimmed)
    members = lazy_extensions.with_lazy_extensions(item.package, complete)
    return bytecode.SourceTree(members, SITE_PACKAGES, item.optimize)


def _key(item: Input, recipe: str) -> str:
    digest = hashlib.sha256(f"{recipe} {item.file_name} {item.optimize}\0".encode())
    for name in sorted(item.members):
        digest.update(f"{name}\0{len(item.members[name])}\0".encode())
        digest.update(item.members[name])
    return digest.hexdigest()[:24]
