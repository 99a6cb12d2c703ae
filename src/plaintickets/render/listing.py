"""Tickets, one for each line: in a stable format for scripts, aligned and coloured on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.core.ticket import Ticket


class Terminal(NamedTuple):
    """Terminal of a listing: its number of columns, and a function that colours a text (text, style name)."""

    columns: int
    paint: Callable[[str, str], str]


def list_line(ticket: Ticket) -> str:
    """Return `<id> [<status>] - <title>`, and ` <- [<dependencies>]` if there are any."""
    deps = ticket.deps
    tail = f" <- [{', '.join(deps)}]" if deps else ""
    return safe.line(f"{ticket.id:<8} [{ticket.status}] - {ticket.title}{tail}")


def ready_line(ticket: Ticket) -> str:
    """Return `<id> [P<n>][<status>] - <title>`."""
    return safe.line(f"{ticket.id:<8} [P{_number(ticket)}][{ticket.status}] - {ticket.title}")


def blocked_line(ticket: Ticket, blockers: Sequence[str]) -> str:
    """Return a ready line with the open blockers."""
    return ready_line(ticket) + safe.line(f" <- [{', '.join(blockers)}]")


def closed_line(ticket: Ticket) -> str:
    """Return `<id> [<status>] - <title>`."""
    return safe.line(f"{ticket.id:<8} [{ticket.status}] - {ticket.title}")


def _number(ticket: Ticket) -> str:
    number = ticket.priority
    return str(number) if number is not None else "?"


_BETWEEN = 8  # the priority, and the spaces between the columns before the title
_SHORTEST_NOTE = 3
_SHORTEST_TITLE = 8
_STATUS_STYLES = {"open": "open", "active": "active", "waiting": "waiting", "done": "done"}


class Row(NamedTuple):
    """Ticket on a terminal, with the class of its status, and a note after the title."""

    ticket: Ticket
    kind: str
    note: str


def table(rows: Iterable[Row], terminal: Terminal) -> list[str]:
    """Align the rows and cut them to the terminal's width: first the notes, then the titles."""
    from plaintickets.render.width import cut, padded, width

    rows = list(rows)
    ids = [safe.line(row.ticket.id) for row in rows]
    statuses = [safe.line(row.ticket.status) for row in rows]
    titles = [safe.line(row.ticket.title) or "(no title)" for row in rows]
    id_columns, status_columns = _widest(ids), _widest(statuses)
    room = terminal.columns - id_columns - status_columns - _BETWEEN
    # A note gets the space that titles leave free, at most a third of the line, or none if that is too little.
    note_columns = min(_widest([safe.line(row.note) for row in rows]), max(room // 3, room - _widest(titles) - 2))
    note_columns = note_columns if note_columns >= _SHORTEST_NOTE else 0
    room -= note_columns + 2 if note_columns else 0
    title_columns = min(_widest(titles), max(room, _SHORTEST_TITLE))
    lines = []
    for place, (ticket, kind, note) in enumerate(rows):
        number = ticket.priority
        head = terminal.paint(padded(ids[place], id_columns), "id")
        level = terminal.paint(f"P{_number(ticket)}", "urgent" if number is not None and number <= 1 else "quiet")
        status = terminal.paint(padded(statuses[place], status_columns), _STATUS_STYLES.get(kind, "open"))
        title = cut(titles[place], title_columns)
        behind = cut(safe.line(note), note_columns) if note_columns else ""
        if behind:
            title += " " * (title_columns - width(title)) + "  " + terminal.paint(behind, "quiet")
        lines.append(f"{head}  {level}  {status}  {title}")
    return lines


def _widest(texts: Iterable[str]) -> int:
    from plaintickets.render.width import width

    return max(map(width, texts), default=0)
