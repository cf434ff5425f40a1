"""Notes in Markdown as HTML for the page: no HTML of their own, pictures embedded, links that leave the page alone."""

import base64
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from loadstone.recognising import kind_of
from loadstone_build.deidentifying.changes import NotDeidentifiedError
from loadstone_build.deidentifying.pictures import strip_picture
from loadstone_build.errors import BuildError

_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}


@dataclass(frozen=True)
class Notes:
    """``html`` for the page, and the ``title`` that they begin with."""

    html: str = ""
    title: str = ""


def read_notes(path: Path, *, with_title: bool = True) -> Notes:
    """The notes in a Markdown file; a heading of the first level at their beginning is their title, not in the HTML.

    Not ``with_title`` that heading stays in the HTML: the page has a title already.

    Pictures are files beside it, which become part of the page without their metadata. Raises BuildError for one that
    is not there or lies on the network, and for a text that is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BuildError(f"{path} is no text in UTF-8 ({error}); save it as UTF-8") from error
    except OSError as error:
        raise BuildError(f"{path} can not be read: {error.strerror}") from error
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    tokens = markdown.parse(text)
    title = ""
    if with_title and len(tokens) > 1 and (tokens[0].type, tokens[0].tag) == ("heading_open", "h1"):
        title = "".join(part.content for part in tokens[1].children or [])
        del tokens[:3]
    for part in (part for token in tokens for part in token.children or []):
        if part.type == "image":
            _embed(part, path)
        elif part.type == "link_open" and not str(part.attrs.get("href", "")).startswith("#"):
            part.attrs |= {"target": "_blank", "rel": "noopener noreferrer"}
    return Notes(markdown.renderer.render(tokens, markdown.options, {}), title)


def _embed(image: Token, notes: Path) -> None:
    """Put the picture in the place of its address, without what it says besides (who made it, where, with what)."""
    source = str(image.attrs.get("src", ""))
    picture = notes.parent / unquote(source)
    media_type = _TYPES.get(picture.suffix.lower())
    if ":" in source.partition("/")[0] or source.startswith("/"):
        raise BuildError(f"{notes}: the picture {source} is no file beside the notes; save it there and write its name")
    try:
        data = picture.read_bytes()
    except OSError as error:
        raise BuildError(f"{notes}: the picture {source} can not be read: {error.strerror}") from error
    if media_type is None or kind_of(data[:132], picture.name) != "picture":
        raise BuildError(f"{notes}: the picture {source} is none of {', '.join(_TYPES)}; save it as one of them")
    try:
        bare = strip_picture(data, report=lambda change: None)
    except NotDeidentifiedError as error:
        raise BuildError(f"{notes}: the picture {source} {error}") from error
    image.attrs["src"] = f"data:{media_type};base64,{base64.b64encode(bare).decode()}"
