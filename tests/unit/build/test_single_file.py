"""A site as one HTML file: what is written, read back by other means."""

import gzip
import json
import re
from pathlib import Path

import pytest

from loadstone_build.errors import BuildError
from loadstone_build.single_file import encode_block, packed_size, write_single_file
from loadstone_build.site_files import write_site_files

INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<link rel="icon" href="data:image/svg+xml,x"><link rel="stylesheet" href="./style.css">
<link rel="modulepreload" href="./boot.js"><script type="module" src="./boot.js" async></script>
<title>A é page</title></head>
<body><p>Text</p>
</body></html>
"""
BLOCK = re.compile(
    r'<script type="application/octet-stream" data-bytes="(\d+)">([^<]*)</script><script>readBlock\(\)</script>'
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with a file of more than one block that no compression makes smaller."""
    files = {
        "index.html": INDEX.encode(),
        "style.css": b"p { color: red }",
        "boot.js": b"left out",
        "single/reader.js": b"read();\n",
        "single/page.js": b"page",
        "files/a b.bin": b"".join(hash_of(n) for n in range(40_000)),
        "python_examples/empty": b"",
    }
    for name, content in files.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "site" / "service_worker.js").write_text("const FILES = {};\n")
    write_site_files(tmp_path / "site")
    (tmp_path / "site" / "files" / "stray.txt").write_text("of no site")
    return tmp_path / "site"


def hash_of(number: int) -> bytes:
    import hashlib

    return hashlib.sha256(str(number).encode()).digest()


def written(site: Path) -> str:
    target = site.parent / "out" / "one.html"
    write_single_file(site, target, report=lambda text: None)
    return target.read_bytes().decode("utf-16")


def members(page: str) -> dict[str, bytes]:
    """Read the blocks as the page does, but by regular expressions."""
    found = re.search(r'<script type="application/json" id="members">(.*?)</script>', page)
    assert found
    blocks = iter(BLOCK.findall(page))
    content = {}
    for entry in json.loads(found[1]):
        compressed = b""
        while len(compressed) < entry["bytes"]:
            size, text = next(blocks)
            plain = re.sub("=(.)", lambda match: chr((ord(match[1]) - 0x4000) % 0x10000), text, flags=re.DOTALL)
            compressed += plain.encode("utf-16-le", "surrogatepass")[: int(size)]
        content[entry["path"]] = gzip.decompress(compressed)
        assert len(content[entry["path"]]) == entry["size"]
    assert next(blocks, None) is None
    return content


def test_every_two_bytes_are_a_unit_but_for_those_that_a_script_can_not_hold() -> None:
    assert encode_block(b"ab") == b"ab"
    assert encode_block(b"abc") == b"abc\0"
    assert encode_block(b"\0\0") == b"=\0\x00\x40"
    assert encode_block(b"<\0") == b"=\0<\x40"
    assert encode_block(b"\r\0") == b"=\0\r\x40"
    assert encode_block(b"=\0") == b"=\0=\x40"
    assert encode_block(b"\x12\xd8") == b"=\0\x12\x18"
    assert encode_block(b"\xff\xdf") == b"=\0\xff\x1f"
    assert encode_block(b"\xff\xff") == b"\xff\xff"


def test_the_members_are_the_page_and_what_lies_in_folders(site: Path) -> None:
    page = written(site)
    assert members(page) == {
        name: (site / name).read_bytes()
        for name in ("single/page.js", "single/reader.js", "index.html", "style.css", "files/a b.bin")
    } | {"python_examples/empty": b""}
    assert len(BLOCK.findall(page)) == 7


def test_what_python_starts_with_comes_first(site: Path) -> None:
    assert next(iter(members(written(site)))) == "single/page.js"


def test_the_page_has_its_styles_and_its_script_within_and_no_way_to_a_network(site: Path) -> None:
    head = written(site).partition("<body>")[0]
    assert "<style>p { color: red }</style>" in head
    assert "<script>read();</script>" in head
    assert "boot.js" not in head
    assert "charset" not in head
    assert "<title>A é page</title>" in head
    assert 'href="data:image/svg+xml,x"' in head
    # by: printf 'read();' | openssl dgst -sha256 -binary | base64
    assert "&#x27;sha256-ImWNQx8OcW5iqhuxZ6Hntay5e3foQmRvWVTdVWZLgIU=&#x27;" in head
    assert "default-src &#x27;none&#x27;" in head
    assert "connect-src blob: data:;" in head
    assert "http" not in head.replace("http-equiv", "")


def test_the_same_site_gives_the_same_bytes(site: Path) -> None:
    assert written(site) == written(site)


def test_a_folder_that_is_no_site_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"has no index\.html, so it is no site of Loadstone; build it anew"):
        write_single_file(tmp_path, tmp_path / "one.html")
    assert not (tmp_path / "one.html").exists()


def test_nothing_is_left_where_the_file_can_not_be_written(site: Path) -> None:
    out = site.parent / "out"
    (out / "one.html").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_single_file(site, out / "one.html", report=lambda text: None)
    assert [path.name for path in out.iterdir()] == ["one.html"]


def test_the_largest_members_are_told(site: Path) -> None:
    told: list[str] = []
    write_single_file(site, site.parent / "one.html", report=told.append)
    assert re.fullmatch(r".*one\.html: 1\.[34] MB in 6 members; the largest: a b\.bin 1\.28 MB, .*", told[0])


def test_each_member_is_told_as_it_is_packed(site: Path) -> None:
    sizes: list[int] = []
    write_single_file(site, site.parent / "one.html", report=lambda text: None, packed=sizes.append)
    # page, a b.bin, index, an empty one, reader, style sheet, each in its place by name
    assert sizes == [4, 1_280_000, len(INDEX.encode()), 0, 8, 16]
    assert sum(sizes) == packed_size(site)
