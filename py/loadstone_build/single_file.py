"""Packs a site into one HTML file that opens by double click and makes no request.

The file is HTML in UTF-16, little endian, and begins with a byte order mark, which browsers heed above all else that is
said of a page's encoding. It has, in this order:

- the site's ``index.html`` with its style sheets in it as text, without what only a server can give (module scripts,
  preloads, a manifest), and with a Content-Security-Policy that allows no network;
- in its head, ``<script type="application/json" id="members">[{"path", "size", "bytes"}, …]</script>``: every member in
  the order of the blocks, its path in the site, its size, and how many bytes of gzip it is here;
- behind that, ``single/reader.js`` as a script: it reads the blocks while the browser still parses the rest;
- at the end of the body the blocks: ``<script type="application/octet-stream" data-bytes="n">…</script>``, each
  followed by ``<script>readBlock()</script>``. A member begins with a block of its own, and has as many as it needs for
  blocks of at most ``BLOCK_BYTES`` bytes.

In a block each two bytes are one code unit, low byte first; a byte that is left over gets a zero beside it. What can
not stand in a script, and surrogates, stand as ``=`` and the unit plus 0x4000. So compressed data grow by 3 %, where
base64 takes 33 %, and a server that says UTF-8 of all its pages does no harm.

The members are the site's ``index.html``, its style sheets, and all that lies in its folders; what else lies beside the
page are modules, of which ``single/`` holds bundles. Pages that save themselves (web/) write the same.
"""

import json
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import numpy as np

from loadstone_build.errors import BuildError
from loadstone_build.single_file_page import READ_BLOCK, page_around_blocks
from loadstone_build.site_files import site_paths

BLOCK_BYTES = 2**20
ESCAPE = ord("=")
SHIFT = 0x4000

# these first, in this order: Python starts while the others are still being read
FIRST = (
    "single/page.js",
    "single/engine.js",
    "single/decoder.js",
    "pyodide/pyodide.asm.mjs",
    "pyodide/pyodide-lock.json",
    "pyodide/pyodide.asm.wasm",
    "pyodide/python_stdlib.zip",
    "pyodide/numpy-",
    "pyodide/pydicom-",
    "pyodide/loadstone-",
)
# in bundles already, or for development only
LEFT_OUT = ("pyodide/pyodide.mjs", ".d.ts", ".map")
# the user's own: a study is packed several times as fast as at level 9, and gets less than 1 % larger
FILES = "files/"
LEVEL_OF_FILES = 6
TOLD = 5

Report = Callable[[str], None]


def packed_size(site: Path) -> int:
    """The bytes of a site that :func:`write_single_file` will pack."""
    return sum((site / path).stat().st_size for path in _members(site))


def write_single_file(
    site: Path, target: Path, *, report: Report = print, packed: Callable[[int], object] = lambda size: None
) -> None:
    """Write ``site``, a folder that has an index.html, to ``target`` as one HTML file.

    The same site gives the same bytes; ``target`` appears only when it is complete; never more than one member is in
    memory. ``packed`` is told the size of each member as it is done, and ``report`` what takes the room. Raises
    BuildError where the site lacks what a single file needs.
    """
    for needed in ("index.html", "single/reader.js", "single/page.js"):
        if not (site / needed).is_file():
            raise BuildError(f"{site} has no {needed}, so it is no site of Loadstone; build it anew")
    paths = _members(site)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.part")
    with tempfile.TemporaryFile(dir=target.parent) as blocks:
        entries = []
        for path in paths:
            content = (site / path).read_bytes()
            compressed = _gzip(content, LEVEL_OF_FILES if path.startswith(FILES) else 9)
            entries.append({"path": path, "size": len(content), "bytes": len(compressed)})
            _write_blocks(compressed, blocks)
            packed(len(content))
        before, behind = page_around_blocks(site, json.dumps(entries, ensure_ascii=False))
        blocks.seek(0)
        try:
            with partial.open("wb") as page:
                page.write(("\N{BYTE ORDER MARK}" + before).encode("utf-16-le"))
                shutil.copyfileobj(blocks, page, BLOCK_BYTES)
                page.write(behind.encode("utf-16-le"))
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    report(f"{target}: {target.stat().st_size / 1e6:.1f} MB in {len(entries)} members; {_largest(entries)}")


def _members(site: Path) -> list[str]:
    kept = [
        path
        for path in site_paths(site)
        if ("/" in path or path.endswith((".html", ".css"))) and not path.endswith(LEFT_OUT)
    ]
    order = [next((at for at, name in enumerate(FIRST) if path.startswith(name)), len(FIRST)) for path in kept]
    return [path for _, path in sorted(zip(order, kept, strict=True))]


def _gzip(content: bytes, level: int) -> bytes:
    # wbits of 31: a gzip header, with no time
    compressor = zlib.compressobj(level, zlib.DEFLATED, 31)
    return compressor.compress(content) + compressor.flush()


def _write_blocks(content: bytes, file: IO[bytes]) -> None:
    for begin in range(0, len(content), BLOCK_BYTES):
        piece = content[begin : begin + BLOCK_BYTES]
        file.write(f'<script type="application/octet-stream" data-bytes="{len(piece)}">'.encode("utf-16-le"))
        file.write(encode_block(piece))
        file.write(f"</script><script>{READ_BLOCK}</script>\n".encode("utf-16-le"))


def encode_block(content: bytes) -> bytes:
    """The bytes that stand for ``content`` in a page in UTF-16."""
    units = np.frombuffer(content + bytes(len(content) % 2), "<u2")
    # NUL and CR do not survive a parser, < may end the script, a surrogate alone is no character
    escaped = np.isin(units, (0, ord("\r"), ord("<"), ESCAPE)) | ((units >= 0xD800) & (units < 0xE000))
    shifted = np.where(escaped, units + np.uint16(SHIFT), units)
    return np.insert(shifted, np.flatnonzero(escaped), ESCAPE).astype("<u2").tobytes()


def _largest(entries: list[dict[str, object]]) -> str:
    def sized() -> Iterator[tuple[int, str]]:
        for entry in entries:
            yield int(str(entry["bytes"])), str(entry["path"]).rpartition("/")[2]

    largest = sorted(sized(), reverse=True)[:TOLD]
    return "the largest: " + ", ".join(f"{name.partition('-')[0]} {size / 1e6:.2f} MB" for size, name in largest)
