"""Find ids that some file systems cannot distinguish."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from plaintickets.core.checks.finding import shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.checks.finding import Examined, Finding


def check(examined: Examined) -> Iterator[Finding]:
    """Yield each id that differs from an earlier one in letter case or Unicode form only."""
    first: dict[str, str] = {}
    for ticket in examined.tickets:
        plain = ticket.id.casefold()
        other = first.setdefault(plain if plain.isascii() else normalize("NFC", plain), ticket.id)
        if other != ticket.id:
            message = f"on some systems this id is the same as {other}"
            yield examined.at(ticket, "id", "look-alike-ids", message, shell("tk", "mv", ticket.id, "NEW-ID"))
