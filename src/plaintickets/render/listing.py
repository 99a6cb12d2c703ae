"""Tickets one a line: for scripts in the form they have always had, on a terminal aligned and coloured."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from plaintickets.core.ticket import Ticket


class Terminal(NamedTuple):
    """What a listing on a terminal may use: its columns, and how a text is coloured (text, style name)."""

    columns: int
    paint: Callable[[str, str], str]


def list_line(ticket: Ticket) -> str:
    """`<id> [<status>] - <title>`, and ` <- [<dependencies>]` where there are some."""
    deps = ticket.deps
    tail = f" <- [{', '.join(deps)}]" if deps else ""
    return safe.line(f"{ticket.id:<8} [{ticket.status}] - {ticket.title}{tail}")


def ready_line(ticket: Ticket) -> str:
    """`<id> [P<n>][<status>] - <title>`."""
    return safe.line(f"{ticket.id:<8} [P{_number(ticket)}][{ticket.status}] - {ticket.title}")


def blocked_line(ticket: Ticket, blockers: Sequence[str]) -> str:
    """A ready line with the open blockers."""
    return ready_line(ticket) + safe.line(f" <- [{', '.join(blockers)}]")


def closed_line(ticket: Ticket) -> str:
    """`<id> [<status>] - <title>`."""
    return safe.line(f"{ticket.id:<8} [{ticket.status}] - {ticket.title}")


def _number(ticket: Ticket) -> str:
    number = ticket.priority
    return str(number) if number is not None else "?"


_STATUS_STYLES = {"open": "open", "active": "active", "waiting": "waiting", "done": "done"}


class Row(NamedTuple):
    """One ticket on a terminal: with its status' class, and what stands behind the title."""

    ticket: Ticket
    kind: str
    note: str


def table(rows: Iterable[Row], terminal: Terminal) -> list[str]:
    """The rows aligned to one another and cut to the terminal's width."""
    from plaintickets.render.width import cut, padded, width

    rows = list(rows)
    id_columns = max((width(safe.line(row.ticket.id)) for row in rows), default=0)
    status_columns = max((width(safe.line(row.ticket.status)) for row in rows), default=0)
    lines = []
    for row in rows:
        ticket = row.ticket
        number = ticket.priority
        head = terminal.paint(padded(safe.line(ticket.id), id_columns), "id")
        level = terminal.paint(f"P{_number(ticket)}", "urgent" if number is not None and number <= 1 else "quiet")
        status = terminal.paint(padded(safe.line(ticket.status), status_columns), _STATUS_STYLES.get(row.kind, "open"))
        note = safe.line(row.note)
        room = terminal.columns - id_columns - status_columns - 6 - (width(note) + 2 if note else 0)
        title = cut(safe.line(ticket.title) or "(no title)", max(room, 16))
        lines.append(f"{head}  {level}  {status}  {title}" + (f"  {terminal.paint(note, 'quiet')}" if note else ""))
    return lines
