"""Find text that controls a terminal or reads differently from its bytes, and leftover conflict markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.facts import odd_characters
from plaintickets.core.checks.finding import Finding
from plaintickets.core.ticket import id_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.facts import Facts
    from plaintickets.core.checks.finding import Examined
    from plaintickets.core.ticket import Ticket, Value


def check(examined: Examined) -> Iterator[Finding]:
    """Yield lines with control or bidirectional characters, also escaped ones, and leftover conflict markers."""
    for path, facts in examined.facts.items():
        if facts.odd or facts.remnant:
            yield from of_text(path, facts)
    for ticket in examined.tickets:
        facts = examined.facts_of(ticket)
        if facts.is_plain and not facts.odd:
            continue  # a value as it stands has no character that the text has not
        for key, value in ticket.keys.items():
            signs = odd_characters(_text(value))
            if signs and signs not in {shown for _, shown in facts.odd}:
                yield _suspicious(ticket, examined.line_of(ticket, key), f"{key} stands for {signs}")


def of_text(path: str, facts: Facts) -> Iterator[Finding]:
    """Yield the findings of a file's text."""
    ticket = id_of(path.partition(".d/")[0])
    for line, signs in facts.odd:
        remedy = "remove it, or write it as text, e.g. \\x1b"
        yield Finding("suspicious-text", f"holds {signs}", remedy, path, line, ticket=ticket)
    if facts.remnant:
        message = "a leftover merge marker: a conflict was resolved only in part"
        remedy = "remove the markers, and check the lines between them"
        yield Finding("conflict-remnants", message, remedy, path, facts.remnant, ticket=ticket)


def _suspicious(ticket: Ticket, line: int, message: str) -> Finding:
    return Finding("suspicious-text", message, "write the value without it", ticket.path, line, ticket=ticket.id)


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    items = value.values() if isinstance(value, dict) else value
    return "".join(map(_text, items))
