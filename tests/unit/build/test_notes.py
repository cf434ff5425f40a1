"""Notes in Markdown, as they come into the page."""

import base64
import re

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from loadstone_build.errors import BuildError
from loadstone_build.notes import read_notes


def test_notes_become_html_without_html_of_their_own(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("# A *case*\n\n# Two\n\n<script>alert(1)</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    notes = read_notes(path)
    assert notes.title == "A case"
    assert notes.html.startswith("<h1>Two</h1>")
    assert "<td>1</td>" in notes.html
    assert "<script" not in notes.html
    assert "&lt;script&gt;" in notes.html


def test_the_first_heading_stays_where_the_page_has_another_title(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("# A case\n\nText\n")
    notes = read_notes(path, with_title=False)
    assert (notes.title, notes.html) == ("", "<h1>A case</h1>\n<p>Text</p>\n")


def test_links_leave_the_page_alone_but_those_to_its_own_images(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("[paper](https://host/a) [slice](#id=wadouri:files/a.dcm) [bad](javascript:alert(1))")
    html = read_notes(path).html
    assert '<a href="https://host/a" target="_blank" rel="noopener noreferrer">' in html
    assert '<a href="#id=wadouri:files/a.dcm">' in html
    assert 'href="javascript' not in html


def test_pictures_beside_the_notes_become_part_of_the_page_without_their_metadata(tmp_path):
    Image.new("L", (2, 3), 7).save(tmp_path / "a b.png")
    bare = (tmp_path / "a b.png").read_bytes()
    told = PngInfo()
    told.add_text("Author", "Jane Doe")
    Image.new("L", (2, 3), 7).save(tmp_path / "a b.png", pnginfo=told)
    path = tmp_path / "notes.md"
    path.write_text("![what](a%20b.png)")
    notes = read_notes(path)
    (data,) = re.findall(r'src="data:image/png;base64,([^"]+)" alt="what"', notes.html)
    assert base64.b64decode(data) == bare


def test_a_damaged_picture_is_told(tmp_path):
    Image.new("L", (2, 3), 7).save(tmp_path / "a.gif")
    (tmp_path / "a.gif").write_bytes((tmp_path / "a.gif").read_bytes()[:-9])
    path = tmp_path / "notes.md"
    path.write_text("![](a.gif)")
    with pytest.raises(BuildError, match=r"notes.md: the picture a.gif is a damaged picture \(.*\); ask for it again"):
        read_notes(path)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("https://host/a.png", "the picture https://host/a.png is no file beside the notes; save it there"),
        ("/etc/a.png", "the picture /etc/a.png is no file beside the notes"),
        ("missing.png", "the picture missing.png can not be read: No such file or directory"),
        ("notes.md", "the picture notes.md is none of .png, .jpg, .jpeg, .gif, .webp; save it as one of them"),
    ],
)
def test_other_pictures_are_refused(tmp_path, source, told):
    path = tmp_path / "notes.md"
    path.write_text(f"![]({source})")
    with pytest.raises(BuildError, match=re.escape(told)):
        read_notes(path)


def test_a_file_in_another_encoding_is_told(tmp_path):
    path = tmp_path / "notes.md"
    path.write_bytes("Größe".encode("latin-1"))
    with pytest.raises(BuildError, match=r"is no text in UTF-8 .*; save it as UTF-8"):
        read_notes(path)
