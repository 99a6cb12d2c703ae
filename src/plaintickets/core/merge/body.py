"""Merge the body of a ticket: title line, text and comments, each by its own rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import comments
from plaintickets.core.merge.comments import Block, between, merge_comments
from plaintickets.core.merge.sides import trivial_merge
from plaintickets.core.merge.text import merge_text
from plaintickets.core.ticket_parts import has_title_key, spans

if TYPE_CHECKING:
    from plaintickets.core.document import Document
    from plaintickets.core.merge.sides import Referee


class _Body(NamedTuple):
    """The pieces of a body, and the line ends before the first and after the last of them."""

    start: str
    title: Block
    text: Block
    head: Block
    comments: list[Block]
    end: str


def merge_bodies(base: Document, one: Document, other: Document, referee: Referee) -> str:
    """Return the merged body."""
    is_titled = not any(map(has_title_key, (base, one, other)))
    was, left, right = (_pieces(document.body, titled=is_titled) for document in (base, one, other))
    title = _merge_titles(was.title.text, left.title.text, right.title.text, referee)
    text = merge_text("body", was.text.text, left.text.text, right.text.text, referee)
    blocks = merge_comments(was.comments, left.comments, right.comments, referee)
    head = trivial_merge(was.head.text, left.head.text, right.head.text)[0]
    if blocks and not head:
        head = left.head.text or right.head.text
    if comments.heading_start(text) >= 0:
        head = ""
    pieces = [
        Block(title, between(was.title.gap, left.title.gap, right.title.gap)),
        Block(text, between(was.text.gap, left.text.gap, right.text.gap)),
        Block(head, between(was.head.gap, left.head.gap, right.head.gap)),
        *(Block(comment.text, comment.gap or "\n\n") for comment in blocks),
    ]
    start = trivial_merge(was.start, left.start, right.start)[0]
    end = trivial_merge(was.end, left.end, right.end)[0]
    return start + "".join(piece.text + piece.gap for piece in pieces if piece.text).rstrip("\r\n") + end


def _pieces(body: str, *, titled: bool) -> _Body:
    where = spans(body, titled=titled)
    places = [0, where.lead, where.text, where.blocks, *where.starts[1:], len(body)]
    gaps, texts, last = [""], list[str](), -1
    for at, place in enumerate(places[:-1]):
        raw = body[place : places[at + 1]]
        text = raw.strip("\r\n")
        lead = len(raw) - len(raw.lstrip("\r\n")) if text else len(raw)
        # Empty lines belong to the piece above them, the first ones to nothing.
        gaps[last + 1] += raw[:lead]
        gaps.append(raw[lead + len(text) :])
        texts.append(text)
        last = at if text else last
    end, gaps[last + 1] = gaps[last + 1], ""
    start = gaps[0] if last >= 0 else ""
    blocks = [Block(*pair) for pair in zip(texts, gaps[1:], strict=True)]
    return _Body(start, blocks[0], blocks[1], blocks[2], [block for block in blocks[3:] if block.text], end)


def _merge_titles(base: str, one: str, other: str, referee: Referee) -> str:
    title, is_trivial = trivial_merge(base, one, other)
    if is_trivial:
        return title
    lost = tuple(line.strip() or "title" for line in (one, other))
    first = int(not one or bool(other and other < one))
    return referee.choose("title", (one, other), (lost[0], lost[1]), first)
