"""One ticket as text, with sections about related tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.ticket import Ticket, id_of
from plaintickets.render import safe
from plaintickets.render.jsonform import ticket_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document
    from plaintickets.core.links import Graph


def shown(document: Document, graph: Graph, apart: Sequence[Comment], *, for_terminal: bool) -> str:
    """Return the file's text with the parent's title beside its id, then Blockers, Blocking, Children, Linked.

    Control characters are escaped; a pipe keeps line ends and the characters that change the direction of
    text. Comments from files (`apart`) follow the text as if they were in the body.
    """
    ticket = _ticket(document)
    text = document.to_bytes().decode()
    parent = graph.tickets.get(ticket.parent) if ticket.parent else None
    if parent is not None:
        text = _with_parent_title(text, document.line_of("parent"), parent.title)
    text = text.rstrip("\n") + "\n"
    if apart:
        from plaintickets.core.comments import appended

        for comment in apart:
            text = appended(text, comment)
    sections = [
        ("Blockers", graph.open_blockers(ticket)),
        ("Blocking", graph.blocking(ticket.id)),
        ("Children", graph.children(ticket.id)),
        ("Linked", list(ticket.links)),
    ]
    for name, ids in sections:
        if ids:
            text += f"\n## {name}\n\n" + "".join(f"{row}\n" for row in _rows(ids, graph))
    return safe.block(text) if for_terminal else safe.piped(text)


def _ticket(document: Document) -> Ticket:
    return Ticket(id_of(document.path), document.path, document.keys, document.title)


def _with_parent_title(text: str, line: int, title: str) -> str:
    lines = text.split("\n")
    if lines[line - 1].startswith("parent:") and " #" not in lines[line - 1]:
        end = "\r" if lines[line - 1].endswith("\r") else ""
        lines[line - 1] = f"{lines[line - 1].removesuffix(end)}  # {safe.line(title)}{end}"
    return "\n".join(lines)


def _rows(ids: Iterable[str], graph: Graph) -> Iterable[str]:
    for ticket_id in ids:
        other = graph.tickets.get(ticket_id)
        if other is not None:
            yield safe.line(f"- {ticket_id} [{other.status}] {other.title}")
        else:
            yield safe.line(f"- {ticket_id} [{'unreadable' if ticket_id in graph.broken else 'missing'}]")


def json_object(document: Document, graph: Graph, comments: Sequence[Comment]) -> dict[str, object]:
    """Return one ticket with its body, its comments and its relations."""
    ticket = _ticket(document)
    return {
        **ticket_object(ticket),
        "body": document.body,
        "comments": [comment._asdict() for comment in comments],
        "blockers": graph.open_blockers(ticket),
        "blocking": graph.blocking(ticket.id),
        "children": graph.children(ticket.id),
    }
