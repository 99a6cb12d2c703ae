"""One ticket on a terminal: a heading, its state in a line, fields, relations, the text and the comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.comments import marks, read
from plaintickets.core.document import title_match
from plaintickets.core.ticket import Ticket, id_of
from plaintickets.render import safe
from plaintickets.render.jsonform import dumps_line
from plaintickets.render.list_columns import priority_words
from plaintickets.render.styled import columns, contained, padded, painted, shortened, stripped, styled, wrapped
from plaintickets.render.terminal_markdown import Options, render
from plaintickets.render.times import ago, due_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from plaintickets.core.comments import Comment
    from plaintickets.core.config import Config
    from plaintickets.core.document import Document
    from plaintickets.core.links import Graph
    from plaintickets.render.styled import Piece, Styled

_SEPARATOR = (" · ", "quiet")
_GAP = "  "
# Keys that the line of state, the relations or the commands' notes show.
_ELSEWHERE = frozenset({
    *("id", "title", "status", "type", "priority", "assignee", "reporter", "created", "closed", "resolution", "due"),
    *("parent", "deps", "links", "duplicate-of", "conflicts"),
})  # fmt: skip
_AGES = ("s", "min", "h", "d", "mo", "y")


class Screen(NamedTuple):
    """What a ticket's page needs to know of the store and the terminal."""

    graph: Graph
    config: Config
    now: datetime
    options: Options
    paint: Callable[[str, str], str]

    def kind(self, status: str) -> str:
        """Return the class of a status."""
        known = self.config.status(status)
        return known.kind if known else "open"


def page(document: Document, apart: Sequence[Comment], screen: Screen) -> str:
    """Return a ticket with its comments for a terminal; `apart` are those that have files of their own."""
    return "\n".join(painted(line, screen.paint) for line in page_lines(document, apart, screen)) + "\n"


def page_lines(document: Document, apart: Sequence[Comment], screen: Screen) -> list[Styled]:
    """Return the lines of the same page in their styles."""
    ticket = Ticket(id_of(document.path), document.path, document.keys, document.title)
    body = document.body.replace("\r\n", "\n")
    lines = [*_heading(ticket, screen), *_details(ticket, screen), *_relations(ticket, screen)]
    text = _without_title(document, body)
    if text.strip():
        lines += [(), *render(text, screen.options)]
    comments = [*read(body), *apart]
    if comments:
        number = f"{len(comments)} comment{'s' if len(comments) > 1 else ''}"
        lines += [(), ((number, "bold"),)]
    for comment in comments:
        lines += [(), *_comment(comment, screen)]
    return [contained(line) for line in lines]


def _heading(ticket: Ticket, screen: Screen) -> Iterator[Styled]:
    title = ((f"{safe.line(ticket.id)}{_GAP}", "id"), (safe.line(ticket.title) or "(no title)", "bold"))
    yield from wrapped(title, screen.options.columns)
    line: list[Piece] = []
    for part in _state(ticket, screen):
        added = ([_SEPARATOR] if line else []) + list(part)
        if line and columns((*line, *added)) > screen.options.columns:
            yield tuple(line)
            line, added = [], list(part)
        line += added
    yield from wrapped(tuple(line), screen.options.columns)


def _state(ticket: Ticket, screen: Screen) -> Iterator[Styled]:
    kind, number = screen.kind(ticket.status), ticket.priority
    yield styled(ticket.type)
    yield styled(priority_words(number, screen.config.priorities), "urgent" if number in (0, 1) else "")
    yield styled(ticket.status, kind)
    yield styled(ticket.assignee) if ticket.assignee else (("unassigned", "quiet"),)
    if ticket.created:
        by = f" by {ticket.text('reporter')}" if ticket.text("reporter") else ""
        yield styled(f"opened {since(ticket.created, screen.now)}{by}")
    if kind == "done":
        how = f" as {ticket.text('resolution')}" if ticket.text("resolution") else ""
        yield styled(f"closed {since(ticket.closed, screen.now)}{how}" if ticket.closed else f"closed{how}")
    elif due := ticket.text("due"):
        words, is_late = due_words(due, screen.now)
        day = "" if words in (due, "today") else f" ({due[:16]})"
        yield styled(f"due {words}{day}", "urgent" if is_late else "")


def since(text: str, now: datetime) -> str:
    """Return how long ago a date is, as `3d ago`; a date that is not over, and other text, as `on DATE`."""
    found = ago(text, now)
    if found in ("today", "0s"):
        return "today" if found == "today" else "just now"
    return f"{found} ago" if found[:1].isdigit() and found.lstrip("0123456789") in _AGES else f"on {found}"


def _details(ticket: Ticket, screen: Screen) -> Iterator[Styled]:
    """Yield the other fields, a line for each, with their names aligned."""
    values: list[tuple[str, str]] = []
    for name, value in ticket.keys.items():
        text = value if isinstance(value, str) else dumps_line(value)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            text = ", ".join(ticket.items(name))
        if name not in _ELSEWHERE and text:
            values.append((name, text))
    yield from _labelled([(name, styled(text)) for name, text in values], screen)


def _labelled(rows: Sequence[tuple[str, Styled]], screen: Screen) -> Iterator[Styled]:
    """Yield rows with a label before each, the lines of a long one below each other."""
    labels = [styled(name, "quiet") for name, _ in rows]
    wide = min(max(map(columns, labels), default=0), screen.options.columns // 3)
    if rows:
        yield ()
    for label, (_, text) in zip(labels, rows, strict=True):
        room = max(screen.options.columns - wide - len(_GAP), 1)
        for number, line in enumerate(wrapped(text, room)):
            head = padded(shortened(label, wide), wide) if not number else ((" " * wide, ""),)
            yield (*head, (_GAP, ""), *line)


def _relations(ticket: Ticket, screen: Screen) -> Iterator[Styled]:
    graph = screen.graph
    children = graph.children(ticket.id)
    done = sum(graph.is_closed(child) for child in children)
    groups = [
        ("parent", [ticket.parent] if ticket.parent else []),
        ("waits for", list(ticket.deps)),
        ("blocks", graph.blocking(ticket.id)),
        (f"children {done}/{len(children)}", children),
        ("linked", list(ticket.links)),
        ("duplicate of", list(ticket.items("duplicate-of"))),
    ]
    every = [one for _, ids in groups for one in ids]
    id_wide = max((columns(styled(one)) for one in every), default=0)
    status_wide = max((columns(_status(one, screen)) for one in every), default=0)
    label_wide = max((len(name) for name, ids in groups if ids), default=0)
    if every:
        yield ()
    for name, ids in groups:
        for number, one in enumerate(ids):
            other = graph.tickets.get(one)
            head = padded(((name, "quiet"),) if not number else (), label_wide)
            line = (
                *head, (_GAP, ""), *padded(styled(one, "id"), id_wide), (_GAP, ""),
                *padded(_status(one, screen), status_wide), (_GAP, ""), *styled(other.title if other else ""),
            )  # fmt: skip
            yield stripped(list(shortened(line, screen.options.columns)))


def _status(ticket_id: str, screen: Screen) -> Styled:
    other = screen.graph.tickets.get(ticket_id)
    if other is None:
        return (("unreadable" if ticket_id in screen.graph.broken else "missing", "urgent"),)
    return styled(other.status, screen.kind(other.status))


def _without_title(document: Document, body: str) -> str:
    """Return the body without the heading that is the title, and without comments."""
    start, found = marks(body)
    if start >= 0:
        stray = body[start : found[0].start() if found else len(body)].partition("\n")[2]
        body = body[:start] + (f"\n## Notes\n{stray}" if stray.strip() else "")
    match = None if document.keys.get("title") else title_match(body)
    return body[: match.start()] + body[match.end() :] if match else body


def _comment(comment: Comment, screen: Screen) -> Iterator[Styled]:
    who: list[Piece] = [*styled(comment.author or "no author", "bold"), _SEPARATOR]
    who += styled(since(comment.date, screen.now), "quiet")
    if comment.internal:
        who += [_SEPARATOR, ("internal", "waiting")]
    yield from wrapped(tuple(who), screen.options.columns)
    inner = screen.options._replace(columns=max(screen.options.columns - len(_GAP), 1))
    for line in render(comment.text, inner):
        yield ((_GAP, ""), *line) if line else ()
