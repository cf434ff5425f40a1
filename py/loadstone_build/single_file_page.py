"""A site's index.html made the page of a single file: scripts and styles within, and no way to a network."""

import base64
import hashlib
import html
from html.parser import HTMLParser
from pathlib import Path

from loadstone_build.errors import BuildError

READ_BLOCK = "readBlock()"


def page_around_blocks(site: Path, members: str) -> tuple[str, str]:
    """The page's text before the blocks, and behind them; ``members`` is the JSON that tells of the blocks."""
    index = (site / "index.html").read_text(encoding="utf-8")
    reader = (site / "single" / "reader.js").read_text(encoding="utf-8").strip()
    parts = _IndexParts(index)
    styles = {href: (site / href).read_text(encoding="utf-8") for _, _, href in parts.style_sheets}
    policy = (
        "default-src 'none'; "
        f"script-src {_hash(reader)} {_hash(READ_BLOCK)} 'wasm-unsafe-eval' blob:; worker-src blob: data:; "
        f"style-src {' '.join(_hash(text) for text in styles.values())}; img-src data: blob:; connect-src blob: data:; "
        "base-uri 'none'; form-action 'none'"
    )
    directory = members.replace("<", "\\u003c")
    replaced = [(begin, end, "") for begin, end in parts.unneeded]
    replaced += [(begin, end, f"<style>{styles[href]}</style>") for begin, end, href in parts.style_sheets]
    meta = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">'
    replaced.append((*parts.policy, meta))
    scripts = f'<script type="application/json" id="members">{directory}</script>\n<script>{reader}</script>\n'
    replaced.append((parts.end_of_head, parts.end_of_head, scripts))
    text, last = "", 0
    for begin, end, new in sorted(replaced):
        text += index[last:begin] + new
        last = end
    return text + index[last : parts.end_of_body], index[parts.end_of_body :]


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class _IndexParts(HTMLParser):
    """Where in an index.html are what has to be replaced, and the ends of its head and its body."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.policy = (-1, -1)
        self.style_sheets: list[tuple[int, int, str]] = []
        self.unneeded: list[tuple[int, int]] = []
        self.end_of_head = self.end_of_body = -1
        self._script = -1
        self._lines = [0]
        for line in text.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(text)
        self.close()
        if -1 in (self.policy[0], self.end_of_head, self.end_of_body):
            raise BuildError(
                "index.html has no Content-Security-Policy, or no end of its head or body; build the site anew"
            )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that has to be replaced."""
        given = dict(attrs)
        begin = self._place()
        span = (begin, begin + len(self.get_starttag_text() or ""))
        href = given.get("href") or ""
        if tag == "meta" and (given.get("http-equiv") or "").lower() == "content-security-policy":
            self.policy = span
        elif tag == "meta" and "charset" in given:
            self.unneeded.append(span)
        elif tag == "link" and given.get("rel") == "stylesheet":
            self.style_sheets.append((*span, href.removeprefix("./")))
        elif tag == "link" and not href.startswith("data:"):
            self.unneeded.append(span)
        elif tag == "script" and "src" in given:
            self._script = begin

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a script that is left out, of the head and of the body."""
        if tag == "script" and self._script >= 0:
            self.unneeded.append((self._script, self._place() + len("</script>")))
            self._script = -1
        elif tag == "head":
            self.end_of_head = self._place()
        elif tag == "body":
            self.end_of_body = self._place()

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
