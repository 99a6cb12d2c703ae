"""Tickets, one for each line, in a stable format for scripts; and the terminal of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.core.ticket import Ticket


class Terminal(NamedTuple):
    """Terminal of a listing: its columns, its lines, and a function that colours a text (text, style name)."""

    columns: int
    lines: int
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


def blocker_line(ticket: Ticket, paint: Callable[[str, str], str]) -> str:
    """Return `<id> [<status>] <title>`."""
    return f"{paint(safe.line(ticket.id), 'id')} {safe.line(f'[{ticket.status}] {ticket.title}')}"


def _number(ticket: Ticket) -> str:
    number = ticket.priority
    return str(number) if number is not None else "?"
