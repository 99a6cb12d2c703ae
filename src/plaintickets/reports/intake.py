"""What became of the messages of an intake, and the mails that wait for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

TAKEN = (
    Column("message", "message"),
    Column("result", "result"),
    Column("ticket", "ticket", "ticket"),
    Column("why", "why"),
    Column("subject", "subject"),
    Column("sender", "sender"),
)
HELD = (
    Column("name", "name"),
    Column("received", "received"),
    Column("sender", "sender"),
    Column("subject", "subject"),
    Column("why", "why"),
)


def taken_table(rows: Sequence[tuple[str, str, str, str, str, str]], *, dry_run: bool) -> Table:
    """Return what became of each message, or would become of it."""
    return Table("What would become of the messages" if dry_run else "What became of the messages", TAKEN, rows)


def held_table(rows: Sequence[tuple[str, str, str, str, str]]) -> Table:
    """Return the mails that wait for a decision, each with the reason."""
    return Table("Held mails", HELD, rows)
