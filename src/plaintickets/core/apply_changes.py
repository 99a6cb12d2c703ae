"""Write changes into the text of a document; only the lines of changed parts differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core import comments
from plaintickets.core.change import BODY, COMMENT, TITLE
from plaintickets.core.document import Document, parse
from plaintickets.core.split import BLANK
from plaintickets.core.ticket_parts import Parts, comment_with_lf, has_title_key, key_of, parts_of, plain_text, spans
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.change import Change
    from plaintickets.core.comments import Comment
    from plaintickets.core.ticket_parts import Spans


def written(document: Document | None, made: list[Change], wanted: Parts) -> Document:
    """Return the document with the parts `wanted`, which the changes produce."""
    base = document if document is not None else parse(BLANK, "")
    for change in made:
        if change.field not in (TITLE, BODY, COMMENT):
            if _is_nested(change.after):
                raise UnreadableError(f"'{change.field}' holds nested values, which are only changed by hand")
            base = base.with_key(key_of(change.field), change.after)
    for candidate in _layouts(base, wanted):
        if parts_of(candidate) == wanted:
            return candidate
    raise UnreadableError(f"{base.path}: the change does not fit the file", hint="make it by hand with `tk edit`.")


def _is_nested(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and not all(isinstance(item, str) for item in value))


def _layouts(base: Document, wanted: Parts) -> Iterator[Document]:
    """Yield ways to write title, text and comments, beginning with the one nearest to the present layout."""
    raw = wanted.fields.get(TITLE)
    title = raw if isinstance(raw, str) else ""
    where = spans(base.body, titled=not has_title_key(base))
    lead = base.body[: where.lead]
    heading = f"# {title}{base.newline}"
    headless = base.with_key(TITLE, None) if has_title_key(base) else base
    if has_title_key(base) and title:
        yield base.with_key(TITLE, title).with_body(_body(base, where, lead, wanted))
    kept = headless.with_body(_body(base, where, lead, wanted))
    yield kept
    if title:
        yield kept.with_title(title)
        yield headless.with_body(_body(base, where, heading + base.newline * (not lead), wanted))
        yield headless.with_key(TITLE, title).with_body(_body(base, where, "", wanted))
    yield headless.with_body(_body(base, where, "", wanted))


def _body(document: Document, where: Spans, lead: str, wanted: Parts) -> str:
    """Return the body with these title lines, and with the wanted text and comments."""
    body, newline = document.body, document.newline
    text, gap = body[where.lead : where.text], body[where.text : where.blocks]
    if lead and not lead.endswith("\n") and (wanted.text or wanted.comments):
        lead += newline
    if plain_text(text) != wanted.text:
        bare = text.strip("\r\n")
        front = text[: text.find(bare)] if bare else newline * bool(lead)
        tail = text[len(front) + len(bare) :] or newline if bare else newline
        text = front + wanted.text.replace("\n", newline) + tail if wanted.text else ""
        if comments.heading_start(wanted.text) >= 0:
            gap = ""
    if gap and text.strip("\r\n"):
        text = text if text.endswith("\n") else text + newline
    blocks = _blocks(body, where.starts)
    if blocks and not wanted.comments:
        return (lead + text).rstrip("\r\n") + newline
    present = zip(comments.read(body), blocks, strict=True)
    return _with_comments(lead + text + gap, list(present), wanted.comments, newline)


def _blocks(body: str, starts: list[int]) -> list[str]:
    ends = [*starts[1:], len(body)] if starts else []
    return [body[start:end] for start, end in zip(starts, ends, strict=True)]


def _with_comments(head: str, held: list[tuple[Comment, str]], wanted: tuple[Comment, ...], newline: str) -> str:
    """Return the head and the comments; a comment that did not change keeps its lines."""
    present: dict[Comment, list[str]] = {}
    for comment, block in held:
        present.setdefault(comment_with_lf(comment), []).append(block)
    if not wanted:
        return head
    if comments.heading_start(head) < 0:
        head = (head.rstrip("\r\n") + newline * 2 if head.strip("\r\n") else head) + f"## Notes{newline * 2}"
    fresh = False
    for comment in wanted:
        kept = present.get(comment)
        if kept:
            if fresh or not head.endswith("\n"):
                head += newline
            head += kept.pop(0)
            fresh = False
        else:
            if head.endswith(newline * 2):
                head = head[: -len(newline)]
            head = comments.appended(head, comment, newline)
            fresh = True
    if held and not head.endswith(held[-1][1]):
        head = head.rstrip("\r\n") + newline
    return head
