"""Find two files that hold one ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.finding import shell
from plaintickets.core.comments import heading_start
from plaintickets.core.document import title_match

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plaintickets.core.checks.finding import Examined, Finding
    from plaintickets.core.ticket import Ticket


# A script may create several stubs within a second; texts shorter than this do not count as copies.
_LEAST_SIGNS = 16


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each ticket that has the creation moment, title and text of an earlier one."""
    candidates = [ticket for ticket in examined.tickets if ticket.title and not ticket.text("duplicate-of")]
    made_alike = _repeated(ticket.text("created") for ticket in candidates)
    groups: dict[tuple[str, str], list[Ticket]] = {}
    for ticket in candidates:
        made = ticket.text("created")
        if made in made_alike:
            groups.setdefault((made, ticket.title), []).append(ticket)
    for tickets in groups.values():
        first: dict[str, str] = {}
        for ticket in tickets if len(tickets) > 1 else ():
            text = _text(examined.body_of(ticket))
            other = first.setdefault(text, ticket.id)
            if other != ticket.id and len(ticket.title) + len(text) >= _LEAST_SIGNS:
                message = f"made at the same moment as {other}, with the same title and text"
                yield examined.at(
                    ticket, "created", "same-ticket-twice", message, shell("tk", "merge-into", other, ticket.id)
                )


def _repeated(texts: Iterable[str]) -> set[str]:
    """Return the texts that come more than once, without the empty one."""
    seen: set[str] = set()
    repeated: set[str] = set()
    for text in texts:
        (repeated if text in seen else seen).add(text)
    return repeated - {""}


def _text(body: str) -> str:
    """Return the text between the title and the comments."""
    end = heading_start(body)
    text = body if end < 0 else body[:end]
    match = title_match(text)
    return (text[match.end() :] if match else text).strip()
