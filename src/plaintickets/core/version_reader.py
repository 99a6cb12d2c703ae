"""Read the versions of a ticket one after another; what a version shares with the one before it is not parsed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import comments
from plaintickets.core.change import TITLE
from plaintickets.core.document import MAX_BYTES, parse, scan, title_match
from plaintickets.core.split import split
from plaintickets.core.ticket_parts import Parts, comment_in, key_fields, parts_of, plain_text, spans

if TYPE_CHECKING:
    from plaintickets.core.comments import Comment
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.problem import Problem


class _Front(NamedTuple):
    """Front matter as it is written, and its fields; `in_front` tells that one of them is the title."""

    written: str
    fields: dict[str, Value]
    in_front: bool


class _Body(NamedTuple):
    """A body as it is written, and its parts; `title` is empty if the front matter holds it."""

    written: str
    in_front: bool
    title: str
    text: str
    comments: tuple[Comment, ...]


class VersionReader:
    """A reader of versions; it answers what `parse` and `parts_of` would, whatever it read before."""

    def __init__(self) -> None:
        self._front = _Front("", {}, in_front=False)
        self._body = _Body("", in_front=False, title="", text="", comments=())
        self._comments: dict[str, Comment] = {}

    def read(self, content: bytes) -> Parts | Problem:
        """Return the parts of a ticket, or the first error in its format."""
        text = _text(content)
        found = split(text)
        written = found.opening + found.front + found.closing if found else ""
        if found is None or not self._takes(written):
            document = parse(content, "")
            return document.problems[0] if document.problems else parts_of(document)
        body = self._parsed(found.body, in_front=self._front.in_front)
        fields = {**self._front.fields, TITLE: body.title} if body.title else self._front.fields
        return Parts(fields, body.text, body.comments)

    def _takes(self, written: str) -> bool:
        """Hold this front matter; return whether it has no errors."""
        if written == self._front.written:
            return True
        content = written.encode()
        plain = scan(content)
        if plain is None:
            document = parse(content, "")
            if document.problems:
                return False
        keys = plain[0] if plain else document.keys
        title = keys.get(TITLE)
        in_front = isinstance(title, str) and bool(title)
        self._front = _Front(written, key_fields(keys, in_front=in_front), in_front)
        return True

    def _parsed(self, written: str, *, in_front: bool) -> _Body:
        if (written, in_front) == self._body[:2]:
            return self._body
        where = spans(written, titled=not in_front)
        heading = None if in_front else title_match(written)
        blocks = comments.blocks(written, where.starts)
        self._comments = {block: self._comments.get(block) or comment_in(block) for block in blocks}
        text = plain_text(written[where.lead : where.text])
        said = tuple(self._comments[block] for block in blocks)
        self._body = _Body(written, in_front, heading[1] if heading else "", text, said)
        return self._body


def _text(content: bytes) -> str:
    """Return a file as text; empty if it may have an error that is not one of its front matter."""
    if len(content) > MAX_BYTES or b"<<<<<<< " in content:
        return ""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return ""
