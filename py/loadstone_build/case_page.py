"""The page of a case: index.html of the stock site with what it is to show, and its notes."""

import html
from typing import Protocol

from loadstone_build.errors import BuildError

BOOT = '<script type="module" src="./boot.js" async></script>'
TITLE = "<title>Loadstone</title>"
NOTES = '<article id="notes"></article>'
# by which a page is known as one that this command made
MARK = '<script type="application/json" id="case">'


class Shown(Protocol):
    """What the page needs of a case: ``notes`` are HTML."""

    @property
    def title(self) -> str: ...

    @property
    def notes(self) -> str: ...

    def as_json(self) -> str: ...


def case_page(page: str, case: Shown) -> str:
    """``page``, the stock site's index.html, with the case in it."""
    # within a script element only "</" and "<!--" mean anything; JSON may write each sign by its number
    block = case.as_json().replace("<", "\\u003c")
    page = _replaced(page, BOOT, f"{MARK}{block}</script>\n  {BOOT}")
    page = _replaced(page, TITLE, f"<title>{html.escape(case.title)}</title>")
    return _replaced(page, NOTES, f'<article id="notes">{case.notes}</article>')


def _replaced(page: str, part: str, by: str) -> str:
    if page.count(part) != 1:
        raise BuildError(f"index.html of the stock site has no {part}; take the one of this version of Loadstone")
    return page.replace(part, by)
