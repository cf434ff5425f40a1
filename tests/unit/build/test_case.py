"""A case as a site: what is written where, and what the page reads."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from loadstone.local_files import PathFile
from loadstone_build.archives import write_archive
from loadstone_build.case import Case, CaseFile, CaseStack, Hooks, write_case
from loadstone_build.case_page import BOOT, NOTES, TITLE
from loadstone_build.errors import BuildError
from loadstone_build.notices import notices_html
from loadstone_build.paths import WEB
from loadstone_build.site_files import write_site_files

PAGE = f"<!doctype html><head>{TITLE}{BOOT}</head><body>{NOTES}</body>"


@pytest.fixture
def stock(tmp_path: Path) -> Path:
    folder = tmp_path / "stock"
    (folder / "pyodide").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "main.js").write_text("// the page")
    (folder / "notices.html").write_text(notices_html([]))
    (folder / "service_worker.js").write_bytes((WEB / "service_worker.js").read_bytes())
    write_site_files(folder)
    return folder


def made_case(folder, **changes):
    (folder / "ct.dcm").write_bytes(bytes(range(256)))
    (folder / "mine.py").write_text("def register(session): ...")
    given = {
        "title": "A </script> & <b>",
        "stacks": (CaseStack("Thorax", ("wadouri:files/ct%20%C3%A4.dcm",)),),
        "files": (CaseFile("files/ct ä.dcm", PathFile(folder / "ct.dcm")),),
        "loaders": (folder / "mine.py",),
        "notes": "<p>Notes</p>",
    }
    return Case(**{**given, **changes})


class Reading(HTMLParser):
    """The text of each element that has an id, and of the title."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self._name = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._name = dict(attrs).get("id") or tag

    def handle_data(self, data):
        self.texts[self._name] = self.texts.get(self._name, "") + data


def test_a_site_of_a_case_is_the_stock_site_with_the_users_files_and_what_the_page_is_to_show(tmp_path, stock):
    write_case(made_case(tmp_path), tmp_path / "site", stock=stock)
    site = tmp_path / "site"
    assert (site / "main.js").read_text() == "// the page"
    assert (site / "files/ct ä.dcm").read_bytes() == bytes(range(256))
    assert (site / "loaders/mine.py").read_text() == "def register(session): ..."
    page = (site / "index.html").read_text(encoding="utf-8")
    texts = Reading(page).texts
    assert json.loads(texts["case"]) == {
        "title": "A </script> & <b>",
        "stacks": [{"title": "Thorax", "imageIds": ["wadouri:files/ct%20%C3%A4.dcm"]}],
        "loaders": ["loaders/mine.py"],
        "packages": [],
        "phi": "none",
    }
    assert texts["title"] == "A </script> & <b>"
    assert '<article id="notes"><p>Notes</p></article>' in page


def test_the_list_of_a_cases_files_is_its_own_and_its_notices_tell_of_the_wheels_it_adds(tmp_path, stock):
    wheel = tmp_path / "shades-1.2-py3-none-any.whl"
    members = {
        "shades-1.2.dist-info/METADATA": b"Name: shades\nVersion: 1.2\nLicense-Expression: MIT\n",
        "shades-1.2.dist-info/licenses/LICENSE": b"Anybody may do anything",
    }
    write_archive(wheel, members, deflate=False)
    write_case(made_case(tmp_path, packages=(wheel,)), tmp_path / "site", stock=stock)
    notices = (tmp_path / "site" / "notices.html").read_text()
    assert "<b>shades</b> 1.2: MIT" in notices
    assert "Anybody may do anything" in notices
    listed = json.loads((tmp_path / "site" / "site_files.json").read_text())
    assert set(listed) == {
        *("files/ct ä.dcm", "index.html", "loaders/mine.py", "main.js", "notices.html"),
        "wheels/shades-1.2-py3-none-any.whl",
    }
    # of bytes 0 to 255
    assert listed["files/ct ä.dcm"] == "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880"


def test_nothing_is_left_where_a_check_fails_and_an_earlier_site_stays(tmp_path, stock):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/old.txt").write_text("old")

    def fail(folder: Path) -> None:
        assert (folder / "files/ct ä.dcm").exists()
        raise BuildError("no")

    with pytest.raises(BuildError, match="no"):
        write_case(made_case(tmp_path), tmp_path / "site", stock=stock, hooks=Hooks(check=fail))
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["old.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ct.dcm", "mine.py", "site", "stock"]


def test_a_file_that_shrinks_while_it_is_copied_is_told(tmp_path, stock):
    case = made_case(tmp_path)
    (tmp_path / "ct.dcm").write_bytes(b"short")
    with pytest.raises(BuildError, match=r"ct\.dcm: it has changed since it was opened; build again"):
        write_case(case, tmp_path / "site", stock=stock)


def test_two_loaders_of_one_name_are_refused(tmp_path, stock):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/mine.py").write_text("")
    case = made_case(tmp_path, loaders=(tmp_path / "mine.py", tmp_path / "other/mine.py"))
    with pytest.raises(BuildError, match=r"other/mine\.py: another file of this name is given; rename one of them"):
        write_case(case, tmp_path / "site", stock=stock)


def test_a_stock_site_of_another_version_is_told(tmp_path, stock):
    (stock / "index.html").write_text("<!doctype html>")
    with pytest.raises(BuildError, match=r"index.html of the stock site has no <script .*take the one of this version"):
        write_case(made_case(tmp_path), tmp_path / "site", stock=stock)


def test_the_same_case_gives_the_same_bytes(tmp_path, stock):
    for name in ("one", "two"):
        write_case(made_case(tmp_path), tmp_path / name, stock=stock)
    first, second = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "one", tmp_path / "two")
    )
    assert first == second
