"""Tables of automation rules: what there is, what would have fired, and what a tick did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.moments import utc_of
from plaintickets.core.servicedesk.automation.rule_text import effects_text, triggers_text
from plaintickets.core.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

RULES = (Column("name", "rule"), Column("on", "on"), Column("if", "if"), Column("do", "do"), Column("source", "source"))
TRIED = (
    Column("at", "at"),
    Column("ticket", "ticket", "ticket"),
    Column("why", "why"),
    Column("title", "title"),
)
DONE = (
    Column("ticket", "ticket", "ticket"),
    Column("part", "part"),
    Column("why", "why"),
    Column("done", "what"),
    Column("title", "title"),
)


def rules_table(rules: Mapping[str, Any], sources: Mapping[str, str]) -> Table:
    """Return the rules in their order, each with where it stands."""
    rows = [
        (name, triggers_text(rule), rule["if"], effects_text(rule), sources.get(f"rules.{name}", ""))
        for name, rule in rules.items()
    ]
    return Table("Rules", RULES, rows)


def tried_table(rule: str, rows: Iterable[tuple[int, str, str, str]], notes: Sequence[str]) -> Table:
    """Return on which tickets and when a rule would have fired: seconds since 1970, the ticket, why, the title."""
    shown = [(moment(at), ticket, why, title) for at, ticket, why, title in rows]
    return Table(f"Where {rule} would have fired", TRIED, shown, notes)


def done_table(rows: Sequence[tuple[str, str, str, str, str]], notes: Sequence[str], *, dry_run: bool) -> Table:
    """Return what a tick did, or would do, for each ticket and why."""
    return Table("What tk tick would do" if dry_run else "What tk tick did", DONE, rows, notes)


def moment(seconds: int) -> str:
    """Return a moment in UTC, to the minute."""
    return utc_of(seconds).strftime("%Y-%m-%d %H:%M UTC")
