"""The parts of a ticket file without its layout: keys, title, text, comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import comments
from plaintickets.core.change import BODY, COMMENT, TITLE
from plaintickets.core.comments import Comment
from plaintickets.core.document import title_match

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.core.document import Document
    from plaintickets.core.frontmatter import Value

_LINE_END = re.compile(r"(?<!\r)\r++\n")
_KEY = "key:"


class Parts(NamedTuple):
    """The parts of a ticket, with LF line ends.

    `fields` holds the front matter and the title under the names that a Change uses. `text` is the body
    without the leading title line and without the comments.
    """

    fields: dict[str, Value]
    text: str
    comments: tuple[Comment, ...]


class Spans(NamedTuple):
    """The positions of the parts in a body: the text is [lead, text), the comments are [blocks, end)."""

    lead: int
    text: int
    blocks: int
    starts: list[int]


EMPTY = Parts({}, "", ())


def field_of(key: str) -> str:
    """Return the name by which a Change addresses a front-matter key."""
    return _KEY + key if key in (TITLE, BODY, COMMENT) or key.startswith(_KEY) else key


def key_of(field: str) -> str:
    """Return the front-matter key of a field's name."""
    return field.removeprefix(_KEY)


def has_title_key(document: Document) -> bool:
    """Tell whether the front matter holds the title."""
    title = document.keys.get(TITLE)
    return isinstance(title, str) and bool(title)


def parts_of(document: Document) -> Parts:
    """Return the parts of a document."""
    in_front = has_title_key(document)
    fields = key_fields(document.keys, in_front=in_front)
    if not in_front and document.title:
        fields[TITLE] = document.title
    body = document.body
    where = spans(body, titled=not in_front)
    found = tuple(map(comment_in, comments.blocks(body, where.starts)))
    return Parts(fields, plain_text(body[where.lead : where.text]), found)


def key_fields(keys: Mapping[str, Value], *, in_front: bool) -> dict[str, Value]:
    """Return front-matter keys as fields; `in_front` tells that the key `title` is the title."""
    return {TITLE if key == TITLE and in_front else field_of(key): value for key, value in keys.items()}


def text_of(document: Document) -> str:
    """Return the body as it is written, without the heading that is the title and without the comments."""
    body = comments.without_notes(document.body)
    heading = None if document.keys.get(TITLE) else title_match(body)
    return body[: heading.start()] + body[heading.end() :] if heading else body


def spans(body: str, *, titled: bool) -> Spans:
    """Return the positions of the parts; `titled` tells that a heading is the title."""
    lead = 0
    heading = title_match(body) if titled else None
    if heading and not body[: heading.start()].strip():
        end = body.find("\n", heading.end())
        lead = len(body) if end < 0 else end + 1
    section, marks = comments.marks(body)
    if section < 0:
        return Spans(lead, len(body), len(body), [])
    starts = [mark.start() for mark in marks]
    blocks = starts[0] if starts else len(body)
    line_end = body.find("\n", section)
    loose = line_end >= 0 and body[line_end:blocks].strip("\r\n")
    text = blocks if loose else section
    return Spans(min(lead, text), text, blocks, starts)


def with_id(parts: Parts, before: Value | None, after: Value | None) -> Parts:
    """Return the parts of a renamed ticket; a key `id` that held the old id changes too."""
    if after is None or parts.fields.get("id") != before:
        return parts
    return parts._replace(fields={**parts.fields, "id": after})


def origin(parts: Parts) -> tuple[str, str] | None:
    """Return what a ticket keeps when it is renamed: its moment of creation, and its title or text."""
    created, title = parts.fields.get("created"), parts.fields.get("title")
    return (str(created), str(title or parts.text)) if created and (title or parts.text) else None


def plain_text(text: str) -> str:
    """Return text with LF line ends and without empty lines around it."""
    return (_LINE_END.sub("\n", text) if "\r" in text else text).strip("\r\n")


def comment_with_lf(comment: Comment) -> Comment:
    """Return a comment whose text has LF line ends."""
    text = plain_text(comment.text)
    return comment if text == comment.text else Comment(comment.date, comment.author, comment.internal, text)


def comment_in(block: str) -> Comment:
    """Return the comment of a block of the section Notes, with LF line ends."""
    return comment_with_lf(comments.of_block(block))


def comment_value(comment: Comment) -> dict[str, Value]:
    """Return a comment as the value of a Change."""
    value: dict[str, Value] = {"date": comment.date, "author": comment.author, "text": comment.text}
    if comment.internal:
        value["internal"] = "true"
    return value


def comment_from(value: Value | None) -> Comment | None:
    """Return the comment that the value of a Change holds."""
    if not isinstance(value, dict):
        return None
    date, author, text = (value.get(name, "") for name in ("date", "author", "text"))
    return Comment(str(date), str(author), value.get("internal") == "true", str(text))
